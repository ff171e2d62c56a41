//! The server half of every server function: who asks, which port, which status code.
//!
//! Refuses authorisation: that stands behind the ports, so that no page can forget it.

use crate::api_error::ApiError;
use crate::request::Visit;
use contract::{AppError, AppResult, Caller, ErrorCode, Ports};
use http::StatusCode;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// The person who asks, or `SignedOut`.
pub fn caller() -> Result<Caller, ApiError> {
    use_context::<Visit>()
        .and_then(|visit| visit.caller().cloned())
        .ok_or_else(|| {
            fail(AppError::new(
                ErrorCode::SignedOut,
                "You are signed out. Sign in again; nothing you typed is lost.",
            ))
        })
}

/// The backend of this request.
pub fn ports() -> Result<Ports, ApiError> {
    use_context::<Ports>().ok_or_else(|| {
        fail(AppError::new(
            ErrorCode::Internal,
            "Something went wrong on our side. Try again.",
        ))
    })
}

/// Turns a port's outcome into a server function's, with the status its class asks for.
pub fn answer<T>(outcome: AppResult<T>) -> Result<T, ApiError> {
    outcome.map_err(fail)
}

/// Answers this request with the status that belongs to `error`.
pub fn fail(error: AppError) -> ApiError {
    set_status(error.code.status());
    // The browser has the chat's texts only.
    ApiError::Refused(error.settled(crate::words::language()))
}

/// Sets the status of the page or function being answered.
pub fn set_status(code: u16) {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}
