//! What a client looks like: one colour, a mark, a few words, and what is made of them.
//!
//! Owns the stored form of a brand, its validation, the palette, the icon and the check of
//! uploaded logos. Refuses free CSS, remote addresses that are not https, and SVG.

mod colour;
mod fields;
mod icon;
mod inherit;
mod logo;
mod paint;
mod palette;
mod report;
mod stylesheet;
mod validate;

#[cfg(test)]
mod logo_tests;
#[cfg(test)]
mod tests;

use contract::BrandView;
use contract::branding::CORNERS;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use unicode_segmentation::UnicodeSegmentation;

pub use self::colour::{NotAColour, Rgb};
pub use self::fields::{brand_of, fields_of};
pub use self::icon::{favicon, manifest};
pub use self::inherit::worn;
pub use self::logo::{
    LOGO_MAX_BYTES, LOGO_MAX_PIXELS, LOGO_MAX_SIDE, Logo, LogoProblem, accept_logo,
};
pub use self::paint::{ICON_SIDES, icon_png, social_png};
pub use self::palette::{Palette, Shift, Theme};
pub use self::report::contrast_report;
pub use self::validate::BrandProblem;

/// The colour of a workspace that has not chosen one, `#rrggbb`.
pub const DEFAULT_COLOUR: &str = "#3d5a6c";

/// A client's look and words, as stored in `platform.workspaces.brand`.
///
/// Fields that are missing in the stored document are empty. An empty field takes the agency's
/// ([`worn`]); where that has none either, [`Brand::view`] fills in neutral words, so a workspace looks
/// finished before anybody has written anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Brand {
    /// The client's name where it is not the workspace's.
    pub name: String,
    /// The client's colour, `#rrggbb`; empty: [`DEFAULT_COLOUR`].
    pub colour: String,
    /// A second colour, `#rrggbb`, for the large quiet surfaces: the coloured half of the sign-in page,
    /// the head of a mail, the picture of a shared link. Empty: the first one.
    pub second_colour: String,
    /// Shape of corners, a name of [`CORNERS`]; empty: the usual one.
    pub corners: String,
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
    /// Mail is sent in this name; empty: the client's.
    pub sender_name: String,
    /// SHA-256 (hex) of the logo for light pages.
    pub logo_light: Option<String>,
    /// SHA-256 (hex) of the logo for dark pages.
    pub logo_dark: Option<String>,
    /// SHA-256 (hex) of the icon; `None`: the letters on the colour.
    pub icon: Option<String>,
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
        Palette::with_second(colour, self.second_colour.parse().ok())
    }

    /// Its pictures, by the names of their fields.
    #[must_use]
    pub fn pictures(&self) -> [(&'static str, Option<&str>); 3] {
        [
            ("logo_light", self.logo_light.as_deref()),
            ("logo_dark", self.logo_dark.as_deref()),
            ("icon", self.icon.as_deref()),
        ]
    }

    /// What the client is called; `workspace` where it has no other name.
    #[must_use]
    pub fn name_or(&self, workspace: &str) -> String {
        or(&self.name, || workspace.to_owned())
    }

    /// Colours and corners as CSS custom properties. Contains no `<`.
    #[must_use]
    pub fn css(&self) -> String {
        let mut css = self.palette().css();
        css.push_str(stylesheet::corners(&self.corners));
        css
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

    /// What pages need of the brand of the workspace called `workspace`. The palette is derived here:
    /// keep the result as long as the brand does not change.
    ///
    /// Logos are at `/brand/<sha256>.png`.
    #[must_use]
    pub fn view(&self, workspace: &str, demo: bool) -> BrandView {
        let palette = self.palette();
        let name = self.name_or(workspace);
        let name = name.as_str();
        let logo = |sha: &Option<String>| {
            let sha = sha.as_deref().filter(|sha| validate::is_sha256(sha))?;
            Some(format!("/brand/{sha}.png"))
        };
        let mut view = BrandView {
            name: name.to_owned(),
            mark: self.mark_or_initial(name),
            logo_light: logo(&self.logo_light),
            logo_dark: logo(&self.logo_dark),
            icon: logo(&self.icon),
            css: self.css(),
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
            sender_name: or(&self.sender_name, || name.to_owned()),
            demo,
            version: String::new(),
        };
        view.version = version_of(&view);
        view
    }
}

/// Names a look by what is in it.
fn version_of(view: &BrandView) -> String {
    // A view is plain data; serialising it cannot fail.
    let all = serde_json::to_vec(view).unwrap_or_default();
    let hash = Sha256::digest(&all);
    hash.iter().take(8).fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The hash that `hex`, the name of a picture, stands for. `None`: it is no such name.
#[must_use]
pub fn sha256_of(hex: &str) -> Option<[u8; 32]> {
    if !validate::is_sha256(hex) {
        return None;
    }
    let mut hash = [0_u8; 32];
    for (byte, pair) in hash.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(hash)
}

/// Whether there are corners of this name.
fn is_corners(name: &str) -> bool {
    CORNERS.iter().any(|(known, _)| *known == name)
}

fn or(text: &str, fallback: impl FnOnce() -> String) -> String {
    if text.trim().is_empty() {
        fallback()
    } else {
        text.to_owned()
    }
}
