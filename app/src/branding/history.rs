//! What was published, by whom and when, and the way back.

use super::contrast::Swatch;
use crate::people::dates::in_words;
use contract::branding::BrandVersion;
use leptos::prelude::*;

/// The versions, newest first; the first one is in force.
#[component]
pub(super) fn History(versions: Vec<BrandVersion>) -> impl IntoView {
    let body = if versions.is_empty() {
        let words = "Nothing was published here yet. Every version will be listed, and you can go back to any.";
        view! { <p class="hint panel-foot">{words}</p> }.into_any()
    } else {
        let rows = versions.into_iter().enumerate().map(row).collect_view();
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    view! {
        <section class="panel" aria-labelledby="history-heading">
            <div class="panel-head"><h2 id="history-heading">"History"</h2></div>
            {body}
        </section>
    }
}

fn row((place, version): (usize, BrandVersion)) -> impl IntoView {
    let number = version.version;
    let by = if version.change.by.is_empty() {
        "from before there was a history".to_owned()
    } else {
        let when = in_words(version.change.at_ms);
        format!("by {}, {when}", version.change.by)
    };
    let restored = version.restored_from;
    let restored = restored.map(|from| format!(" · brought back version {from}"));
    let way = if place == 0 {
        view! { <span class="chip ok">"In force"</span> }.into_any()
    } else {
        let action = format!("/admin/branding/versions/{number}/restore");
        let label = format!("Go back to version {number}");
        view! {
            <form method="post" action=action>
                <button type="submit" class="button small" aria-label=label>"Go back to this"</button>
            </form>
        }
        .into_any()
    };
    view! {
        <li class="row">
            <div class="row-text">
                <p class="row-title">"Version " {number} " " <Swatch colour=version.colour/></p>
                <p class="hint">{by} {restored}</p>
            </div>
            {way}
        </li>
    }
}
