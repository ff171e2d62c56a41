//! Short words and marks for a key's state. Never colour alone.

use crate::people::dates;
use contract::keys::{CheckOutcome, KeyEnvironment, KeyView};
use leptos::prelude::*;

/// The environment, with a mark of its own for each.
pub(crate) fn environment_chip(environment: KeyEnvironment) -> impl IntoView {
    let class = format!("chip environment {}", environment.as_str());
    view! { <span class=class>{environment.label()}</span> }
}

/// The key's state in one or two words.
pub(super) fn health_chip(key: &KeyView, now: i64) -> impl IntoView + use<> {
    let (class, words) = health(key, now);
    view! { <span class=format!("chip dot {class}")>{words}</span> }
}

/// A class for the colour, and the words.
fn health(key: &KeyView, now: i64) -> (&'static str, String) {
    if key.disabled {
        return ("", "Disabled".to_owned());
    }
    let trouble = key
        .health
        .as_ref()
        .filter(|point| !point.outcome.may_be_sealed());
    if let Some(point) = trouble {
        return (class_of(point.outcome), point.outcome.label().to_owned());
    }
    let soon = now + 14 * 86_400_000;
    match (key.expires_ms, key.rotate_by_ms) {
        (Some(at), _) if at <= now => ("bad", "Expired".to_owned()),
        (Some(at), _) if at <= soon => ("warn", format!("Expires {}", short_day(at))),
        (_, Some(at)) if at <= soon => ("warn", format!("Rotate by {}", short_day(at))),
        _ => key.health.as_ref().map_or_else(
            || ("", "Not checked".to_owned()),
            |point| (class_of(point.outcome), point.outcome.label().to_owned()),
        ),
    }
}

/// The colour of an outcome.
pub(super) const fn class_of(outcome: CheckOutcome) -> &'static str {
    match outcome {
        CheckOutcome::Valid => "ok",
        CheckOutcome::Limited
        | CheckOutcome::Restricted
        | CheckOutcome::Unreachable
        | CheckOutcome::Unknown => "warn",
        CheckOutcome::NoCredit | CheckOutcome::Bad => "bad",
    }
}

/// `30 Nov`
fn short_day(ms: i64) -> String {
    let whole = dates::day_in_words(ms);
    let mut words = whole.split(' ');
    let day = words.next().unwrap_or_default();
    let month: String = words.next().unwrap_or_default().chars().take(3).collect();
    format!("{day} {month}")
}

#[cfg(test)]
mod tests {
    use super::health;
    use contract::keys::{
        CheckOutcome, HealthPoint, KeyEnvironment, KeyProvider, KeyRights, KeyScope, KeyView,
    };
    use contract::{KeyId, NanoUsd};

    fn key(outcome: CheckOutcome) -> KeyView {
        let point = HealthPoint {
            at_ms: 0,
            outcome,
            reason: String::new(),
            next: String::new(),
        };
        KeyView {
            id: KeyId::from_uuid(uuid::Uuid::nil()),
            name: "main".to_owned(),
            provider: KeyProvider::OpenAi,
            environment: KeyEnvironment::Production,
            scope: KeyScope::Workspace,
            scope_words: String::new(),
            rights: KeyRights::See,
            host: String::new(),
            ends_in: String::new(),
            account: None,
            added_by: String::new(),
            added_ms: 0,
            last_used_ms: None,
            month: NanoUsd::ZERO,
            month_calls: 0,
            health: Some(point),
            history: Vec::new(),
            expires_ms: None,
            rotate_by_ms: None,
            disabled: false,
            previous_until_ms: None,
            used_by: Vec::new(),
        }
    }

    #[test]
    fn the_gravest_thing_is_said() {
        let day = 86_400_000;
        let said = |key: &KeyView| health(key, 100 * day).1;
        assert_eq!(said(&key(CheckOutcome::Valid)), "Healthy");
        assert_eq!(said(&key(CheckOutcome::NoCredit)), "No credit");
        let mut due = key(CheckOutcome::Valid);
        due.rotate_by_ms = Some(101 * day);
        assert_eq!(said(&due), "Rotate by 12 Apr");
        due.expires_ms = Some(99 * day);
        assert_eq!(said(&due), "Expired");
        due.health = key(CheckOutcome::Bad).health;
        assert_eq!(said(&due), "Refused");
        due.disabled = true;
        assert_eq!(said(&due), "Disabled");
    }
}
