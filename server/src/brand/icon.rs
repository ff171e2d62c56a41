//! The icon in the browser's tab and the manifest of the installed app, both made from the brand.

use super::paint::ICON_SIDES;
use super::palette::Palette;
use serde_json::{Value, json};

/// The letter mark on the client's colour, as SVG. `mark` is escaped; at most two letters fit.
#[must_use]
pub fn favicon(mark: &str, palette: &Palette) -> String {
    let theme = palette.light();
    let size = if mark.chars().count() > 1 { 15 } else { 19 };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">\
         <rect width=\"32\" height=\"32\" rx=\"8\" fill=\"{fill}\"/>\
         <text x=\"16\" y=\"16\" fill=\"{ink}\" font-family=\"system-ui,sans-serif\" \
         font-size=\"{size}\" font-weight=\"600\" text-anchor=\"middle\" \
         dominant-baseline=\"central\">{mark}</text></svg>",
        fill = theme.brand,
        ink = theme.on_brand,
        mark = escape(mark),
    )
}

/// The web app manifest: the client's name and colours, icons on the workspace's own host. `version`: of
/// the look, so that no browser keeps an older icon.
#[must_use]
pub fn manifest(name: &str, palette: &Palette, version: &str) -> Value {
    let drawn = ICON_SIDES.map(|side| {
        json!({
            "src": format!("/icon-{side}.png?{version}"),
            "sizes": format!("{side}x{side}"),
            "type": "image/png",
            "purpose": "any maskable",
        })
    });
    let scalable = json!({ "src": format!("/favicon.svg?{version}"), "sizes": "any", "type": "image/svg+xml" });
    let icons: Vec<Value> = std::iter::once(scalable).chain(drawn).collect();
    json!({
        "name": name,
        "short_name": name,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": palette.theme_light(),
        "theme_color": palette.theme_light(),
        "icons": icons,
    })
}

fn escape(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .fold(String::new(), |mut out, character| {
            match character {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                other => out.push(other),
            }
            out
        })
}
