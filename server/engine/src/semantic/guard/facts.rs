//! What a question says that a vector does not tell apart.

use crate::semantic::guard::language::{Language, language_of};
use crate::semantic::guard::lexicon::{Entry, Lexicon};
use crate::semantic::guard::tokens::{Kind, Token, tokens};
use std::collections::{BTreeMap, BTreeSet};

/// Longest question that is looked at; a longer one is no short question any more.
pub(crate) const QUESTION_MAX_BYTES: usize = 2_000;

/// Where something comes from or goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Source,
    Goal,
}

/// A thing that is named, in the order of the question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Thing {
    /// What it is, in one form for all ways to say it.
    pub(crate) concept: String,
    pub(crate) role: Option<Role>,
    /// Two of these must keep their order: names, units, code.
    pub(crate) salient: bool,
    /// Opposites that it is one of; both of them together must keep their order.
    pub(crate) opposite: Option<usize>,
    /// Told by facts of their own, and so no part of the wording: units and times.
    pub(crate) told: bool,
    /// Joined to the thing before it by "and" or "or".
    pub(crate) joined: bool,
}

impl Thing {
    fn new(concept: String, role: Option<Role>, joined: bool) -> Self {
        Self {
            concept,
            role,
            salient: false,
            opposite: None,
            told: false,
            joined,
        }
    }
}

/// Everything that must agree between two questions.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub(crate) language: Option<Language>,
    pub(crate) numbers: Vec<String>,
    pub(crate) code: BTreeSet<String>,
    pub(crate) names: BTreeSet<String>,
    pub(crate) words: BTreeSet<String>,
    pub(crate) negations: usize,
    pub(crate) exact: BTreeSet<usize>,
    pub(crate) classes: BTreeMap<&'static str, BTreeSet<usize>>,
    pub(crate) poles: BTreeMap<usize, (bool, bool)>,
    pub(crate) things: Vec<Thing>,
    /// A question word was there already.
    asked: bool,
}

impl Facts {
    /// The facts of `question`; `None` where it is too long to be one of the short questions that
    /// are compared, or says nothing.
    #[must_use]
    pub fn of(question: &str) -> Option<Self> {
        if question.len() > QUESTION_MAX_BYTES {
            return None;
        }
        let tokens = tokens(question);
        let words: Vec<String> = tokens.iter().flat_map(split_apostrophe).collect();
        let language = language_of(&words);
        let mut facts = Self {
            language,
            ..Self::default()
        };
        let lexicon = Lexicon::of(language.unwrap_or(Language::English));
        let tokens = prepared(tokens, language, lexicon);
        facts.read(&tokens, lexicon);
        facts.numbers.sort_unstable();
        (!facts.words.is_empty() || !facts.numbers.is_empty()).then_some(facts)
    }

    fn read(&mut self, tokens: &[Token], lexicon: &Lexicon) {
        let mut words: Vec<&str> = tokens.iter().map(|token| token.lower.as_str()).collect();
        words.push("$");
        let (mut at, mut role, mut joined, mut counts) = (0, None, false, false);
        while at < tokens.len() {
            let token = &tokens[at];
            let known = match token.kind {
                Kind::Word => lexicon.longest(&words[at..]),
                Kind::Number | Kind::Code => None,
            };
            let count = known.map_or(1, |(_, count)| count).min(tokens.len() - at);
            for token in &tokens[at..at + count] {
                self.words.insert(token.lower.to_lowercase());
            }
            let entry = known.map(|(entry, _)| entry);
            let numbers = self.numbers.len();
            let is_thing = self.element(token, entry, counts, &mut role, joined);
            joined = if is_thing {
                false
            } else {
                joined || is_conjunction(&token.lower)
            };
            // What stands behind a number is counted.
            counts = self.numbers.len() > numbers;
            at += count;
        }
    }

    /// Takes one word or run of words in. Says whether it names a thing.
    fn element(
        &mut self,
        token: &Token,
        entry: Option<&Entry>,
        counts: bool,
        role: &mut Option<Role>,
        joined: bool,
    ) -> bool {
        match token.kind {
            Kind::Number => {
                self.numbers.push(token.lower.clone());
                return false;
            }
            Kind::Code => {
                self.code.insert(token.raw.clone());
                self.things.push(Thing {
                    salient: true,
                    ..Thing::new(token.raw.clone(), role.take(), joined)
                });
                return true;
            }
            Kind::Word => {}
        }
        let blank = Entry::default();
        let entry = entry.unwrap_or(&blank);
        if let Some(value) = entry.counted.filter(|_| counts) {
            self.exact.insert(value);
            self.value(value, true, role.take(), joined);
            return true;
        }
        if let Some(number) = entry.number {
            self.numbers.push(number.to_owned());
            return false;
        }
        self.negations += usize::from(entry.negation);
        let asked = self.asked;
        self.asked |= entry.asks;
        for (class, value) in &entry.classes {
            if *class == "question" && asked {
                continue;
            }
            self.classes.entry(class).or_default().insert(*value);
        }
        for (group, pole) in &entry.poles {
            let seen = self.poles.entry(*group).or_default();
            seen.0 |= *pole;
            seen.1 |= !*pole;
        }
        if entry.source {
            *role = Some(Role::Source);
        } else if entry.goal {
            *role = Some(Role::Goal);
        }
        if let Some(value) = entry.exact {
            self.exact.insert(value);
            self.value(value, entry.unit, role.take(), joined);
            return true;
        }
        let is_name = self.name(token, entry);
        let class_only =
            !entry.classes.is_empty() && entry.same.is_none() && entry.poles.is_empty();
        let small = entry.light || entry.negation || entry.source || entry.goal || class_only;
        // `Go` in the middle of a sentence is no verb.
        if small && !is_name {
            return false;
        }
        let concept = match (entry.same, entry.poles.first()) {
            (Some(same), _) => format!("same {same}"),
            (None, Some((group, pole))) => format!("pole {group} {pole}"),
            (None, None) => self.stem(&token.lower),
        };
        self.things.push(Thing {
            salient: is_name,
            opposite: entry.poles.first().map(|(group, _)| *group),
            ..Thing::new(concept, role.take(), joined)
        });
        true
    }

