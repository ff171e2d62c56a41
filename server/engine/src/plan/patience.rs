//! How long one attempt is waited for.
//!
//! Owns the rule that a target is left sooner while there is somewhere else to go: within seconds.
//! The last one gets all the time there is. What a target has of its own holds as it is.

use crate::admission::Target;
use crate::settings::Limits;
use std::time::Duration;

/// A prompt of this many tokens is waited for one second longer.
const TOKENS_PER_SECOND: u64 = 5_000;

/// The limits for one attempt at `target` with a prompt of `input` tokens. `next`: another target
/// can take over.
pub(crate) fn patience(limits: Limits, target: &Target, input: u64, next: bool) -> Limits {
    let own = target.limits;
    // Some models think before their first byte; leaving them would only buy the same again.
    let soon = next && target.facts.reasoning != Some(true);
    let longer = Duration::from_secs(input / TOKENS_PER_SECOND);
    let (head, first_text) = if soon {
        (
            (limits.head_with_next + longer).min(limits.head),
            (limits.first_text_with_next + longer).min(limits.first_text),
        )
    } else {
        (limits.head, limits.first_text)
    };
    let first_text = own.first_text.unwrap_or(first_text);
    // Whoever waits longer for the first text waits as long for the head: some send both at once.
    let head = match (own.head, own.first_text) {
        (Some(head), _) => head,
        (None, Some(own)) => head.max(own),
        (None, None) => head,
    };
    Limits {
        connect: own.connect.unwrap_or(limits.connect),
        head,
        first_text,
        stall: own.stall.unwrap_or(limits.stall),
        total: own.total.unwrap_or(limits.total),
        ..limits
    }
}

#[cfg(test)]
mod tests {
    use super::patience;
    use crate::admission::{Facts, Target, TargetLimits};
    use crate::settings::Limits;
    use std::time::Duration;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_silent_target_is_left_within_seconds_while_another_can_take_over() {
        let limits = Limits::default();
        let with_next = patience(limits, &Target::demo(), 100, true);
        assert!(with_next.head <= 10 * SECOND && with_next.first_text <= 15 * SECOND);
        let last = patience(limits, &Target::demo(), 100, false);
        assert_eq!(
            (last.head, last.first_text),
            (limits.head, limits.first_text)
        );
        assert!(last.first_text > with_next.first_text);
    }

    #[test]
    fn long_prompts_and_models_that_reason_get_more() {
        let limits = Limits::default();
        let long = patience(limits, &Target::demo(), 50_000, true);
        assert_eq!(long.first_text, limits.first_text_with_next + 10 * SECOND);
        let longest = patience(limits, &Target::demo(), 5_000_000, true);
        assert_eq!(
            longest.first_text, limits.first_text,
            "never more than alone"
        );
        let thinks = Target {
            facts: Facts {
                reasoning: Some(true),
                ..Facts::default()
            },
            ..Target::demo()
        };
        let thinking = patience(limits, &thinks, 100, true);
        assert_eq!(thinking.first_text, limits.first_text);
    }

    #[test]
    fn what_a_target_has_of_its_own_holds_as_it_is() {
        let own = Target {
            limits: TargetLimits {
                connect: Some(SECOND),
                first_text: Some(90 * SECOND),
                stall: Some(3 * SECOND),
                total: Some(20 * SECOND),
                head: None,
            },
            ..Target::demo()
        };
        for next in [true, false] {
            let limits = patience(Limits::default(), &own, 9_000_000, next);
            assert_eq!((limits.connect, limits.stall), (SECOND, 3 * SECOND));
            assert_eq!(
                (limits.first_text, limits.total),
                (90 * SECOND, 20 * SECOND)
            );
            assert_eq!(limits.head, 90 * SECOND, "it may come with the first text");
        }
    }
}
