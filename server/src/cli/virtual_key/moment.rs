//! Moments and times at the terminal.

use crate::cli::Refused;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::time::Duration;

/// A time like `90d`, `12h` or `30m`; `0` is none.
pub(super) fn time(text: &str) -> Result<Duration, Refused> {
    let wrong = || format!("`{text}` is not a time; use e.g. 30m, 24h or 7d");
    let text = text.trim();
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let minutes = match unit {
        'm' => 1,
        'h' => 60,
        'd' => 24 * 60,
        _ => return Err(wrong().into()),
    };
    let count: u32 = text[..text.len() - unit.len_utf8()]
        .parse()
        .map_err(|_| wrong())?;
    Ok(Duration::from_secs(u64::from(count) * minutes * 60))
}

/// The end of a day (UTC), or so long after `now`; milliseconds since 1970-01-01 UTC.
pub(super) fn moment(text: &str, now: i64) -> Result<i64, Refused> {
    if let Ok(day) = text.trim().parse::<Date>() {
        let next = day.tomorrow().map_err(|error| error.to_string())?;
        let end = next
            .to_zoned(TimeZone::UTC)
            .map_err(|error| error.to_string())?;
        return Ok(end.timestamp().as_millisecond());
    }
    let after = time(text).map_err(|_| {
        format!("`{text}` is neither a day like 2027-01-31 nor a time like 90d or 12h")
    })?;
    Ok(now.saturating_add(i64::try_from(after.as_millis())?))
}

#[cfg(test)]
mod tests {
    use super::{moment, time};
    use std::time::Duration;

    #[test]
    fn times_and_days_are_read_as_people_write_them() {
        assert_eq!(time("0").unwrap(), Duration::ZERO);
        assert_eq!(time("24h").unwrap(), Duration::from_hours(24));
        assert_eq!(time("7d").unwrap(), Duration::from_hours(168));
        for wrong in ["", "h", "10", "10s", "-1h", "1.5h", "99999999999d", "10µ"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
        assert_eq!(moment("30m", 1_000).unwrap(), 1_801_000);
        // The last moment of the day still belongs to it.
        assert_eq!(moment("2026-11-22", 0).unwrap(), 1_795_392_000_000);
        for wrong in ["", "2026-13-01", "tomorrow"] {
            assert!(moment(wrong, 0).is_err(), "{wrong}");
        }
    }
}
