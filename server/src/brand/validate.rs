//! What a brand may contain. All problems are told at once, each beside its field.

use contract::{Said, said};
use unicode_segmentation::UnicodeSegmentation;
use url::Url;

use super::Brand;
use super::colour::{NotAColour, Rgb};

const STARTERS_MAX: usize = 4;
const URL_MAX_BYTES: usize = 500;
const EMAIL_MAX_BYTES: usize = 254;

/// One thing to correct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrandProblem {
    /// Name of the field, as in [`Brand`].
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub message: Said,
}

impl Brand {
    /// Everything that has to be corrected before the brand can be stored; empty: nothing.
    #[must_use]
    pub fn problems(&self) -> Vec<BrandProblem> {
        let mut found = Vec::new();
        for (field, colour) in [
            ("colour", &self.colour),
            ("second_colour", &self.second_colour),
        ] {
            if !colour.is_empty() && colour.parse::<Rgb>().is_err() {
                found.push(problem(
                    field,
                    said!(
                        "Not a colour: {why}.",
                        why = Said::read(NotAColour.to_string())
                    ),
                ));
            }
        }
        if !self.corners.is_empty() && !super::is_corners(&self.corners) {
            found.push(problem("corners", said!("Soft, round or square.")));
        }
        if self.mark.graphemes(true).count() > 2 || self.mark.len() > 64 {
            found.push(problem("mark", said!("At most two letters.")));
        }
        for (field, text, limit) in self.texts() {
            check_text(&mut found, field, text, limit);
        }
        if self.starters.len() > STARTERS_MAX {
            found.push(problem("starters", said!("At most four questions.")));
        }
        for starter in &self.starters {
            if starter.trim().is_empty() {
                found.push(problem("starters", said!("A question is empty.")));
            }
            check_text(&mut found, "starters", starter, 160);
        }
        check_url(&mut found, "privacy_url", self.privacy_url.as_deref());
        check_url(&mut found, "terms_url", self.terms_url.as_deref());
        if self
            .support_email
            .as_deref()
            .is_some_and(|it| !is_email(it))
        {
            found.push(problem("support_email", said!("Not an e-mail address.")));
        }
        for (field, sha) in [
            ("logo_light", &self.logo_light),
            ("logo_dark", &self.logo_dark),
            ("icon", &self.icon),
        ] {
            if sha.as_deref().is_some_and(|sha| !is_sha256(sha)) {
                found.push(problem(field, said!("Not the name of an uploaded logo.")));
            }
        }
        found
    }

    fn texts(&self) -> [(&'static str, &str, usize); 9] {
        [
            ("name", &self.name, 60),
            ("sender_name", &self.sender_name, 60),
            ("mark", &self.mark, 64),
            ("sign_in_title", &self.sign_in_title, 80),
            ("sign_in_text", &self.sign_in_text, 200),
            ("tagline", &self.tagline, 120),
            ("tagline_detail", &self.tagline_detail, 300),
            ("greeting", &self.greeting, 120),
            ("payer", &self.payer, 60),
        ]
    }
}

/// Whether `text` is 64 lower-case hexadecimal digits.
pub(super) fn is_sha256(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn check_text(found: &mut Vec<BrandProblem>, field: &'static str, text: &str, limit: usize) {
    if text.chars().count() > limit {
        found.push(problem(
            field,
            said!("At most {most} characters.", most = limit),
        ));
    }
    if text.chars().any(is_unseen) {
        found.push(problem(
            field,
            said!("Contains a line break or an invisible character."),
        ));
    }
}

/// Control characters and the marks that reorder or hide text.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

fn check_url(found: &mut Vec<BrandProblem>, field: &'static str, text: Option<&str>) {
    let Some(text) = text else { return };
    let plain =
        text.len() <= URL_MAX_BYTES && !text.chars().any(|it| it.is_whitespace() || is_unseen(it));
    let acceptable = plain
        && Url::parse(text).is_ok_and(|url| {
            url.scheme() == "https"
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
        });
    if !acceptable {
        found.push(problem(
            field,
            said!("An address that begins with https://."),
        ));
    }
}

/// Good enough to be put into a `mailto:` link; whether mail arrives nobody can tell from here.
fn is_email(text: &str) -> bool {
    let allowed = |it: char| it.is_alphanumeric() || ".!#$%'*+-/=^_{|}~@".contains(it);
    text.len() <= EMAIL_MAX_BYTES
        && text.chars().all(allowed)
        && text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && !domain.contains('@')
                && domain.contains('.')
                && domain.split('.').all(|label| !label.is_empty())
        })
}

fn problem(field: &'static str, message: Said) -> BrandProblem {
    BrandProblem { field, message }
}
