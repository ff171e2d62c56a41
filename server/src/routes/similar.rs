//! How an alias shares answers among similar questions, as stored and as it is written.

use engine::Sharing;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The stored form.
#[derive(Serialize, Deserialize)]
struct Stored {
    /// Wrong answers among a million shared ones.
    wrong_at_most: u32,
    /// Ask the model where likeness proves nothing.
    #[serde(default)]
    verify: bool,
}

/// What is stored. What cannot be read shares nothing.
#[must_use]
pub fn sharing_from(stored: &Value) -> Option<Sharing> {
    // A list would be read as the fields in order.
    let Stored {
        wrong_at_most,
        verify,
    } = stored
        .is_object()
        .then(|| serde_json::from_value(stored.clone()).ok())??;
    (wrong_at_most <= MILLION).then_some(Sharing {
        wrong_at_most,
        verify,
        ..Sharing::default()
    })
}

/// `sharing` as it is stored.
///
/// # Errors
/// None in practice: it is two plain values.
pub fn stored_sharing(sharing: Sharing) -> Result<Value, serde_json::Error> {
    serde_json::to_value(Stored {
        wrong_at_most: sharing.wrong_at_most,
        verify: sharing.verify,
    })
}

const MILLION: u32 = 1_000_000;
/// Most that may be accepted; beyond, nobody could call it a cache.
const MOST: u32 = 100_000;

/// A share as a person writes it, `1%` or `0.5 %`, in millionths. At least 0.01 % and at most 10 %.
///
/// # Errors
/// A sentence naming what is wrong.
pub fn parse_share(text: &str) -> Result<u32, String> {
    let wrong = || format!("`{text}` is not a share between 0.01% and 10%, such as 1%");
    let number = text.trim().strip_suffix('%').ok_or_else(wrong)?.trim();
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || whole.len() > 3 || part.len() > 4 {
        return Err(wrong());
    }
    // Percent are ten thousand millionths each.
    let whole: u32 = whole.parse().map_err(|_| wrong())?;
    let part: u32 = format!("{part:0<4}").parse().map_err(|_| wrong())?;
    let millionths = whole * 10_000 + part;
    if (100..=MOST).contains(&millionths) {
        Ok(millionths)
    } else {
        Err(wrong())
    }
}

/// What [`parse_share`] reads: `1%`, `0.5%`.
#[must_use]
pub fn share_in_words(millionths: u32) -> String {
    let (whole, part) = (millionths / 10_000, millionths % 10_000);
    if part == 0 {
        return format!("{whole}%");
    }
    let part = format!("{part:04}");
    format!("{whole}.{}%", part.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::{parse_share, share_in_words, sharing_from, stored_sharing};
    use engine::Sharing;
    use serde_json::json;

    #[test]
    fn shares_are_read_as_people_write_them() {
        for (text, millionths) in [
            ("1%", 10_000),
            ("0.5 %", 5_000),
            ("0.01%", 100),
            ("10%", 100_000),
            ("2.25%", 22_500),
        ] {
            assert_eq!(parse_share(text), Ok(millionths), "{text}");
            assert_eq!(share_in_words(millionths), text.replace(' ', ""));
        }
        for wrong in [
            "", "1", "%", "0%", "0.001%", "11%", "-1%", "1.%", ".5%", "1e1%", "100%",
        ] {
            assert!(parse_share(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_stored_is_read_back_and_nonsense_shares_nothing() {
        let sharing = Sharing {
            vectors: engine::Vectors::InProcess,
            wrong_at_most: 5_000,
            verify: true,
        };
        assert_eq!(
            sharing_from(&stored_sharing(sharing).unwrap()),
            Some(sharing)
        );
        assert_eq!(
            sharing_from(&json!({"wrong_at_most": 10_000})),
            Some(Sharing::default())
        );
        for wrong in [
            json!({}),
            json!(null),
            json!({"wrong_at_most": 2_000_000}),
            json!([1]),
        ] {
            assert_eq!(sharing_from(&wrong), None);
        }
    }
}
