//! What the page says, in the language of the page.
//!
//! `t!("Join")` is a `&'static str`, `t!("Invited by {name}", name = name)` a `String`; both may stand in
//! views, in attributes, behind an `await` and in handlers of events. Where a link or a mark stands inside
//! of a sentence, [`around!`] takes the sentence apart at its places.

use contract::{Language, Said};
use leptos::prelude::{AnyView, IntoAny};

/// A text in the language of the page.
macro_rules! t {
    ($text:literal) => {
        $crate::words::say($text)
    };
    ($text:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::words::spoken(&contract::said!($text, $($name = $value),+))
    };
}

/// A text in the language of the page with views at its places: `around!("Help: {email}", email = link)`.
macro_rules! around {
    ($text:literal, $($name:ident = $view:expr),+ $(,)?) => {
        $crate::words::apart(
            $crate::words::say($text),
            vec![$((stringify!($name), leptos::prelude::IntoAny::into_any($view))),+],
        )
    };
}

pub(crate) use {around, t};

/// The language of the page being made, or of the page that is open.
#[cfg(feature = "ssr")]
pub(crate) fn language() -> Language {
    leptos::prelude::use_context::<crate::request::Visit>()
        .map_or(Language::English, |visit| visit.language)
}

/// The language of the page being made, or of the page that is open.
#[cfg(not(feature = "ssr"))]
pub(crate) fn language() -> Language {
    thread_local! {
        static LANGUAGE: Language = leptos::prelude::document()
            .document_element()
            .and_then(|root| root.get_attribute("lang"))
            .and_then(|tag| Language::parse(&tag))
            .unwrap_or_default();
    }
    LANGUAGE.with(|language| *language)
}

/// `english` in the language of the page. For texts marked with `contract::key!`; elsewhere `t!`.
pub(crate) fn say(english: &'static str) -> &'static str {
    contract::words::text(english, language())
}

/// What was said, in the language of the page.
pub(crate) fn spoken(said: &Said) -> String {
    said.in_language(language()).into_owned()
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: u64) -> String {
    contract::words::grouped(number, language())
}

/// A number that was written the English way.
pub(crate) fn decimal(english: &str) -> String {
    contract::words::decimal(english, language())
}

/// Money.
pub(crate) fn money(amount: contract::NanoUsd) -> String {
    amount.display_in(language())
}

/// The sentence `text` with `views` at its places, in the order of the sentence.
pub(crate) fn apart(text: &'static str, views: Vec<(&'static str, AnyView)>) -> Vec<AnyView> {
    let mut views: Vec<_> = views
        .into_iter()
        .map(|(name, view)| (name, Some(view)))
        .collect();
    let mut parts = Vec::with_capacity(2 * views.len() + 1);
    let mut rest = text;
    while let Some((before, (name, after))) = rest
        .split_once('{')
        .and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        if !before.is_empty() {
            parts.push(before.into_any());
        }
        let mut all = views.iter_mut();
        if let Some(view) = all
            .find(|(known, _)| *known == name)
            .and_then(|(_, view)| view.take())
        {
            parts.push(view);
        }
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(rest.into_any());
    }
    parts
}

/// Words that a piece shows as they are: already in the language of the page.
pub(crate) struct Spoken(pub String);

impl From<Said> for Spoken {
    fn from(said: Said) -> Self {
        Self(spoken(&said))
    }
}

impl From<String> for Spoken {
    fn from(words: String) -> Self {
        Self(words)
    }
}

impl From<&str> for Spoken {
    fn from(words: &str) -> Self {
        Self(words.to_owned())
    }
}
