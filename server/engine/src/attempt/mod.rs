//! One upstream call for a turn, from the key to the last byte.
//!
//! Owns the request, the limits in time, the rule that nothing is released before the intent is
//! durable, and the bill. Refuses to decide what comes next: falling back is the turn's business.

mod begin;
mod call;
mod http;
mod make;
mod open;
mod reader;
mod upstream;

pub(crate) use begin::{egress_within, open_key};
pub(crate) use call::{Attempted, Call, GoesOn};
pub(crate) use make::{make_attempt, open_attempt, tell_of_refusal};
pub(crate) use open::{NotOpened, not_sent, refused};
