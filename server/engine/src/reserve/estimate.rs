//! What an answer may cost before anybody knows.
//!
//! Owns the two rules of thumb: four bytes a token, and the highest output the request allows.

use contract::{NanoUsd, Price};

/// Bytes of text that make about one token.
const BYTES_PER_TOKEN: u64 = 4;

/// Tokens in `bytes` of text, rounded up.
pub(crate) const fn estimate_tokens(bytes: u64) -> u64 {
    bytes.div_ceil(BYTES_PER_TOKEN)
}

/// The most an attempt costs at `price`; zero where the price is unknown, which only an
/// admission without a budget allows.
pub(crate) fn estimate_cost(price: Option<Price>, input: u64, max_output: u32) -> NanoUsd {
    price.map_or(NanoUsd::ZERO, |price| {
        price.cost(input, u64::from(max_output))
    })
}
