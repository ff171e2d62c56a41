//! Money as integers. One unit is one billionth of a US dollar; nothing here is ever a float.

use crate::words::{Language, decimal};
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

    /// US dollars as people write them, `40` or `2.50`, with up to nine decimals, exactly: no floating
    /// point on the way. `None`: not an amount.
    #[must_use]
    pub fn parse_usd(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 9 {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let fraction: i64 = format!("{fraction:0<9}").parse().ok()?;
        let nano = whole.checked_mul(Self::PER_USD)?.checked_add(fraction)?;
        Some(Self(nano))
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

    /// The same as `language` writes it: `$ 12.40`, `12,40 $`.
    #[must_use]
    pub fn display_in(self, language: Language) -> String {
        let english = self.display_usd();
        match language {
            Language::English | Language::Mirrored => english,
            Language::German => format!("{} $", decimal(&english.replace("$ ", ""), language)),
        }
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
    /// Input tokens from the provider's prompt cache; `None`: as fresh ones.
    #[serde(default)]
    pub cached: Option<NanoUsd>,
    /// Input tokens put into that cache; `None`: as fresh ones.
    #[serde(default)]
    pub cache_write: Option<NanoUsd>,
}

/// Tokens by price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenCounts {
    /// Read anew.
    pub fresh: u64,
    /// Read from the provider's prompt cache.
    pub cached: u64,
    /// Read anew and put into it.
    pub cache_write: u64,
    /// Written, reasoning included.
    pub output: u64,
}

impl Price {
    /// A price without one of its own for the prompt cache.
    #[must_use]
    pub const fn new(input: NanoUsd, output: NanoUsd) -> Self {
        Self {
            input,
            output,
            cached: None,
            cache_write: None,
        }
    }

    /// What these tokens cost at this price, rounded up to the next nano-USD so that a budget is
    /// never undercut by rounding.
    #[must_use]
    pub fn cost_of(self, tokens: TokenCounts) -> NanoUsd {
        let of = |price: NanoUsd, count: u64| i128::from(price.0) * i128::from(count);
        let total = of(self.input, tokens.fresh)
            + of(self.cached.unwrap_or(self.input), tokens.cached)
            + of(self.cache_write.unwrap_or(self.input), tokens.cache_write)
            + of(self.output, tokens.output);
        let nano = (total + 999_999) / 1_000_000;
        NanoUsd(i64::try_from(nano).unwrap_or(i64::MAX))
    }

    /// What `cached` tokens from the provider's prompt cache cost less than if they had been read
    /// anew, rounded down. `None`: the price of such tokens is not known.
    #[must_use]
    pub fn saved_by_cache(self, cached: u64) -> Option<NanoUsd> {
        let less = i128::from(self.input.0) - i128::from(self.cached?.0);
        let nano = (less * i128::from(cached)).div_euclid(1_000_000);
        Some(NanoUsd(i64::try_from(nano).unwrap_or(i64::MAX)))
    }

    /// The most that `input` and `output` tokens can cost, wherever the input comes from.
    #[must_use]
    pub fn cost(self, input: u64, output: u64) -> NanoUsd {
        let dearer = self.cache_write.is_some_and(|write| write > self.input);
        let (fresh, cache_write) = if dearer { (0, input) } else { (input, 0) };
        self.cost_of(TokenCounts {
            fresh,
            cache_write,
            output,
            ..TokenCounts::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{NanoUsd, Price, TokenCounts};

    #[test]
    fn amounts_read_like_money() {
        assert_eq!(NanoUsd::new(12_400_000_000).display_usd(), "$ 12.40");
        assert_eq!(NanoUsd::new(1_000).display_usd(), "$ 0.000001");
        assert_eq!(NanoUsd::ZERO.display_usd(), "$ 0.00");
        assert_eq!(NanoUsd::new(-5_000_000_000).display_usd(), "-$ 5.00");
    }

    #[test]
    fn the_prompt_cache_has_prices_of_its_own_or_that_of_any_token() {
        let mut price = Price::new(NanoUsd::from_usd(3), NanoUsd::from_usd(15));
        let tokens = TokenCounts {
            fresh: 1_000_000,
            cached: 1_000_000,
            cache_write: 1_000_000,
            output: 0,
        };
        assert_eq!(price.cost_of(tokens), NanoUsd::from_usd(9));
        assert_eq!(price.saved_by_cache(1_000_000), None);
        assert_eq!(price.cost(1_000_000, 0), NanoUsd::from_usd(3));
        price.cached = Some(NanoUsd::new(300_000_000));
        price.cache_write = Some(NanoUsd::from_usd(4));
        assert_eq!(price.cost_of(tokens), NanoUsd::new(7_300_000_000));
        assert_eq!(
            price.saved_by_cache(1_000_001),
            Some(NanoUsd::new(2_700_002_700))
        );
        // Nobody knows beforehand what will be in the cache: the dearest is held.
        assert_eq!(price.cost(1_000_000, 0), NanoUsd::from_usd(4));
    }

    #[test]
    fn cost_rounds_up_and_never_overflows() {
        let demo = Price::new(NanoUsd::from_usd(1), NanoUsd::from_usd(2));
        assert_eq!(demo.cost(1, 0), NanoUsd::new(1_000));
        assert_eq!(demo.cost(1_000_000, 1_000_000), NanoUsd::from_usd(3));
        assert_eq!(
            Price::new(NanoUsd::new(1), NanoUsd::ZERO).cost(1, 0),
            NanoUsd::new(1)
        );
        assert_eq!(demo.cost(u64::MAX, u64::MAX), NanoUsd::new(i64::MAX));
    }
}
