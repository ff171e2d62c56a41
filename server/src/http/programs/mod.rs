//! `/v1`: the door for the client's own programs.
//!
//! A request passes, in this order: arrival (which host), tenant (whose host), key (which program).
//! No cookie counts here and no page of another site can ask anything, because the key travels in a
//! header that only the program sets. Whatever goes wrong is told in the language that was spoken.
//! Only the description of the door needs no key: it holds nothing of the workspace.

mod answers;
mod count_tokens;
mod document;
mod embeddings;
mod models;
mod place;
mod stored;

pub(super) use place::Place;

use super::plain;
use crate::installation::Installation;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::DefaultBodyLimit;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{get, post};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use wire::door::{Door, Trouble, TroubleKind};

/// Largest body of a request: a long conversation with several pictures.
const BODY_LIMIT: usize = 16 * 1024 * 1024;
/// A body that takes longer than this to arrive is given up.
const BODY_TIME: Duration = Duration::from_mins(1);
/// Silence after which a stream says that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Every route of programs.
pub(super) fn routes(installation: &Installation) -> Router<Installation> {
    let open = Router::new()
        .route("/v1/openapi.json", get(document::hand_out))
        .method_not_allowed_fallback(other_method)
        .layer(from_fn_with_state(
            installation.clone(),
            place::place_anybody,
        ));
    let messages = Router::new()
        .route("/v1/messages", post(answers::messages))
        .route("/v1/messages/count_tokens", post(count_tokens::count))
        .layer(catch_panics(Door::Anthropic));
    Router::new()
        .route("/v1/chat/completions", post(answers::chat))
        .route("/v1/responses", post(answers::responses))
        .route(
            "/v1/responses/{id}",
            get(stored::read).delete(stored::delete),
        )
        .route("/v1/embeddings", post(embeddings::embed))
        .route("/v1/models", get(models::list))
        .route("/v1/models/{id}", get(models::one))
        .route("/v1/{*rest}", axum::routing::any(nothing_here))
        .layer(catch_panics(Door::OpenAi))
        .merge(messages)
        .method_not_allowed_fallback(other_method)
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(
            installation.clone(),
            place::place_program,
        ))
        .merge(open)
}

/// The language that is spoken at `path`.
fn door_at(path: &str) -> Door {
    if path.starts_with("/v1/messages") {
        Door::Anthropic
    } else if path.starts_with("/v1/responses") {
        Door::Responses
    } else {
        Door::OpenAi
    }
}

/// `trouble` in the language of `door`.
fn refuse(door: Door, trouble: &Trouble) -> Response {
    let refusal = door.refuse(trouble);
    let status = StatusCode::from_u16(refusal.status);
    let mut response = json(refusal.body);
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in refusal.headers {
        add(response.headers_mut(), name, &value);
    }
    response
}

fn json(body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// Adds a header; a value that no header can carry is left out.
fn add(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// The whole body of a request that says it is JSON.
async fn body_of(headers: &HeaderMap, body: Body) -> Result<Bytes, Trouble> {
    let said = |kind: TroubleKind, words: &str| Trouble {
        message: words.to_owned(),
        ..Trouble::new(kind)
    };
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    if !kind.is_some_and(is_json) {
        return Err(said(
            TroubleKind::BadRequest,
            "The content type must be `application/json`.",
        ));
    }
    let reading = axum::body::to_bytes(body, BODY_LIMIT);
    match tokio::time::timeout(BODY_TIME, reading).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(error)) if is_too_large(&error) => Err(said(
            TroubleKind::TooLarge,
            "The request is larger than 16 MiB.",
        )),
        Ok(Err(_)) => Err(said(TroubleKind::BadRequest, "The request broke off.")),
        Err(_) => Err(said(
            TroubleKind::BadRequest,
            "The request took longer than a minute to arrive.",
        )),
    }
}

fn is_json(kind: &[u8]) -> bool {
    let essence = kind.split(|byte| *byte == b';').next().unwrap_or_default();
    essence
        .trim_ascii()
        .eq_ignore_ascii_case(b"application/json")
}

fn is_too_large(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

async fn nothing_here(uri: axum::http::Uri) -> Response {
    let trouble = Trouble {
        message: "There is nothing at this address.".to_owned(),
        ..Trouble::new(TroubleKind::ModelNotFound)
    };
    refuse(door_at(uri.path()), &trouble)
}

async fn other_method(uri: axum::http::Uri) -> Response {
    let trouble = Trouble {
        message: "This address is not asked like that: another method is needed.".to_owned(),
        ..Trouble::new(TroubleKind::BadRequest)
    };
    let mut response = refuse(door_at(uri.path()), &trouble);
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

/// A handler panicked: the request ends in the language of `door`, the server goes on. The panic
/// itself is in the log.
fn catch_panics(door: Door) -> CatchPanicLayer<impl Fn(Panic) -> Response + Clone> {
    CatchPanicLayer::custom(move |panic: Panic| {
        drop(plain::panicked(panic));
        refuse(door, &Trouble::new(TroubleKind::Internal))
    })
}

/// What a panic carries; nobody looks at it.
type Panic = Box<dyn std::any::Any + Send>;

#[cfg(test)]
mod tests {
    use super::{BODY_LIMIT, BODY_TIME, body_of};
    use axum::body::{Body, Bytes};
    use axum::http::HeaderMap;
    use futures_util::stream::{self, StreamExt as _};
    use std::convert::Infallible;
    use std::time::Duration;
    use tokio::time::{Instant, sleep};
    use wire::door::TroubleKind;

    fn json() -> HeaderMap {
        let mut headers = HeaderMap::new();
        let kind = "application/json; charset=utf-8".parse().unwrap();
        headers.insert("content-type", kind);
        headers
    }

    /// A byte now and then, for ever.
    fn drops() -> Body {
        Body::from_stream(stream::repeat(()).then(|()| async {
            sleep(Duration::from_secs(1)).await;
            Ok::<_, Infallible>(Bytes::from_static(b" "))
        }))
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_comes_drop_by_drop_is_given_up() {
        let begun = Instant::now();
        let trouble = body_of(&json(), drops()).await.unwrap_err();
        assert_eq!(trouble.kind, TroubleKind::BadRequest);
        assert!(trouble.message.contains("longer than a minute"));
        assert!(begun.elapsed() >= BODY_TIME && begun.elapsed() < 2 * BODY_TIME);
    }

    #[tokio::test]
    async fn a_body_is_read_to_its_end_or_to_the_limit() {
        let read = body_of(&json(), Body::from("{}")).await.unwrap();
        assert_eq!(&read[..], b"{}");
        let full = vec![b' '; BODY_LIMIT];
        assert!(body_of(&json(), Body::from(full)).await.is_ok());
        let over = vec![b' '; BODY_LIMIT + 1];
        let trouble = body_of(&json(), Body::from(over)).await.unwrap_err();
        assert_eq!(trouble.kind, TroubleKind::TooLarge);
    }
}
