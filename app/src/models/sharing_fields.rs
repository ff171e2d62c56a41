//! Sharing answers among questions that ask the same in other words: whether, how carefully, and by
//! whose vectors.

use contract::keys::KeyEnvironment;
use contract::models_form::RouteFields;
use leptos::prelude::*;

#[component]
pub(super) fn SharingFields(
    fields: RouteFields,
    has_encoder: bool,
    embeddings: Vec<(KeyEnvironment, String, String)>,
) -> impl IntoView {
    let (on, verify) = (fields.shares("on"), fields.shares("verify"));
    let trouble = (on && fields.embeddings.is_empty() && !has_encoder).then(|| {
        view! {
            <p class="alias-warning" role="status">
                "This installation has no encoder, so nothing is shared until whoever runs it names a "
                "folder of weights, or you choose an embedding model of your own below."
            </p>
        }
    });
    view! {
        <section class="panel form-panel" aria-labelledby="sharing-heading">
            <h2 id="sharing-heading">"The same question in other words"</h2>
            <p class="hint">
                "A question may get the answer that was given to another one, if both ask the same: "
                "“How do I reset my password?” and “How can I reset my password?”. Questions with other "
                "numbers, names, dates or a “not” too many are told apart. Only short conversations of "
                "this workspace are compared, and each member sees a mark at such an answer and can ask "
                "again. How often that happens is counted as wrong."
            </p>
            {trouble}
            <div class="ticks">
                <label class="tick">
                    <input type="checkbox" name="sharing" value="on" checked=on/>
                    <span>"Share answers among questions that ask the same in other words"</span>
                </label>
                <label class="tick">
                    <input type="checkbox" name="sharing" value="verify" checked=verify/>
                    <span>
                        "Where likeness alone does not prove that an answer fits, ask the model: a short "
                        "call at your cost. More is shared then"
                    </span>
                </label>
            </div>
            <div class="form-columns">
                <div class="field">
                    <label for="route-wrong">"Wrong answers, at most"</label>
                    <input
                        id="route-wrong" class="input" name="wrong" value=fields.wrong inputmode="decimal"
                        aria-describedby="route-wrong-hint"
                    />
                    <p class="hint" id="route-wrong-hint">
                        "A share of the answers that are shared, from 0.01% to 10%. The less you accept, the "
                        "more alike questions must be. 1% is usual."
                    </p>
                </div>
                <Vectors
                    chosen=fields.embeddings of=fields.alias environment=fields.environment has_encoder
                    embeddings
                />
            </div>
        </section>
    }
}

/// Who makes the vectors by which questions are compared.
#[component]
fn Vectors(
    chosen: String,
    of: String,
    environment: String,
    has_encoder: bool,
    embeddings: Vec<(KeyEnvironment, String, String)>,
) -> impl IntoView {
    let others: Vec<_> = embeddings
        .into_iter()
        .filter(|(there, alias, _)| there.as_str() == environment && *alias != of)
        .collect();
    let gone = !chosen.is_empty() && !others.iter().any(|(_, alias, _)| *alias == chosen);
    let gone = gone.then(|| {
        let label = format!("{chosen} (gone)");
        view! { <option value=chosen.clone() selected=true>{label}</option> }
    });
    let options = others
        .into_iter()
        .map(|(_, alias, label)| {
            let selected = alias == chosen;
            let label = format!("Your own: {label}");
            view! { <option value=alias selected=selected>{label}</option> }
        })
        .collect_view();
    let here = if has_encoder {
        "This installation, at no cost"
    } else {
        "This installation (it has no encoder)"
    };
    view! {
        <div class="field">
            <label for="route-embeddings">"Compared by"</label>
            <select id="route-embeddings" class="input" name="embeddings" aria-describedby="route-embeddings-hint">
                <option value="">{here}</option>
                {options}
                {gone}
            </select>
            <p class="hint" id="route-embeddings-hint">
                "An embedding model of your own provider has a name on the models page like any other model. Each "
                "question that is compared costs one call to it, and every answer is verified until enough of "
                "them were right."
            </p>
        </div>
    }
}
