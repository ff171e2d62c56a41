//! A whole response in one JSON body.

use super::events::Response;
use super::stream::ResponseStream;
use crate::event::{WireError, WireEvent};

/// Reads a whole body; the events end in a finish reason or in an error, as a stream's do.
#[must_use]
pub fn read_whole(body: &[u8]) -> Vec<WireEvent> {
    let mut out = Vec::new();
    let mut stream = ResponseStream::default();
    let mut response = serde_json::from_slice::<Response>(body).unwrap_or_default();
    if response.error.is_some() {
        stream.failed(response, &mut out);
        return out;
    }
    match response.status.as_deref() {
        Some("completed" | "incomplete") => {}
        Some("failed" | "cancelled") => {
            stream.failed(response, &mut out);
            return out;
        }
        // Still at it, or no response at all.
        _ => {
            stream.fail(WireError::Cut, &mut out);
            return out;
        }
    }
    let items = response.output.take().unwrap_or_default();
    for (at, item) in (0_u64..).zip(items) {
        stream.read_item(item, at, &mut out);
    }
    stream.end(&response, &mut out);
    out
}
