//! The end of a run of text: which emphasis, code, link or formula is still open in it.

use super::parse::{References, code_span_length, run_length};
use super::repair::PENDING_MATH;

/// An opening bracket this far from the end without its partner is just a bracket, in bytes.
const BRACKET_MAX_BYTES: usize = 400;
/// The same for a dollar sign.
const DOLLAR_MAX_BYTES: usize = 300;
/// How far ahead the end of a link's address or an HTML tag is looked for, in bytes.
const AHEAD_MAX_BYTES: usize = 2500;

/// Repaired text.
pub(super) struct SettledInline {
    pub(super) text: String,
    /// Source of math that is still open; its place is marked in `text`.
    pub(super) pending_math: Option<String>,
}

/// Reads running text once from left to right.
pub(super) struct Inline<'a> {
    text: &'a str,
    at: usize,
    out: String,
    /// Open emphasis: character, how many, and where it stands in `out`.
    open: Vec<(u8, usize, usize)>,
    /// Appended behind everything: closing backticks of a code span.
    code_close: String,
    pending_math: Option<String>,
    references: &'a References,
}

impl<'a> Inline<'a> {
    pub(super) const fn new(text: &'a str, references: &'a References) -> Self {
        Self {
            text,
            at: 0,
            out: String::new(),
            open: Vec::new(),
            code_close: String::new(),
            pending_math: None,
            references,
        }
    }

