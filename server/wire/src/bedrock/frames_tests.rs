//! The framing, byte by byte.

use super::{Broken, Decoder, Frame, read_headers};

/// A frame without headers and payload, as the format's own description gives it.
const EMPTY: [u8; 16] = [
    0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x05, 0xc2, 0x48, 0xeb, 0x7d, 0x98, 0xc8, 0xff,
];

fn read(bytes: &[u8]) -> (Vec<Frame>, Result<(), Broken>) {
    let mut frames = Vec::new();
    let fed = Decoder::new(64).feed(bytes, |frame| frames.push(frame));
    (frames, fed)
}

/// A frame whose checksums are right whatever its lengths say.
fn summed(total: u32, headers: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes = [total.to_be_bytes(), headers.to_be_bytes()].concat();
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes.extend(body);
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes
}

#[test]
fn the_checksum_is_the_one_the_format_names() {
    assert_eq!(crc32fast::hash(b"123456789"), 0xCBF4_3926);
    assert_eq!(summed(16, 0, b""), EMPTY);
}

#[test]
fn frames_come_out_whole_and_in_order() {
    let two = [EMPTY.as_slice(), &summed(18, 0, b"hi")].concat();
    let (frames, fed) = read(&two);
    assert_eq!(fed, Ok(()));
    let payloads: Vec<&[u8]> = frames.iter().map(Frame::payload).collect();
    assert_eq!(payloads, [b"".as_slice(), b"hi"]);
    assert_eq!(read(&two[..33]).0.len(), 1);
}

#[test]
fn every_damaged_bit_is_noticed() {
    let frame = summed(18, 0, b"hi");
    for at in 0..frame.len() {
        let mut bytes = frame.clone();
        bytes[at] ^= 0x10;
        let (frames, fed) = read(&bytes);
        assert!(frames.is_empty(), "{at}");
        assert_eq!(fed, Err(Broken::Damaged), "{at}");
    }
}

#[test]
fn impossible_and_excessive_lengths_are_refused_before_anything_is_held() {
    for (total, headers) in [(0, 0), (12, 0), (15, 0), (20, 5), (16, u32::MAX)] {
        let fed = read(&summed(total, headers, b"")).1;
        assert_eq!(fed, Err(Broken::Damaged), "{total} {headers}");
    }
    for total in [65, u32::MAX] {
        assert_eq!(read(&summed(total, 0, b"")).1, Err(Broken::Oversized));
    }
    assert_eq!(read(&summed(64, 0, &[0; 48])).1, Ok(()));
}

#[test]
fn headers_of_every_type_are_passed_over() {
    let mut bytes = Vec::new();
    let mut put = |name: &str, kind: u8, value: &[u8]| {
        bytes.push(u8::try_from(name.len()).unwrap());
        bytes.extend(name.as_bytes());
        bytes.push(kind);
        bytes.extend(value);
    };
    put("yes", 0, b"");
    put("no", 1, b"");
    put("byte", 2, &[1]);
    put("short", 3, &[1, 2]);
    put("int", 4, &[0; 4]);
    put("long", 5, &[0; 8]);
    put("bytes", 6, &[0, 2, 7, 7]);
    put("text", 7, "\0\u{3}ü!".as_bytes());
    put("moment", 8, &[0; 8]);
    put("id", 9, &[0; 16]);
    put("last", 7, &[0, 1, b'x']);
    let frame = Frame {
        headers: read_headers(&bytes).unwrap(),
        payload: Vec::new(),
    };
    assert_eq!(frame.headers.len(), 2);
    assert_eq!(frame.header("text"), "ü!");
    assert_eq!(frame.header("last"), "x");
    assert_eq!(frame.header("int"), "");
    for at in 1..bytes.len() {
        // Cut anywhere: either between two headers, or unreadable, and never a panic.
        let _ = read_headers(&bytes[..at]);
    }
    assert!(read_headers(&[1, b'a', 10]).is_none());
    assert!(read_headers(&[9, b'a']).is_none());
}

#[test]
fn unreadable_headers_cost_one_frame_and_not_the_stream() {
    let frame = summed(19, 3, &[1, b'a', 77]);
    let (frames, fed) = read(&[frame.as_slice(), &EMPTY].concat());
    assert_eq!((frames.len(), fed), (2, Ok(())));
}
