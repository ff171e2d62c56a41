//! When to come back, as HTTP providers say it.
//!
//! Owns `retry-after-ms`, `retry-after` in seconds and `retry-after` as a date. Refuses to read
//! the clock: a date stays a date until the caller, who has a clock, resolves it.

use std::time::{Duration, SystemTime};

/// Longest wait believed. A provider that says more is heard as this.
const LONGEST: Duration = Duration::from_hours(24);

/// A moment from which another try makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// After this time from now.
    Delay(Duration),
    /// At this moment.
    At(SystemTime),
}

impl RetryAfter {
    /// Reads the two headers; milliseconds win over seconds or a date. Unreadable is `None`.
    #[must_use]
    pub fn parse(retry_after_ms: Option<&str>, retry_after: Option<&str>) -> Option<Self> {
        if let Some(delay) = retry_after_ms.and_then(|text| parse_number(text, 1)) {
            return Some(Self::Delay(delay));
        }
        let text = retry_after?.trim();
        parse_number(text, 1_000)
            .map(Self::Delay)
            .or_else(|| httpdate::parse_http_date(text).ok().map(Self::At))
    }

    /// The wait from `now`; a moment in the past is no wait.
    #[must_use]
    pub fn from(self, now: SystemTime) -> Duration {
        match self {
            Self::Delay(delay) => delay,
            Self::At(moment) => moment.duration_since(now).unwrap_or_default(),
        }
        .min(LONGEST)
    }
}

/// A non-negative number, with or without fraction, of units of `unit_ms` milliseconds.
fn parse_number(text: &str, unit_ms: u64) -> Option<Duration> {
    let number: f64 = text.trim().parse().ok()?;
    if !number.is_finite() || number < 0.0 {
        return None;
    }
    let unit = Duration::from_millis(unit_ms).as_secs_f64();
    Duration::try_from_secs_f64((number * unit).min(LONGEST.as_secs_f64())).ok()
}

#[cfg(test)]
mod tests {
    use super::RetryAfter;
    use std::time::{Duration, SystemTime};

    #[test]
    fn milliseconds_win_over_seconds() {
        assert_eq!(
            RetryAfter::parse(Some("1500"), Some("20")),
            Some(RetryAfter::Delay(Duration::from_millis(1_500)))
        );
    }

    #[test]
    fn seconds_may_have_a_fraction_and_are_bounded() {
        assert_eq!(
            RetryAfter::parse(None, Some("0.5")),
            Some(RetryAfter::Delay(Duration::from_millis(500)))
        );
        assert_eq!(
            RetryAfter::parse(None, Some("1e300")),
            Some(RetryAfter::Delay(Duration::from_hours(24)))
        );
    }

    #[test]
    fn a_date_is_resolved_against_the_callers_clock() {
        let parsed = RetryAfter::parse(None, Some("Thu, 01 Jan 1970 00:01:00 GMT"));
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(50);
        assert_eq!(parsed.map(|at| at.from(now)), Some(Duration::from_secs(10)));
        let late = SystemTime::UNIX_EPOCH + Duration::from_secs(500);
        assert_eq!(parsed.map(|at| at.from(late)), Some(Duration::ZERO));
    }

    #[test]
    fn nonsense_is_nothing() {
        for text in ["", "soon", "-3", "NaN", "inf"] {
            assert_eq!(RetryAfter::parse(Some(text), Some(text)), None, "{text}");
        }
    }
}
