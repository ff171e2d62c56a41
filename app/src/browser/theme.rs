//! Light, dark or as the system says: kept in a cookie so that the first bytes are right.

use contract::key;
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;

/// What can be chosen: value of cookie and attribute, and its name for people.
pub(crate) const THEMES: [(&str, &str); 3] = [
    ("system", key!("As the system")),
    ("light", key!("Light")),
    ("dark", key!("Dark")),
];

/// The theme the page has now.
pub(crate) fn current() -> String {
    let root = document().document_element();
    root.and_then(|root| root.get_attribute("data-theme"))
        .unwrap_or_else(|| "system".to_owned())
}

/// Changes the page at once and keeps the choice for a year.
pub(crate) fn choose(theme: &str) {
    if let Some(root) = document().document_element() {
        root.set_attribute("data-theme", theme).ok();
    }
    let secure = match window().location().protocol().as_deref() {
        Ok("https:") => "; Secure",
        _ => "",
    };
    let cookie = format!("theme={theme}; Path=/; Max-Age=31536000; SameSite=Lax{secure}");
    if let Ok(document) = document().dyn_into::<web_sys::HtmlDocument>() {
        document.set_cookie(&cookie).ok();
    }
}
