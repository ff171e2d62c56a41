//! The engine against real sockets: a scripted provider, a recording ledger, and a real inference
//! server where one is running.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and says what it did not do"
)]

mod answers;
mod aws_signature;
mod budget;
mod cached;
mod continuing;
mod cooling;
mod cut;
mod dialects;
mod faults;
mod flights;
mod flood;
mod harness;
mod key_check;
mod ledger;
mod limits;
mod llama;
mod refusals;
mod restart;
mod route_options;
mod similar;
mod slow;
mod stopping;
mod streams;
mod upstream;
mod vectors;
