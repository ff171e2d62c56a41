//! Every place in one field, for people who type: Ctrl K. `public/palette.js` opens it, filters while
//! one types and goes where Enter says; without it there is neither button nor dialog to be found.

use super::places::Entry;
use crate::ui::{Icon, Shape, SmallScript};
use crate::words::t;
use leptos::prelude::*;

/// Opens the palette. Hidden until there is a script that can.
#[component]
pub(super) fn PaletteButton() -> impl IntoView {
    view! {
        <button type="button" id="palette-open" class="frame-search" aria-haspopup="dialog" hidden>
            <Icon shape=Shape::Search/>
            <span class="frame-search-words">{t!("Go to")}</span>
            <kbd>"Ctrl K"</kbd>
        </button>
    }
}

/// The field and what it chooses from.
#[component]
pub(super) fn Palette(entries: Vec<Entry>) -> impl IntoView {
    let lines = entries
        .into_iter()
        .enumerate()
        .map(|(index, entry)| line(index, entry.label, entry.about, entry.href))
        .collect_view();
    view! {
        <dialog
            id="palette" class="sheet palette" data-none=t!("Nothing found. Try another word.")
            data-one=t!("1 page. Enter opens it.")
            data-many=t!("{count} pages. Arrow keys choose, Enter opens.")
            aria-label=t!("Go to a page")>
            <div class="palette-inner">
                <div class="palette-field">
                    <Icon shape=Shape::Search/>
                    <input
                        type="text"
                        role="combobox"
                        aria-label=t!("Go to a page")
                        aria-controls="palette-list"
                        aria-expanded="true"
                        aria-autocomplete="list"
                        autocomplete="off"
                        placeholder=t!("Go to a page")
                    />
                </div>
                <ul id="palette-list" class="palette-list" role="listbox" aria-label=t!("Pages")>
                    {lines}
                    {line(usize::MAX, t!("Chat"), t!("Conversations, a new question"), "/")}
                </ul>
                <p class="hint palette-foot" aria-live="polite"></p>
            </div>
        </dialog>
        <SmallScript name="palette"/>
    }
}

fn line(
    index: usize,
    label: &'static str,
    about: &'static str,
    href: &'static str,
) -> impl IntoView {
    let id = match index {
        usize::MAX => "palette-chat".to_owned(),
        index => format!("palette-{index}"),
    };
    let words = format!("{label} {about}").to_lowercase();
    view! {
        <li
            id=id class="palette-entry" role="option" aria-selected="false"
            data-href=href data-words=words
        >
            <span class="palette-title">{label}</span>
            <span class="palette-detail">{about}</span>
        </li>
    }
}
