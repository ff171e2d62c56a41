//! Which language a question is in, told by its small words, and how its words are cut to stems.

use crate::semantic::guard::lexicon::Lexicon;

/// A language with a lexicon of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Language {
    English,
    German,
    French,
    Spanish,
    Italian,
    Dutch,
    Portuguese,
}

impl Language {
    pub(crate) const ALL: [Self; 7] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Italian,
        Self::Dutch,
        Self::Portuguese,
    ];

    /// German writes every noun with a capital letter, so that one says nothing about names.
    pub(crate) const fn capitals_name(self) -> bool {
        !matches!(self, Self::German)
    }

    /// A word without its endings; cautious, because two words made equal may hide a difference.
    pub(crate) fn stem(self, word: &str) -> String {
        match self {
            Self::English => english(word),
            Self::German => without(word, &["ern", "em", "en", "er", "es", "e", "n", "s"], 4),
            Self::French => without(word, &["es", "s", "x", "e"], 4),
            Self::Spanish => without(word, &["es", "s"], 4),
            Self::Italian => without(word, &["a", "e", "i", "o"], 4),
            Self::Dutch => without(word, &["en", "s"], 4),
            Self::Portuguese => without(word, &["s"], 4),
        }
    }
}

/// The language that knows most of `words`, its small words counted twice; `None` where none knows any.
pub(crate) fn language_of(words: &[String]) -> Option<Language> {
    let mut best = (0, None);
    for language in Language::ALL {
        let lexicon = Lexicon::of(language);
        let score = words
            .iter()
            .map(|word| 2 * usize::from(lexicon.is_small(word)) + usize::from(lexicon.knows(word)))
            .sum();
        if score > best.0 {
            best = (score, Some(language));
        }
    }
    best.1
}

fn without(word: &str, endings: &[&str], keep: usize) -> String {
    let word = word.replace('ß', "ss");
    for ending in endings {
        if let Some(rest) = word.strip_suffix(ending)
            && rest.chars().count() >= keep
        {
            return rest.to_owned();
        }
    }
    word
}

/// The first steps of Porter's rules (M. F. Porter, "An algorithm for suffix stripping", 1980), without those
/// that join words of different meaning, like `employer` and `employee`.
fn english(word: &str) -> String {
    let mut stem = singular(word);
    for ending in ["ing", "ed"] {
        if let Some(rest) = stem.strip_suffix(ending)
            && rest.len() >= 3
            && rest.contains(['a', 'e', 'i', 'o', 'u', 'y'])
        {
            stem = undoubled(rest);
            break;
        }
    }
    if stem.len() > 3 && stem.ends_with('e') {
        stem.pop();
    }
    if stem.len() > 3 && stem.ends_with('y') {
        stem.pop();
        stem.push('i');
    }
    stem
}

fn singular(word: &str) -> String {
    if let Some(rest) = word.strip_suffix("ies").filter(|rest| rest.len() >= 2) {
        return format!("{rest}y");
    }
    for ending in ["sses", "xes", "ches", "shes"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    let plural = word.len() > 3 && word.ends_with('s');
    if plural && !["ss", "us", "is"].iter().any(|kept| word.ends_with(kept)) {
        return word[..word.len() - 1].to_owned();
    }
    word.to_owned()
}

fn undoubled(stem: &str) -> String {
    let mut letters = stem.chars().rev();
    match (letters.next(), letters.next()) {
        (Some(last), Some(before)) if last == before && !"lsz".contains(last) => {
            stem[..stem.len() - last.len_utf8()].to_owned()
        }
        _ => stem.to_owned(),
    }
}
