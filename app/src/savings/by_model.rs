//! The table of models.

use super::words::{grouped, share};
use contract::NanoUsd;
use contract::savings::SavingsModel;
use leptos::prelude::*;

#[component]
pub(super) fn ByModel(models: Vec<SavingsModel>) -> impl IntoView {
    let rows = models.into_iter().map(row).collect_view();
    view! {
        <div class="panel table-panel" tabindex="0" role="region" aria-label="By model">
            <table class="records figures-table">
                <thead>
                    <tr>
                        <th scope="col">"Model"</th>
                        <th scope="col" class="number">"Answers"</th>
                        <th scope="col" class="number">"From the cache"</th>
                        <th scope="col" class="number">"Saved"</th>
                        <th scope="col" class="number">"From provider’s cache"</th>
                        <th scope="col" class="number">"Saved by that"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(model: SavingsModel) -> impl IntoView {
    let (answers, not_spent) = (model.answers, model.not_spent);
    let from_cache = share(answers.from_cache(), answers.all).map_or_else(
        || "none".to_owned(),
        |of_all| format!("{} · {of_all}", grouped(answers.from_cache())),
    );
    let by_cache = known(not_spent.by_cache, answers.from_cache(), not_spent.unpriced);
    let tokens = format!("{} tokens", grouped(not_spent.provider_tokens));
    let by_provider = known(
        not_spent.by_provider,
        not_spent.provider_tokens,
        not_spent.unpriced_tokens,
    );
    view! {
        <tr>
            <th scope="row">
                {model.model}
                {model.demo.then(|| view! { <span class="hint">" demo money"</span> })}
            </th>
            <td class="number">{grouped(answers.all)}</td>
            <td class="number">{from_cache}</td>
            <td class="number">{by_cache}</td>
            <td class="number">{tokens}</td>
            <td class="number">{by_provider}</td>
        </tr>
    }
}

/// An amount, unless nothing of what it would be made of has a price.
fn known(amount: NanoUsd, of: u64, unpriced: u64) -> String {
    if of > 0 && unpriced >= of {
        "not known".to_owned()
    } else {
        amount.display_usd()
    }
}
