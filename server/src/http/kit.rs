//! The page of all pieces: in development and demo mode, under the colour that is asked for.

use crate::brand::{DEFAULT_COLOUR, Palette, Rgb};
use crate::installation::Installation;
use app::request::{KitView, Theme, Visit};
use axum::http::Uri;

const PAGE: &str = "/kit";

/// Lets the visit show the page; outside demo mode it stays an address that leads nowhere.
pub(super) fn show(installation: &Installation, uri: &Uri, visit: &mut Visit) {
    if uri.path() != PAGE || !installation.config().server.demo {
        return;
    }
    let asked = |name: &str| {
        let query = uri.query().unwrap_or_default();
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        let found = pairs.find(|(known, _)| known == name);
        found.map(|(_, value)| value.into_owned())
    };
    if let Some(theme) = asked("theme") {
        visit.theme = Theme::parse(&theme);
    }
    let wanted = asked("colour").unwrap_or_else(|| DEFAULT_COLOUR.to_owned());
    let (colour, refused) = match wanted.parse::<Rgb>() {
        Ok(colour) => (colour.to_string(), None),
        Err(wrong) => (DEFAULT_COLOUR.to_owned(), Some(wrong.to_string())),
    };
    visit.kit = colour.parse().ok().map(|rgb| KitView {
        css: Palette::from_rgb(rgb).css(),
        colour,
        refused: refused.map(|words| format!("This is not a colour: {words}.")),
    });
}
