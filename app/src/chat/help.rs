//! The help sheet: every shortcut, on one small page.

use super::shortcuts::SHORTCUTS;
use super::space::use_space;
use crate::ui::Sheet;
use crate::words::{say, t};
use leptos::prelude::*;

/// Opens with `?`.
#[component]
pub(crate) fn HelpSheet() -> impl IntoView {
    let space = use_space();
    let rows = SHORTCUTS
        .into_iter()
        .map(|(keys, what)| {
            let keys = keys
                .iter()
                .map(|key| {
                    let key = *key;
                    let name = move || if key == "mod" { space.modifier() } else { key };
                    view! { <kbd>{name}</kbd> }
                })
                .collect_view();
            view! { <div class="shortcut"><dt>{say(what)}</dt><dd>{keys}</dd></div> }
        })
        .collect_view();
    view! {
        <Sheet open=space.help title=t!("Keyboard shortcuts")>
            <dl class="shortcuts">{rows}</dl>
        </Sheet>
    }
}
