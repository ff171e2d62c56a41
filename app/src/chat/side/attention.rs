//! What somebody who looks after keys should look at, with the way there.

use crate::chat::space::use_space;
use leptos::prelude::*;

/// Nothing where all is well, and nothing for members, who cannot do anything about it.
#[component]
pub(super) fn Attention() -> impl IntoView {
    let space = use_space();
    view! {
        <Transition fallback=|| ()>
            {move || {
                let words = space.side().and_then(|side| side.attention);
                words.map(|words| {
                    view! { <a class="attention" href="/admin/keys" rel="external">{words}</a> }
                })
            }}
        </Transition>
    }
}
