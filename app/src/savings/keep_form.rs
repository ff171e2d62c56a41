//! For how long answers are kept.

use super::words::minutes;
use contract::savings::{CacheKeep, KEPT_MAX_MINUTES};
use leptos::prelude::*;

#[component]
pub(super) fn KeepForm(keep: CacheKeep, usual: Option<u32>) -> impl IntoView {
    let Some(usual) = usual else {
        return view! {
            <p class="hint">"The installation keeps no answers, whatever is set here."</p>
        }
        .into_any();
    };
    let typed = match keep {
        CacheKeep::Minutes(count) => count,
        CacheKeep::Usual | CacheKeep::Off => usual,
    };
    let segment = |value: &'static str, words: &'static str, on: bool| {
        view! {
            <label class="segment-label">
                <input type="radio" name="keep" value=value checked=on/>
                {words}
            </label>
        }
    };
    let as_usual = format!("As usual is {}", minutes(usual));
    view! {
        <section class="panel" aria-labelledby="keep-heading">
            <div class="panel-head">
                <h2 id="keep-heading">"How long answers are kept"</h2>
                <span class="hint">{as_usual}</span>
            </div>
            <form method="post" action="/admin/savings/keep" class="keep-form">
                <fieldset class="segmented">
                    <legend class="sr-only">"Keep answers"</legend>
                    {segment("usual", "As usual", keep == CacheKeep::Usual)}
                    {segment("minutes", "This long", matches!(keep, CacheKeep::Minutes(_)))}
                    {segment("off", "Not at all", keep == CacheKeep::Off)}
                </fieldset>
                <div class="field">
                    <label for="keep-minutes">"Minutes"</label>
                    <input
                        id="keep-minutes" class="input" type="number" name="minutes" min="1" required
                        max=KEPT_MAX_MINUTES.to_string() value=typed.to_string() inputmode="numeric"
                    />
                </div>
                <button type="submit" class="button">"Set"</button>
            </form>
            <p class="hint panel-foot">
                "An answer is given again to whoever asks the very same, with the same key, model and "
                "instructions. Longer saves more; shorter is fresher. Everybody can ask anew at any time."
            </p>
        </section>
    }
    .into_any()
}
