//! What a provider's refusal means, whoever the provider is.
//!
//! Owns the classes, chosen so that each has one culprit (key, key and model, target, or the
//! request itself). Refuses to carry the provider's own words: they may echo prompts or keys.

use crate::retry_after::RetryAfter;
use std::fmt;

/// The class of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProviderFault {
    /// The key is wrong, revoked or not allowed here.
    KeyRejected,
    /// The account behind the key has no credit or has reached its own spend limit.
    NoCredit,
    /// Too many requests or tokens for this key and model just now.
    RateLimited,
    /// No such model, deployment or path.
    ModelNotFound,
    /// The conversation does not fit the model's context.
    ContextTooLong,
    /// The provider's policy forbids the content.
    ContentPolicy,
    /// The request is wrong in another way.
    BadRequest,
    /// The provider took too long and said so.
    Timeout,
    /// The provider failed or is overloaded.
    Down,
}

/// A refusal as far as it may be kept and logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The class.
    pub fault: ProviderFault,
    /// The provider's machine-readable code, at most 64 characters of `[a-z0-9_.-]`.
    pub code: Option<String>,
    /// When another try makes sense, where the provider said so.
    pub retry_after: Option<RetryAfter>,
}

impl Refused {
    /// A refusal of which nothing but the class is known.
    #[must_use]
    pub const fn new(fault: ProviderFault) -> Self {
        Self {
            fault,
            code: None,
            retry_after: None,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{:?} ({code})", self.fault),
            None => write!(f, "{:?}", self.fault),
        }
    }
}
