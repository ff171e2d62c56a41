//! The framing of a streamed answer, `application/vnd.amazon.eventstream`.
//!
//! Owns lengths, checksums and headers: bytes in any chunking, whole frames out. Refuses frames
//! above a limit and frames whose checksums or lengths are wrong, and is of no use afterwards.

/// Lengths of the frame and of its headers, and the checksum of both.
const PRELUDE: usize = 12;
/// The checksum at the end.
const TRAILER: usize = 4;

/// A frame whose checksums were right.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// The headers that are texts; all others are of no use to a chat.
    headers: Vec<(String, String)>,
    payload: Vec<u8>,
}

impl Frame {
    /// A header that is a text; empty where the frame has none of this name.
    pub(super) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(other, _)| other == name);
        found.map_or("", |(_, text)| text)
    }

    /// What the frame carries.
    pub(super) fn payload(&self) -> &[u8] {
        &self.payload
    }

    #[cfg(test)]
    pub(super) fn of(headers: &[(&str, &str)], payload: &str) -> Self {
        let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        Self {
            headers: headers.iter().map(own).collect(),
            payload: payload.as_bytes().to_vec(),
        }
    }
}

/// Why a stream cannot be read any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// A checksum is wrong or a length is impossible.
    Damaged,
    /// A frame is larger than the limit.
    Oversized,
}

/// Turns bytes into frames. Holds at most one unfinished frame.
#[derive(Debug)]
pub(super) struct Decoder {
    limit: usize,
    held: Vec<u8>,
}

impl Decoder {
    /// A decoder that refuses frames of more than `limit` bytes.
    pub(super) const fn new(limit: usize) -> Self {
        Self {
            limit,
            held: Vec::new(),
        }
    }

    /// Reads `bytes` and hands every frame that they complete to `sink`.
    pub(super) fn feed(&mut self, bytes: &[u8], mut sink: impl FnMut(Frame)) -> Result<(), Broken> {
        self.held.extend_from_slice(bytes);
        let mut rest = self.held.as_slice();
        while let Some(total) = total_length(rest, self.limit)? {
            let Some((frame, tail)) = rest.split_at_checked(total) else {
                break;
            };
            sink(read_frame(frame)?);
            rest = tail;
        }
        let read = self.held.len() - rest.len();
        self.held.drain(..read);
        Ok(())
    }
}

/// The length of the frame that `bytes` begin with, as soon as its prelude is there. The prelude
/// has a checksum of its own, so that a damaged length is known before anybody waits for it.
fn total_length(bytes: &[u8], limit: usize) -> Result<Option<usize>, Broken> {
    let Some((prelude, _)) = bytes.split_at_checked(PRELUDE) else {
        return Ok(None);
    };
    checked(prelude)?;
    let total = number(prelude, 0)?;
    let headers = number(prelude, 4)?;
    if total > limit {
        return Err(Broken::Oversized);
    }
    if headers.saturating_add(PRELUDE + TRAILER) > total {
        return Err(Broken::Damaged);
    }
    Ok(Some(total))
}

/// Reads one whole frame.
fn read_frame(frame: &[u8]) -> Result<Frame, Broken> {
    let body = checked(frame)?;
    let headers_end = PRELUDE.saturating_add(number(frame, 4)?);
    let headers = body.get(PRELUDE..headers_end).ok_or(Broken::Damaged)?;
    let payload = body.get(headers_end..).ok_or(Broken::Damaged)?;
    Ok(Frame {
        // The frame arrived as it was sent, so unreadable headers are the sender's and cost this
        // frame its meaning, not the stream.
        headers: read_headers(headers).unwrap_or_default(),
        payload: payload.to_vec(),
    })
}

/// The bytes ahead of the checksum that they end in.
fn checked(bytes: &[u8]) -> Result<&[u8], Broken> {
    let (body, sum) = bytes.split_last_chunk::<4>().ok_or(Broken::Damaged)?;
    if crc32fast::hash(body) == u32::from_be_bytes(*sum) {
        Ok(body)
    } else {
        Err(Broken::Damaged)
    }
}

fn number(bytes: &[u8], at: usize) -> Result<usize, Broken> {
    let four = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>());
    let number = u32::from_be_bytes(*four.ok_or(Broken::Damaged)?);
    usize::try_from(number).map_err(|_| Broken::Oversized)
}

/// The headers that are texts; `None` where the list does not end where it should.
fn read_headers(mut bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let mut headers = Vec::new();
    while let Some((&length, rest)) = bytes.split_first() {
        let (name, rest) = rest.split_at_checked(usize::from(length))?;
        let (&kind, rest) = rest.split_first()?;
        let (value, rest) = match kind {
            // True and false have no bytes; then the integers of 1, 2, 4 and 8 bytes.
            0 | 1 => rest.split_at_checked(0)?,
            2 => rest.split_at_checked(1)?,
            3 => rest.split_at_checked(2)?,
            4 => rest.split_at_checked(4)?,
            // An integer and a moment.
            5 | 8 => rest.split_at_checked(8)?,
            // Bytes and texts say their length.
            6 | 7 => {
                let (length, rest) = rest.split_first_chunk::<2>()?;
                rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?
            }
            // A UUID.
            9 => rest.split_at_checked(16)?,
            _ => return None,
        };
        if kind == 7 {
            let name = String::from_utf8_lossy(name).into_owned();
            headers.push((name, String::from_utf8_lossy(value).into_owned()));
        }
        bytes = rest;
    }
    Some(headers)
}

#[cfg(test)]
#[path = "frames_tests.rs"]
mod tests;
