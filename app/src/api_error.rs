//! What a server function answers when it cannot: the contract's error, or no answer at all.
//!
//! Refuses to carry anything but safe words; the details stand in the server's log.

use crate::words::{spoken, t};
use contract::{AppError, ErrorCode};
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// A failed server function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiError {
    /// The server answered, and refused.
    Refused(AppError),
    /// No answer arrived: the browser is offline or the server is away.
    Unreachable,
}

impl ApiError {
    /// The class, for pages that choose layout by it.
    #[must_use]
    pub const fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused(error) => Some(error.code),
            Self::Unreachable => None,
        }
    }

    /// The words for the person, in the language of the page.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Refused(error) => spoken(&error.message),
            Self::Unreachable => {
                t!("The connection is gone. Nothing you typed is lost; try again in a moment.")
                    .to_owned()
            }
        }
    }

    /// The short id in the server's log, where there is one.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        match self {
            Self::Refused(error) if !error.reference.is_empty() => Some(&error.reference),
            _ => None,
        }
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for ApiError {}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        Self::Refused(error)
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        match value {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => unreadable(),
            // On the server only arguments are read; in the browser it is our own answer.
            ServerFnErrorErr::Deserialization(_) if cfg!(feature = "ssr") => unreadable(),
            _ => Self::Refused(AppError::new(
                ErrorCode::Internal,
                "Something went wrong on our side. Nothing you typed is lost; try again.",
            )),
        }
    }
}

fn unreadable() -> ApiError {
    ApiError::Refused(AppError::new(
        ErrorCode::Invalid,
        "The request could not be read.",
    ))
}
