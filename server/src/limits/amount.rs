//! Amounts of money as people write them.

use contract::NanoUsd;

/// US dollars with up to nine decimals, exactly: no floating point on the way.
///
/// # Errors
/// A sentence naming what is wrong.
pub fn nano_usd(text: &str) -> Result<NanoUsd, String> {
    let wrong = || format!("`{text}` is not an amount in US dollars, e.g. 40 or 2.50");
    NanoUsd::parse_usd(text.trim()).ok_or_else(wrong)
}

/// What [`nano_usd`] reads, with no more decimals than it needs: `40`, `2.5`. Amounts below nothing
/// are written as nothing: none is stored.
#[must_use]
pub fn usd_in_words(amount: NanoUsd) -> String {
    let nano = amount.get().max(0);
    let (whole, rest) = (nano / NanoUsd::PER_USD, nano % NanoUsd::PER_USD);
    if rest == 0 {
        return whole.to_string();
    }
    let rest = format!("{rest:09}");
    format!("{whole}.{}", rest.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::{nano_usd, usd_in_words};
    use contract::NanoUsd;

    #[test]
    fn dollars_are_read_exactly_and_written_back() {
        assert_eq!(nano_usd("40").unwrap().get(), 40_000_000_000);
        assert_eq!(nano_usd("0.15").unwrap().get(), 150_000_000);
        assert_eq!(nano_usd("0.000000001").unwrap().get(), 1);
        for wrong in [
            "",
            ".5",
            "-1",
            "1e3",
            "1.0000000001",
            "ten",
            "99999999999999999999",
        ] {
            assert!(nano_usd(wrong).is_err(), "{wrong}");
        }
        for text in ["0", "40", "2.5", "0.000000001", "9223372036.854775807"] {
            assert_eq!(usd_in_words(nano_usd(text).unwrap()), text);
        }
        assert_eq!(usd_in_words(NanoUsd::new(-1)), "0");
    }
}
