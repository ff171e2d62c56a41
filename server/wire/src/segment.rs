//! Names of models and deployments as parts of an address.

/// One segment of a path. Everything that could be written in two ways is written in one, because
/// signatures are made over the bytes that are sent.
pub(crate) fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.extend([byte >> 4, byte & 15].map(hex));
        }
    }
    out
}

const fn hex(digit: u8) -> char {
    (match digit {
        0..=9 => b'0' + digit,
        _ => b'A' - 10 + digit,
    }) as char
}
