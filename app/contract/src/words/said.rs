//! A text and what stands at its named places: said in English, readable in every language.
//!
//! Refuses markup: what stands at a place is text.

use super::{Language, mirror, text};
use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// A text with its arguments. Written as a plain string where it has none, and read from both.
#[derive(Clone, Debug, Default)]
pub struct Said {
    template: Template,
    arguments: Vec<(Cow<'static, str>, Argument)>,
}

#[derive(Clone, Debug)]
enum Template {
    /// A text of the program: the catalogue knows it.
    Known(&'static str),
    /// A text that came from elsewhere. It may be one that the catalogue knows.
    Read(String),
    /// Somebody's own words, or already in the reader's language.
    Verbatim(String),
}

/// What stands at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Argument {
    /// A name, a number, somebody's own words.
    Plain(String),
    /// A text of its own, said in the same language.
    Said(Said),
}

impl Said {
    /// A text of the program.
    #[must_use]
    pub const fn new(template: &'static str) -> Self {
        Self {
            template: Template::Known(template),
            arguments: Vec::new(),
        }
    }

    /// Words that no catalogue has: somebody's own, or already in the reader's language.
    #[must_use]
    pub fn verbatim(words: impl Into<String>) -> Self {
        Self {
            template: Template::Verbatim(words.into()),
            arguments: Vec::new(),
        }
    }

    /// A text that comes from elsewhere as it is: the catalogue may know it.
    #[must_use]
    pub fn read(words: impl Into<String>) -> Self {
        Self {
            template: Template::Read(words.into()),
            arguments: Vec::new(),
        }
    }

    /// The same with `value` at the place `{name}`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        self.arguments.push((Cow::Borrowed(name), value.into()));
        self
    }

    /// Nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.template().is_empty()
    }

    /// As it is read in `language`. Allocates nothing for a text without arguments.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Cow<'_, str> {
        let template: Cow<'_, str> = match &self.template {
            Template::Known(english) => Cow::Borrowed(text(english, language)),
            Template::Verbatim(words) => return Cow::Borrowed(words),
            Template::Read(english) => read_in(english, language),
        };
        if self.arguments.is_empty() {
            return template;
        }
        Cow::Owned(self.fill(&template, language))
    }

    /// The same, already in `language` for somebody who has no catalogue.
    #[must_use]
    pub fn settled(&self, language: Language) -> Self {
        Self::verbatim(self.in_language(language))
    }

    fn template(&self) -> &str {
        match &self.template {
            Template::Known(text) => text,
            Template::Read(text) | Template::Verbatim(text) => text,
        }
    }

    /// Braces that name no argument stay as they are: an argument's own braces are never looked into.
    fn fill(&self, template: &str, language: Language) -> String {
        let mut filled = String::with_capacity(template.len() + 16 * self.arguments.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let place = after.split_once('}');
            let known = place.and_then(|(name, rest)| Some((self.argument(name)?, rest)));
            rest = if let Some((argument, behind)) = known {
                match argument {
                    Argument::Plain(words) => filled.push_str(words),
                    Argument::Said(said) => filled.push_str(&said.in_language(language)),
                }
                behind
            } else {
                filled.push('{');
                after
            };
        }
        filled.push_str(rest);
        filled
    }

    fn argument(&self, name: &str) -> Option<&Argument> {
        let mut all = self.arguments.iter();
        let (_, argument) = all.find(|(known, _)| known == name)?;
        Some(argument)
    }
}

fn read_in(english: &str, language: Language) -> Cow<'_, str> {
    match language {
        Language::English => Cow::Borrowed(english),
        Language::German => {
            Cow::Borrowed(super::look_up(super::german::CATALOGUES, english).unwrap_or(english))
        }
        // What was mirrored before it was sent is not mirrored again.
        Language::Mirrored if english.starts_with(mirror::OPEN) => Cow::Borrowed(english),
        Language::Mirrored => Cow::Owned(mirror::mirrored(english)),
    }
}

impl Default for Template {
    fn default() -> Self {
        Self::Known("")
    }
}

impl From<&'static str> for Said {
    fn from(template: &'static str) -> Self {
        Self::new(template)
    }
}

/// What is wrong can be all that is known of an error.
impl std::error::Error for Said {}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_language(Language::English))
    }
}

/// Equal are the same text with the same arguments, wherever it came from.
impl PartialEq for Said {
    fn eq(&self, other: &Self) -> bool {
        self.template() == other.template() && self.arguments == other.arguments
    }
}

impl Eq for Said {}

impl PartialEq<str> for Said {
    fn eq(&self, other: &str) -> bool {
        self.in_language(Language::English) == other
    }
}

impl PartialEq<&str> for Said {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl From<Said> for Argument {
    fn from(said: Said) -> Self {
        Self::Said(said)
    }
}

impl From<Cow<'_, str>> for Argument {
    fn from(words: Cow<'_, str>) -> Self {
        Self::Plain(words.into_owned())
    }
}

impl From<&String> for Argument {
    fn from(words: &String) -> Self {
        Self::Plain(words.clone())
    }
}

macro_rules! plain {
    ($($kind:ty),+) => {
        $(impl From<$kind> for Argument {
            fn from(value: $kind) -> Self {
                Self::Plain(value.to_string())
            }
        })+
    };
}

plain!(
    &str, &&str, String, char, u8, u16, u32, u64, usize, i32, i64, f64
);

impl Serialize for Said {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.arguments.is_empty() {
            return serializer.serialize_str(self.template());
        }
        let mut whole = serializer.serialize_struct("Said", 2)?;
        whole.serialize_field("text", self.template())?;
        whole.serialize_field("with", &self.arguments)?;
        whole.end()
    }
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Said;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or a text with arguments")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Said, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Said, E> {
        Ok(Said::read(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Said, A::Error> {
        let mut said = Said::default();
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            match &*name {
                "text" => said.template = Template::Read(map.next_value()?),
                "with" => said.arguments = map.next_value()?,
                _ => {
                    map.next_value::<de::IgnoredAny>()?;
                }
            }
        }
        Ok(said)
    }
}
