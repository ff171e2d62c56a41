//! Sign-on over OpenID Connect: the code flow with PKCE, and what a provider says later.
//!
//! Owns everything between a provider's document and claims that are proven. Refuses every switch of the
//! library that makes it believe more; what is absent counts as refused.

mod claims;
mod code;
mod discover;
mod fetch;
mod keys;
mod provider;
pub mod settings;
mod signed;

pub(crate) use claims::{judge_audience, judge_issuer, judge_tenant, judge_time, text, texts};
pub(crate) use code::{Grant, Secrets, ask_address, exchange};
pub(crate) use provider::Providers;
pub(crate) use signed::{Claims, Unjudged};