    /// Completes or holds back what is unfinished.
    pub(super) fn settle(mut self) -> SettledInline {
        while self.at < self.text.len() {
            self.step();
        }
        self.close_all();
        SettledInline {
            text: self.out,
            pending_math: self.pending_math,
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Copies the next `length` bytes.
    fn keep(&mut self, length: usize) {
        self.out.push_str(&self.text[self.at..self.at + length]);
        self.at += length;
    }

    /// Leaves everything from here on out.
    const fn stop(&mut self) {
        self.at = self.text.len();
    }

    fn step(&mut self) {
        let rest = self.rest();
        match rest.as_bytes()[0] {
            b'\\' => self.backslash(rest),
            b'`' => self.code(rest),
            b'$' => self.dollar(rest),
            b'<' => self.angle(rest),
            b'&' => self.entity(rest),
            b'!' if rest[1..].starts_with('[') => self.image(rest),
            // Most likely the beginning of an image, between words.
            b'!' if rest.len() == 1 && !self.text[..self.at].ends_with(char::is_alphanumeric) => {
                self.stop();
            }
            b'!' => self.keep(1),
            b'[' => self.bracket(rest),
            b'*' | b'_' | b'~' => self.emphasis(rest),
            _ => {
                let next = rest
                    .char_indices()
                    .skip(1)
                    .find(|(_, it)| "\\`$<&![*_~".contains(*it));
                self.keep(next.map_or(rest.len(), |(at, _)| at));
            }
        }
    }

    fn backslash(&mut self, rest: &'a str) {
        match rest.as_bytes().get(1) {
            None => self.stop(),
            Some(b'(') => self.bracket_math(rest, "\\)"),
            Some(b'[') => self.bracket_math(rest, "\\]"),
            Some(_) => {
                let length = rest[1..].chars().next().map_or(0, char::len_utf8);
                self.keep(1 + length);
            }
        }
    }

    fn bracket_math(&mut self, rest: &'a str, close: &str) {
        let inside = &rest[2..];
        let near = &inside[..inside.floor_char_boundary(AHEAD_MAX_BYTES)];
        match near.find(close) {
            Some(end) => self.keep(2 + end + 2),
            None if inside.len() <= AHEAD_MAX_BYTES => self.pend(inside.trim_end_matches('\\')),
            None => self.keep(2),
        }
    }

    /// Holds back `latex`, which reaches to the end, as math.
    fn pend(&mut self, latex: &str) {
        if !latex.trim().is_empty() {
            self.pending_math = Some(latex.trim().to_owned());
            self.out.push(PENDING_MATH);
        }
        self.stop();
    }

    fn code(&mut self, rest: &'a str) {
        let ticks = run_length(rest, b'`');
        let length = code_span_length(rest);
        if length > ticks {
            return self.keep(length);
        }
        let content = rest[ticks..].trim_end().trim_end_matches('`').trim_end();
        if !content.trim().is_empty() {
            self.keep(ticks + content.len());
            self.code_close = "`".repeat(ticks);
        }
        self.stop();
    }

    fn dollar(&mut self, rest: &'a str) {
        if let Some(inside) = rest.strip_prefix("$$") {
            return match inside.find("$$") {
                Some(end) => self.keep(2 + end + 2),
                None => self.pend(inside.trim_end_matches('$')),
            };
        }
        let inside = &rest[1..];
        match inside.chars().next() {
            None => self.stop(),
            Some(first) if first.is_whitespace() || first.is_ascii_digit() => self.keep(1),
            Some(_) => match closing_dollar(inside) {
                Some(end) => self.keep(1 + end + 1),
                None if inside.len() <= DOLLAR_MAX_BYTES => self.pend(inside),
                None => self.keep(1),
            },
        }
    }

    /// A tag or an address in angle brackets; its beginning is held back until it is whole.
    fn angle(&mut self, rest: &'a str) {
        let inside = &rest[1..];
        let near = &inside[..inside.floor_char_boundary(AHEAD_MAX_BYTES)];
        let begins = near.starts_with(|it: char| it.is_ascii_alphabetic() || "/!?".contains(it));
        if inside.is_empty() || begins && !near.contains(['>', '<', ' ', '\n', '\t']) {
            self.stop();
        } else {
            let end = near
                .find('>')
                .filter(|&end| begins && !near[..end].contains('<'));
            self.keep(end.map_or(1, |end| end + 2));
        }
    }

    fn entity(&mut self, rest: &'a str) {
        let length = rest[1..].bytes().take(33);
        let length = length
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#')
            .count();
        if 1 + length == rest.len() && length <= 32 {
            self.stop();
        } else {
            self.keep(1);
        }
    }

    fn image(&mut self, rest: &'a str) {
        let Some(close) = closing_bracket(&rest[1..]).map(|at| at + 1) else {
            return if rest.len() <= AHEAD_MAX_BYTES {
                self.stop();
            } else {
                self.keep(2);
            };
        };
        match rest.as_bytes().get(close + 1) {
            Some(b'(') => match closing_paren(&rest[close + 1..]) {
                Some(end) => self.keep(close + 1 + end + 1),
                None if rest.len() <= AHEAD_MAX_BYTES => self.stop(),
                None => self.keep(2),
            },
            None => self.stop(),
            Some(_) => self.keep(close + 1),
        }
    }

    fn bracket(&mut self, rest: &'a str) {
        let Some(close) = closing_bracket(rest) else {
            if rest.len() > BRACKET_MAX_BYTES {
                self.keep(1);
            } else if rest.len() == 1 || rest.starts_with("[^") {
                self.stop();
            } else {
                // The text of a link, most likely: shown without its bracket.
                self.at += 1;
            }
            return;
        };
        let whole = match rest.as_bytes().get(close + 1) {
            Some(b'(') => closing_paren(&rest[close + 1..]).map(|end| close + 1 + end + 1),
            Some(b'[') => closing_bracket(&rest[close + 1..]).map(|end| close + 1 + end + 1),
            Some(b':') if self.at == 0 => {
                // A reference being defined shows nothing.
                return self.stop();
            }
            Some(_) => Some(close + 1),
            None => self.references.knows(&rest[1..close]).then_some(close + 1),
        };
        match whole {
            Some(length) => self.keep(length),
            None if rest.len() - close > AHEAD_MAX_BYTES => self.keep(close + 1),
            None => {
                self.out.push_str(&rest[1..close]);
                self.stop();
            }
        }
    }

    fn emphasis(&mut self, rest: &'a str) {
        let mark = rest.as_bytes()[0];
        let count = run_length(rest, mark);
        let before = self.text[..self.at].chars().next_back();
        let Some(after) = rest[count..].chars().next() else {
            // What the run will become is not known; what it may close is closed anyway.
            return self.stop();
        };
        let flank = Flank::of(before, after);
        let (opens, closes) = match mark {
            b'_' => (
                flank.left && (!flank.right || flank.punctuation_before),
                flank.right && (!flank.left || flank.punctuation_after),
            ),
            b'~' => (flank.left && count == 2, flank.right && count == 2),
            _ => (flank.left, flank.right),
        };
        let mut left = count;
        if closes {
            left = self.close_emphasis(mark, left);
        }
        // `2*3` is a product far more often than emphasis that begins inside a word.
        let inside_word = before.is_some_and(char::is_alphanumeric) && after.is_alphanumeric();
        if left > 0 && opens && !inside_word {
            self.open.push((mark, left, self.out.len()));
        }
        self.keep(count);
    }

    /// Closes emphasis with `left` marks; answers how many are not used up.
    fn close_emphasis(&mut self, mark: u8, mut left: usize) -> usize {
        while left > 0 {
            let Some(at) = self.open.iter().rposition(|&(it, ..)| it == mark) else {
                break;
            };
            self.open.truncate(at + 1);
            let used = self.open[at].1.min(left);
            left -= used;
            self.open[at].1 -= used;
            if self.open[at].1 == 0 {
                self.open.pop();
            }
        }
        left
    }

    /// Appends what closes the open emphasis, innermost first.
    fn close_all(&mut self) {
        let mut end = self.out.trim_end().len();
        // Emphasis with nothing in it yet is not shown at all.
        while let Some(&(_, count, at)) = self.open.last() {
            if self.code_close.is_empty() && at + count >= end {
                end = self.out[..at].trim_end().len();
                self.open.pop();
            } else {
                break;
            }
        }
        self.out.truncate(end);
        self.out.push_str(&self.code_close);
        for (mark, count, _) in self.open.drain(..).rev() {
            for _ in 0..count {
                self.out.push(char::from(mark));
            }
        }
    }
}

/// Which sides of a run of emphasis marks touch text (`CommonMark` 6.2).
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent facts of the rule, named as the standard names them"
)]
struct Flank {
    left: bool,
    right: bool,
    punctuation_before: bool,
    punctuation_after: bool,
}

