//! Errors as people read them: what happened, what is safe, what to do next, and a short id.

use crate::words::{Language, Said};
use serde::{Deserialize, Serialize};

/// The outcome of every port.
pub type AppResult<T> = Result<T, AppError>;

/// The class of a failure. Pages choose layout and status code by it, never by text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Nobody is signed in on this host.
    SignedOut,
    /// The role does not include the right. The message names the right and who grants it.
    Denied,
    /// There is no such thing, or it belongs to somebody else: the same answer for both.
    NotFound,
    /// The input cannot be used as it is. The message names the field.
    Invalid,
    /// Somebody else changed it first.
    Conflict,
    /// Too many tries; `retry_after_seconds` says when to come back.
    Throttled,
    /// The workspace is suspended.
    Suspended,
    /// The budget is used up.
    OverBudget,
    /// The workspace's provider key is missing or was refused.
    KeyTrouble,
    /// The key that opens the workspace is switched off or out of reach: nothing of it can be read
    /// or written until it is back. Nothing is lost.
    Sealed,
    /// The model provider is down or unreachable.
    ProviderDown,
    /// Our own fault.
    Internal,
}

impl ErrorCode {
    /// The HTTP status this class answers with.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::SignedOut => 401,
            Self::Denied | Self::Suspended => 403,
            Self::NotFound => 404,
            Self::Invalid => 422,
            Self::Conflict => 409,
            Self::Throttled => 429,
            Self::OverBudget => 402,
            Self::KeyTrouble | Self::Sealed | Self::ProviderDown => 503,
            Self::Internal => 500,
        }
    }
}

/// A failure in safe words. It never carries provider text, SQL, paths or secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message} ({reference})")]
pub struct AppError {
    /// The class.
    pub code: ErrorCode,
    /// One or two sentences: what happened, what is safe, what to do next, who can do it.
    pub message: Said,
    /// A short id that also stands in the server's log; empty where there is nothing to look up.
    pub reference: String,
    /// Seconds until another try makes sense.
    pub retry_after_seconds: Option<u32>,
}

impl AppError {
    /// A failure of class `code` with a message for the person: a literal that the catalogue has, or what
    /// [`said!`](crate::said) makes.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<Said>) -> Self {
        Self {
            code,
            message: message.into(),
            reference: String::new(),
            retry_after_seconds: None,
        }
    }

    /// The one answer for things that do not exist and things that are not yours.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            ErrorCode::NotFound,
            crate::said!("There is nothing at this address, or it is not yours."),
        )
    }

    /// Adds the short id under which the log has the details.
    #[must_use]
    pub fn with_reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = reference.into();
        self
    }

    /// The same in `language`, for a reader who has no catalogue.
    #[must_use]
    pub fn settled(mut self, language: Language) -> Self {
        self.message = self.message.settled(language);
        self
    }

    /// Adds the time after which another try makes sense, in seconds.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }
}
