//! The house rules that a compiler does not check.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod imports;
mod walkthrough;
