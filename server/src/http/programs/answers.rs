//! Requests that a model answers, in every language.

use super::{HEARTBEAT, Place, add, body_of, json, refuse};
use crate::installation::Installation;
use crate::programs::{self, Asking, Details, Writer};
use axum::body::{Body, Bytes};
use axum::extract::{Extension, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, HeaderName};
use axum::response::Response;
use futures_util::stream;
use serde_json::Value;
use std::convert::Infallible;
use wire::door::{Door, Trouble};

/// A program that sends it as `include` is told in `usage` what the headers tell, and the cost.
const USAGE_DETAILS: HeaderName = HeaderName::from_static("x-usage-details");

/// `POST /v1/chat/completions`
pub(super) async fn chat(
    state: State<Installation>,
    place: Extension<Place>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    answer(
        (Door::OpenAi, "/v1/chat/completions"),
        state,
        place,
        headers,
        body,
    )
    .await
}

/// `POST /v1/responses`
pub(super) async fn responses(
    state: State<Installation>,
    place: Extension<Place>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    answer(
        (Door::Responses, "/v1/responses"),
        state,
        place,
        headers,
        body,
    )
    .await
}

/// `POST /v1/messages`
pub(super) async fn messages(
    state: State<Installation>,
    place: Extension<Place>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    answer(
        (Door::Anthropic, "/v1/messages"),
        state,
        place,
        headers,
        body,
    )
    .await
}

async fn answer(
    (door, path): (Door, &'static str),
    State(installation): State<Installation>,
    Extension(place): Extension<Place>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let answered = async {
        let body = body_of(&headers, body).await?;
        begin(&installation, &place, (door, path), &headers, body).await
    };
    match answered.await {
        Ok(response) => response,
        Err(trouble) => refuse(door, &trouble),
    }
}

async fn begin(
    installation: &Installation,
    place: &Place,
    (door, path): (Door, &'static str),
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Response, Trouble> {
    let programs = installation.programs();
    let mut answering = programs
        .ask(Asking {
            snapshot: &place.workspace,
            program: &place.program,
            door,
            path,
            body,
            fresh: wants_fresh(headers),
            since: place.since,
        })
        .await?;
    let told = programs::headers(&answering);
    let details = wants_details(headers).then(|| Details::of(&answering));
    let mut response = if answering.stream {
        let keeper = (installation.clone(), place.clone());
        streamed(answering.writer(), details, keeper)
    } else {
        let (turn, keep) = (answering.turn, answering.take_keep());
        let (body, ended) = answering.whole(&place.workspace).await?;
        if let (Some(items), Ok(given)) = (keep, serde_json::from_slice(&body)) {
            let (workspace, program) = (&place.workspace, &place.program);
            programs
                .keep(workspace, program, (turn, items), given)
                .await;
        }
        let body = match details {
            Some(details) => with_details(&body, &programs::details(&details, &ended)),
            None => body,
        };
        let mut response = json(body);
        if let Some(cost) = ended.cost {
            add(response.headers_mut(), "x-cost-usd", &programs::usd(cost));
        }
        response
    };
    for (name, value) in told {
        add(response.headers_mut(), name, &value);
    }
    Ok(response)
}

/// `Cache-Control: no-cache` asks for a fresh answer (RFC 9111, section 5.2.1.4).
fn wants_fresh(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CACHE_CONTROL).iter();
    values.any(|value| {
        let parts = value.to_str().unwrap_or_default().split(',');
        parts.map(str::trim).any(|part| {
            part.eq_ignore_ascii_case("no-cache") || part.eq_ignore_ascii_case("no-store")
        })
    })
}

fn wants_details(headers: &HeaderMap) -> bool {
    headers
        .get(USAGE_DETAILS)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"include"))
}

/// The answer as it is written. Its last bytes leave once it is kept, so that whoever goes on from it
/// finds it.
fn streamed(
    writer: Writer,
    details: Option<Details>,
    (installation, place): (Installation, Place),
) -> Response {
    let pieces = stream::unfold((writer, details), move |(mut writer, details)| {
        let (installation, place) = (installation.clone(), place.clone());
        async move {
            let mut piece = writer.next(HEARTBEAT).await?;
            if let Some((items, given)) = writer.take_kept() {
                let (workspace, program) = (&place.workspace, &place.program);
                let kept = (writer.turn(), items);
                installation
                    .programs()
                    .keep(workspace, program, kept, given)
                    .await;
            }
            if let (Some(details), Some(ended)) = (&details, writer.ended()) {
                piece = in_events(&piece, &programs::details(details, ended));
            }
            Some((Ok::<_, Infallible>(Bytes::from(piece)), (writer, details)))
        }
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/event-stream; charset=utf-8");
    headers.insert(CONTENT_TYPE, kind);
    // Asks a reverse proxy in front not to hold the stream back.
    add(headers, "x-accel-buffering", "no");
    response
}

/// `details` inside the `usage` of a body.
fn with_details(body: &[u8], details: &Value) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<Value>(body) else {
        return body.to_vec();
    };
    put(&mut value, details);
    value.to_string().into_bytes()
}

/// The same in the events of a stream that carry a `usage`.
fn in_events(piece: &[u8], details: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(piece.len());
    for line in piece.split_inclusive(|byte| *byte == b'\n') {
        let data = line.strip_prefix(b"data: ");
        let value = data.and_then(|data| serde_json::from_slice::<Value>(data).ok());
        let told = value.and_then(|mut value| put(&mut value, details).then_some(value));
        match told {
            Some(value) => {
                out.extend_from_slice(b"data: ");
                out.extend_from_slice(value.to_string().as_bytes());
                out.push(b'\n');
            }
            None => out.extend_from_slice(line),
        }
    }
    out
}

/// Puts `details` into the usage of an answer, wherever its language keeps that.
fn put(value: &mut Value, details: &Value) -> bool {
    for at in ["/usage", "/response/usage"] {
        if let Some(Value::Object(usage)) = value.pointer_mut(at) {
            usage.insert("details".to_owned(), details.clone());
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{in_events, wants_fresh, with_details};
    use axum::http::HeaderMap;
    use serde_json::json;

    #[test]
    fn details_stand_in_the_usage_and_nowhere_else() {
        let details = json!({"attempts": 1});
        let body = with_details(br#"{"usage":{"a":1},"b":{"usage":1}}"#, &details);
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let usage = json!({"a": 1, "details": {"attempts": 1}});
        assert_eq!(body, json!({"usage": usage, "b": {"usage": 1}}));
        let events = b"data: {\"usage\":null}\n\ndata: {\"usage\":{}}\n\ndata: [DONE]\n\n";
        let told = in_events(events, &details);
        let expected = "data: {\"usage\":null}\n\n\
            data: {\"usage\":{\"details\":{\"attempts\":1}}}\n\ndata: [DONE]\n\n";
        assert_eq!(String::from_utf8(told).unwrap(), expected);
    }

    #[test]
    fn a_fresh_answer_is_asked_for_by_the_usual_header() {
        let of = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("cache-control", value.parse().unwrap());
            wants_fresh(&headers)
        };
        assert!(of("no-cache") && of("max-age=0, No-Cache"));
        assert!(!of("max-age=0"));
        assert!(!wants_fresh(&HeaderMap::new()));
    }
}
