//! Moments in words, in UTC, for pages that come without scripts.

use crate::words::t;
use contract::Said;
use contract::words::month as month_of;

/// `22 November 2026, 14:05 UTC` of milliseconds since 1970-01-01 UTC.
pub(crate) fn in_words(ms: i64) -> String {
    let minute = ms.div_euclid(60_000).rem_euclid(1_440);
    t!(
        "{day}, {time} UTC",
        day = day_in_words(ms),
        time = format!("{:02}:{:02}", minute / 60, minute % 60)
    )
}

/// The day and month without the time.
pub(crate) fn day_in_words(ms: i64) -> String {
    let (year, month, day) = civil(ms.div_euclid(86_400_000));
    t!(
        "{day} {month} {year}",
        day = day,
        month = name_of(month),
        year = year
    )
}

/// `22 November`.
pub(crate) fn day_and_month(ms: i64) -> String {
    let (_, month, day) = civil(ms.div_euclid(86_400_000));
    t!("{day} {month}", day = day, month = name_of(month))
}

/// The name of a month counted from zero.
fn name_of(month: usize) -> Said {
    month_of(u8::try_from(month + 1).unwrap_or_default())
}

/// `2026-11-22` and `14:05:09`: where seconds matter, and days are compared.
pub(crate) fn exact(ms: i64) -> (String, String) {
    let second = ms.div_euclid(1_000).rem_euclid(86_400);
    let time = format!(
        "{:02}:{:02}:{:02}",
        second / 3_600,
        second / 60 % 60,
        second % 60
    );
    (date_field(ms), time)
}

/// How long ago a moment was, seen from `now`, both in milliseconds since 1970-01-01 UTC.
pub(crate) fn ago(ms: i64, now: i64) -> String {
    let minutes = (now - ms).max(0) / 60_000;
    match (minutes, minutes / 60, minutes / 1_440) {
        (0, ..) => t!("just now").to_owned(),
        (1..=59, ..) => t!("{minutes} min ago", minutes = minutes),
        (_, 1, _) => t!("1 hour ago").to_owned(),
        (_, hours @ 2..=23, _) => t!("{hours} hours ago", hours = hours),
        (.., 1) => t!("yesterday").to_owned(),
        (.., days @ 2..=30) => t!("{days} days ago", days = days),
        _ => day_in_words(ms),
    }
}

/// Now, in milliseconds since 1970-01-01 UTC, by the server's clock.
pub(crate) fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

/// `2026-11-30`, as a date field wants it.
pub(crate) fn date_field(ms: i64) -> String {
    let (year, month, day) = civil(ms.div_euclid(86_400_000));
    format!("{year:04}-{:02}-{day:02}", month + 1)
}

/// The first moment of a day, UTC, as a date field gives it. `None`: not a date.
pub fn from_date_field(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let (shifted_year, from_march) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let era = shifted_year.div_euclid(400);
    let of_era = shifted_year.rem_euclid(400);
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(days * 86_400_000)
}

/// Year, month from zero and day of the month of a day counted from 1970-01-01, in the Gregorian
/// calendar. Years are counted from March so that the leap day is the last of its year.
fn civil(day: i64) -> (i64, usize, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * from_march + 2) / 5 + 1;
    let month = (from_march + 2) % 12;
    let year = year_of_era + era * 400 + i64::from(from_march >= 10);
    (year, usize::try_from(month).unwrap_or(0), day_of_month)
}

#[cfg(test)]
mod tests {
    use super::{ago, date_field, day_in_words, from_date_field, in_words};

    #[test]
    fn how_long_ago() {
        let now = 1_795_356_300_000;
        let minutes = |count: i64| ago(now - count * 60_000, now);
        assert_eq!(minutes(0), "just now");
        assert_eq!(minutes(2), "2 min ago");
        assert_eq!(minutes(60), "1 hour ago");
        assert_eq!(minutes(23 * 60), "23 hours ago");
        assert_eq!(minutes(24 * 60), "yesterday");
        assert_eq!(minutes(6 * 24 * 60), "6 days ago");
        assert_eq!(minutes(60 * 24 * 60), "23 September 2026");
    }

    #[test]
    fn date_fields_go_both_ways() {
        for day in [0, 59, 11_016, 20_779, 20_780, 40_000] {
            let ms = day * 86_400_000;
            assert_eq!(from_date_field(&date_field(ms)), Some(ms));
        }
        for wrong in ["", "2026", "2026-13-01", "2026-00-10", "x-y-z"] {
            assert_eq!(from_date_field(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn moments_read_like_dates() {
        assert_eq!(in_words(0), "1 January 1970, 00:00 UTC");
        assert_eq!(in_words(951_782_400_000), "29 February 2000, 00:00 UTC");
        assert_eq!(in_words(1_795_356_300_000), "22 November 2026, 14:05 UTC");
        assert_eq!(day_in_words(-1), "31 December 1969");
    }
}
