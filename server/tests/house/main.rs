//! The house rules that a compiler does not check.

mod imports;
mod walkthrough;
