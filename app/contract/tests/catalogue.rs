//! The catalogue against the sources: what is said has German, what has German is said.

use contract::Language;
use contract::words::entries;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Where people's texts are said. The command line and the logs are not among them.
const SOURCES: [&str; 3] = ["../contract/src", "../src", "../../server/src"];
/// What the macros themselves are made of, and their own tests.
const NOT_SAID: [&str; 2] = ["contract/src/words/mod.rs", "contract/src/words/said.rs"];

#[test]
fn every_text_has_german() {
    let known: BTreeMap<_, _> = entries(Language::German).collect();
    let missing: Vec<_> = said_in_sources()
        .into_iter()
        .filter(|(text, _)| !known.contains_key(text.as_str()) && has_words(text))
        .map(|(text, places)| format!("{places:?}\n    {text:?}"))
        .collect();
    assert!(
        missing.is_empty(),
        "{} texts have no German:\n{}",
        missing.len(),
        missing.join("\n")
    );
}

#[test]
fn every_entry_is_said() {
    let said = said_in_sources();
    let idle: Vec<_> = entries(Language::German)
        .map(|(english, _)| english)
        .filter(|english| !said.contains_key(*english))
        .collect();
    assert!(idle.is_empty(), "nobody says {idle:#?}");
}

#[test]
fn places_are_the_same_and_texts_stand_once() {
    let mut seen = BTreeSet::new();
    for (english, german) in entries(Language::German) {
        assert!(seen.insert(english), "twice: {english}");
        assert_eq!(places(english), places(german), "{english}");
        assert!(!german.trim().is_empty(), "{english}");
        let ends = |text: &str| text.ends_with(['.', '?', '…', ':', ',']);
        assert_eq!(ends(english), ends(german), "{english}");
    }
}

#[test]
fn files_are_sorted() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/words/german");
    for file in files_below(&folder) {
        let source = std::fs::read_to_string(&file).unwrap();
        if file.ends_with("mod.rs") {
            continue;
        }
        let literals = Source::new(&source).literals();
        let keys: Vec<_> = literals.iter().step_by(2).collect();
        let wrong = keys.windows(2).find(|pair| pair[0] >= pair[1]);
        assert!(wrong.is_none(), "{}: {wrong:?}", file.display());
    }
}

/// `{name}` and the like; what stands there need not be said again.
fn places(text: &str) -> BTreeSet<&str> {
    let parts = text.split('{').skip(1);
    parts
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

/// A text of marks, numbers and places is the same in every language.
fn has_words(text: &str) -> bool {
    let mut rest = text.to_owned();
    for name in places(text) {
        rest = rest.replace(&format!("{{{name}}}"), "");
    }
    rest.chars().any(char::is_alphabetic)
}

/// Every text that is said, and the files that say it.
fn said_in_sources() -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for folder in SOURCES {
        for file in files_below(&root.join(folder)) {
            let name = file.to_string_lossy().replace('\\', "/");
            let tests = name.ends_with("tests.rs") || name.contains("/tests/");
            if tests || NOT_SAID.iter().any(|end| name.ends_with(end)) {
                continue;
            }
            let source = std::fs::read_to_string(&file).unwrap();
            let short = name.rsplit("/../").next().unwrap_or(&name).to_owned();
            for text in Source::new(&source).said() {
                said.entry(text).or_default().insert(short.clone());
            }
        }
    }
    said
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files
}

/// A file of Rust, as far as texts go: code outside of comments and of the tests at its end.
struct Source<'a> {
    code: &'a str,
}

/// What stands in front of a text that is said.
const SAYS: [&str; 5] = ["t!(", "said!(", "around!(", "key!(", "AppError::new("];

impl<'a> Source<'a> {
    fn new(source: &'a str) -> Self {
        let code = source.split("#[cfg(test)]\nmod ").next().unwrap_or(source);
        Self { code }
    }

    /// The literals behind [`SAYS`]. An error's text stands behind its class.
    fn said(&self) -> Vec<String> {
        let mut said = Vec::new();
        for (at, token) in self.tokens() {
            let Token::Call(name) = token else { continue };
            let rest = &self.code[at..];
            let rest = if name == "AppError::new(" {
                rest.split_once(',').map_or("", |(_, rest)| rest)
            } else {
                rest
            };
            let rest = rest.trim_start();
            if rest.starts_with('"') {
                said.push(literal(rest).0);
            }
        }
        said
    }

