//! Money as integers. One unit is one billionth of a US dollar; nothing here is ever a float.

use serde::{Deserialize, Serialize};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

/// An amount in nano-USD (1 USD = 1,000,000,000).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct NanoUsd(i64);

impl NanoUsd {
    /// No money at all. Zero is a number; a missing amount is `None`.
    pub const ZERO: Self = Self(0);
    /// Nano-USD in one dollar.
    pub const PER_USD: i64 = 1_000_000_000;

    /// An amount of `nano` billionths of a dollar.
    #[must_use]
    pub const fn new(nano: i64) -> Self {
        Self(nano)
    }

    /// An amount of whole dollars.
    #[must_use]
    pub const fn from_usd(usd: i64) -> Self {
        Self(usd.saturating_mul(Self::PER_USD))
    }

    /// The bare integer, in nano-USD.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// `$ 12.40`: dollars and cents, rounded half up. Amounts below a cent show four digits more.
    #[must_use]
    pub fn display_usd(self) -> String {
        let (sign, nano) = if self.0 < 0 {
            ("-", self.0.unsigned_abs())
        } else {
            ("", self.0.unsigned_abs())
        };
        if nano > 0 && nano < 10_000_000 {
            let micro = (nano + 500) / 1_000;
            return format!("{sign}$ 0.{micro:06}");
        }
        let cents = (nano + 5_000_000) / 10_000_000;
        format!("{sign}$ {}.{:02}", cents / 100, cents % 100)
    }
}

impl Add for NanoUsd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for NanoUsd {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for NanoUsd {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for NanoUsd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// What a model charges, in nano-USD per million tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Fresh input tokens.
    pub input: NanoUsd,
    /// Output tokens, reasoning included.
    pub output: NanoUsd,
}

impl Price {
    /// What `input` and `output` tokens cost at this price, rounded up to the next nano-USD so
    /// that a budget is never undercut by rounding.
    #[must_use]
    pub fn cost(self, input: u64, output: u64) -> NanoUsd {
        let total = i128::from(self.input.0) * i128::from(input)
            + i128::from(self.output.0) * i128::from(output);
        let nano = (total + 999_999) / 1_000_000;
        NanoUsd(i64::try_from(nano).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::{NanoUsd, Price};

    #[test]
    fn amounts_read_like_money() {
        assert_eq!(NanoUsd::new(12_400_000_000).display_usd(), "$ 12.40");
        assert_eq!(NanoUsd::new(1_000).display_usd(), "$ 0.000001");
        assert_eq!(NanoUsd::ZERO.display_usd(), "$ 0.00");
        assert_eq!(NanoUsd::new(-5_000_000_000).display_usd(), "-$ 5.00");
    }

    #[test]
    fn cost_rounds_up_and_never_overflows() {
        let demo = Price {
            input: NanoUsd::from_usd(1),
            output: NanoUsd::from_usd(2),
        };
        assert_eq!(demo.cost(1, 0), NanoUsd::new(1_000));
        assert_eq!(demo.cost(1_000_000, 1_000_000), NanoUsd::from_usd(3));
        assert_eq!(
            Price {
                input: NanoUsd::new(1),
                output: NanoUsd::ZERO
            }
            .cost(1, 0),
            NanoUsd::new(1)
        );
        assert_eq!(demo.cost(u64::MAX, u64::MAX), NanoUsd::new(i64::MAX));
    }
}
