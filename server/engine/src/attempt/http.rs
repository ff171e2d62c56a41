//! An answer over HTTP: a stream of events, or a whole body from peers that cannot stream.

use wire::{Decode, Dialect, Progress, WireEvent};

/// Largest whole body read, in bytes.
const WHOLE_MAX_BYTES: usize = 8 * 1024 * 1024;

/// The body of a successful response.
#[derive(Debug)]
pub(super) struct HttpAnswer {
    response: reqwest::Response,
    dialect: Dialect,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Stream(Box<dyn Decode>),
    Whole(Vec<u8>),
    Over,
}

impl HttpAnswer {
    /// Reads the response as its content type says.
    pub(super) fn new(response: reqwest::Response, dialect: Dialect) -> Self {
        let is_json = response
            .headers()
            .get(reqwest::header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|kind| kind.trim_start().starts_with("application/json"));
        let body = if is_json {
            Body::Whole(Vec::new())
        } else {
            Body::Stream(dialect.decoder())
        };
        Self {
            response,
            dialect,
            body,
        }
    }

    /// See [`super::upstream::Upstream::next`].
    pub(super) async fn next(&mut self, out: &mut Vec<WireEvent>) -> bool {
        if matches!(self.body, Body::Over) {
            return false;
        }
        // An error of the transport and a clean end look the same here: the state machine knows
        // whether the answer had ended.
        let chunk = self.response.chunk().await.ok().flatten();
        match (&mut self.body, chunk) {
            (Body::Stream(stream), Some(bytes)) => {
                stream.feed(&bytes, out);
                !stream.state().is_over()
            }
            (Body::Stream(stream), None) => {
                stream.finish(out);
                false
            }
            (Body::Whole(body), Some(bytes)) if body.len() + bytes.len() <= WHOLE_MAX_BYTES => {
                body.extend_from_slice(&bytes);
                true
            }
            (Body::Whole(body), _) => {
                out.extend(self.dialect.read_whole(body));
                self.body = Body::Over;
                false
            }
            (Body::Over, _) => false,
        }
    }

    pub(super) fn progress(&self) -> u64 {
        match &self.body {
            Body::Stream(stream) => stream.events(),
            Body::Whole(_) | Body::Over => 0,
        }
    }

    pub(super) fn skipped(&self) -> u64 {
        match &self.body {
            Body::Stream(stream) => stream.skipped(),
            Body::Whole(_) | Body::Over => 0,
        }
    }

    pub(super) fn is_finished(&self) -> bool {
        matches!(&self.body, Body::Stream(stream) if stream.state() == Progress::Finished)
    }
}
