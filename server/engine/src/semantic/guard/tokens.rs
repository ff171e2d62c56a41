//! Cutting a question into words, numbers and code.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters.
    Word,
    /// A number, written in one way whatever way it was written in.
    Number,
    /// Something that must be the same to the letter: an identifier, a path, an id, a version.
    Code,
}

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// As it was written.
    pub(crate) raw: String,
    /// In small letters; numbers in one form.
    pub(crate) lower: String,
    /// It begins a sentence, where a capital letter says nothing.
    pub(crate) first: bool,
}

/// The tokens of `text`, in order.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Tokens {
        list: Vec::new(),
        first: true,
    };
    for (index, span) in text.split('`').enumerate() {
        // Between backticks stands code.
        if index % 2 == 1 {
            for piece in span.split_whitespace() {
                found.push(Kind::Code, piece);
            }
        } else {
            for chunk in span.split_whitespace() {
                found.chunk(chunk);
            }
        }
    }
    found.list
}

struct Tokens {
    list: Vec<Token>,
    first: bool,
}

impl Tokens {
    fn push(&mut self, kind: Kind, raw: &str) {
        if raw.is_empty() {
            return;
        }
        let lower = match kind {
            Kind::Number => plain_number(raw),
            Kind::Code => raw.to_owned(),
            Kind::Word => raw.to_lowercase(),
        };
        let first = std::mem::take(&mut self.first);
        self.list.push(Token {
            kind,
            raw: raw.to_owned(),
            lower,
            first,
        });
    }

    fn chunk(&mut self, chunk: &str) {
        let ends = chunk.ends_with(['.', '?', '!', ':']);
        let opens = chunk.starts_with(['"', '„', '“', '«', '¿', '¡']);
        self.first |= opens;
        let core = chunk.trim_matches(is_punctuation);
        if is_operator(core) {
            self.push(Kind::Code, core);
        } else {
            self.symbols(core);
        }
        self.first |= ends;
    }

    /// Splits currency and percent signs off.
    fn symbols(&mut self, core: &str) {
        let is_sign = |letter| sign_word(letter).is_some();
        if !core.contains(is_sign) || core.len() > 64 {
            return self.piece(core);
        }
        let mut rest = core;
        while let Some(at) = rest.find(is_sign) {
            self.piece(&rest[..at]);
            let mut letters = rest[at..].chars();
            if let Some(word) = letters.next().and_then(sign_word) {
                self.push(Kind::Word, word);
            }
            rest = letters.as_str();
        }
        self.piece(rest);
    }

    fn piece(&mut self, piece: &str) {
        let digits = piece.contains(|letter: char| letter.is_ascii_digit());
        if piece.is_empty() {
        } else if digits {
            self.with_digits(piece);
        } else if is_code(piece) {
            self.push(Kind::Code, piece.trim_end_matches("()"));
        } else {
            for word in piece.split(['/', '+', '(', ')', '…']) {
                self.push(Kind::Word, word.trim_matches(is_punctuation));
            }
        }
    }

    /// `4-day`, `5kW` and `8am` are a number and a word; `14:30` is a number; `E0502` is an id.
    fn with_digits(&mut self, piece: &str) {
        let letters = |part: &str| part.chars().all(char::is_alphabetic);
        if is_number(piece) {
            return self.push(Kind::Number, piece);
        }
        if let Some((number, words)) = piece.split_once('-')
            && is_number(number)
            && words.split('-').all(letters)
        {
            self.push(Kind::Number, number);
            for word in words.split('-') {
                self.push(Kind::Word, word);
            }
            return;
        }
        let end = piece.find(char::is_alphabetic).unwrap_or(piece.len());
        let (number, unit) = piece.split_at(end);
        // `2FA` and `4K` are names, `5kW` and `10ms` are not.
        let is_unit = letters(unit) && !unit.chars().all(char::is_uppercase) || is_large_unit(unit);
        if is_number(number) && is_unit {
            self.push(Kind::Number, number);
            self.push(Kind::Word, unit);
        } else {
            self.push(Kind::Code, piece);
        }
    }
}

fn is_large_unit(unit: &str) -> bool {
    ["KB", "MB", "GB", "TB", "AM", "PM", "W", "V", "A", "MW"].contains(&unit)
}

const fn sign_word(letter: char) -> Option<&'static str> {
    match letter {
        '€' => Some("eur"),
        '$' => Some("usd"),
        '£' => Some("gbp"),
        '%' => Some("percent"),
        '°' => Some("degree"),
        _ => None,
    }
}

fn is_punctuation(letter: char) -> bool {
    ".,;:!?¿¡\"'’‘„“”«»()[]{}…*".contains(letter)
}

fn is_operator(core: &str) -> bool {
    !core.is_empty() && core.chars().all(|letter| "=!<>&|+*/^~-".contains(letter))
}

fn is_number(piece: &str) -> bool {
    piece.starts_with(|letter: char| letter.is_ascii_digit())
        && piece
            .chars()
            .all(|letter| letter.is_ascii_digit() || ".,:/".contains(letter))
}

/// `4,000`, `4.000` and `4000` are one number; a decimal comma is a decimal point.
fn plain_number(raw: &str) -> String {
    let raw = raw.trim_end_matches(is_punctuation);
    let mut groups = raw.split(['.', ',']);
    let head = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let thousands = !rest.is_empty() && head.len() <= 3 && rest.iter().all(|part| part.len() == 3);
    if thousands && !raw.contains([':', '/']) {
        return format!("{head}{}", rest.concat());
    }
    raw.replace(',', ".")
}

/// Written as nothing but code is: `a_b`, `a::b`, `a.b`, `a@b`, `a\b`, `--flag`, `f()`, an address.
fn is_code(piece: &str) -> bool {
    let dotted = || {
        let parts: Vec<&str> = piece.split('.').collect();
        // `e.g` and `z.B` are abbreviations.
        parts.len() > 1
            && parts.iter().all(|part| !part.is_empty())
            && parts.iter().any(|part| part.chars().count() > 1)
    };
    piece.contains(['_', '@', '\\', '#', '=', '<', '>'])
        || piece.contains("::")
        || piece.contains("//")
        || piece.ends_with("()")
        || piece.starts_with('-')
        || piece.starts_with('/')
        || dotted()
}
