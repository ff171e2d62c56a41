//! The names of colours and sizes, each as it looks now.

use leptos::prelude::*;

/// Colours by name; the class shows it.
const COLOURS: [&str; 21] = [
    "page",
    "side",
    "card",
    "line",
    "line-strong",
    "control",
    "text",
    "muted",
    "faint",
    "brand",
    "on-brand",
    "brand-hover",
    "tint",
    "tint-strong",
    "focus",
    "ok",
    "warn",
    "bad",
    "ok-bg",
    "warn-bg",
    "bad-bg",
];
/// Sizes of type by name, and what each is for.
const SIZES: [(&str, &str); 7] = [
    ("hint", "Hints, counts, what is said in passing"),
    ("label", "Labels of fields"),
    ("table", "Tables and buttons"),
    ("interface", "The interface"),
    ("answer", "Answers"),
    ("title", "Titles of pages"),
    ("line", "The line beside sign-in"),
];

/// Colours, then sizes.
#[component]
pub(super) fn Tokens() -> impl IntoView {
    let colours = COLOURS
        .into_iter()
        .map(|name| {
            view! {
                <li>
                    <span class=format!("kit-swatch kit-{name}") aria-hidden="true"></span>
                    <code>"--" {name}</code>
                </li>
            }
        })
        .collect_view();
    let sizes = SIZES
        .into_iter()
        .map(|(name, words)| {
            view! { <li class=format!("kit-size-{name}")>{words} " " <code>{name}</code></li> }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="kit-colours">
            <div class="panel-head"><h2 id="kit-colours">"Colours"</h2></div>
            <ul class="kit-colours">{colours}</ul>
        </section>
        <section class="panel" aria-labelledby="kit-sizes">
            <div class="panel-head"><h2 id="kit-sizes">"Sizes"</h2></div>
            <ul class="kit-sizes">{sizes}</ul>
        </section>
    }
}
