//! Who may ask which model: the one gate in front of every provider.
//!
//! Owns the facts, the decision and the [`Admission`] it results in. Refuses to look anything up:
//! the caller states the facts, this module judges them.

mod admit;
mod facts;
mod route;

pub use admit::{Admission, AdmissionFacts, Environment, Refusal, admit};
pub use contract::models::RouteOptions;
pub use facts::{Facts, TargetLimits};
pub use route::{Provider, Route, Strategy, Target, TargetKey};
