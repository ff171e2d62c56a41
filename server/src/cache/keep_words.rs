//! For how long answers are kept, as people write it.

use contract::savings::{CacheKeep, KEPT_MAX_MINUTES};

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;

/// `10m`, `2h` or `1d`; `off`: none are kept; `usual`: as the installation is set.
///
/// # Errors
/// A sentence naming what is wrong.
pub fn parse_keep(text: &str) -> Result<CacheKeep, String> {
    let wrong =
        || format!("`{text}` is not a time to keep answers; use e.g. 10m, 2h, 1d, off or usual");
    match text {
        "off" => return Ok(CacheKeep::Off),
        "usual" => return Ok(CacheKeep::Usual),
        _ => {}
    }
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let minutes = match unit {
        'm' => 1,
        'h' => HOUR,
        'd' => DAY,
        _ => return Err(wrong()),
    };
    let count: u32 = text[..text.len() - unit.len_utf8()]
        .parse()
        .map_err(|_| wrong())?;
    let minutes = count.checked_mul(minutes).ok_or_else(wrong)?;
    if (1..=KEPT_MAX_MINUTES).contains(&minutes) {
        return Ok(CacheKeep::Minutes(minutes));
    }
    Err("answers can be kept for between one minute and seven days".to_owned())
}

/// What [`parse_keep`] reads, with the largest unit that fits.
#[must_use]
pub fn keep_in_words(keep: CacheKeep) -> String {
    match keep {
        CacheKeep::Usual => "usual".to_owned(),
        CacheKeep::Off => "off".to_owned(),
        CacheKeep::Minutes(minutes) if minutes.is_multiple_of(DAY) => format!("{}d", minutes / DAY),
        CacheKeep::Minutes(minutes) if minutes.is_multiple_of(HOUR) => {
            format!("{}h", minutes / HOUR)
        }
        CacheKeep::Minutes(minutes) => format!("{minutes}m"),
    }
}

#[cfg(test)]
mod tests {
    use super::{keep_in_words, parse_keep};
    use contract::savings::CacheKeep;

    #[test]
    fn times_are_read_as_people_write_them_and_written_back() {
        for (text, keep) in [
            ("10m", CacheKeep::Minutes(10)),
            ("2h", CacheKeep::Minutes(120)),
            ("1d", CacheKeep::Minutes(1_440)),
            ("off", CacheKeep::Off),
            ("usual", CacheKeep::Usual),
        ] {
            assert_eq!(parse_keep(text), Ok(keep));
            assert_eq!(keep_in_words(keep), text);
        }
        for wrong in [
            "",
            "m",
            "10",
            "10s",
            "-1m",
            "1.5h",
            "4294967295d",
            "10µ",
            "0m",
            "8d",
        ] {
            assert!(parse_keep(wrong).is_err(), "{wrong}");
        }
    }
}
