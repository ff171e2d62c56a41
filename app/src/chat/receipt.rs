//! The faint line below an answer: whose key, how long, what it cost. Details open in place.

use contract::NanoUsd;
use contract::chat::Receipt;
use leptos::prelude::*;

/// Whose key and the time to the first text; the rest inside.
#[component]
pub(crate) fn ReceiptLine(receipt: Receipt) -> impl IntoView {
    let details = details(&receipt)
        .into_iter()
        .map(|(term, value)| view! { <div><dt>{term}</dt><dd>{value}</dd></div> })
        .collect_view();
    let start = receipt
        .first_text_ms
        .map(|ms| view! { <span>{format!("{} to start", seconds(ms))}</span> });
    let cached = receipt
        .cached
        .then(|| view! { <span>"From cache, no cost"</span> });
    view! {
        <details class="receipt">
            <summary><span>{receipt.paid_by}</span> {start} {cached}</summary>
            <dl>{details}</dl>
        </details>
    }
}

/// What is known, in words; what is missing is left out, never shown as zero.
fn details(receipt: &Receipt) -> Vec<(&'static str, String)> {
    let about = if receipt.estimated { "about " } else { "" };
    let tokens = |count: u32| format!("{about}{}", grouped(count));
    let calls = (receipt.attempts > 1).then(|| format!("{}, after a fallback", receipt.attempts));
    [
        ("Cost", receipt.cost.map(NanoUsd::display_usd)),
        ("Tokens read", receipt.input_tokens.map(tokens)),
        ("Tokens written", receipt.output_tokens.map(tokens)),
        ("Whole answer", receipt.total_ms.map(seconds)),
        ("Calls made", calls),
    ]
    .into_iter()
    .filter_map(|(term, value)| Some((term, value?)))
    .collect()
}

/// `1.2 s`, or `320 ms` below a second.
fn seconds(ms: u32) -> String {
    if ms < 1_000 {
        format!("{ms} ms")
    } else {
        let tenths = (ms + 50) / 100;
        format!("{}.{} s", tenths / 10, tenths % 10)
    }
}

/// `12,345`.
fn grouped(count: u32) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{details, grouped, seconds};
    use contract::NanoUsd;
    use contract::chat::Receipt;

    #[test]
    fn times_and_counts_read_well() {
        assert_eq!(seconds(320), "320 ms");
        assert_eq!(seconds(1_249), "1.2 s");
        assert_eq!(seconds(59_999), "60.0 s");
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234_567), "1,234,567");
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
