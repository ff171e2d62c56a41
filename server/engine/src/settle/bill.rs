//! What one attempt used and cost.
//!
//! Owns the rule for each way an attempt can end. Zero is a number, missing is not zero.

use crate::reserve::estimate_tokens;
use contract::{NanoUsd, Price, TokenCounts};
use wire::Usage;

/// How an attempt is charged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Charge {
    /// The provider did no work: refused, or never reached.
    Nothing,
    /// The provider may have worked: its own counts where it sent them, our estimate otherwise.
    Used,
}

/// Usage and cost of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bill {
    /// Tokens; `None` where nothing was used.
    pub(crate) usage: Option<Usage>,
    /// The tokens are our estimate.
    pub(crate) estimated: bool,
    /// Cost; `None` where the price is unknown.
    pub(crate) cost: Option<NanoUsd>,
    /// What tokens from the provider's prompt cache cost less than fresh ones; `None`: there were
    /// none, or a price is unknown.
    pub(crate) saved_by_cache: Option<NanoUsd>,
}

impl Bill {
    /// Tokens of every kind, as limits count them.
    pub(crate) fn tokens(&self) -> u64 {
        self.usage.map_or(0, |usage| {
            usage.input_total().saturating_add(usage.output_total())
        })
    }

    /// The bill for `charge`, given the provider's counts, our estimate of the input and the bytes
    /// of output seen, hidden reasoning apart.
    pub(crate) fn new(
        charge: Charge,
        price: Option<Price>,
        counted: Option<Usage>,
        estimated_input: u64,
        output_bytes: u64,
        reasoning_bytes: u64,
    ) -> Self {
        if charge == Charge::Nothing && counted.is_none() {
            return Self {
                usage: None,
                estimated: false,
                cost: Some(NanoUsd::ZERO),
                saved_by_cache: None,
            };
        }
        let usage = counted.unwrap_or(Usage {
            fresh_input: estimated_input,
            cached_input: 0,
            cache_write: 0,
            reasoning: estimate_tokens(reasoning_bytes),
            output: estimate_tokens(output_bytes),
        });
        Self {
            usage: Some(usage),
            estimated: counted.is_none(),
            cost: price.map(|price| {
                price.cost_of(TokenCounts {
                    fresh: usage.fresh_input,
                    cached: usage.cached_input,
                    cache_write: usage.cache_write,
                    output: usage.output_total(),
                })
            }),
            saved_by_cache: price
                .filter(|_| usage.cached_input > 0)
                .and_then(|price| price.saved_by_cache(usage.cached_input)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bill, Charge};
    use contract::{NanoUsd, Price};
    use wire::Usage;

    const PRICE: Price = Price::new(NanoUsd::new(1_000_000), NanoUsd::new(2_000_000));

    #[test]
    fn a_refusal_costs_zero_even_without_a_price() {
        let bill = Bill::new(Charge::Nothing, None, None, 100, 0, 0);
        assert_eq!((bill.usage, bill.cost), (None, Some(NanoUsd::ZERO)));
        assert!(!bill.estimated);
    }

    #[test]
    fn the_providers_counts_win_and_estimates_are_marked() {
        let counted = Usage {
            fresh_input: 10,
            cached_input: 5,
            cache_write: 0,
            reasoning: 3,
            output: 2,
        };
        let bill = Bill::new(Charge::Used, Some(PRICE), Some(counted), 999, 999, 0);
        assert_eq!(bill.cost, Some(NanoUsd::new(25)));
        assert!(!bill.estimated);
        let bill = Bill::new(Charge::Used, Some(PRICE), None, 10, 9, 4);
        assert_eq!(bill.usage.map(Usage::output_total), Some(4));
        assert_eq!(bill.cost, Some(NanoUsd::new(18)));
        assert!(bill.estimated);
    }

    #[test]
    fn an_unknown_price_is_no_cost_known() {
        assert_eq!(Bill::new(Charge::Used, None, None, 1, 1, 0).cost, None);
    }
}
