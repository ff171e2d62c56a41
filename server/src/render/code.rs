//! Code blocks: the figure around them, and fences that grow line by line.

use super::escape::{push_attribute, push_text};
use super::highlight::Highlighter;

const LANGUAGE_MAX_BYTES: usize = 32;

/// The language an info string names: its first word, when it looks like a name.
pub(super) fn language_of(info: &str) -> &str {
    let word = info
        .split(|it: char| it.is_whitespace() || it == ',' || it == '{')
        .next()
        .unwrap_or("");
    let plain = |it: char| it.is_ascii_alphanumeric() || "+#-_.".contains(it);
    if word.len() <= LANGUAGE_MAX_BYTES && word.chars().all(plain) {
        word
    } else {
        ""
    }
}

/// Appends finished code.
pub(super) fn push_figure(out: &mut String, language: &str, source: &str) {
    push_head(out, language);
    Highlighter::new(language).push_all(out, source);
    push_foot(out);
}

fn push_head(out: &mut String, language: &str) {
    out.push_str("<figure class=\"code\"");
    push_attribute(out, "data-lang", language);
    out.push_str("><figcaption>");
    push_text(
        out,
        if language.is_empty() {
            "text"
        } else {
            language
        },
    );
    out.push_str("</figcaption><pre tabindex=\"0\"><code>");
}

fn push_foot(out: &mut String) {
    out.push_str("</code></pre></figure>");
}

/// A fenced block at the top level of an answer whose end has not arrived. Finished lines are
/// coloured once and kept.
#[derive(Clone, Debug)]
pub(super) struct OpenFence {
    marker: u8,
    length: usize,
    indent: usize,
    language: String,
    highlighter: Highlighter,
    lines: String,
    /// Bytes of source in `lines`.
    taken: usize,
}

impl OpenFence {
    /// Reads the first line of a fenced block (without its line end).
    pub(super) fn parse(line: &str) -> Option<Self> {
        let (indent, rest) = split_indent(line)?;
        let marker = *rest.as_bytes().first().filter(|it| b"`~".contains(it))?;
        let length = rest.bytes().take_while(|&byte| byte == marker).count();
        let info = rest[length..].trim();
        let opens =
            matches!(marker, b'`' | b'~') && length >= 3 && !(marker == b'`' && info.contains('`'));
        if !opens {
            return None;
        }
        let language = language_of(info).to_owned();
        Some(Self {
            marker,
            length,
            indent,
            highlighter: Highlighter::new(&language),
            language,
            lines: String::new(),
            taken: 0,
        })
    }

    /// Whether `line` (without its line end) closes the block.
    pub(super) fn is_closed_by(&self, line: &str) -> bool {
        split_indent(line).is_some_and(|(_, rest)| {
            let rest = rest.trim_end_matches([' ', '\t']);
            rest.len() >= self.length && rest.bytes().all(|byte| byte == self.marker)
        })
    }

    /// Takes a line of code, with its line end.
    pub(super) fn push_line(&mut self, line: &str) {
        let indent = line
            .bytes()
            .take(self.indent)
            .take_while(|&byte| byte == b' ')
            .count();
        self.highlighter.push_line(&mut self.lines, &line[indent..]);
        self.taken += line.len();
    }

    /// Bytes of source taken so far.
    pub(super) const fn taken(&self) -> usize {
        self.taken
    }

    /// The block as it stands; `partial` is the line still being written and stays plain.
    pub(super) fn open_html(&self, partial: &str) -> String {
        let mut out = String::with_capacity(self.lines.len() + partial.len() + 160);
        push_head(&mut out, &self.language);
        out.push_str(&self.lines);
        let closing = partial.trim();
        let may_close = !closing.is_empty() && closing.bytes().all(|byte| byte == self.marker);
        if !may_close {
            let indent = partial
                .bytes()
                .take(self.indent)
                .take_while(|&byte| byte == b' ')
                .count();
            push_text(&mut out, &partial[indent..]);
        }
        push_foot(&mut out);
        out
    }

    /// The finished block.
    pub(super) fn html(&self) -> String {
        let mut out = String::with_capacity(self.lines.len() + 160);
        push_head(&mut out, &self.language);
        out.push_str(&self.lines);
        push_foot(&mut out);
        out
    }

    /// Gives up the lines so far, for a block that goes on in another figure.
    pub(super) fn restart(&mut self) -> String {
        let html = self.html();
        self.lines.clear();
        self.taken = 0;
        html
    }
}

/// Indentation of at most three spaces, and the rest of the line.
fn split_indent(line: &str) -> Option<(usize, &str)> {
    let indent = line.bytes().take_while(|&byte| byte == b' ').count();
    (indent <= 3).then(|| (indent, &line[indent..]))
}
