//! A provider's answer as a source of events, whatever carries it.

use crate::attempt::http::HttpAnswer;
use crate::demo::DemoAnswer;
use wire::WireEvent;

/// An answer being received. Dropping it closes the connection behind it.
#[derive(Debug)]
pub(super) enum Upstream {
    /// Said by the built-in model.
    Demo(DemoAnswer),
    /// Streamed over HTTP.
    Http(Box<HttpAnswer>),
}

impl Upstream {
    /// Waits for something to happen and appends what it means to `out`. `false`: nothing will
    /// follow. Dropping the future loses nothing.
    pub(super) async fn next(&mut self, out: &mut Vec<WireEvent>) -> bool {
        match self {
            Self::Demo(answer) => {
                let event = answer.next().await;
                let more = event.is_some();
                out.extend(event);
                more
            }
            Self::Http(answer) => answer.next(out).await,
        }
    }

    /// Data events so far, visible or not.
    pub(super) fn progress(&self) -> u64 {
        match self {
            // Each word is text, which counts by itself.
            Self::Demo(_) => 0,
            Self::Http(answer) => answer.progress(),
        }
    }

    /// Events that could not be read and were skipped.
    pub(super) fn skipped(&self) -> u64 {
        match self {
            Self::Demo(_) => 0,
            Self::Http(answer) => answer.skipped(),
        }
    }

    /// The model has ended; only counts may still come.
    pub(super) fn is_finished(&self) -> bool {
        match self {
            Self::Demo(_) => false,
            Self::Http(answer) => answer.is_finished(),
        }
    }
}
