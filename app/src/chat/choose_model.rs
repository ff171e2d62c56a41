//! Choosing the alias that answers. The last choice is kept in this browser.

use super::space::use_space;
use super::transcript::Transcript;
use crate::browser::storage;
use crate::words::t;
use leptos::prelude::*;

/// Where the last chosen alias is kept.
const ALIAS_KEY: &str = "alias";

/// The alias that answers next.
#[component]
pub(crate) fn ModelPicker() -> impl IntoView {
    let space = use_space();
    let transcript = expect_context::<Transcript>();
    let models = Memo::new(move |_| space.side().map(|side| side.models).unwrap_or_default());
    Effect::new(move |_| {
        let kept = storage::read(ALIAS_KEY);
        let is_offered = |kept: &String| models.with(|all| all.iter().any(|it| it.alias == *kept));
        let known = kept.filter(is_offered);
        if transcript.alias.get_untracked().is_none() && known.is_some() {
            transcript.alias.set(known);
        }
    });
    let choose = move |alias: String| {
        storage::keep(ALIAS_KEY, &alias);
        transcript.alias.set(Some(alias));
    };
    let options = move || {
        let chosen = transcript.alias.get();
        models
            .get()
            .into_iter()
            .enumerate()
            .map(|(index, model)| {
                let selected = chosen
                    .as_ref()
                    .map_or(index == 0, |alias| *alias == model.alias);
                let name = if model.demo && !says_demo(&model.label) {
                    t!("{model} (demo)", model = model.label)
                } else {
                    model.label
                };
                view! { <option value=model.alias selected=selected>{name}</option> }
            })
            .collect_view()
    };
    view! {
        <span class="picker-frame">
            <select
                class="picker"
                aria-label=t!("Model")
                on:change=move |event| choose(event_target_value(&event))
            >
                {options}
            </select>
        </span>
    }
}

/// The label says it already.
pub(crate) fn says_demo(label: &str) -> bool {
    label.to_lowercase().contains("demo")
}