impl Flank {
    fn of(before: Option<char>, after: char) -> Self {
        let space_before = before.is_none_or(char::is_whitespace);
        let space_after = after.is_whitespace();
        let punctuation_before = before.is_some_and(|it| !it.is_alphanumeric()) && !space_before;
        let punctuation_after = !after.is_alphanumeric() && !space_after;
        Self {
            left: !space_after && (!punctuation_after || space_before || punctuation_before),
            right: !space_before && (!punctuation_before || space_after || punctuation_after),
            punctuation_before,
            punctuation_after,
        }
    }
}

/// Index of the `$` that ends the formula `text` begins with.
fn closing_dollar(text: &str) -> Option<usize> {
    let near = &text[..text.floor_char_boundary(AHEAD_MAX_BYTES)];
    near.match_indices('$').map(|(at, _)| at).find(|&at| {
        let before = near[..at].chars().next_back();
        before.is_some_and(|it| !it.is_whitespace() && it != '\\')
    })
}

/// Index of the `]` that belongs to the `[` `text` begins with.
fn closing_bracket(text: &str) -> Option<usize> {
    closing(text, b'[', b']')
}

/// Index of the `)` that belongs to the `(` `text` begins with.
fn closing_paren(text: &str) -> Option<usize> {
    closing(text, b'(', b')')
}

fn closing(text: &str, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, byte) in text.bytes().take(AHEAD_MAX_BYTES).enumerate() {
        if escaped {
            escaped = false;
        } else if byte == b'\\' {
            escaped = true;
        } else if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}
