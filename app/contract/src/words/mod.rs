//! What people read, and in which language.
//!
//! Owns the languages, texts with named places ([`Said`]) and the catalogues. The English text is the key
//! and stands where it is said; every other language has it in a catalogue. Refuses sentences put
//! together from pieces: a sentence is one text, and what changes in it has a name.

mod german;
mod language;
mod mirror;
mod numbers;
mod said;

pub use language::Language;
pub use mirror::is_mirrored;
pub use numbers::{decimal, grouped, month};
pub use said::{Argument, Said};

/// The text that `english` is in `language`. Texts without an entry stay English, so that a gap is
/// readable; a test lets none stay. Allocates nothing, but for the mirrored language once per text.
#[must_use]
pub fn text(english: &'static str, language: Language) -> &'static str {
    match language {
        Language::English => english,
        Language::German => look_up(german::CATALOGUES, english).unwrap_or(english),
        Language::Mirrored => mirror::kept(english),
    }
}

/// Every entry of the catalogue of `language`, file by file: English text and text. English and the mirrored
/// language have none.
pub fn entries(language: Language) -> impl Iterator<Item = (&'static str, &'static str)> {
    let catalogues = match language {
        Language::German => german::CATALOGUES,
        Language::English | Language::Mirrored => &[],
    };
    catalogues.iter().flat_map(|file| file.iter().copied())
}

/// One file of a catalogue: English text and text, sorted by the first.
type Catalogue = &'static [(&'static str, &'static str)];

fn look_up(catalogues: &'static [Catalogue], english: &str) -> Option<&'static str> {
    catalogues.iter().find_map(|file| {
        let at = file.binary_search_by(|(known, _)| (*known).cmp(english));
        at.ok().and_then(|at| file.get(at)).map(|(_, text)| *text)
    })
}

/// A [`Said`]: a text, and what stands at its named places.
///
/// ```
/// use contract::{said, words::Language};
/// let hint = said!("At least {min} characters.", min = 12);
/// assert_eq!(hint.in_language(Language::English), "At least 12 characters.");
/// ```
#[macro_export]
macro_rules! said {
    ($text:literal) => {
        $crate::words::Said::new($text)
    };
    ($text:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::words::Said::new($text)$(.with(stringify!($name), $value))+
    };
}

/// A text that is said somewhere else, where only its variable is seen: marks it for the catalogue and is
/// the text itself.
#[macro_export]
macro_rules! key {
    ($text:literal) => {
        $text
    };
}
