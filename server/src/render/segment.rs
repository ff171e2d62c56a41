//! Where one top-level block ends and the next begins, decided so that the decision never has to
//! be taken back.
//!
//! Block structure in Markdown depends on lines, so only lines that are complete, or whose
//! beginning leaves no doubt, take part. Both the finished and the growing text go through here:
//! that is why they agree.

use pulldown_cmark::{Event, Parser};

use super::code::OpenFence;
use super::parse::options;

/// Longest block, in bytes; a longer one is cut at a line end and goes on as another block.
pub(super) const BLOCK_MAX_BYTES: usize = 128 * 1024;
/// First piece of text that is looked at; doubled until it holds a whole block.
const WINDOW_BYTES: usize = 96;
/// A formula longer than this is read as ordinary text.
const MATH_MAX_BYTES: usize = 4 * 1024;

/// What stands at the beginning of a text.
pub(super) enum Next {
    /// Nothing is certain until more has arrived.
    Wait,
    /// A fenced code block; so many bytes are its first line.
    Fence(Box<OpenFence>, usize),
    /// Display math: its source, and how long it is with its marks.
    Math(String, usize),
    /// A block of this length, in bytes.
    Block(usize),
}

/// Looks at `text`, which begins with a line that is not blank. `complete`: nothing will follow.
pub(super) fn next(text: &str, complete: bool) -> Next {
    let (line, whole) = first_line(text);
    if (whole || complete)
        && let Some(fence) = OpenFence::parse(line)
    {
        let length = line.len() + usize::from(whole);
        return Next::Fence(Box::new(fence), length);
    }
    match math_block(text, complete) {
        MathBlock::No => {}
        MathBlock::Open => return Next::Wait,
        MathBlock::Closed(source, length) => return Next::Math(source.to_owned(), length),
    }
    if let Some(length) = plain_paragraph(text) {
        return Next::Block(length);
    }
    let mut size = first_window(text);
    loop {
        let window = &text[..text.floor_char_boundary(size)];
        if let Some(length) = certain_block(window, complete && window.len() == text.len()) {
            return Next::Block(length);
        }
        if window.len() == text.len() {
            return Next::Wait;
        }
        if size >= BLOCK_MAX_BYTES {
            let cut = window.rfind('\n').map_or(window.len(), |at| at + 1);
            return Next::Block(cut);
        }
        size = (size * 2).clamp(WINDOW_BYTES, BLOCK_MAX_BYTES);
    }
}

/// Length of the paragraph `text` begins with, when all its lines begin with a letter and
/// something follows it. Nothing but a blank line ends such a paragraph, so the parser need not
/// be asked; answers consist of them for the most part.
fn plain_paragraph(text: &str) -> Option<usize> {
    let mut length = 0;
    let mut ended = false;
    for line in text.split_inclusive('\n') {
        let blank = line.trim().is_empty();
        if ended && !blank {
            return Some(length);
        }
        if !line.ends_with('\n') || length > BLOCK_MAX_BYTES {
            return None;
        }
        if !blank && !line.starts_with(char::is_alphabetic) {
            return None;
        }
        ended |= blank;
        length += line.len();
    }
    None
}

/// How much to look at first: up to the first line that has a reader of its own, so that the
/// text behind it is not looked at once for nothing.
fn first_window(text: &str) -> usize {
    let near = &text[..text.floor_char_boundary(WINDOW_BYTES)];
    let ends = near.match_indices('\n').map(|(at, _)| at + 1);
    let special = ends.into_iter().find(|&at| is_special(&near[at..]));
    special.map_or(WINDOW_BYTES, |at| at + first_line(&text[at..]).0.len() + 1)
}

/// The first line without its end, and whether it has one.
pub(super) fn first_line(text: &str) -> (&str, bool) {
    match text.split_once('\n') {
        Some((line, _)) => (line, true),
        None => (text, false),
    }
}

/// Length of the first block of `text`, when no continuation can change it.
///
/// Only the first: the parser reads some lines differently depending on what stands before them,
/// and every block has to be read alone when it is drawn.
fn certain_block(text: &str, complete: bool) -> Option<usize> {
    let certain = if complete { text } else { certain_part(text) };
    second_block(certain).or(complete.then_some(text.len()))
}

/// Whether a line has a reader of its own: fences and formulas.
fn is_special(text: &str) -> bool {
    let text = text.trim_start_matches(' ');
    ["```", "~~~", "$$", "\\["]
        .iter()
        .any(|mark| text.starts_with(mark))
}

