//! What a check of the whole log found, in words that somebody can act on.

use crate::people::dates;
use contract::audit::LogState;
use leptos::prelude::*;

/// Above the records, always.
#[component]
pub(super) fn LogStateNote(log: LogState) -> impl IntoView {
    match log {
        LogState::Whole {
            records,
            before_chain,
            signed_to,
            checked_ms,
        } => whole(records, before_chain, signed_to, checked_ms).into_any(),
        LogState::Broken {
            seq,
            problem,
            checked_ms,
        } => broken(seq, &problem, checked_ms).into_any(),
        LogState::Checking => note(
            "Being checked",
            "The log is long; it is being checked from its first record on. Load this page again in a \
             moment.",
        )
        .into_any(),
        LogState::Unknown => note(
            "Not checked",
            "The log could not be read to its end just now. That says nothing about it. Load this page \
             again in a moment.",
        )
        .into_any(),
    }
}

fn whole(
    records: u64,
    before_chain: i64,
    signed_to: Option<i64>,
    checked_ms: i64,
) -> impl IntoView {
    let unbroken = match records {
        0 => "There is no record yet.".to_owned(),
        1 => "The one record is as it was written.".to_owned(),
        records => format!(
            "All {} records follow one another unbroken, as they were written.",
            grouped(records)
        ),
    };
    let signed = signed_to.map_or_else(
        || " None is signed yet; that happens every ten minutes.".to_owned(),
        |seq| format!(" Up to record {seq} they are signed, and the signature is kept twice outside the log."),
    );
    let before = (before_chain > 0).then(|| {
        format!(" About {before_chain} older ones, from before the chain, nothing can be said.")
    });
    view! {
        <section class="panel log-state" aria-labelledby="log-heading">
            <h2 id="log-heading" class="chip dot ok">"Whole"</h2>
            <p>{unbroken} {signed} {before}</p>
            <p class="hint">"Checked " {dates::ago(checked_ms, dates::now_ms())}</p>
        </section>
    }
}

fn broken(seq: i64, problem: &str, checked_ms: i64) -> impl IntoView + use<> {
    let found = format!("Record {seq}: {problem}.");
    view! {
        <section class="panel notice trouble" role="alert" aria-labelledby="log-heading">
            <h2 id="log-heading">"These records are not as they were written"</h2>
            <p>{found}</p>
            <p>
                "Records before it are proven; it, and those after it, are not. Tell the operator of this "
                "installation, and keep the exports you have: they show what stood there."
            </p>
            <p class="hint">"Checked " {dates::ago(checked_ms, dates::now_ms())}</p>
        </section>
    }
}

fn note(title: &'static str, words: &'static str) -> impl IntoView {
    view! {
        <section class="panel log-state" aria-labelledby="log-heading">
            <h2 id="log-heading" class="chip">{title}</h2>
            <p>{words}</p>
        </section>
    }
}

/// `12 345`, with a space that does not break.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234), "1\u{202f}234");
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
    }
}
