//! A name as somebody typed it, made into the one form that is stored and compared: lower case, in the
//! letters of DNS.
//!
//! Refuses what cannot be a client's name, whoever asks: addresses, single labels, names that nobody can
//! own (public suffixes, reserved ones), and names in letters that look like others.

use contract::{Said, said};
use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use std::net::IpAddr;
use unicode_security::MixedScript as _;

/// The longest name that leaves room for the label of its record, in octets (RFC 1035, section 2.3.4).
const LONGEST: usize = 253 - super::records::PROOF_LABEL.len() - 1;

/// Names of no use on the Internet, ever (RFC 6761, 6762, 7686, 9476; ICANN for `internal`).
const NEVER: [&str; 7] = [
    "invalid", "local", "onion", "arpa", "internal", "alt", "lan",
];
/// Names for tests and examples (RFC 2606, 6761).
const TEST: [&str; 3] = ["test", "localhost", "example"];

/// A name that may be claimed, as far as the name itself goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainName {
    ascii: String,
}

/// Why something is not a name that can be claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameRefused {
    /// Nothing was typed.
    Empty,
    /// Not a host name.
    Malformed,
    /// Only the part that stands for all others.
    Wildcard,
    /// An address.
    Address,
    /// One label.
    SingleLabel,
    /// No room for its records.
    TooLong,
    /// Reserved.
    Reserved(String),
    /// A suffix under which others register.
    PublicSuffix(String),
    /// Letters of several scripts, or of one that look like plain ones.
    Lookalike(String, String),
}

impl NameRefused {
    /// The same for people, in their language.
    #[must_use]
    pub fn said(&self) -> Said {
        match self {
            Self::Empty => said!("Type the name, for example ai.example.com."),
            Self::Malformed => said!(
                "That is not a host name. Use letters, digits and hyphens with dots between, for example ai.example.com, without a port or a path."
            ),
            Self::Wildcard => {
                said!("A name with a * stands for many. Add the one that people will type.")
            }
            Self::Address => {
                said!("That is an address, not a name. Add the name that people will type.")
            }
            Self::SingleLabel => said!(
                "That is one word. A name that others can reach has a dot in it, for example ai.example.com."
            ),
            Self::TooLong => said!("That name is too long: its records would not fit into DNS."),
            Self::Reserved(name) => said!(
                "Names below .{name} are reserved: nobody can own one on the Internet.",
                name = name
            ),
            Self::PublicSuffix(name) => said!(
                "{name} is a suffix under which anybody can register names. Add a name of yours below it.",
                name = name
            ),
            Self::Lookalike(name, ascii) => said!(
                "{name} is written in letters that look like others, so readers could take it for another name ({ascii}). Such names cannot be added.",
                name = name,
                ascii = ascii
            ),
        }
    }
}

impl std::error::Error for NameRefused {}

impl std::fmt::Display for NameRefused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.said().fmt(f)
    }
}

impl DomainName {
    /// Reads what was typed. `tests`: whether names for tests are names here.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(typed: &str, tests: bool) -> Result<Self, NameRefused> {
        let name = bare(typed);
        if name.is_empty() {
            return Err(NameRefused::Empty);
        }
        if name.contains('*') {
            return Err(NameRefused::Wildcard);
        }
        if name.parse::<IpAddr>().is_ok() || name.starts_with('[') {
            return Err(NameRefused::Address);
        }
        if name.len() > LONGEST * 4 {
            return Err(NameRefused::TooLong);
        }
        let ascii = to_ascii(name)?;
        let last = ascii.rsplit('.').next().unwrap_or_default();
        // Whatever ends in a number is read as an address by browsers (WHATWG URL, "ends in a number").
        let numeric = last.bytes().all(|byte| byte.is_ascii_digit());
        if numeric || last.starts_with("0x") {
            return Err(NameRefused::Address);
        }
        if !ascii.contains('.') {
            return Err(NameRefused::SingleLabel);
        }
        if ascii.len() > LONGEST {
            return Err(NameRefused::TooLong);
        }
        if NEVER.contains(&last) || (TEST.contains(&last) && !tests) {
            return Err(NameRefused::Reserved(last.to_owned()));
        }
        if psl::domain_str(&ascii).is_none() {
            return Err(NameRefused::PublicSuffix(ascii));
        }
        refuse_lookalikes(&ascii)?;
        Ok(Self { ascii })
    }

    /// In the letters of DNS, lower case.
    #[must_use]
    pub fn ascii(&self) -> &str {
        &self.ascii
    }
}

/// Without what people copy along: a scheme, a path, a dot at the end.
fn bare(typed: &str) -> &str {
    let name = typed.trim();
    let name = match name.split_once("://") {
        Some((scheme, rest)) if is_web(scheme) => rest,
        _ => name,
    };
    let name = name.split('/').next().unwrap_or_default();
    name.strip_suffix('.').unwrap_or(name)
}

fn is_web(scheme: &str) -> bool {
    ["https", "http"]
        .iter()
        .any(|web| web.eq_ignore_ascii_case(scheme))
}

fn to_ascii(name: &str) -> Result<String, NameRefused> {
    let made = Uts46::new().to_ascii(
        name.as_bytes(),
        AsciiDenyList::STD3,
        Hyphens::CheckFirstLast,
        DnsLength::Ignore,
    );
    let ascii = made.map_err(|_| NameRefused::Malformed)?.into_owned();
    let mut labels = ascii.split('.');
    if labels.any(str::is_empty) {
        return Err(NameRefused::Malformed);
    }
    if ascii.split('.').any(|label| label.len() > 63) {
        return Err(NameRefused::TooLong);
    }
    Ok(ascii)
}

