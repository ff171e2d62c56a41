//! Amounts of money at the terminal.

use crate::cli::Refused;
use contract::NanoUsd;

/// US dollars with up to nine decimals, exactly: no floating point on the way.
pub(in crate::cli) fn nano_usd(text: &str) -> Result<NanoUsd, Refused> {
    let wrong = || format!("`{text}` is not an amount in US dollars, e.g. 40 or 2.50");
    Ok(NanoUsd::parse_usd(text.trim()).ok_or_else(wrong)?)
}

#[cfg(test)]
mod tests {
    use super::nano_usd;

    #[test]
    fn dollars_are_read_exactly() {
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
    }
}
