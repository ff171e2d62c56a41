//! What goes wrong at a door, before each language finds its own words for it.
//!
//! Owns the classes as a program has to tell them apart, and whether another try makes sense.
//! Refuses the provider's words: a program is told whose move it is, and nothing that a provider
//! wrote.

use super::asked::WrongInput;
use crate::event::WireError;
use crate::fault::{ProviderFault, Refused};
use std::time::Duration;

/// The class of a trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TroubleKind {
    /// The request is wrong.
    BadRequest,
    /// The body is too large.
    TooLarge,
    /// The conversation does not fit the model's context.
    ContextTooLong,
    /// The content is forbidden.
    ContentPolicy,
    /// No key, a wrong one, or one that was revoked or has expired: the program's, not a provider's.
    KeyRejected,
    /// The key may not do this, or not from there.
    Forbidden,
    /// No such model, or none that this key may use.
    ModelNotFound,
    /// Too many requests or tokens just now.
    RateLimited,
    /// A budget is used up.
    BudgetUsed,
    /// Nobody can answer just now; somebody will again.
    Resting,
    /// The workspace's key or account at the provider does not work, or its route names a model that
    /// is not there. Another try changes nothing until somebody mends it.
    Misconfigured,
    /// It took too long.
    Timeout,
    /// The provider failed, or the answer broke off.
    Upstream,
    /// We failed.
    Internal,
}

/// Something that went wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Trouble {
    /// The class.
    pub kind: TroubleKind,
    /// What the program's developer reads.
    pub message: String,
    /// The field that is wrong.
    pub field: Option<String>,
    /// From when on another try makes sense.
    pub retry_after: Option<Duration>,
}

/// A refusal as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Headers beside the content type, which is JSON.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Trouble {
    /// A trouble in our standing words for its class.
    #[must_use]
    pub fn new(kind: TroubleKind) -> Self {
        Self {
            kind,
            message: kind.words().to_owned(),
            field: None,
            retry_after: None,
        }
    }

    pub(crate) fn broken_arguments() -> Self {
        Self {
            message: "The model asked for a tool with arguments that are no JSON object.".into(),
            ..Self::new(TroubleKind::Upstream)
        }
    }

    /// Headers that tell programs' libraries whether and when to try again. Without the first they
    /// decide by the status alone, and would ask again for what only a person can change.
    pub(super) fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![("x-should-retry", self.kind.may_retry().to_string())];
        // No moment is named where another try changes nothing at any moment.
        if let Some(delay) = self.retry_after.filter(|_| self.kind.may_retry()) {
            // Rounded up: who comes back a moment too early is refused again.
            let seconds = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
            headers.push(("retry-after", seconds.to_string()));
            headers.push(("retry-after-ms", delay.as_millis().to_string()));
        }
        headers
    }
}

impl TroubleKind {
    /// Another try, later, may go well although nobody did anything.
    #[must_use]
    pub const fn may_retry(self) -> bool {
        matches!(
            self,
            Self::RateLimited | Self::Resting | Self::Timeout | Self::Upstream | Self::Internal
        )
    }

    const fn words(self) -> &'static str {
        match self {
            Self::BadRequest => "The request is wrong.",
            Self::TooLarge => "The request is too large.",
            // Programs look for these words; each language has its own.
            Self::ContextTooLong => {
                "The prompt is too long: its token count exceeds the model's context length."
            }
            Self::ContentPolicy => "The content is not allowed by the provider's policy.",
            Self::KeyRejected => "The key is missing, wrong, expired or revoked.",
            Self::Forbidden => "This key is not allowed to do this.",
            Self::ModelNotFound => "There is no such model for this key.",
            Self::RateLimited => "Too many requests. Please try again later.",
            Self::BudgetUsed => "The budget is used up.",
            Self::Resting => "No provider can answer just now. Please try again later.",
            Self::Misconfigured => {
                "The workspace's access to the provider does not work. Its administrators can mend it."
            }
            Self::Timeout => "The answer took too long.",
            Self::Upstream => "The provider failed before the answer was complete.",
            Self::Internal => "Something went wrong on our side.",
        }
    }
}

impl From<WrongInput> for Trouble {
    fn from(wrong: WrongInput) -> Self {
        Self {
            message: wrong.to_string(),
            field: wrong.field,
            ..Self::new(TroubleKind::BadRequest)
        }
    }
}

impl From<&Refused> for Trouble {
    fn from(refused: &Refused) -> Self {
        Self::new(match refused.fault {
            // Whose key it is decides who can do something: not the program.
            ProviderFault::KeyRejected | ProviderFault::NoCredit | ProviderFault::ModelNotFound => {
                TroubleKind::Misconfigured
            }
            ProviderFault::RateLimited => TroubleKind::RateLimited,
            ProviderFault::ContextTooLong => TroubleKind::ContextTooLong,
            ProviderFault::ContentPolicy => TroubleKind::ContentPolicy,
            ProviderFault::BadRequest => TroubleKind::BadRequest,
            ProviderFault::Timeout => TroubleKind::Timeout,
            ProviderFault::Down => TroubleKind::Upstream,
        })
    }
}

impl From<&WireError> for Trouble {
    fn from(error: &WireError) -> Self {
        match error {
            WireError::Refused(refused) => refused.into(),
            WireError::Cut | WireError::TooLarge { .. } => Self::new(TroubleKind::Upstream),
        }
    }
}
