//! What a client looks like: one colour, a mark, a few words, and what is made of them.
//!
//! Owns the stored form of a brand, its validation, the palette, the icon and the check of
//! uploaded logos. Refuses free CSS, remote addresses that are not https, and SVG.

mod colour;
mod icon;
mod logo;
mod palette;
mod stylesheet;
mod validate;

#[cfg(test)]
mod logo_tests;
#[cfg(test)]
mod tests;

use contract::BrandView;
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

pub use self::colour::{NotAColour, Rgb};
pub use self::icon::{favicon, manifest};
pub use self::logo::{
    LOGO_MAX_BYTES, LOGO_MAX_PIXELS, LOGO_MAX_SIDE, Logo, LogoProblem, accept_logo,
};
pub use self::palette::{Palette, Shift, Theme};
pub use self::validate::BrandProblem;

/// The colour of a workspace that has not chosen one, `#rrggbb`.
pub const DEFAULT_COLOUR: &str = "#3d5a6c";

/// A client's look and words, as stored in `platform.workspaces.brand`.
///
/// Fields that are missing in the stored document are empty; [`Brand::view`] fills in neutral
/// words for them, so a workspace looks finished before anybody has written anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Brand {
    /// The client's colour, `#rrggbb`.
    pub colour: String,
    /// One or two letters; empty: the first letter of the name.
    pub mark: String,
    /// Heading above the sign-in form.
    pub sign_in_title: String,
    /// The line below it.
    pub sign_in_text: String,
    /// One sentence on the coloured half of the sign-in page.
    pub tagline: String,
    /// One or two more sentences below it.
    pub tagline_detail: String,
    /// Heading of an empty chat.
    pub greeting: String,
    /// Questions offered in an empty chat; at most four.
    pub starters: Vec<String>,
    /// The client's privacy notice (https).
    pub privacy_url: Option<String>,
    /// The client's terms (https).
    pub terms_url: Option<String>,
    /// Where members get help.
    pub support_email: Option<String>,
    /// Short name of the account that pays; empty: the name of the workspace.
    pub payer: String,
    /// SHA-256 (hex) of the logo for light pages.
    pub logo_light: Option<String>,
    /// SHA-256 (hex) of the logo for dark pages.
    pub logo_dark: Option<String>,
}

impl Default for Brand {
    fn default() -> Self {
        Self {
            colour: DEFAULT_COLOUR.to_owned(),
            mark: String::new(),
            sign_in_title: String::new(),
            sign_in_text: String::new(),
            tagline: String::new(),
            tagline_detail: String::new(),
            greeting: String::new(),
            starters: Vec::new(),
            privacy_url: None,
            terms_url: None,
            support_email: None,
            payer: String::new(),
            logo_light: None,
            logo_dark: None,
        }
    }
}

impl Brand {
    /// The palette of the brand; the default colour's where the stored one cannot be read.
    #[must_use]
    pub fn palette(&self) -> Palette {
        let colour = self.colour.parse().unwrap_or(Rgb {
            red: 0x3d,
            green: 0x5a,
            blue: 0x6c,
        });
        Palette::from_rgb(colour)
    }

    /// The mark, or the first letter of `name` where there is none.
    #[must_use]
    pub fn mark_or_initial(&self, name: &str) -> String {
        let mark = self.mark.trim();
        if mark.is_empty() {
            let initial = name.trim().graphemes(true).next().unwrap_or("·");
            return initial.to_uppercase();
        }
        mark.graphemes(true).take(2).collect()
    }

    /// What pages need of the brand of the workspace called `name`. The palette is derived here:
    /// keep the result as long as the brand does not change.
    ///
    /// Logos are at `/brand/<sha256>.png`.
    #[must_use]
    pub fn view(&self, name: &str, demo: bool) -> BrandView {
        let palette = self.palette();
        let logo = |sha: &Option<String>| {
            let sha = sha.as_deref().filter(|sha| validate::is_sha256(sha))?;
            Some(format!("/brand/{sha}.png"))
        };
        BrandView {
            name: name.to_owned(),
            mark: self.mark_or_initial(name),
            logo_light: logo(&self.logo_light),
            logo_dark: logo(&self.logo_dark),
            css: palette.css(),
            theme_light: palette.theme_light(),
            theme_dark: palette.theme_dark(),
            sign_in_title: or(&self.sign_in_title, || "Welcome back".to_owned()),
            sign_in_text: or(&self.sign_in_text, || {
                format!("Sign in with your {name} account.")
            }),
            tagline: or(&self.tagline, || format!("{name}'s own assistant.")),
            tagline_detail: self.tagline_detail.clone(),
            greeting: or(&self.greeting, || "What can I help with?".to_owned()),
            starters: self.starters.iter().take(4).cloned().collect(),
            privacy_url: self.privacy_url.clone(),
            terms_url: self.terms_url.clone(),
            support_email: self.support_email.clone(),
            payer: or(&self.payer, || name.to_owned()),
            demo,
        }
    }
}

fn or(text: &str, fallback: impl FnOnce() -> String) -> String {
    if text.trim().is_empty() {
        fallback()
    } else {
        text.to_owned()
    }
}
