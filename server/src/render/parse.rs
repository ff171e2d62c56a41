//! Markdown to events: the chosen extensions, link references of earlier blocks, and the LaTeX
//! brackets models like to write.

use std::borrow::Cow;
use std::collections::HashMap;

use pulldown_cmark::{BrokenLink, CowStr, Event, Options, Parser};

/// Most link references kept of one answer.
const REFERENCES_MAX: usize = 1000;
/// More cells than this in one block and it is not read as a table.
const CELLS_MAX: usize = 100_000;

/// Longest math in `\(…\)` or `\[…\]`; bounds the search for its end.
const BRACKETED_MAX_BYTES: usize = 2048;

/// Link references (`[label]: address`) seen so far. Keys are folded.
#[derive(Debug, Default)]
pub(super) struct References(HashMap<String, String>);

impl References {
    fn get(&self, label: &str) -> Option<&str> {
        self.0.get(&fold(label)).map(String::as_str)
    }

    /// Whether `label` leads somewhere.
    pub(super) fn knows(&self, label: &str) -> bool {
        !self.0.is_empty() && self.get(label).is_some()
    }

    /// Keeps what a finished block defined; the first definition of a label stays.
    pub(super) fn learn(&mut self, learned: Learned) {
        for (label, dest) in learned.0 {
            if self.0.len() < REFERENCES_MAX {
                self.0.entry(fold(&label)).or_insert(dest);
            }
        }
    }
}

/// References defined in one piece of text.
pub(super) struct Learned(Vec<(String, String)>);

/// Case and runs of white space do not count in labels.
fn fold(label: &str) -> String {
    let mut folded = String::with_capacity(label.len());
    for word in label.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
    folded
}

/// The extensions in use, fewer for text made to make the parser work for nothing.
pub(super) fn options(text: &str) -> Options {
    let mut options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    options |= Options::ENABLE_MATH;
    let (mut lines, mut most) = (0_usize, 0_usize);
    for line in text.lines() {
        lines += 1;
        most = most.max(line.bytes().filter(|&byte| byte == b'|').count());
    }
    if lines.saturating_mul(most) <= CELLS_MAX {
        options |= Options::ENABLE_TABLES;
    }
    options
}

/// Parses `text`, neighbouring runs of text as one, and hands the events to `read`. Also answers
/// the references defined in `text`; those of earlier text come from `references`.
pub(super) fn with_events<T>(
    text: &str,
    references: &References,
    read: impl FnOnce(&[Event<'_>]) -> T,
) -> (T, Learned) {
    let text = bracket_math(text);
    let callback = |link: BrokenLink<'_>| {
        let dest = references.get(&link.reference)?;
        Some((CowStr::from(dest.to_owned()), CowStr::Borrowed("")))
    };
    let parser = Parser::new_with_broken_link_callback(&text, options(&text), Some(callback));
    let learned = parser
        .reference_definitions()
        .iter()
        .map(|(label, link)| (label.to_owned(), link.dest.to_string()))
        .collect();
    (read(&merged(parser)), Learned(learned))
}

/// All events, neighbouring runs of text as one.
fn merged<'a>(parser: impl Iterator<Item = Event<'a>>) -> Vec<Event<'a>> {
    let mut events = Vec::new();
    let mut text: Option<String> = None;
    for event in parser {
        if let Event::Text(run) = &event {
            text.get_or_insert_default().push_str(run);
            continue;
        }
        events.extend(text.take().map(|text| Event::Text(CowStr::from(text))));
        events.push(event);
    }
    events.extend(text.map(|text| Event::Text(CowStr::from(text))));
    events
}

/// `\(…\)` and `\[…\]` as `$…$` and `$$…$$`, outside code.
fn bracket_math(text: &str) -> Cow<'_, str> {
    if !text.contains("\\(") && !text.contains("\\[") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let last_close = text.rfind("\\)").max(text.rfind("\\]")).unwrap_or(0);
    let mut fenced = false;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if (at == 0 || text.as_bytes()[at - 1] == b'\n') && opens_fence(rest) {
            fenced = !fenced;
        }
        let step = match rest.as_bytes()[0] {
            _ if fenced => rest.find('\n').map_or(rest.len(), |end| end + 1),
            b'`' => code_span_length(rest),
            b'\\' => match Some(rest).filter(|_| at < last_close).and_then(bracketed) {
                Some((content, marker, length)) => {
                    out.push_str(marker);
                    out.push_str(content.trim());
                    out.push_str(marker);
                    at += length;
                    continue;
                }
                None => rest.chars().take(2).map(char::len_utf8).sum(),
            },
            b'\n' => 1,
            _ => rest.find(['`', '\\', '\n']).unwrap_or(rest.len()),
        };
        out.push_str(&rest[..step]);
        at += step;
    }
    Cow::Owned(out)
}

fn opens_fence(line: &str) -> bool {
    let line = line.trim_start_matches(|it: char| " \t>-*+.)0123456789".contains(it));
    line.starts_with("```") || line.starts_with("~~~")
}

/// Bytes of the code span `text` begins with, or of its backticks when nothing closes it.
pub(super) fn code_span_length(text: &str) -> usize {
    let ticks = run_length(text, b'`');
    let mut at = ticks;
    while let Some(found) = text[at..].find('`').map(|found| found + at) {
        let run = run_length(&text[found..], b'`');
        at = found + run;
        if run == ticks {
            return at;
        }
    }
    ticks
}

/// How often `text` begins with `byte`.
pub(super) fn run_length(text: &str, byte: u8) -> usize {
    text.bytes().take_while(|&it| it == byte).count()
}

/// Content, replacement marker and whole length of the bracketed math `text` begins with.
fn bracketed(text: &str) -> Option<(&str, &'static str, usize)> {
    let (close, marker) = match text.as_bytes().get(1)? {
        b'(' => ("\\)", "$"),
        b'[' => ("\\]", "$$"),
        _ => return None,
    };
    let inside = &text[2..];
    let near = inside.floor_char_boundary(BRACKETED_MAX_BYTES);
    let paragraph = &inside[..near];
    let paragraph = &paragraph[..paragraph.find("\n\n").unwrap_or(near)];
    let end = paragraph.find(close)?;
    let content = &paragraph[..end];
    let plain = !content.trim().is_empty() && !content.contains('$');
    plain.then_some((content, marker, 2 + end + 2))
}
