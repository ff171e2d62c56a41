//! One line of HTML or XML to tokens.

use super::{Spans, State, Token};

const COMMENT_OPEN: &str = "<!--";
const COMMENT_CLOSE: &str = "-->";

/// Scans `line` from `state` on; answers the state after it.
pub(super) fn scan(mut state: State, line: &str, spans: &mut Spans<'_>) -> State {
    let mut rest = line;
    while !rest.is_empty() {
        let (token, length, next) = match state {
            State::Comment(_) => comment(rest),
            State::Tag => tag(rest),
            State::Text(quote) => quoted(rest, if quote == 0 { '"' } else { '\'' }, 0),
            State::Normal => text(rest),
        };
        spans.push(token, &rest[..length]);
        rest = &rest[length..];
        state = next;
    }
    state
}

fn text(rest: &str) -> (Token, usize, State) {
    if rest.starts_with(COMMENT_OPEN) {
        return (Token::Comment, COMMENT_OPEN.len(), State::Comment(1));
    }
    if rest.starts_with('<') {
        let length = if rest.starts_with("</") { 2 } else { 1 };
        return (Token::Punctuation, length, State::Tag);
    }
    if let Some(name) = rest.strip_prefix('&') {
        let end = name.find(|it: char| !it.is_ascii_alphanumeric() && it != '#');
        let end = 1 + end.unwrap_or(name.len());
        if rest[end..].starts_with(';') && end > 1 {
            return (Token::Number, end + 1, State::Normal);
        }
        return (Token::Plain, 1, State::Normal);
    }
    let end = rest.find(['<', '&']).unwrap_or(rest.len());
    (Token::Plain, end, State::Normal)
}

fn comment(rest: &str) -> (Token, usize, State) {
    match rest.find(COMMENT_CLOSE) {
        Some(at) => (Token::Comment, at + COMMENT_CLOSE.len(), State::Normal),
        None => (Token::Comment, rest.len(), State::Comment(1)),
    }
}

fn tag(rest: &str) -> (Token, usize, State) {
    let Some(first) = rest.chars().next() else {
        return (Token::Plain, rest.len(), State::Tag);
    };
    match first {
        '>' => (Token::Punctuation, 1, State::Normal),
        '"' | '\'' => quoted(rest, first, 1),
        '=' => (Token::Operator, 1, State::Tag),
        '/' | '?' | '!' => (Token::Punctuation, 1, State::Tag),
        it if it.is_whitespace() => (Token::Plain, it.len_utf8(), State::Tag),
        it => {
            let end = rest
                .find(|it: char| it.is_whitespace() || "=>\"'/".contains(it))
                .unwrap_or(rest.len())
                .max(it.len_utf8());
            // The first word after `<` has no `=` behind it and nothing but `<` in front; the
            // cheap test is good enough for colours.
            let attribute = rest[end..].trim_start().starts_with('=');
            let token = if attribute {
                Token::Type
            } else {
                Token::Keyword
            };
            (token, end, State::Tag)
        }
    }
}

fn quoted(rest: &str, mark: char, from: usize) -> (Token, usize, State) {
    match rest[from..].find(mark) {
        Some(at) => (Token::Text, from + at + 1, State::Tag),
        None => (
            Token::Text,
            rest.len(),
            State::Text(usize::from(mark == '\'')),
        ),
    }
}
