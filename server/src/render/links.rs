//! Which addresses may be followed, what is shown beside them, and bare addresses in text.
//!
//! Refuses every scheme but http, https and mailto, and everything relative: an answer must not
//! be able to point into the workspace itself.

use url::{Position, Url};

use super::escape::{push_attribute, push_text};

const URL_MAX_BYTES: usize = 2048;

/// An address that may be followed, as a browser would read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SafeUrl {
    href: String,
    /// Host of a web address, the address itself of `mailto:`.
    shown: String,
}

impl SafeUrl {
    /// Parses `dest` the way browsers do, so that no spelling hides a scheme from the check.
    pub(super) fn parse(dest: &str) -> Option<Self> {
        if dest.len() > URL_MAX_BYTES {
            return None;
        }
        let url = Url::parse(dest.trim()).ok()?;
        let shown = match url.scheme() {
            "http" | "https" => url.host_str().filter(|it| is_plain_host(it))?.to_owned(),
            "mailto" => url.path().to_owned(),
            _ => return None,
        };
        let href = String::from(url);
        (!shown.is_empty() && href.len() <= URL_MAX_BYTES * 3).then_some(Self { href, shown })
    }

    /// Appends the opening tag.
    pub(super) fn push_open(&self, out: &mut String) {
        out.push_str("<a");
        push_attribute(out, "href", &self.href);
        out.push_str(" rel=\"noopener noreferrer nofollow ugc\" target=\"_blank\">");
    }

    /// Appends the host where `text` does not already say it, and the closing tag.
    pub(super) fn push_close(&self, out: &mut String, text: &str) {
        if !self.says_host(text) {
            out.push_str("<span class=\"link-host\">");
            push_text(out, &self.shown);
            out.push_str("</span>");
        }
        out.push_str("</a>");
    }

    /// Whether `text` is the host, or an address on it. Merely containing the host is not enough:
    /// `https://bank.example/attacker.example` does.
    fn says_host(&self, text: &str) -> bool {
        let text = text.trim();
        if text == self.shown || text == self.href {
            return true;
        }
        // Letters of other scripts can look like any host.
        if !text.is_ascii() {
            return false;
        }
        let with_scheme = if text.contains("://") {
            Url::parse(text)
        } else {
            Url::parse(&format!("https://{text}"))
        };
        with_scheme.is_ok_and(|url| {
            url.host_str() == Some(self.shown.as_str())
                && url[Position::BeforeUsername..Position::BeforeHost].is_empty()
        })
    }
}

/// Whether `host` is made of what real host names and addresses are made of.
fn is_plain_host(host: &str) -> bool {
    let plain = |it: char| it.is_ascii_alphanumeric() || ".-_:[]".contains(it);
    host.chars().all(plain)
}

/// Host of an address that is not followed (an image's), for the person to know.
pub(super) fn host_of(dest: &str) -> Option<String> {
    let url = Url::parse(dest.trim()).ok()?;
    matches!(url.scheme(), "http" | "https")
        .then(|| url.host_str().map(str::to_owned))
        .flatten()
}

/// Appends `text`, turning bare http(s) addresses into links. An address that reaches the end is
/// left alone when `growing`: the rest of it may not have arrived.
pub(super) fn push_linked(out: &mut String, text: &str, growing: bool) {
    let mut rest = text;
    let mut before = None;
    while let Some(found) = next_address(rest, before) {
        push_text(out, &rest[..found.start]);
        let address = &rest[found.start..found.end];
        let cut_off = growing && found.run_end == rest.len();
        match SafeUrl::parse(address).filter(|_| !cut_off) {
            Some(url) => {
                url.push_open(out);
                push_text(out, address);
                url.push_close(out, address);
            }
            None => push_text(out, address),
        }
        before = address.chars().next_back();
        rest = &rest[found.end..];
    }
    push_text(out, rest);
}

/// Byte positions of an address in a text.
struct Found {
    start: usize,
    end: usize,
    /// Where the characters that could belong to it end.
    run_end: usize,
}

/// The first address in `text`; `before` is the character in front of it.
fn next_address(text: &str, before: Option<char>) -> Option<Found> {
    let mut from = 0;
    while let Some(start) = text[from..].find("http").map(|at| at + from) {
        let previous = text[..start].chars().next_back().or(before);
        let scheme = ["https://", "http://"]
            .into_iter()
            .find(|scheme| text[start..].starts_with(scheme));
        if let Some(scheme) = scheme
            && !previous.is_some_and(char::is_alphanumeric)
        {
            let run = run_length(&text[start..]);
            let end = start + without_punctuation(&text[start..start + run]);
            if end > start + scheme.len() {
                return Some(Found {
                    start,
                    end,
                    run_end: start + run,
                });
            }
        }
        from = start + 4;
    }
    None
}

/// Bytes at the beginning of `text` that could belong to an address.
fn run_length(text: &str) -> usize {
    let stop = |it: char| {
        it.is_whitespace()
            || it.is_control()
            || matches!(it, '<' | '>' | '"' | '`' | '|' | '^' | '{' | '}' | '\\')
            || (!it.is_ascii() && !it.is_alphanumeric())
    };
    text.find(stop).unwrap_or(text.len())
}

/// Length of `run` without the punctuation of the sentence around it.
fn without_punctuation(run: &str) -> usize {
    let surplus = |open: char, close: char| {
        let closing = run.matches(close).count();
        closing.saturating_sub(run.matches(open).count())
    };
    let (mut parens, mut brackets) = (surplus('(', ')'), surplus('[', ']'));
    let mut end = run.len();
    for last in run.chars().rev() {
        let outside = match last {
            ')' if parens > 0 => {
                parens -= 1;
                true
            }
            ']' if brackets > 0 => {
                brackets -= 1;
                true
            }
            other => ".,:;!?'*_~".contains(other),
        };
        if !outside {
            break;
        }
        end -= last.len_utf8();
    }
    end
}