    fn literals(&self) -> Vec<String> {
        let tokens = self.tokens().into_iter();
        tokens
            .filter_map(|(_, token)| match token {
                Token::Text(text) => Some(text),
                Token::Call(_) => None,
            })
            .collect()
    }

    /// Literals and the calls that say something, with what follows the call's name.
    fn tokens(&self) -> Vec<(usize, Token)> {
        let (code, mut at, mut tokens) = (self.code, 0, Vec::new());
        while let Some(rest) = code.get(at..).filter(|rest| !rest.is_empty()) {
            let first = rest.chars().next().unwrap();
            if rest.starts_with("//") {
                at += rest.find('\n').unwrap_or(rest.len());
            } else if let Some(raw) = raw_literal(rest) {
                at += raw;
            } else if first == '"' {
                let (text, length) = literal(rest);
                tokens.push((at, Token::Text(text)));
                at += length;
            } else if let Some(length) = letter(rest) {
                at += length;
            } else if let Some(name) = SAYS.iter().find(|name| rest.starts_with(**name))
                && !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
            {
                at += name.len();
                tokens.push((at, Token::Call(name)));
            } else {
                at += first.len_utf8();
            }
        }
        tokens
    }
}

enum Token {
    Text(String),
    Call(&'static str),
}

/// `'"'` and `'\''`, which would begin a text otherwise; lifetimes are none.
fn letter(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('\'')?;
    if let Some(escaped) = inner.strip_prefix('\\') {
        return Some(
            escaped
                .find('\'')
                .map_or(2, |end| end + 3)
                .max(4)
                .min(rest.len()),
        );
    }
    let letter = inner.chars().next()?;
    inner[letter.len_utf8()..]
        .starts_with('\'')
        .then(|| letter.len_utf8() + 2)
}

/// Length of `r"…"` or `r#"…"#`.
fn raw_literal(rest: &str) -> Option<usize> {
    let marks = rest.strip_prefix('r')?;
    let hashes = marks.bytes().take_while(|byte| *byte == b'#').count();
    let inner = marks.get(hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inner.find(&end)?;
    Some(1 + hashes + 1 + length + end.len())
}

/// The value of the literal that `rest` begins with, and its length in the source.
fn literal(rest: &str) -> (String, usize) {
    let mut value = String::new();
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (value, at + 1),
            '\\' => match letters.next().map(|(_, escaped)| escaped) {
                Some('n') => value.push('\n'),
                Some('t') => value.push('\t'),
                Some('\n') => while letters.next_if(|(_, c)| c.is_whitespace()).is_some() {},
                Some('u') => {
                    let code: String = letters
                        .by_ref()
                        .map(|(_, c)| c)
                        .take_while(|c| *c != '}')
                        .filter(char::is_ascii_hexdigit)
                        .collect();
                    let code = u32::from_str_radix(&code, 16).unwrap();
                    value.extend(char::from_u32(code));
                }
                Some(other) => value.push(other),
                None => {}
            },
            other => value.push(other),
        }
    }
    panic!("a text without an end: {}", &rest[..rest.len().min(80)]);
}

#[test]
fn the_reader_of_sources_finds_what_is_said() {
    let source = r##"
        // t!("in a comment")
        let quote = '"'; let tick = '\''; fn f<'a>() {}
        let raw = r#"t!("raw")"#;
        format!("not {x}"); t!("one"); said!( "two {n}", n = 1 );
        AppError::new(ErrorCode::Denied, "three \
             lines"); AppError::new(code, words); not_t!("four");
        view! { <p title=t!("„five“ \"six\"")>{around!("seven {x}", x = y)}</p> }
        #[cfg(test)]
mod tests { t!("eight") }
    "##;
    assert_eq!(
        Source::new(source).said(),
        [
            "one",
            "two {n}",
            "three lines",
            "„five“ \"six\"",
            "seven {x}"
        ]
    );
}
