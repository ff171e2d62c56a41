//! Letting things be asked anew.

use super::words::grouped;
use contract::savings::SavingsModel;
use leptos::prelude::*;
use std::collections::BTreeSet;

#[component]
pub(super) fn PurgeForm(
    aliases: Vec<(String, String)>,
    models: Vec<SavingsModel>,
    version: Option<u32>,
    purges: u64,
) -> impl IntoView {
    let named: BTreeSet<String> = aliases.iter().map(|(alias, _)| alias.clone()).collect();
    let aliases = aliases
        .into_iter()
        .map(|(alias, label)| view! { <option value=format!("model:{alias}")>"Answers of " {label}</option> })
        .collect_view();
    let models: BTreeSet<String> = models.into_iter().map(|model| model.model).collect();
    let models = models
        .into_iter()
        .filter(|model| !named.contains(model))
        .map(|model| {
            let value = format!("model:{model}");
            view! { <option value=value>"Answers of model " {model}</option> }
        })
        .collect_view();
    let prompt = version.map(|version| {
        view! {
            <option value=format!("prompt:{version}")>
                {format!("Answers under instructions version {version}")}
            </option>
        }
    });
    let so_far = match purges {
        0 => "Never done so far".to_owned(),
        1 => "Done once so far".to_owned(),
        count => format!("Done {} times so far", grouped(count)),
    };
    view! {
        <section class="panel" aria-labelledby="purge-heading">
            <div class="panel-head">
                <h2 id="purge-heading">"Purge"</h2>
                <span class="hint" id="purges">{so_far}</span>
            </div>
            <form method="post" action="/admin/savings/purge" class="inline-form purge-form">
                <div class="field">
                    <label for="purge-what">"Ask anew from now on"</label>
                    <select id="purge-what" name="what" class="input">
                        <option value="everything">"Everything"</option>
                        {aliases} {prompt} {models}
                    </select>
                </div>
                <button type="submit" class="button">"Purge"</button>
            </form>
            <p class="hint panel-foot">
                "Kept answers are forgotten, and your name is recorded; conversations stay as they are. "
                "Nothing has to be purged for a "
                "new key, model or version of the instructions: those are asked anew by themselves."
            </p>
        </section>
    }
}