/// Where the second top-level block begins: at the beginning of its first line. References
/// defined between two blocks belong to the later one.
fn second_block(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut first_end = None;
    for (event, range) in Parser::new_ext(text, options(text)).into_offset_iter() {
        let top = depth == 0;
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => {
                depth -= 1;
                continue;
            }
            _ => {}
        }
        if !top {
            continue;
        }
        let line = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        match first_end {
            None => first_end = Some(range.end),
            Some(end) => {
                let start = first_filled_line(text, end, line);
                if start > 0 {
                    return Some(start);
                }
            }
        }
    }
    None
}

/// Beginning of the first line of `text[from..to]` that is not blank, else `to`. What is left of
/// the line `from` stands in does not count.
fn first_filled_line(text: &str, from: usize, to: usize) -> usize {
    let rest_of_line = from > 0 && text.as_bytes().get(from - 1) != Some(&b'\n');
    let mut at = from;
    for (number, line) in text[from.min(to)..to].split_inclusive('\n').enumerate() {
        let counts = number > 0 || !rest_of_line;
        if counts && !line.trim().is_empty() {
            return at;
        }
        at += line.len();
    }
    to
}

/// The part of `text` whose block structure no continuation changes.
fn certain_part(text: &str) -> &str {
    let line = text.rfind('\n').map_or(0, |at| at + 1);
    if is_certain(&text[line..]) {
        text
    } else {
        &text[..line]
    }
}

/// Whether an incomplete line already shows which kind of line it is: at most one marker of a
/// list, quote or heading, and then a letter.
fn is_certain(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t']);
    let rest = after_marker(line).unwrap_or(line);
    let rest = rest.trim_start_matches(['*', '_']);
    rest.starts_with(char::is_alphabetic)
}

fn after_marker(line: &str) -> Option<&str> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let hashes = line.bytes().take_while(|&byte| byte == b'#').count();
    let marker = match (digits, hashes, line.as_bytes().get(digits)?) {
        (1..=9, _, b'.' | b')') => digits + 1,
        (0, 1..=6, _) => hashes,
        (0, 0, b'-' | b'*' | b'+' | b'>') => 1,
        _ => return None,
    };
    line[marker..].strip_prefix(' ')
}

enum MathBlock<'a> {
    No,
    Open,
    Closed(&'a str, usize),
}

/// Display math that begins a line and ends one: `$$…$$` or `\[…\]`. Read here because its lines
/// may look like lists and headings. A blank line inside makes it ordinary text.
fn math_block(text: &str, complete: bool) -> MathBlock<'_> {
    let indent = text.bytes().take_while(|&byte| byte == b' ').count();
    let body = &text[indent.min(3)..];
    let close = if body.starts_with("$$") {
        "$$"
    } else if body.starts_with("\\[") {
        "\\]"
    } else {
        return MathBlock::No;
    };
    let from = indent.min(3) + 2;
    let inside = &text[from..];
    let near = &inside[..inside.floor_char_boundary(MATH_MAX_BYTES)];
    let blank = blank_line(near);
    let near = &near[..blank.unwrap_or(near.len())];
    if let Some(end) = near.find(close) {
        let after = &inside[end + 2..];
        let (rest, whole) = first_line(after);
        let source = &inside[..end];
        if !rest.trim().is_empty() || source.trim().is_empty() {
            return MathBlock::No;
        }
        if !whole && !complete {
            return MathBlock::Open;
        }
        return MathBlock::Closed(source, from + end + 2 + rest.len() + usize::from(whole));
    }
    let given_up = complete || blank.is_some() || inside.len() > MATH_MAX_BYTES;
    if given_up {
        MathBlock::No
    } else {
        MathBlock::Open
    }
}

/// A formula at the beginning of `text` that may still grow: its source so far, and whether its
/// closing mark is there.
pub(super) fn growing_math(text: &str) -> Option<(&str, bool)> {
    if !matches!(math_block(text, false), MathBlock::Open) {
        return None;
    }
    let source = text.trim_start_matches(' ').get(2..)?;
    let end = source.find("$$").or_else(|| source.find("\\]"));
    let open = source.trim_end_matches(['$', '\\']);
    Some(end.map_or((open, false), |end| (&source[..end], true)))
}

/// Index of the first line end that is followed by a blank line.
fn blank_line(text: &str) -> Option<usize> {
    text.match_indices('\n').map(|(at, _)| at).find(|&at| {
        let (line, whole) = first_line(&text[at + 1..]);
        whole && line.trim().is_empty()
    })
}
