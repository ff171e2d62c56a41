//! The chat, which comes alive in the browser.

pub(super) const TEXTS: super::Catalogue = &[];
