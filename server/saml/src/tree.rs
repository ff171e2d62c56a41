//! A strict reading of XML into a small tree: what this reads is what it says, or it is refused.
//!
//! Refuses what documents of this kind never need and attacks do: document types, processing instructions,
//! comments, CDATA, entities beyond the five, a second root, unknown prefixes, depth and size without end. It
//! recovers from nothing.

use crate::Refusal;
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Deepest nesting.
const MOST_DEPTH: usize = 40;
/// Most elements.
const MOST_ELEMENTS: usize = 10_000;
/// Most attributes of one element.
const MOST_ATTRIBUTES: usize = 40;
/// Bound to the prefix `xml` always (Namespaces in XML 1.0, section 3).
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// An element with its names resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Element {
    /// Empty: none.
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) children: Vec<Node>,
}

/// An attribute; declarations of namespaces are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    /// Empty: none.
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) value: String,
}

/// What stands in an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

/// Comments are left out where somebody may have written some by hand, and refused elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comments {
    Refused,
    LeftOut,
}

impl Element {
    pub(crate) fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace == namespace && self.name == name
    }

    /// The attribute without a namespace.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let mut all = self.attributes.iter();
        let found = all.find(|it| it.namespace.is_empty() && it.name == name)?;
        Some(&found.value)
    }

    pub(crate) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    pub(crate) fn all<'a>(
        &'a self,
        namespace: &'a str,
        name: &'a str,
    ) -> impl Iterator<Item = &'a Self> {
        self.elements().filter(move |it| it.is(namespace, name))
    }

    /// The only child of this name. `None`: there is none, or there are several.
    pub(crate) fn only(&self, namespace: &str, name: &str) -> Option<&Self> {
        let mut found = self.elements().filter(|it| it.is(namespace, name));
        let first = found.next()?;
        match found.next() {
            None => Some(first),
            Some(_) => None,
        }
    }

    /// The text, where nothing but text is in it.
    pub(crate) fn text(&self) -> Option<String> {
        self.children
            .iter()
            .map(|child| match child {
                Node::Text(text) => Some(text.as_str()),
                Node::Element(_) => None,
            })
            .collect()
    }

    /// This element and every one below it, in document order.
    pub(crate) fn each(&self) -> Vec<&Self> {
        let mut all = vec![self];
        for child in self.elements() {
            all.extend(child.each());
        }
        all
    }
}

const UNBOUND: Refusal = Refusal::Shape("it uses a prefix that stands for nothing");

/// An element whose end has not come yet, and the prefixes that hold in it.
struct Open {
    element: Element,
    prefixes: Vec<(String, String)>,
    raw_name: Vec<u8>,
}

/// Reads a whole document.
///
/// # Errors
/// [`Refusal::Shape`]
pub(crate) fn read(bytes: &[u8], comments: Comments) -> Result<Element, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refusal::Shape("it is not UTF-8"))?;
    if text.starts_with('\u{feff}') {
        return Err(Refusal::Shape("it begins with a byte order mark"));
    }
    if !text.chars().all(is_xml_char) {
        return Err(Refusal::Shape("it holds control characters"));
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    let mut building = Building::default();
    for first in std::iter::once(true).chain(std::iter::repeat(false)) {
        let event = reader
            .read_event()
            .map_err(|_| Refusal::Shape("it is not well-formed XML"))?;
        match event {
            Event::Start(start) => building.open(&start)?,
            Event::Empty(start) => {
                building.open(&start)?;
                building.close(start.name().as_ref())?;
            }
            Event::End(end) => building.close(end.name().as_ref())?,
            Event::Text(text) => {
                let text = text
                    .xml10_content()
                    .map_err(|_| Refusal::Shape("it is not UTF-8"))?;
                building.text(&text)?;
            }
            Event::GeneralRef(reference) => building.text(&character(&reference)?)?,
            Event::Decl(declaration) => {
                let encoding = declaration.encoding().transpose();
                let utf8 = encoding
                    .is_ok_and(|name| name.is_none_or(|name| name.eq_ignore_ascii_case(b"utf-8")));
                let version = declaration.version().is_ok_and(|it| *it == b"1.0"[..]);
                if !first || !version || !utf8 {
                    return Err(Refusal::Shape(
                        "its declaration is not at its beginning, or is not of XML 1.0 in UTF-8",
                    ));
                }
            }
            Event::Comment(_) if comments == Comments::LeftOut => {}
            Event::Comment(_) => return Err(Refusal::Shape("it holds a comment")),
            Event::CData(_) => return Err(Refusal::Shape("it holds a CDATA section")),
            Event::PI(_) => return Err(Refusal::Shape("it holds a processing instruction")),
            Event::DocType(_) => return Err(Refusal::Shape("it declares a document type")),
            Event::Eof => break,
        }
    }
    building.finish()
}

