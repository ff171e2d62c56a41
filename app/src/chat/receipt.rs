//! The faint line below an answer: whose key, how long, what it cost. Details open in place.

use crate::words::{decimal, grouped, money, spoken, t};
use contract::chat::Receipt;
use contract::{CacheStatus, NanoUsd};
use leptos::prelude::*;
use std::num::NonZeroU32;

/// Whose key and the time to the first text; the rest inside.
#[component]
pub(crate) fn ReceiptLine(receipt: Receipt) -> impl IntoView {
    let details = details(&receipt)
        .into_iter()
        .map(|(term, value)| view! { <div><dt>{term}</dt><dd>{value}</dd></div> })
        .collect_view();
    let start = receipt
        .first_text_ms
        .map(|ms| view! { <span>{t!("{time} to start", time = seconds(ms))}</span> });
    let saving = saving(&receipt).map(|words| view! { <span>{words}</span> });
    view! {
        <details class="receipt">
            <summary><span>{spoken(&receipt.paid_by)}</span> {start} {saving}</summary>
            <dl>{details}</dl>
        </details>
    }
}

/// What an answer that was there already saved, in words; a cost nobody knows is not guessed.
fn saving(receipt: &Receipt) -> Option<String> {
    let cost = receipt.saved.and_then(|saved| saved.cost);
    let about = receipt.saved.is_some_and(|saved| saved.estimated);
    receipt.cached.then(|| match cost {
        Some(cost) if cost > NanoUsd::ZERO => {
            t!(
                "No cost, {amount} saved",
                amount = perhaps(about, money(cost))
            )
        }
        _ => t!("No cost").to_owned(),
    })
}

/// The mark beside an answer that nobody was asked for.
pub(crate) fn mark_of(receipt: &Receipt) -> Option<&'static str> {
    let mark = match receipt.cache {
        Some(CacheStatus::Shared) => t!("shared answer"),
        Some(CacheStatus::Similar) => t!("from a similar question"),
        _ => t!("from cache"),
    };
    receipt.cached.then_some(mark)
}

/// What is known, in words; what is missing is left out, never shown as zero.
fn details(receipt: &Receipt) -> Vec<(&'static str, String)> {
    let tokens = |count: u32| perhaps(receipt.estimated, grouped(count.into()));
    let saved = receipt.saved.map(|saved| {
        let (read, written) = (grouped(saved.input_tokens), grouped(saved.output_tokens));
        perhaps(
            saved.estimated,
            t!(
                "{read} read, {written} written",
                read = read,
                written = written
            ),
        )
    });
    let calls =
        (receipt.attempts > 1).then(|| t!("{count}, after a fallback", count = receipt.attempts));
    [
        (t!("Cost"), receipt.cost.map(money)),
        (t!("Tokens read"), receipt.input_tokens.map(tokens)),
        (t!("Tokens written"), receipt.output_tokens.map(tokens)),
        (t!("Tokens saved"), saved),
        (
            t!("Read from the provider’s cache"),
            receipt.provider_cached_tokens.map(tokens),
        ),
        (t!("Saved by it"), receipt.saved_by_provider.map(money)),
        (t!("Whole answer"), receipt.total_ms.map(seconds)),
        (t!("Calls made"), calls),
        (t!("Instructions"), receipt.instructions.map(version)),
    ]
    .into_iter()
    .filter_map(|(term, value)| Some((term, value?)))
    .collect()
}

/// Which of the workspace's instructions it was written under.
fn version(number: NonZeroU32) -> String {
    t!("version {number}", number = number.get())
}

/// `1.2 s`, or `320 ms` below a second.
fn seconds(ms: u32) -> String {
    if ms < 1_000 {
        format!("{ms} ms")
    } else {
        let tenths = (ms + 50) / 100;
        format!("{} s", decimal(&format!("{}.{}", tenths / 10, tenths % 10)))
    }
}

/// What is not known exactly says so.
fn perhaps(estimated: bool, value: String) -> String {
    if estimated {
        t!("about {value}", value = value)
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::{details, mark_of, saving, seconds};
    use crate::words::grouped;
    use contract::chat::Receipt;
    use contract::{CacheStatus, NanoUsd, Saved};

    #[test]
    fn times_and_counts_read_well() {
        assert_eq!(seconds(320), "320 ms");
        assert_eq!(seconds(1_249), "1.2 s");
        assert_eq!(seconds(59_999), "60.0 s");
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }

    #[test]
    fn a_saving_is_told_where_it_is_known_and_never_guessed() {
        let asked = Receipt {
            cache: Some(CacheStatus::Miss),
            ..Receipt::default()
        };
        assert_eq!((saving(&asked), mark_of(&asked)), (None, None));
        let mut shared = Receipt {
            cached: true,
            cache: Some(CacheStatus::Shared),
            saved: Some(Saved {
                input_tokens: 1_200,
                output_tokens: 80,
                cost: None,
                estimated: false,
            }),
            ..Receipt::default()
        };
        assert_eq!(mark_of(&shared), Some("shared answer"));
        shared.cache = Some(CacheStatus::Similar);
        assert_eq!(mark_of(&shared), Some("from a similar question"));
        assert_eq!(saving(&shared).as_deref(), Some("No cost"));
        let told = [("Tokens saved", "1,200 read, 80 written".to_owned())];
        assert_eq!(details(&shared), told);
        shared.saved.as_mut().unwrap().cost = Some(NanoUsd::new(20_000_000));
        assert_eq!(saving(&shared).as_deref(), Some("No cost, $ 0.02 saved"));
        let of_the_provider = Receipt {
            provider_cached_tokens: Some(900),
            saved_by_provider: Some(NanoUsd::new(30_000_000)),
            ..Receipt::default()
        };
        assert_eq!(
            details(&of_the_provider),
            [
                ("Read from the provider’s cache", "900".to_owned()),
                ("Saved by it", "$ 0.03".to_owned()),
            ]
        );
    }

    #[test]
    fn missing_is_left_out_and_zero_is_told() {
        assert!(details(&Receipt::default()).is_empty());
        let receipt = Receipt {
            cost: Some(NanoUsd::ZERO),
            output_tokens: Some(1_200),
            estimated: true,
            attempts: 2,
            ..Receipt::default()
        };
        assert_eq!(
            details(&receipt),
            [
                ("Cost", "$ 0.00".to_owned()),
                ("Tokens written", "about 1,200".to_owned()),
                ("Calls made", "2, after a fallback".to_owned()),
            ]
        );
    }
}
