//! Markup that has begun and not ended, completed or held back in the open block.
//!
//! Works on a copy of the open block's source: what is uncertain at its very end is taken away,
//! what is open is closed. The result goes through the ordinary parser and writer, so nothing
//! here can make HTML unsafe; the worst it can do is show a character too many or too few for
//! one frame.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::inline::Inline;
use super::parse::{References, options};
use super::write::Ending;

/// Stands for math that has begun and not ended (a private-use character).
pub(super) const PENDING_MATH: char = '\u{e0f0}';

/// The open block, ready to be drawn.
pub(super) struct Settled {
    pub(super) text: String,
    pub(super) ending: Ending,
}

/// Repairs `tail`, the source of the open block.
pub(super) fn settle(tail: &str, references: &References) -> Settled {
    let mut text = tail.to_owned();
    let mut ending = Ending {
        growing: true,
        pending_math: None,
    };
    drop_unclear_line(&mut text);
    match last_leaf(&text) {
        Leaf::Other => {}
        Leaf::Code(start) => trim_code(&mut text, start),
        Leaf::Cell(start) => {
            if !text.trim_end().ends_with('|') {
                settle_inline(&mut text, start, references, &mut ending);
            }
        }
        Leaf::Inline(start) => {
            let leaf = text[start..].trim_end();
            if leaf.starts_with('|') && !leaf.contains('\n') {
                settle_table_head(&mut text, start, references, &mut ending);
            } else {
                settle_inline(&mut text, start, references, &mut ending);
            }
        }
    }
    Settled { text, ending }
}

fn settle_inline(text: &mut String, start: usize, references: &References, ending: &mut Ending) {
    let settled = Inline::new(&text[start..], references).settle();
    text.truncate(start);
    text.push_str(&settled.text);
    ending.pending_math = settled.pending_math;
}

/// A line that begins with a pipe is most likely the head of a table: drawn as one at once.
fn settle_table_head(
    text: &mut String,
    start: usize,
    references: &References,
    ending: &mut Ending,
) {
    let closed = text.trim_end().ends_with('|');
    let cells = cell_starts(&text[start..]);
    let last = cells.last().copied().unwrap_or(0);
    if !closed {
        settle_inline(text, start + last, references, ending);
    }
    let columns = cells.len() - usize::from(closed && cells.len() > 1);
    let trimmed = text.trim_end().len();
    text.truncate(trimmed);
    if !closed {
        text.push_str(" |");
    }
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let prefix: String = text[line..start]
        .chars()
        .map(|it| if it == '>' { '>' } else { ' ' })
        .collect();
    text.push('\n');
    text.push_str(&prefix);
    text.push('|');
    for _ in 0..columns {
        text.push_str("---|");
    }
    text.push('\n');
}

/// Where the cells of a row begin: behind its pipes that are not escaped.
fn cell_starts(row: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut escaped = false;
    for (at, byte) in row.bytes().enumerate() {
        if byte == b'|' && !escaped {
            starts.push(at + 1);
        }
        escaped = byte == b'\\' && !escaped;
    }
    starts
}

/// Takes away a last line that may still become anything: a marker without content.
fn drop_unclear_line(text: &mut String) {
    let line = text.rfind('\n').map_or(0, |at| at + 1);
    if !is_unclear(&text[line..]) {
        return;
    }
    // Inside code the same characters are code.
    if matches!(last_leaf(text), Leaf::Code(start) if start < line) {
        return;
    }
    text.truncate(line);
}

fn is_unclear(line: &str) -> bool {
    let line = line.trim();
    if line.is_empty() {
        return false;
    }
    let fence = line.trim_start_matches([' ', '>', '-', '*', '+']);
    if fence.starts_with("```") || fence.starts_with("~~~") {
        return !fence[3..].contains('`');
    }
    let rest =
        line.trim_start_matches(|it: char| it.is_whitespace() || "->*+=#|:~_`$<&\\[!".contains(it));
    let digits = rest.trim_start_matches(|it: char| it.is_ascii_digit());
    let numbered = rest.len() - digits.len() <= 9;
    let rest = if numbered {
        digits.trim_start_matches(['.', ')'])
    } else {
        rest
    };
    let rest = rest.trim_start_matches(|it: char| it.is_whitespace() || "->*+#".contains(it));
    matches!(
        rest,
        "" | "[" | "[ " | "[]" | "[ ]" | "[x" | "[x]" | "[X" | "[X]"
    ) || matches!(rest, "]" | "x" | "x]" | "X]" if is_task_start(line))
}

/// `- [x` and the like.
fn is_task_start(line: &str) -> bool {
    line.strip_prefix(['-', '*', '+'])
        .is_some_and(|it| it.trim_start().starts_with('['))
}

/// Takes away what may be the beginning of a closing fence, or an opening one of its own line.
fn trim_code(text: &mut String, start: usize) {
    let line = text.rfind('\n').map_or(0, |at| at + 1);
    let last = text[line..].trim_matches([' ', '>', '\t']);
    let ticks = !last.is_empty() && last.bytes().all(|byte| byte == b'`' || byte == b'~');
    if ticks || start >= line && text[line..].contains("```") {
        text.truncate(line);
    }
}

/// What the end of a text belongs to.
#[derive(Debug)]
enum Leaf {
    /// A code block that begins here.
    Code(usize),
    /// A table cell whose text begins here.
    Cell(usize),
    /// Running text that begins here.
    Inline(usize),
    /// Raw HTML, a rule, nothing.
    Other,
}

fn last_leaf(text: &str) -> Leaf {
    let end = text.trim_end().len();
    let mut leaf = Leaf::Other;
    let mut cell = false;
    let mut in_code = false;
    for (event, range) in Parser::new_ext(text, options(text)).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => {
                (leaf, in_code) = (Leaf::Code(range.start), true);
            }
            Event::End(TagEnd::CodeBlock) => {
                in_code = false;
                if range.end < end || is_closed_fence(&text[range]) {
                    leaf = Leaf::Other;
                }
            }
            // Cells that are missing at the end of a row are made up by the parser, and empty.
            Event::Start(Tag::TableCell) if range.is_empty() => cell = true,
            Event::Start(Tag::TableCell) => (leaf, cell) = (Leaf::Cell(range.start), true),
            Event::End(TagEnd::TableCell) => cell = false,
            Event::Start(Tag::HtmlBlock) | Event::Rule => leaf = Leaf::Other,
            Event::Start(ref tag) if is_block(tag) => leaf = Leaf::Other,
            Event::End(ref tag) if is_block_end(*tag) => {}
            Event::Html(_) => {}
            _ if in_code || cell => {}
            _ if !matches!(leaf, Leaf::Inline(_)) => leaf = Leaf::Inline(range.start),
            _ => {}
        }
    }
    leaf
}

const fn is_block(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::BlockQuote(_)
            | Tag::List(_)
            | Tag::Item
            | Tag::Table(_)
            | Tag::TableHead
            | Tag::TableRow
    )
}

const fn is_block_end(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::HtmlBlock
    )
}

/// Whether the source of a code block ends with a line that closes it.
fn is_closed_fence(source: &str) -> bool {
    let fence = source.trim_start();
    let Some(marker @ (b'`' | b'~')) = fence.as_bytes().first().copied() else {
        return false;
    };
    let length = fence.bytes().take_while(|&byte| byte == marker).count();
    let Some((_, last)) = fence.trim_end().rsplit_once('\n') else {
        return false;
    };
    let last = last.trim_start_matches([' ', '>', '\t']);
    last.len() >= length && last.bytes().all(|byte| byte == marker)
}