/// XML 1.0, section 2.2.
const fn is_xml_char(it: char) -> bool {
    matches!(it, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

/// The five, and characters by number.
fn character(reference: &BytesRef<'_>) -> Result<String, Refusal> {
    const UNKNOWN: Refusal = Refusal::Shape("it uses an entity");
    if let Some(found) = reference.resolve_char_ref().map_err(|_| UNKNOWN)? {
        return if is_xml_char(found) {
            Ok(found.to_string())
        } else {
            Err(UNKNOWN)
        };
    }
    let name = reference.decode().map_err(|_| UNKNOWN)?;
    let found = match &*name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "apos" => "'",
        "quot" => "\"",
        _ => return Err(UNKNOWN),
    };
    Ok(found.to_owned())
}

#[derive(Default)]
struct Building {
    open: Vec<Open>,
    root: Option<Element>,
    elements: usize,
}

impl Building {
    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), Refusal> {
        self.elements += 1;
        if self.root.is_some() {
            return Err(Refusal::Shape("it has a second root"));
        }
        if self.open.len() >= MOST_DEPTH || self.elements > MOST_ELEMENTS {
            return Err(Refusal::Shape("it is nested too deeply, or too long"));
        }
        let (prefixes, plain) = attributes(start)?;
        let mut seen: Vec<(String, String)> = Vec::new();
        let lookup = |prefix: &str| {
            let own = prefixes.iter().rev().find(|(it, _)| it == prefix);
            let above = || {
                self.open
                    .iter()
                    .rev()
                    .find_map(|open| open.prefixes.iter().find(|(it, _)| it == prefix))
            };
            match prefix {
                "xml" => Some(XML.to_owned()),
                _ => own.or_else(above).map(|(_, namespace)| namespace.clone()),
            }
        };
        let raw_name = start.name().as_ref().to_vec();
        let full = std::str::from_utf8(&raw_name).map_err(|_| Refusal::Shape("it is not UTF-8"))?;
        let (prefix, name) = split(full)?;
        let namespace = lookup(prefix);
        let namespace = if prefix.is_empty() {
            namespace.unwrap_or_default()
        } else {
            namespace.ok_or(UNBOUND)?
        };
        let mut resolved = Vec::with_capacity(plain.len());
        for (full, value) in plain {
            let (prefix, name) = split(&full)?;
            let namespace = if prefix.is_empty() {
                String::new()
            } else {
                lookup(prefix).ok_or(UNBOUND)?
            };
            if seen.contains(&(namespace.clone(), name.to_owned())) {
                return Err(Refusal::Shape("an attribute stands twice"));
            }
            seen.push((namespace.clone(), name.to_owned()));
            resolved.push(Attribute {
                namespace,
                name: name.to_owned(),
                value,
            });
        }
        let element = Element {
            namespace,
            name: name.to_owned(),
            attributes: resolved,
            children: Vec::new(),
        };
        self.open.push(Open {
            element,
            prefixes,
            raw_name,
        });
        Ok(())
    }

    fn close(&mut self, name: &[u8]) -> Result<(), Refusal> {
        let closed = self.open.pop().filter(|open| open.raw_name == name);
        let closed = closed.ok_or(Refusal::Shape("its tags do not match"))?;
        match self.open.last_mut() {
            Some(above) => above.element.children.push(Node::Element(closed.element)),
            None => self.root = Some(closed.element),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Refusal> {
        let Some(open) = self.open.last_mut() else {
            let white = text
                .chars()
                .all(|it| matches!(it, ' ' | '\t' | '\r' | '\n'));
            return white
                .then_some(())
                .ok_or(Refusal::Shape("it has text outside its root"));
        };
        match open.element.children.last_mut() {
            Some(Node::Text(before)) => before.push_str(text),
            _ => open.element.children.push(Node::Text(text.to_owned())),
        }
        Ok(())
    }

    fn finish(self) -> Result<Element, Refusal> {
        if !self.open.is_empty() {
            return Err(Refusal::Shape("it ends before its root does"));
        }
        self.root.ok_or(Refusal::Shape("it has no root"))
    }
}

/// Declarations of prefixes, and the other attributes with their full names.
type Split = (Vec<(String, String)>, Vec<(String, String)>);

fn attributes(start: &BytesStart<'_>) -> Result<Split, Refusal> {
    let (mut prefixes, mut plain) = (Vec::new(), Vec::new());
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| Refusal::Shape("an attribute is not well-formed"))?;
        if prefixes.len() + plain.len() >= MOST_ATTRIBUTES {
            return Err(Refusal::Shape("an element has too many attributes"));
        }
        if attribute.value.contains(&b'<') {
            return Err(Refusal::Shape("an attribute is not well-formed"));
        }
        let key = std::str::from_utf8(attribute.key.as_ref());
        let key = key.map_err(|_| Refusal::Shape("it is not UTF-8"))?;
        let value = attribute
            .normalized_value(XmlVersion::Explicit1_0)
            .map_err(|_| Refusal::Shape("it uses an entity"))?;
        if !value.chars().all(is_xml_char) {
            return Err(Refusal::Shape("it holds control characters"));
        }
        match key.strip_prefix("xmlns") {
            Some("") => prefixes.push((String::new(), value.into_owned())),
            Some(prefix) if prefix.starts_with(':') => {
                let prefix = &prefix[1..];
                if prefix.is_empty() || prefix == "xml" || prefix == "xmlns" || value.is_empty() {
                    return Err(Refusal::Shape("a prefix is declared that cannot be"));
                }
                prefixes.push((prefix.to_owned(), value.into_owned()));
            }
            _ => plain.push((key.to_owned(), value.into_owned())),
        }
    }
    Ok((prefixes, plain))
}

/// Prefix and name. Names of these documents are plain.
fn split(full: &str) -> Result<(&str, &str), Refusal> {
    let (prefix, name) = full.split_once(':').unwrap_or(("", full));
    let is_name = |text: &str| {
        text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
            && text
                .chars()
                .all(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '.'))
    };
    if is_name(name) && (prefix.is_empty() || is_name(prefix)) {
        return Ok((prefix, name));
    }
    Err(Refusal::Shape("a name in it is not one"))
}

/// Text as it may stand in an element or an attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            it => escaped.push(it),
        }
    }
    escaped
}
