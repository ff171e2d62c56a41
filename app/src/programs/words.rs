//! Short words and marks for a program's key. Never colour alone.

use crate::people::dates;
use contract::keys::KeyEnvironment;
use contract::programs::{ProgramState, ProgramView};
use leptos::prelude::*;

/// Whether it opens anything, in one or two words.
pub(super) fn state_chip(program: &ProgramView, now: i64) -> impl IntoView + use<> {
    let (class, words) = state(program, now);
    view! { <span class=format!("chip dot {class}")>{words}</span> }
}

/// A class for the colour, and the words.
fn state(program: &ProgramView, now: i64) -> (&'static str, &'static str) {
    let soon = now + 14 * 86_400_000;
    match program.state {
        ProgramState::Revoked { .. } => ("", "Revoked"),
        ProgramState::Expired => ("bad", "Expired"),
        ProgramState::MemberGone => ("bad", "Member gone"),
        ProgramState::Live if program.expires_ms.is_some_and(|at| at <= soon) => {
            ("warn", "Expires soon")
        }
        ProgramState::Live if program.previous_until_ms.is_some() => ("warn", "Rotating"),
        ProgramState::Live => ("ok", "Live"),
    }
}

/// What it spent this month, against its cap where it has one.
pub(super) fn spent(program: &ProgramView) -> String {
    let spent = program.month.display_usd();
    match program.cap {
        Some(cap) => format!("{spent} of {}", cap.display_usd()),
        None => spent,
    }
}

/// For whom it is; `None`: for the workspace.
pub(super) fn bound(program: &ProgramView) -> Option<String> {
    match (&program.member, &program.team) {
        (Some(member), Some(team)) => Some(format!("for {member} in {team}")),
        (Some(member), None) => Some(format!("for {member}")),
        (None, Some(team)) => Some(format!("for team {team}")),
        (None, None) => None,
    }
}

/// When it was used, seen from `now`.
pub(super) fn used(program: &ProgramView, now: i64) -> String {
    let used = program.last_used_ms;
    used.map_or_else(|| "never".to_owned(), |at| dates::ago(at, now))
}

/// How fast it may ask.
pub(super) fn pace(program: &ProgramView) -> String {
    let pace = program.pace;
    let parts = [
        pace.requests_per_minute
            .map(|most| format!("{most} questions a minute")),
        pace.tokens_per_minute
            .map(|most| format!("{most} tokens a minute")),
        pace.concurrent
            .map(|most| format!("{most} answers at once")),
    ];
    let said: Vec<String> = parts.into_iter().flatten().collect();
    if said.is_empty() {
        "no limit of its own".to_owned()
    } else {
        said.join(", ")
    }
}

/// What a key of an environment reaches.
pub(super) const fn reaches(environment: KeyEnvironment) -> &'static str {
    match environment {
        KeyEnvironment::Production => "Reaches the routes of production only.",
        KeyEnvironment::Staging => "Reaches the routes of staging only.",
        KeyEnvironment::Development => {
            "Reaches the routes of development only; production is out of its reach."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{bound, pace, spent, state};
    use contract::keys::KeyEnvironment;
    use contract::programs::{ProgramState, ProgramView};
    use contract::{NanoUsd, Pace, VirtualKeyId};

    fn program() -> ProgramView {
        ProgramView {
            id: VirtualKeyId::from_uuid(uuid::Uuid::nil()),
            name: "report".to_owned(),
            environment: KeyEnvironment::Production,
            begins_with: String::new(),
            ends_in: String::new(),
            state: ProgramState::Live,
            member: None,
            team: None,
            models: None,
            networks: None,
            made_by: String::new(),
            made_ms: 0,
            rotated_ms: None,
            previous_until_ms: None,
            expires_ms: None,
            last_used_ms: None,
            month: NanoUsd::from_usd(2),
            month_calls: 3,
            cap: None,
            pace: Pace::default(),
        }
    }

    #[test]
    fn the_gravest_thing_is_said() {
        let day = 86_400_000;
        let said = |program: &ProgramView| state(program, 100 * day).1;
        let mut one = program();
        assert_eq!(said(&one), "Live");
        one.previous_until_ms = Some(101 * day);
        assert_eq!(said(&one), "Rotating");
        one.expires_ms = Some(101 * day);
        assert_eq!(said(&one), "Expires soon");
        one.state = ProgramState::MemberGone;
        assert_eq!(said(&one), "Member gone");
    }

    #[test]
    fn money_and_people_in_words() {
        let mut one = program();
        assert_eq!(spent(&one), "$ 2.00");
        one.cap = Some(NanoUsd::from_usd(5));
        assert_eq!(spent(&one), "$ 2.00 of $ 5.00");
        assert_eq!(bound(&one), None);
        one.team = Some("Legal".to_owned());
        assert_eq!(bound(&one).as_deref(), Some("for team Legal"));
        one.member = Some("Mia".to_owned());
        assert_eq!(bound(&one).as_deref(), Some("for Mia in Legal"));
        assert_eq!(pace(&one), "no limit of its own");
        one.pace.concurrent = Some(3);
        assert_eq!(pace(&one), "3 answers at once");
    }
}
