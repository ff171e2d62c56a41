//! The Converse dialect: requests as committed bodies, and what its framing adds to streams.

mod encoder;
mod requests;
mod streams;
