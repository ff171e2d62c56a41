//! The incremental decoder: bytes in any chunking, whole events out.

/// One event: what kind, and its data lines joined with line feeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SseEvent {
    /// The `event` field; empty where the stream sent none.
    pub kind: String,
    /// The data.
    pub data: String,
}

/// An event grew beyond the limit. The decoder is of no use afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oversized;

/// Turns bytes into events. Holds at most one unfinished event.
#[derive(Debug)]
pub struct Decoder {
    limit: usize,
    line: Vec<u8>,
    kind: String,
    data: String,
    has_data: bool,
    after_cr: bool,
    at_start: bool,
}

impl Decoder {
    /// A decoder that refuses events of more than `limit` bytes.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self {
            limit,
            line: Vec::new(),
            kind: String::new(),
            data: String::new(),
            has_data: false,
            after_cr: false,
            at_start: true,
        }
    }

    /// Reads `bytes` and hands every event that they complete to `sink`.
    pub fn feed(&mut self, bytes: &[u8], mut sink: impl FnMut(SseEvent)) -> Result<(), Oversized> {
        let mut rest = bytes;
        while let Some(&first) = rest.first() {
            if std::mem::take(&mut self.after_cr) && first == b'\n' {
                rest = &rest[1..];
                continue;
            }
            let end = rest.iter().position(|&byte| byte == b'\n' || byte == b'\r');
            let piece = &rest[..end.unwrap_or(rest.len())];
            if self.line.len() + piece.len() + self.data.len() > self.limit {
                return Err(Oversized);
            }
            self.line.extend_from_slice(piece);
            let Some(end) = end else { break };
            self.after_cr = rest[end] == b'\r';
            rest = &rest[end + 1..];
            if let Some(event) = self.end_line() {
                sink(event);
            }
        }
        Ok(())
    }

    /// The stream is over. Peers that forget the last blank line still get their event.
    pub fn finish(&mut self) -> Option<SseEvent> {
        if !self.line.is_empty() {
            self.end_line();
        }
        self.dispatch()
    }

    fn end_line(&mut self) -> Option<SseEvent> {
        let mut line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.at_start) && line.starts_with(b"\xEF\xBB\xBF") {
            line.drain(..3);
        }
        if line.is_empty() {
            return self.dispatch();
        }
        let text = String::from_utf8_lossy(&line);
        let (field, value) = text.split_once(':').unwrap_or((&text, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.data.push('\n');
                }
                self.data.push_str(value);
            }
            "event" => value.clone_into(&mut self.kind),
            // `id`, `retry`, comments (an empty field name) and unknown fields mean nothing here.
            _ => {}
        }
        None
    }

    fn dispatch(&mut self) -> Option<SseEvent> {
        let event = SseEvent {
            kind: std::mem::take(&mut self.kind),
            data: std::mem::take(&mut self.data),
        };
        std::mem::take(&mut self.has_data).then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::{Decoder, Oversized, SseEvent};

    fn decode(bytes: &[u8]) -> Vec<SseEvent> {
        let mut events = Vec::new();
        let mut decoder = Decoder::new(1_024);
        decoder
            .feed(bytes, |event| events.push(event))
            .expect("within the limit");
        events.extend(decoder.finish());
        events
    }

    fn event(kind: &str, data: &str) -> SseEvent {
        SseEvent {
            kind: kind.into(),
            data: data.into(),
        }
    }

    #[test]
    fn every_line_ending_and_every_field_is_understood() {
        let stream = "\u{feff}: comment\r\n\r\nevent: error\rdata: a\rdata:b\r\rid: 7\nretry: 3\n\
                      unknown\ndata\n\ndata:  two spaces\n\n";
        assert_eq!(
            decode(stream.as_bytes()),
            [
                event("error", "a\nb"),
                event("", ""),
                event("", " two spaces")
            ]
        );
    }

    #[test]
    fn a_kind_without_data_is_no_event_and_does_not_leak_into_the_next() {
        assert_eq!(decode(b"event: ping\n\ndata: x\n\n"), [event("", "x")]);
    }

    #[test]
    fn a_missing_last_blank_line_loses_nothing() {
        assert_eq!(
            decode(b"data: a\n\ndata: [DONE]"),
            [event("", "a"), event("", "[DONE]")]
        );
    }

    #[test]
    fn size_is_bounded_for_one_line_and_for_many() {
        let mut decoder = Decoder::new(16);
        assert_eq!(decoder.feed(&[b'x'; 17], |_| {}), Err(Oversized));
        let mut decoder = Decoder::new(16);
        let lines = "data: abcd\n".repeat(5);
        assert_eq!(decoder.feed(lines.as_bytes(), |_| {}), Err(Oversized));
        let mut decoder = Decoder::new(16);
        let events = "data: abcd\n\n".repeat(500);
        assert_eq!(decoder.feed(events.as_bytes(), |_| {}), Ok(()));
    }
}
