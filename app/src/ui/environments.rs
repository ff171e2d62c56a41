//! The choice of an environment.

use contract::keys::KeyEnvironment;
use leptos::prelude::*;

/// Three environments, each with a mark of its own.
#[component]
pub(crate) fn Environments(chosen: KeyEnvironment) -> impl IntoView {
    let options = KeyEnvironment::ALL
        .iter()
        .map(|environment| {
            let class = format!("segment-label environment {}", environment.as_str());
            view! {
                <label class=class>
                    <input
                        type="radio" name="environment" value=environment.as_str()
                        checked={*environment == chosen}
                    />
                    <span>{environment.label()}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="segmented">
            <legend class="sr-only">"Environment"</legend>
            {options}
        </fieldset>
    }
}
