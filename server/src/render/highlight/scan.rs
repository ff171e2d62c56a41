//! One line of code to tokens, by a grammar.

use super::grammar::{Grammar, Quote};
use super::{Spans, State, Token};

/// Deeper comments are not counted.
const COMMENT_DEPTH_MAX: u32 = 32;
/// A key begins at most this far into its line, in bytes.
const INDENT_MAX: usize = 200;

/// Scans `line` from `state` on; answers the state after it.
pub(super) fn scan(grammar: &Grammar, state: State, line: &str, spans: &mut Spans<'_>) -> State {
    if grammar.diff {
        spans.push(diff_token(line), line);
        return State::Normal;
    }
    let mut scanner = Scanner {
        grammar,
        line,
        at: 0,
        state,
        spans,
    };
    scanner.run();
    scanner.state
}

fn diff_token(line: &str) -> Token {
    match line.as_bytes() {
        [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => Token::Comment,
        [b'@', ..] => Token::Function,
        [b'+', ..] => Token::Text,
        [b'-', ..] => Token::Keyword,
        _ if line.starts_with("diff ") || line.starts_with("index ") => Token::Comment,
        _ => Token::Plain,
    }
}

struct Scanner<'a, 'b, 'c> {
    grammar: &'a Grammar,
    line: &'a str,
    at: usize,
    state: State,
    spans: &'b mut Spans<'c>,
}

impl<'a> Scanner<'a, '_, '_> {
    fn run(&mut self) {
        while self.at < self.line.len() {
            match self.state {
                State::Comment(depth) => self.comment(depth),
                State::Text(rule) => self.string_rest(rule, self.at),
                State::Normal | State::Tag => self.step(),
            }
        }
        if let State::Text(rule) = self.state
            && !self.grammar.quotes.get(rule).is_some_and(|it| it.lines)
        {
            self.state = State::Normal;
        }
    }

    fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }

    fn take(&mut self, token: Token, length: usize) {
        self.spans
            .push(token, &self.line[self.at..self.at + length]);
        self.at += length;
    }

    fn step(&mut self) {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return;
        };
        if first.is_whitespace() {
            return self.take(Token::Plain, first.len_utf8());
        }
        if self.comment_begins(rest) || self.quote_begins(rest, first) {
            return;
        }
        if first.is_ascii_digit() {
            return self.take(Token::Number, number_length(rest));
        }
        if self.is_word(first) {
            return self.word(rest);
        }
        if self.grammar.sigils.contains(first) {
            let length = 1 + self.word_length(&rest[1..]);
            return self.take(Token::Type, length);
        }
        let token = if "+-*/%=<>!&|^~?".contains(first) {
            Token::Operator
        } else if first.is_ascii_punctuation() {
            Token::Punctuation
        } else {
            Token::Plain
        };
        self.take(token, first.len_utf8());
    }

    fn comment_begins(&mut self, rest: &str) -> bool {
        let grammar = self.grammar;
        if let Some((open, _)) = grammar.block_comment
            && rest.starts_with(open)
        {
            self.take(Token::Comment, open.len());
            self.state = State::Comment(1);
            return true;
        }
        let free = !grammar.comment_after_space
            || self.line[..self.at]
                .chars()
                .next_back()
                .is_none_or(|before| before.is_whitespace() || before == ';');
        if free
            && grammar
                .line_comments
                .iter()
                .any(|mark| rest.starts_with(mark))
        {
            self.take(Token::Comment, rest.len());
            return true;
        }
        false
    }

    fn comment(&mut self, depth: u32) {
        let rest = self.rest();
        let Some((open, close)) = self.grammar.block_comment else {
            self.state = State::Normal;
            return;
        };
        let end = rest.find(close);
        let inner = self
            .grammar
            .nested_comments
            .then_some(depth)
            .filter(|&depth| depth < COMMENT_DEPTH_MAX)
            .and_then(|_| rest[..end.unwrap_or(rest.len())].find(open));
        match (inner, end) {
            (Some(inner), _) => {
                self.take(Token::Comment, inner + open.len());
                self.state = State::Comment(depth.saturating_add(1));
            }
            (None, Some(end)) => {
                self.take(Token::Comment, end + close.len());
                self.state = if depth > 1 {
                    State::Comment(depth - 1)
                } else {
                    State::Normal
                };
            }
            (None, None) => self.take(Token::Comment, rest.len()),
        }
    }

    fn quote_begins(&mut self, rest: &str, first: char) -> bool {
        if self.grammar.lifetimes && first == '\'' {
            self.lifetime_or_character(rest);
            return true;
        }
        let rule = self
            .grammar
            .quotes
            .iter()
            .position(|quote| rest.starts_with(quote.open));
        if let Some(rule) = rule {
            self.string_rest(rule, self.at + self.grammar.quotes[rule].open.len());
        }
        rule.is_some()
    }

    /// Takes a string from `self.at`; looks for its end from `from` on.
    fn string_rest(&mut self, rule: usize, from: usize) {
        let Some(quote) = self.grammar.quotes.get(rule) else {
            self.state = State::Normal;
            return;
        };
        let end = string_end(&self.line[from..], quote);
        let until = end.map_or(self.line.len(), |end| from + end);
        let token = if end.is_some() && self.key_follows(until) {
            Token::Type
        } else {
            Token::Text
        };
        self.take(token, until - self.at);
        self.state = if end.is_some() {
            State::Normal
        } else {
            State::Text(rule)
        };
    }

    fn lifetime_or_character(&mut self, rest: &str) {
        let mut inside = rest[1..].char_indices();
        let length = match inside.next() {
            Some((_, '\\')) => inside
                .take(12)
                .skip(1)
                .find(|&(_, it)| it == '\'')
                .map(|(at, _)| at + 2),
            Some((_, it)) if rest[1 + it.len_utf8()..].starts_with('\'') => Some(it.len_utf8() + 2),
            _ => None,
        };
        if let Some(length) = length {
            self.take(Token::Text, length);
        } else {
            let length = 1 + self.word_length(&rest[1..]);
            self.take(Token::Type, length);
        }
    }

    fn word(&mut self, rest: &str) {
        let length = self.word_length(rest).max(1);
        let token = self.classify(&rest[..length], rest);
        self.take(token, length);
    }

    fn classify(&self, word: &str, rest: &str) -> Token {
        let grammar = self.grammar;
        let lower;
        let key = if grammar.ignore_case {
            lower = word.to_ascii_lowercase();
            lower.as_str()
        } else {
            word
        };
        let listed = |list: &str| list.split(' ').any(|it| it == key);
        if word.len() <= 24 {
            if listed(grammar.keywords) {
                return Token::Keyword;
            }
            if listed(grammar.constants) {
                return Token::Number;
            }
            if listed(grammar.types) {
                return Token::Type;
            }
        }
        let after = rest[word.len()..].chars().find(|it| *it != ' ');
        if !grammar.key_marks.is_empty()
            && self.key_follows(self.line.len() - rest.len() + word.len())
        {
            return Token::Type;
        }
        if after == Some('(') || rest[word.len()..].starts_with("!(") {
            return Token::Function;
        }
        let capital = word.starts_with(|it: char| it.is_ascii_uppercase());
        if grammar.capitals_are_types && capital {
            return Token::Type;
        }
        Token::Plain
    }

    /// Whether what ends at `until` is followed by the mark of a key.
    fn key_follows(&self, until: usize) -> bool {
        let marks = self.grammar.key_marks;
        let marked = !marks.is_empty()
            && self.line[until..]
                .chars()
                .find(|it| *it != ' ')
                .is_some_and(|it| marks.contains(it));
        let leads = |it: char| it.is_whitespace() || it == '-';
        marked
            && (!self.grammar.keys_lead
                || (self.at <= INDENT_MAX && self.line[..self.at].chars().all(leads)))
    }

    fn is_word(&self, it: char) -> bool {
        it.is_alphanumeric() || it == '_' || self.grammar.word_characters.contains(it)
    }

    fn word_length(&self, text: &str) -> usize {
        text.find(|it| !self.is_word(it)).unwrap_or(text.len())
    }
}

/// Index behind the end of a string whose content `text` is.
fn string_end(text: &str, quote: &Quote) -> Option<usize> {
    let first = quote.close.chars().next()?;
    let mut at = 0;
    while let Some(found) = text[at..].find(|it| it == first || (quote.escapes && it == '\\')) {
        at += found;
        if text[at..].starts_with(quote.close) {
            return Some(at + quote.close.len());
        }
        let skipped = usize::from(text[at..].starts_with('\\'));
        at += text[at..]
            .chars()
            .take(1 + skipped)
            .map(char::len_utf8)
            .sum::<usize>();
    }
    None
}

/// Bytes of the number `text` begins with. Generous: `1_000u64`, `0xff`, `1.5e-3`.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let next_is_digit = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        let exponent = at > 0 && matches!(bytes[at - 1], b'e' | b'E') && !text.starts_with("0x");
        let part = byte.is_ascii_alphanumeric()
            || byte == b'_'
            || (byte == b'.' && next_is_digit)
            || (matches!(byte, b'+' | b'-') && exponent && next_is_digit);
        if !part {
            break;
        }
        at += 1;
    }
    at
}