    /// A unit, time or quantity.
    fn value(&mut self, value: usize, unit: bool, role: Option<Role>, joined: bool) {
        self.things.push(Thing {
            salient: unit,
            told: true,
            ..Thing::new(format!("value {value}"), role, joined)
        });
    }

    /// A name: a capital letter where none is due, or capitals inside.
    fn name(&mut self, token: &Token, entry: &Entry) -> bool {
        let capitals = token
            .raw
            .chars()
            .filter(|letter| letter.is_uppercase())
            .count();
        let starts = token.raw.starts_with(char::is_uppercase);
        let inside = capitals > usize::from(starts);
        let due = token.first
            || self
                .language
                .is_some_and(|language| !language.capitals_name());
        // `Product A` is a name, `I` is not.
        let is_name = token.raw != "I" && (inside || (starts && !due));
        if is_name && entry.same.is_none() && entry.poles.is_empty() {
            self.names.insert(token.lower.clone());
        }
        is_name
    }

    fn stem(&self, word: &str) -> String {
        self.language
            .map_or_else(|| word.to_owned(), |language| language.stem(word))
    }

    /// Things that are part of the wording, in order.
    pub(crate) fn wording(&self) -> Vec<&Thing> {
        self.things.iter().filter(|thing| !thing.told).collect()
    }
}

fn is_conjunction(word: &str) -> bool {
    [
        "and", "or", "und", "oder", "et", "ou", "y", "o", "e", "en", "of",
    ]
    .contains(&word)
}

/// The parts of a word with an apostrophe: `l'eau` is two words, `can't` is "can not".
fn split_apostrophe(token: &Token) -> Vec<String> {
    if token.kind != Kind::Word {
        return Vec::new();
    }
    let word = token.lower.replace('’', "'");
    if let Some(verb) = word.strip_suffix("n't") {
        let verb = match verb {
            "ca" => "can",
            "wo" => "will",
            other => other,
        };
        return vec![verb.to_owned(), "not".to_owned()];
    }
    match word.split_once('\'') {
        None => vec![word],
        Some((stem, "s" | "m" | "re" | "ve" | "d" | "t" | "")) => vec![stem.to_owned()],
        Some((stem, "ll")) => vec![stem.to_owned(), "will".to_owned()],
        Some((one, other)) => vec![one.to_owned(), other.to_owned()],
    }
}

/// Words as the lexicon has them: apostrophes resolved, unknown compounds taken apart, verbs put together.
fn prepared(tokens: Vec<Token>, language: Option<Language>, lexicon: &Lexicon) -> Vec<Token> {
    let mut list = Vec::with_capacity(tokens.len());
    for token in tokens {
        if token.kind != Kind::Word {
            list.push(token);
            continue;
        }
        let parts = split_apostrophe(&token);
        let raw_parts: Vec<&str> = token.raw.split(['\'', '’']).collect();
        for (index, part) in parts.iter().enumerate() {
            let raw = raw_parts.get(index).copied().unwrap_or(part);
            let whole = !part.contains('-') || lexicon.knows(part);
            let pieces: Vec<(&str, &str)> = if whole {
                vec![(part, raw)]
            } else {
                part.split('-').zip(raw.split('-')).collect()
            };
            for (lower, raw) in pieces.into_iter().filter(|(lower, _)| !lower.is_empty()) {
                list.push(Token {
                    kind: Kind::Word,
                    raw: raw.to_owned(),
                    lower: lower.to_owned(),
                    first: token.first && index == 0,
                });
            }
        }
    }
    if language == Some(Language::German) {
        join_particle(&mut list, lexicon);
    }
    list
}

/// `Wie setze ich es zurück` asks the same as `zurücksetzen`: the end of the verb goes back to it.
fn join_particle(list: &mut Vec<Token>, lexicon: &Lexicon) {
    let Some(end) = list.last().filter(|end| lexicon.is_particle(&end.lower)) else {
        return;
    };
    let verb = usize::from(
        list.first()
            .is_some_and(|first| lexicon.is_small(&first.lower)),
    );
    let joined = format!(
        "{}{}",
        end.lower,
        list.get(verb).map_or("", |verb| &verb.lower)
    );
    let fits = list.len() > verb + 2 && !lexicon.is_small(&list[verb].lower);
    if fits {
        list[verb].lower = joined;
        list.pop();
    }
}
