//! Answers that were given to a question in other words: how many, how many the guard kept apart, and how
//! many were wrong. Nothing where nobody uses it.

use super::words::{grouped, share};
use contract::models_shape::share_in_words;
use contract::savings::SimilarSavings;
use leptos::prelude::*;

#[component]
pub(super) fn SimilarFigures(similar: SimilarSavings) -> impl IntoView {
    if similar.shared_by.is_empty() && similar.compared == 0 {
        return ().into_any();
    }
    let trouble = similar.without_encoder.then(|| {
        view! {
            <p class="alias-warning" role="status">
                "It is switched on and cannot work: this installation has no encoder. Whoever runs it can "
                "name a folder of weights; or choose an embedding model of your own provider on the "
                <a href="/admin/models">"models page"</a> "."
            </p>
        }
    });
    let by = if similar.shared_by.is_empty() {
        "No name shares answers so at the moment.".to_owned()
    } else {
        format!("Switched on for {}.", similar.shared_by.join(", "))
    };
    let served = share(similar.served, similar.compared).unwrap_or_default();
    // Rounded up: a share of wrong answers is never understated.
    let wrong = similar
        .wrong
        .saturating_mul(10_000)
        .div_ceil(similar.served.max(1));
    let wrong = share_in_words(u32::try_from(wrong.min(10_000)).unwrap_or(10_000) * 100);
    let at_worst = similar.wrong_at_worst.map_or_else(
        || "nothing was given yet".to_owned(),
        |worst| {
            format!(
                "with what was seen, at most {} in the long run",
                share_in_words(worst.div_ceil(100) * 100)
            )
        },
    );
    view! {
        <section class="panel" aria-labelledby="similar-heading">
            <div class="panel-head"><h2 id="similar-heading">"The same question in other words"</h2></div>
            <p class="similar-text">
                "Somebody asks what a colleague asked before, only in other words, and gets that answer at once. "
                "A guard keeps questions apart that only sound alike. Whoever is given such an answer and asks "
                "again says that it was wrong; then questions have to be more alike. " {by}
            </p>
            {trouble}
            <dl class="figures inner">
                <Figure term="Compared" value=grouped(similar.compared) more="questions".to_owned()/>
                <Figure
                    term="Given an answer" value=format!("{} · {served}", grouped(similar.served))
                    more="that was there already".to_owned()
                />
                <Figure
                    term="Kept apart by the guard" value=grouped(similar.told_apart)
                    more="near questions that ask something else".to_owned()
                />
                <Figure
                    term="Turned out wrong"
                    value=format!("{} · {wrong}", grouped(similar.wrong))
                    more=at_worst
                />
            </dl>
        </section>
    }
    .into_any()
}

#[component]
fn Figure(term: &'static str, value: String, more: String) -> impl IntoView {
    view! {
        <div>
            <dt>{term}</dt>
            <dd>
                <span class="figure">{value}</span>
                <span class="hint">{more}</span>
            </dd>
        </div>
    }
}
