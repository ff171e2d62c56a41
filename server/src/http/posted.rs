//! What a form posted, read. Refuses in our own words: the library's repeat what was typed.

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::de::DeserializeOwned;

const UNREADABLE: &str = "The form could not be read. Nothing was changed. Go back, reload the page and \
    try again.";

/// The fields of a form.
pub(super) struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        match axum::Form::<T>::from_request(request, state).await {
            Ok(axum::Form(fields)) => Ok(Self(fields)),
            Err(refused) => {
                let refused: StatusCode = refused.into_response().status();
                Err((refused, UNREADABLE).into_response())
            }
        }
    }
}
