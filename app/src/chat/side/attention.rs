//! A key that the reader can do something about, with the way there.

use crate::chat::space::use_space;
use crate::words::spoken;
use leptos::prelude::*;

/// Nothing where all is well, and nothing about keys that others look after.
#[component]
pub(super) fn Attention() -> impl IntoView {
    let space = use_space();
    view! {
        <Transition fallback=|| ()>
            {move || {
                let attention = space.side().and_then(|side| side.attention);
                attention.map(|to| {
                    view! { <a class="attention" href=to.href rel="external">{spoken(&to.words)}</a> }
                })
            }}
        </Transition>
    }
}
