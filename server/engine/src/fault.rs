//! Why there is no answer, or only half of one.
//!
//! Owns the classes and whom each is blamed on. Refuses provider text.

use crate::admission::RouteOptions;
use wire::ProviderFault;

/// The class of a failure. `retry_after` travels beside it in [`crate::Ended`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The workspace's key is missing, sealed or cannot be opened.
    NoKey,
    /// The provider refuses the key.
    KeyRejected,
    /// The account behind the key has no credit.
    NoCredit,
    /// Too many requests for this key and model just now.
    RateLimited,
    /// The provider failed, is overloaded or unreachable.
    ProviderDown,
    /// The provider took longer than a limit allows.
    Timeout,
    /// The stream ended before the answer did.
    Cut,
    /// The provider cannot use the request.
    BadRequest,
    /// The conversation is longer than the model can read.
    ContextTooLong,
    /// The provider's policy forbids the content.
    ContentPolicy,
    /// No such model or no API at the address.
    ModelNotFound,
    /// A budget does not cover another answer.
    OverBudget,
    /// The asker, or those they belong to, have asked too much in a short time.
    TooFast,
    /// The ledger could not record the intent, so nothing may be released.
    LedgerDown,
    /// The address of the provider is private, or otherwise not allowed.
    EgressRefused,
    /// No target of the route may be asked this: by region, by what it can do, or for want of a price.
    NoTarget,
    /// Our own fault.
    Internal,
}

/// Whose circuit a fault counts against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blame {
    /// The key, whatever the model.
    Key,
    /// The key with this model.
    KeyAndModel,
    /// The address and model, whatever the key.
    Target,
    /// Nobody: the request or ourselves.
    Nobody,
}

impl Fault {
    /// The stable code that is stored in the ledger.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoKey => "no_key",
            Self::KeyRejected => "key_rejected",
            Self::NoCredit => "no_credit",
            Self::RateLimited => "rate_limited",
            Self::ProviderDown => "provider_down",
            Self::Timeout => "timeout",
            Self::Cut => "cut",
            Self::BadRequest => "bad_request",
            Self::ContextTooLong => "context_too_long",
            Self::ContentPolicy => "content_policy",
            Self::ModelNotFound => "model_not_found",
            Self::OverBudget => "over_budget",
            Self::TooFast => "too_fast",
            Self::LedgerDown => "ledger_down",
            Self::EgressRefused => "egress_refused",
            Self::NoTarget => "no_target",
            Self::Internal => "internal",
        }
    }

    pub(crate) const fn blame(self) -> Blame {
        match self {
            Self::KeyRejected | Self::NoCredit => Blame::Key,
            Self::RateLimited => Blame::KeyAndModel,
            Self::ProviderDown | Self::Timeout | Self::Cut => Blame::Target,
            _ => Blame::Nobody,
        }
    }

    /// Another try may not meet it: the provider went away, or broke off.
    pub(crate) const fn passes(self) -> bool {
        matches!(self, Self::ProviderDown | Self::Cut)
    }

    /// Another target may do better. What is wrong with the question is not shopped around, unless
    /// the route says so; a missing ledger, budget or patience is the same
    /// everywhere.
    pub(crate) const fn may_fall_back(self, options: &RouteOptions) -> bool {
        match self {
            Self::ContentPolicy => options.declined_elsewhere,
            Self::ContextTooLong => options.longer_elsewhere,
            Self::BadRequest
            | Self::OverBudget
            | Self::TooFast
            | Self::LedgerDown
            | Self::NoTarget
            | Self::Internal => false,
            _ => true,
        }
    }
}

impl From<ProviderFault> for Fault {
    fn from(fault: ProviderFault) -> Self {
        match fault {
            ProviderFault::KeyRejected => Self::KeyRejected,
            ProviderFault::NoCredit => Self::NoCredit,
            ProviderFault::RateLimited => Self::RateLimited,
            ProviderFault::ModelNotFound => Self::ModelNotFound,
            ProviderFault::ContextTooLong => Self::ContextTooLong,
            ProviderFault::ContentPolicy => Self::ContentPolicy,
            ProviderFault::BadRequest => Self::BadRequest,
            ProviderFault::Timeout => Self::Timeout,
            ProviderFault::Down => Self::ProviderDown,
        }
    }
}
