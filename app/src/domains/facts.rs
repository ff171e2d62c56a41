//! The four facts: each with a word, a time and what was found. Never colour alone.

use crate::people::dates;
use contract::domains::{DomainView, FactState, FactView};
use leptos::prelude::*;

/// The colour of a state.
const fn class_of(state: FactState) -> &'static str {
    match state {
        FactState::Confirmed => "ok",
        FactState::Wrong => "bad",
        FactState::Waiting | FactState::Unknown => "warn",
        FactState::NotNeeded => "",
    }
}

/// A state in one or two words.
pub(super) fn state_chip(state: FactState) -> impl IntoView {
    view! { <span class=format!("chip dot {}", class_of(state))>{state.label()}</span> }
}

/// All four, with evidence. What of it changes while somebody waits has no control in it, so that nobody
/// loses their place.
#[component]
pub(super) fn Facts(domain: DomainView) -> impl IntoView {
    let now = dates::now_ms();
    let next = domain.next_check_ms;
    let rows = domain
        .facts
        .iter()
        .cloned()
        .map(|fact| row(fact, now))
        .collect_view();
    let next = next.map(|at| {
        let words = if at <= now {
            "The next look is under way.".to_owned()
        } else {
            format!("Next look {}.", until(at, now))
        };
        view! { <p class="hint facts-next">{words}</p> }
    });
    view! {
        <p class="sr-only" data-said="">{in_short(&domain.facts)}</p>
        <ul class="domain-facts">{rows}</ul>
        {next}
    }
}

fn row(fact: FactView, now: i64) -> impl IntoView {
    let looked = fact.checked_ms.map(|at| {
        let exact = dates::in_words(at);
        view! { <span class="hint" title=exact>"Looked at " {dates::ago(at, now)}</span> }
    });
    let since = dates::in_words(fact.since_ms);
    let is_new = fact.checked_ms.is_none();
    let since = (!is_new).then(|| view! { <span class="hint">" · so since " {since}</span> });
    view! {
        <li class="domain-fact">
            <p class="domain-fact-name">{fact.fact.label()}</p>
            <p>{state_chip(fact.state)}</p>
            <div>
                <p>{fact.evidence}</p>
                <p>{looked}{since}</p>
            </div>
        </li>
    }
}

/// `Ownership: waiting. Routing: confirmed.` Read out when it changes, without the times that always do.
fn in_short(facts: &[FactView]) -> String {
    let each = facts.iter().map(|fact| {
        let state = fact.state.label().to_lowercase();
        format!("{}: {state}.", fact.fact.label())
    });
    each.collect::<Vec<_>>().join(" ")
}

/// `in 10 seconds`, `in 12 minutes`, `in 23 hours`.
fn until(at: i64, now: i64) -> String {
    let seconds = (at - now).max(0) / 1_000;
    let (count, unit) = match seconds {
        0..=89 => (seconds.max(1), "second"),
        90..=5_399 => ((seconds + 30) / 60, "minute"),
        _ => ((seconds + 1_800) / 3_600, "hour"),
    };
    let many = if count == 1 { "" } else { "s" };
    format!("in {count} {unit}{many}")
}

#[cfg(test)]
mod tests {
    use super::until;

    #[test]
    fn waits_are_said_in_one_unit() {
        assert_eq!(until(1_000, 0), "in 1 second");
        assert_eq!(until(10_000, 0), "in 10 seconds");
        assert_eq!(until(120_000, 0), "in 2 minutes");
        assert_eq!(until(86_400_000, 0), "in 24 hours");
        assert_eq!(until(0, 5), "in 1 second");
    }
}
