//! A palette as CSS custom properties. Contains nothing but names from this file and hex colours.

use std::fmt::Write;

use super::palette::{Palette, Theme};

impl Palette {
    /// Custom properties for light pages on `:root`, and for dark ones where the person chose
    /// dark or the system asks for it and the person did not choose light. Contains no `<`.
    #[must_use]
    pub fn css(&self) -> String {
        let light = self.light().declarations();
        let dark = self.dark().declarations();
        format!(
            ":root{{color-scheme:light;{light}}}\
             :root[data-theme=dark]{{color-scheme:dark;{dark}}}\
             @media (prefers-color-scheme:dark){{\
             :root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}"
        )
    }
}

/// The radii of a shape of corners, as custom properties; nothing for the usual one.
pub(super) const fn corners(name: &str) -> &'static str {
    match name.as_bytes() {
        b"square" => {
            ":root{--radius-mark:2px;--radius-control:3px;--radius-panel:4px;--radius-composer:4px}"
        }
        b"round" => {
            ":root{--radius-mark:12px;--radius-control:18px;--radius-panel:20px;\
             --radius-composer:24px}"
        }
        _ => "",
    }
}

impl Theme {
    fn declarations(&self) -> String {
        let pairs = [
            ("page", self.page),
            ("side", self.side),
            ("card", self.card),
            ("line", self.line),
            ("line-strong", self.line_strong),
            ("control", self.control),
            ("text", self.text),
            ("muted", self.muted),
            ("faint", self.faint),
            ("brand", self.brand),
            ("on-brand", self.on_brand),
            ("brand-hover", self.brand_hover),
            ("tint", self.tint),
            ("tint-strong", self.tint_strong),
            ("focus", self.focus),
            ("ok", self.ok),
            ("warn", self.warn),
            ("bad", self.bad),
            ("ok-bg", self.ok_bg),
            ("warn-bg", self.warn_bg),
            ("bad-bg", self.bad_bg),
            ("stage", self.stage),
            ("on-stage", self.on_stage),
        ];
        pairs
            .iter()
            .fold(String::with_capacity(400), |mut css, (name, colour)| {
                // Writing to a String cannot fail.
                let _ = write!(css, "--{name}:{colour};");
                css
            })
    }
}