/// Letters of one script in each label, and none that all look like plain ones.
fn refuse_lookalikes(ascii: &str) -> Result<(), NameRefused> {
    let Some(unicode) = unicode_of(ascii) else {
        return Ok(());
    };
    for label in unicode.split('.').filter(|label| !label.is_ascii()) {
        let plain: String = unicode_security::skeleton(label).collect();
        if !label.is_single_script() || plain.is_ascii() {
            return Err(NameRefused::Lookalike(unicode.clone(), ascii.to_owned()));
        }
    }
    Ok(())
}

/// In the letters of its language, where those are others.
#[must_use]
pub fn unicode_of(ascii: &str) -> Option<String> {
    let (unicode, sound) = idna::domain_to_unicode(ascii);
    (sound.is_ok() && unicode != ascii).then_some(unicode)
}

/// The part of a name that somebody registered; the zone that its records are relative to. Public suffix
/// list (publicsuffix.org).
#[must_use]
pub fn zone_of(host: &str) -> &str {
    psl::domain_str(host).unwrap_or(host)
}

/// Whether `host` is `suffix` or lies below it.
#[must_use]
pub fn is_at_or_below(host: &str, suffix: &str) -> bool {
    host.strip_suffix(suffix)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::{DomainName, NameRefused, is_at_or_below, unicode_of, zone_of};

    fn read(typed: &str) -> Result<String, NameRefused> {
        DomainName::read(typed, false).map(|name| name.ascii().to_owned())
    }

    #[test]
    fn what_people_type_becomes_one_form() {
        for typed in [
            "ai.client.com",
            " AI.Client.COM ",
            "Https://ai.client.com/",
            "ai.client.com.",
            "http://AI.client.com/sign-in?next=1",
        ] {
            assert_eq!(read(typed).unwrap(), "ai.client.com", "{typed}");
        }
        assert_eq!(read("KI.München.de").unwrap(), "ki.xn--mnchen-3ya.de");
        assert_eq!(
            read("ki.xn--mnchen-3ya.de").unwrap(),
            "ki.xn--mnchen-3ya.de"
        );
        assert_eq!(unicode_of("ki.xn--mnchen-3ya.de").unwrap(), "ki.münchen.de");
        assert_eq!(unicode_of("ai.client.com"), None);
    }

    #[test]
    fn what_nobody_can_own_is_refused_by_its_reason() {
        let is = |typed: &str, wanted: fn(&NameRefused) -> bool| {
            let refused = read(typed).unwrap_err();
            assert!(wanted(&refused), "{typed}: {refused:?}");
        };
        is("", |it| *it == NameRefused::Empty);
        for typed in [
            "127.0.0.1",
            "[::1]",
            "::1",
            "2130706433",
            "1.2.3",
            "0x7f.0x1",
        ] {
            is(typed, |it| {
                matches!(it, NameRefused::Address | NameRefused::SingleLabel)
            });
        }
        for typed in [
            "a..b.com",
            "a b.com",
            "a_b.com",
            "-a.com",
            "a.com:8443",
            "a@b.com",
            "a.com\r\nb",
        ] {
            is(typed, |it| *it == NameRefused::Malformed);
        }
        is("*.client.com", |it| *it == NameRefused::Wildcard);
        is("client", |it| *it == NameRefused::SingleLabel);
        for typed in ["co.uk", "com.", "github.io", "de"] {
            is(typed, |it| {
                matches!(it, NameRefused::PublicSuffix(_) | NameRefused::SingleLabel)
            });
        }
        for typed in [
            "a.test",
            "a.localhost",
            "a.example",
            "a.local",
            "a.onion",
            "1.0.arpa",
            "a.internal",
        ] {
            is(typed, |it| matches!(it, NameRefused::Reserved(_)));
        }
        is(&format!("{}.com", "a".repeat(64)), |it| {
            *it == NameRefused::TooLong
        });
        is(&format!("{}com", "abcdefgh.".repeat(27)), |it| {
            *it == NameRefused::TooLong
        });
        is(&"é.".repeat(5_000), |it| *it == NameRefused::TooLong);
        // Tests have names of their own; what is reserved for ever stays so.
        assert!(DomainName::read("ai.client.test", true).is_ok());
        assert!(DomainName::read("ai.client.local", true).is_err());
    }

    #[test]
    fn letters_that_look_like_others_are_refused() {
        for typed in ["аррӏе.com", "pаypal.com", "xn--80ak6aa92e.com", "gооgle.de"] {
            let refused = read(typed).unwrap_err();
            assert!(
                matches!(refused, NameRefused::Lookalike(..)),
                "{typed}: {refused:?}"
            );
        }
        for typed in [
            "bücher.de",
            "пример.com",
            "例え.jp",
            "ελλάδα.gr",
            "مثال.com",
        ] {
            assert!(read(typed).is_ok(), "{typed}: {:?}", read(typed));
        }
    }

    #[test]
    fn zones_end_where_people_register() {
        assert_eq!(zone_of("ai.client.co.uk"), "client.co.uk");
        assert_eq!(zone_of("client.com"), "client.com");
        assert_eq!(zone_of("a.b.client.test"), "client.test");
        assert!(is_at_or_below("a.b.com", "b.com") && is_at_or_below("b.com", "b.com"));
        assert!(!is_at_or_below("ab.com", "b.com") && !is_at_or_below("b.com", "a.b.com"));
    }
}
