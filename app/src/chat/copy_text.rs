//! Copying, told where it was asked for.

use super::space::{Space, use_space};
use super::trouble::report_copy;
use crate::browser::clipboard;
use crate::ui::{Icon, Shape};
use crate::words::t;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Copies a text and says so on itself.
#[component]
pub(crate) fn CopyButton(
    /// Its name.
    label: &'static str,
    /// The text, asked for when pressed.
    text: Callback<(), String>,
) -> impl IntoView {
    let space = use_space();
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let text = text.run(());
        spawn_local(async move {
            if clipboard::copy(&text).await {
                show_copied(space, copied);
            } else {
                report_copy(space);
            }
        });
    };
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=label
            title=label
            on:click=copy
        >
            {move || {
                let shape = if copied.get() { Shape::Check } else { Shape::Copy };
                view! { <Icon shape/> }
            }}
        </button>
    }
}

/// A tick for two seconds, and a word for screen readers.
pub(crate) fn show_copied(space: Space, copied: RwSignal<bool>) {
    copied.set(true);
    space.announcer.say(t!("Copied"));
    set_timeout(
        move || {
            copied.try_set(false);
        },
        std::time::Duration::from_secs(2),
    );
}
