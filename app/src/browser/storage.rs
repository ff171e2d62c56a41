//! Small texts kept in this browser. Best effort: a full or forbidden store is no error.

use leptos::prelude::window;
use web_sys::Storage;

fn store() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// What is kept under `key`.
pub(crate) fn read(key: &str) -> Option<String> {
    store()?.get_item(key).ok().flatten()
}

/// Keeps `text` under `key`; an empty text is removed.
pub(crate) fn keep(key: &str, text: &str) {
    let Some(store) = store() else { return };
    if text.is_empty() {
        store.remove_item(key).ok();
    } else {
        store.set_item(key, text).ok();
    }
}
