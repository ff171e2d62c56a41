//! How soon a name is looked at again: often while somebody waits for it, daily once all is well.

use contract::domains::{Fact, FactState};
use std::time::Duration;

/// The first wait while something is still to come.
const FIRST: Duration = Duration::from_secs(10);
/// The longest wait while something is still to come, in the first days.
const LONGEST_EARLY: Duration = Duration::from_hours(1);
/// The longest wait later on.
const LONGEST_LATE: Duration = Duration::from_hours(6);
/// What counts as the first days.
const EARLY_MS: i64 = 3 * 24 * 60 * 60 * 1_000;
/// Once nothing is left to be done.
const DAILY: Duration = Duration::from_hours(24);

/// Milliseconds to the next look after one that changed nothing and one that did. `quiet`: looks before
/// that changed nothing, `age_ms`: of the claim.
#[must_use]
pub(super) fn next_look(
    facts: &[(Fact, FactState, String)],
    missing: bool,
    quiet: i32,
    age_ms: i64,
) -> (i64, i64) {
    let settled = facts.iter().all(|(_, state, _)| state.is_settled());
    if settled {
        return (ms(DAILY), ms(DAILY));
    }
    if missing {
        return (ms(LONGEST_EARLY), ms(LONGEST_EARLY));
    }
    let longest = if age_ms < EARLY_MS {
        LONGEST_EARLY
    } else {
        LONGEST_LATE
    };
    let mut wait = ms(FIRST);
    for _ in 0..quiet.clamp(0, 30) {
        // Half as long again each time.
        wait = (wait + wait / 2).min(ms(longest));
    }
    (wait, ms(FIRST))
}

fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::next_look;
    use contract::domains::{Fact, FactState};

    fn facts(state: FactState) -> Vec<(Fact, FactState, String)> {
        let all = Fact::ALL.into_iter();
        all.map(|fact| (fact, state, String::new())).collect()
    }

    #[test]
    fn waits_grow_to_a_bound_and_begin_anew_with_news() {
        let waiting = facts(FactState::Waiting);
        let waits: Vec<i64> = (0..40)
            .map(|quiet| next_look(&waiting, false, quiet, 0).0)
            .collect();
        assert_eq!(waits[0], 10_000);
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!(*waits.last().unwrap(), 3_600_000);
        assert_eq!(next_look(&waiting, false, 30, i64::MAX).0, 6 * 3_600_000);
        assert_eq!(next_look(&waiting, false, 30, 0).1, 10_000);
        assert_eq!(
            next_look(&facts(FactState::Confirmed), false, 9, 0).0,
            24 * 3_600_000
        );
        assert_eq!(next_look(&waiting, true, 0, 0).0, 3_600_000);
        // What cannot be looked at is tried again like what is waited for.
        assert_eq!(next_look(&facts(FactState::Unknown), false, 0, 0).0, 10_000);
    }
}
