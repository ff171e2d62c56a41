//! The words of each language that decide whether two questions are the same one.
//!
//! A file holds sections; a line is one value, its words are the ways to say it; `_` joins words,
//! `$` is the end of the question, `|` separates opposites:
//!
//! - `light`: says nothing about what is asked;
//! - `negation`: turns what is asked round;
//! - `same`: ways to say one thing;
//! - `opposite`: two poles that must not face each other;
//! - `exact NAME`: both questions must name the same values;
//! - `counted NAME`: the same, directly behind a number only;
//! - `class NAME`: where both name values, one of them must be common; of `question` the first counts;
//! - `neutral question`: asks too, but for no kind of answer in particular;
//! - `number`: the value is a number;
//! - `source`, `goal`: where something comes from and goes to;
//! - `particle`: ends of verbs that stand apart.

use crate::semantic::guard::language::Language;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Longest run of words that is one entry.
const WORDS_MAX: usize = 5;

/// What is known of a word or run of words.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a section of the files, and a word may stand in several"
)]
pub(crate) struct Entry {
    pub(crate) light: bool,
    pub(crate) negation: bool,
    pub(crate) source: bool,
    pub(crate) goal: bool,
    /// Its group of words that say one thing.
    pub(crate) same: Option<usize>,
    /// Groups of opposites, and the pole.
    pub(crate) poles: Vec<(usize, bool)>,
    /// Values that must agree exactly.
    pub(crate) exact: Option<usize>,
    /// A unit or currency.
    pub(crate) unit: bool,
    /// Asks for a kind of answer, even if for none in particular.
    pub(crate) asks: bool,
    /// The same, behind a number.
    pub(crate) counted: Option<usize>,
    /// Values of a class: its name, the value.
    pub(crate) classes: Vec<(&'static str, usize)>,
    /// The number it says.
    pub(crate) number: Option<&'static str>,
}

/// One language's words.
#[derive(Debug)]
pub(crate) struct Lexicon {
    language: Language,
    entries: HashMap<String, Entry>,
    small: HashSet<&'static str>,
    particles: HashSet<&'static str>,
}

static LEXICONS: LazyLock<[Lexicon; 7]> =
    LazyLock::new(|| Language::ALL.map(|language| Lexicon::read(language, text_of(language))));

const fn text_of(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("lexicon/en.txt"),
        Language::German => include_str!("lexicon/de.txt"),
        Language::French => include_str!("lexicon/fr.txt"),
        Language::Spanish => include_str!("lexicon/es.txt"),
        Language::Italian => include_str!("lexicon/it.txt"),
        Language::Dutch => include_str!("lexicon/nl.txt"),
        Language::Portuguese => include_str!("lexicon/pt.txt"),
    }
}

impl Lexicon {
    /// The words of `language`.
    pub(crate) fn of(language: Language) -> &'static Self {
        &LEXICONS[language as usize]
    }

    /// A small word, as every sentence of the language has them.
    pub(crate) fn is_small(&self, word: &str) -> bool {
        self.small.contains(word)
    }

    /// The end of a verb that stands apart from it.
    pub(crate) fn is_particle(&self, word: &str) -> bool {
        self.particles.contains(word)
    }

    /// Whether the word alone is known.
    pub(crate) fn knows(&self, word: &str) -> bool {
        self.entries.contains_key(word) || self.entries.contains_key(&self.language.stem(word))
    }

    /// The longest entry that `words` begin with, and how many words it has.
    pub(crate) fn longest(&self, words: &[&str]) -> Option<(&Entry, usize)> {
        let most = words.len().min(WORDS_MAX);
        (1..=most).rev().find_map(|count| {
            let words = &words[..count];
            let found = self
                .entries
                .get(&words.join(" "))
                .or_else(|| self.entries.get(&self.stems(words)));
            found.map(|entry| (entry, count))
        })
    }

    fn stems(&self, words: &[&str]) -> String {
        let stems: Vec<String> = words.iter().map(|word| self.language.stem(word)).collect();
        stems.join(" ")
    }

    fn read(language: Language, text: &'static str) -> Self {
        let mut lexicon = Self {
            language,
            entries: HashMap::new(),
            small: HashSet::new(),
            particles: HashSet::new(),
        };
        let (mut kind, mut name) = ("", "");
        for (number, line) in text.lines().enumerate() {
            if let Some(section) = line
                .strip_prefix('[')
                .and_then(|line| line.strip_suffix(']'))
            {
                (kind, name) = section.split_once(' ').unwrap_or((section, ""));
            } else if !line.is_empty() && !line.starts_with('#') {
                lexicon.line(kind, name, number, line);
            }
        }
        lexicon
    }

    fn line(&mut self, kind: &str, name: &'static str, number: usize, line: &'static str) {
        if kind == "opposite" {
            for (pole, side) in line.split('|').enumerate() {
                for words in side.split_whitespace() {
                    self.note(words, |entry| entry.poles.push((number, pole == 0)));
                }
            }
            return;
        }
        let mut all = line.split_whitespace();
        let value = line.split_whitespace().next().unwrap_or_default();
        if kind == "number" {
            all.next();
        }
        for words in all {
            match kind {
                "light" => {
                    self.small.insert(words);
                    self.note(words, |entry| entry.light = true);
                }
                "negation" => self.note(words, |entry| entry.negation = true),
                "same" => self.note(words, |entry| entry.same = entry.same.or(Some(number))),
                "exact" => self.note(words, |entry| {
                    entry.exact = Some(number);
                    entry.unit = name == "unit";
                }),
                "counted" => self.note(words, |entry| entry.counted = Some(number)),
                "class" => self.note(words, |entry| {
                    entry.classes.push((name, number));
                    entry.asks |= name == "question";
                }),
                "neutral" => self.note(words, |entry| entry.asks = true),
                "number" => self.note(words, |entry| entry.number = Some(value)),
                "source" => self.note(words, |entry| entry.source = true),
                "goal" => self.note(words, |entry| entry.goal = true),
                "particle" => {
                    self.particles.insert(words);
                }
                _ => {}
            }
        }
    }

    /// Notes a word as written and by its stem, so that its other forms are known too.
    fn note(&mut self, written: &str, note: impl Fn(&mut Entry)) {
        let words: Vec<&str> = written.split('_').collect();
        let (exact, stems) = (words.join(" "), self.stems(&words));
        if stems != exact {
            note(self.entries.entry(stems).or_default());
        }
        note(self.entries.entry(exact).or_default());
    }
}
