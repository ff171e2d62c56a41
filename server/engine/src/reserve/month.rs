//! A calendar month in UTC: the period of a budget.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fmt;
use std::time::SystemTime;

/// A month of a year, UTC. Later months compare greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// The month `moment` lies in.
    #[must_use]
    pub fn at(moment: SystemTime) -> Self {
        let timestamp = Timestamp::try_from(moment).unwrap_or(Timestamp::UNIX_EPOCH);
        let date = timestamp.to_zoned(TimeZone::UTC).date();
        Self {
            year: date.year(),
            month: date.month(),
        }
    }

    /// The month it is now.
    #[must_use]
    pub fn now() -> Self {
        Self::at(SystemTime::now())
    }

    /// Its first moment, milliseconds since 1970-01-01 UTC.
    #[must_use]
    pub fn start_ms(self) -> i64 {
        let first = jiff::civil::date(self.year, self.month, 1).to_zoned(TimeZone::UTC);
        first.map_or(0, |first| first.timestamp().as_millisecond())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::Month;
    use std::time::{Duration, SystemTime};

    #[test]
    fn months_turn_at_midnight_utc_and_are_ordered() {
        let last_second = SystemTime::UNIX_EPOCH + Duration::from_secs(31 * 86_400 - 1);
        let january = Month::at(last_second);
        assert_eq!(january.start_ms(), 0);
        let february = Month::at(last_second + Duration::from_secs(1));
        assert_eq!(
            (january.to_string(), february.to_string()),
            ("1970-01".into(), "1970-02".into())
        );
        assert!(january < february);
    }
}
