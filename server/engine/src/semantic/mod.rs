//! The same question in other words.

pub mod guard;
