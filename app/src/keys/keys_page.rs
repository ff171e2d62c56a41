//! The vault's front: bring a key, see those that are in.

use super::add_form::AddForm;
use super::sealed_keys::SealedKeys;
use super::{Here, page_of};
use crate::request::{KeyFields, PageNotice};
use crate::ui::Problem;
use contract::keys::{KeyTerms, KeysView};
use leptos::prelude::*;

/// Terms or form, then the keys.
#[component]
pub(crate) fn KeysPage() -> impl IntoView {
    page_of(
        "Provider keys",
        |keys, caller| async move { keys.keys(&caller).await },
        show,
    )
}

fn show(here: Here, keys: KeysView) -> impl IntoView {
    let workspace = here.place.brand.name.clone();
    let (fields, message) = match here.visit.notice {
        Some(PageNotice::KeyDraftRefused { draft, message }) => (*draft, Some(message)),
        Some(PageNotice::KeyRefused { message }) => (KeyFields::default(), Some(message)),
        _ => (KeyFields::default(), None),
    };
    let environment = keys.environment;
    let first = if !keys.may_change {
        ().into_any()
    } else if let Some(terms) = keys.terms {
        view! { <Terms terms/> }.into_any()
    } else {
        view! { <AddForm fields environment workspace=workspace.clone() sealing=keys.sealing/> }
            .into_any()
    };
    view! {
        <div class="page-head">
            <div>
                <h1>"Provider keys"</h1>
                <p class="lead">
                    "Your keys pay your providers directly. Once sealed, no page and no command "
                    "shows them again."
                </p>
            </div>
            <a class="button" href="/admin/keys/sealing">"How sealing works"</a>
        </div>
        {message.map(|message| view! { <Problem message/> })}
        {first}
        <SealedKeys keys=keys.keys may_change=keys.may_change/>
        <p class="hint">{keys.order}</p>
        {keys.accepted.map(|who| view! { <p class="hint">"Terms accepted by " {who} "."</p> })}
    }
}

/// What is accepted once, before the first key.
#[component]
fn Terms(terms: KeyTerms) -> impl IntoView {
    let paragraphs = terms
        .paragraphs
        .into_iter()
        .map(|text| view! { <p>{text}</p> })
        .collect_view();
    view! {
        <section class="panel terms" aria-labelledby="terms-heading">
            <h2 id="terms-heading">"Before the first key"</h2>
            {paragraphs}
            <form method="post" action="/admin/keys/terms">
                <input type="hidden" name="version" value=terms.version/>
                <button type="submit" class="button primary">"Accept and go on"</button>
                <span class="hint">"Your name and the time are recorded."</span>
            </form>
        </section>
    }
}
