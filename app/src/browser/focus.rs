//! Where the keyboard is.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement};

/// Moves the keyboard to the element with this id.
pub(crate) fn focus_on(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        element.focus().ok();
    }
}

/// `true` while somebody is typing into a field.
pub(crate) fn is_typing(event: &Event) -> bool {
    let target = event
        .target()
        .and_then(|it| it.dyn_into::<HtmlElement>().ok());
    target.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.is_content_editable()
    })
}

/// `true` while a dialog or a menu is open: keys belong to it.
pub(crate) fn is_overlaid() -> bool {
    let open = document().query_selector("dialog[open], [popover]:popover-open");
    matches!(open, Ok(Some(_)))
}
