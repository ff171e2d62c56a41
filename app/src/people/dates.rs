//! Moments in words, in UTC, for pages that come without scripts.

/// Names of the months, January first.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `22 November 2026, 14:05 UTC` of milliseconds since 1970-01-01 UTC.
pub(super) fn in_words(ms: i64) -> String {
    let minutes = ms.div_euclid(60_000);
    let (day, minute) = (minutes.div_euclid(1_440), minutes.rem_euclid(1_440));
    let (year, month, day) = civil(day);
    let name = MONTHS.get(month).copied().unwrap_or_default();
    format!(
        "{day} {name} {year}, {:02}:{:02} UTC",
        minute / 60,
        minute % 60
    )
}

/// The day and month without the time.
pub(super) fn day_in_words(ms: i64) -> String {
    let (year, month, day) = civil(ms.div_euclid(86_400_000));
    let name = MONTHS.get(month).copied().unwrap_or_default();
    format!("{day} {name} {year}")
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
    use super::{day_in_words, in_words};

    #[test]
    fn moments_read_like_dates() {
        assert_eq!(in_words(0), "1 January 1970, 00:00 UTC");
        assert_eq!(in_words(951_782_400_000), "29 February 2000, 00:00 UTC");
        assert_eq!(in_words(1_795_356_300_000), "22 November 2026, 14:05 UTC");
        assert_eq!(day_in_words(-1), "31 December 1969");
    }
}
