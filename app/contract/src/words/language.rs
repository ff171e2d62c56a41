//! The languages there are, and which one somebody reads.

use serde::{Deserialize, Serialize};

/// A language of pages and letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// The language every text is written in.
    #[default]
    English,
    /// German, with „Sie“.
    German,
    /// English with other letters, in brackets, from right to left: shows texts that no catalogue has, and
    /// layouts that know left and right. For those who work on the pages.
    Mirrored,
}

impl Language {
    /// What people can choose.
    pub const CHOICES: &'static [Self] = &[Self::English, Self::German];
    /// The same, where the pages are worked on.
    pub const ALL: &'static [Self] = &[Self::English, Self::German, Self::Mirrored];

    /// Its tag after BCP 47. `ar-XB` is what CLDR calls its mirrored pseudo-locale
    /// (<https://www.unicode.org/reports/tr35/#unicode_locale_id>).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Mirrored => "ar-XB",
        }
    }

    /// Where its lines begin: `ltr` or `rtl`.
    #[must_use]
    pub const fn dir(self) -> &'static str {
        match self {
            Self::English | Self::German => "ltr",
            Self::Mirrored => "rtl",
        }
    }

    /// What it calls itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::Mirrored => "Mirrored",
        }
    }

    /// The language with exactly this tag.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|language| language.tag().eq_ignore_ascii_case(tag))
    }

    /// The language of somebody: their own choice where there is one, otherwise what their browser asks
    /// for, otherwise `None`.
    #[must_use]
    pub fn negotiate(chosen: Option<Self>, accept_language: Option<&str>) -> Option<Self> {
        chosen.or_else(|| Self::accepted(accept_language?))
    }

    /// The best of [`Self::CHOICES`] for an `Accept-Language` header (RFC 9110, section 12.5.4): the highest
    /// weight wins, the first of equals; a weight of 0 is a refusal; a region is not needed (basic
    /// filtering the other way round, RFC 4647 section 3.4: `de-AT` is served by `de`).
    #[must_use]
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(u16, Self)> = None;
        for range in header.split(',').take(MOST_RANGES) {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let weight = parts.find_map(weight_of).unwrap_or(1000);
            let primary = tag.split('-').next().unwrap_or_default();
            let mut choices = Self::CHOICES.iter().copied();
            let found = choices.find(|it| it.tag().eq_ignore_ascii_case(primary));
            if let Some(language) = found
                && weight > best.map_or(0, |(weight, _)| weight)
            {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

/// No browser sends more; a longer header is read this far.
const MOST_RANGES: usize = 32;

/// `q=0.8` as thousandths. `None`: another parameter, or no weight of the grammar.
fn weight_of(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let value = value.trim();
    let (whole, thousandths) = value.split_once('.').unwrap_or((value, ""));
    if thousandths.len() > 3 || !thousandths.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(0);
    }
    let thousandths: u16 = format!("{thousandths:0<3}").parse().unwrap_or(0);
    match whole {
        "1" => Some(1000),
        "0" => Some(thousandths),
        _ => Some(0),
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn what_a_browser_asks_for() {
        for (header, expected) in [
            ("de", Some(Language::German)),
            ("de-AT,de;q=0.9,en;q=0.8", Some(Language::German)),
            (
                "fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5",
                Some(Language::English),
            ),
            ("en;q=0.5, de;q=0.501", Some(Language::German)),
            ("en, de", Some(Language::English)),
            ("DE", Some(Language::German)),
            ("de;q=0, en;q=0.1", Some(Language::English)),
            ("de;q=0", None),
            ("de ; Q = 0.3 , en ; q=0.2", Some(Language::German)),
            ("fr, *", None),
            ("de;q=7", None),
            ("deutsch", None),
            ("ar-XB", None),
            ("", None),
        ] {
            assert_eq!(Language::accepted(header), expected, "{header}");
        }
    }

    #[test]
    fn a_choice_counts_more_than_a_browser() {
        let chosen = Some(Language::English);
        assert_eq!(Language::negotiate(chosen, Some("de")), chosen);
        assert_eq!(
            Language::negotiate(None, Some("de")),
            Some(Language::German)
        );
        assert_eq!(Language::negotiate(None, None), None);
    }

    #[test]
    fn tags_go_both_ways() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.tag()), Some(*language));
        }
        assert_eq!(Language::parse("de-DE"), None);
    }
}
