//! Writing events: one line of data each, so that no content can end an event early.

use serde_json::Value;

/// Appends an event of no named kind.
pub(crate) fn write_data(data: &Value, out: &mut Vec<u8>) {
    write_event(None, data, out);
}

/// Appends an event. JSON has no raw line breaks, so the data is one line.
pub(crate) fn write_event(kind: Option<&str>, data: &Value, out: &mut Vec<u8>) {
    if let Some(kind) = kind {
        out.extend_from_slice(b"event: ");
        out.extend_from_slice(kind.as_bytes());
        out.push(b'\n');
    }
    out.extend_from_slice(b"data: ");
    out.extend_from_slice(data.to_string().as_bytes());
    out.extend_from_slice(b"\n\n");
}

#[cfg(test)]
mod tests {
    use super::write_event;
    use crate::sse::Decoder;
    use serde_json::json;

    #[test]
    fn content_can_never_end_an_event() {
        let data = json!({"text": "a\n\ndata: [DONE]\r\n\u{2028}event: error"});
        let mut bytes = Vec::new();
        write_event(Some("kind"), &data, &mut bytes);
        let mut events = Vec::new();
        let mut decoder = Decoder::new(1_024);
        decoder.feed(&bytes, |event| events.push(event)).unwrap();
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].kind, "kind");
        assert_eq!(events[0].data, data.to_string());
    }
}
