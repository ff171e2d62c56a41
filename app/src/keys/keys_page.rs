//! The vault's front: bring a key, see those that are in.

use super::add_form::AddForm;
use super::sealed_keys::SealedKeys;
use super::words::environment_chip;
use super::{Here, page_of};
use crate::request::{KeyFields, PageNotice};
use crate::ui::Problem;
use contract::keys::{CheckSubject, KeyTerms, KeysView};
use leptos::prelude::*;

/// Terms or form, then the keys.
#[component]
pub(crate) fn KeysPage() -> impl IntoView {
    page_of(
        "Provider keys",
        |ports, caller| async move { ports.keys.keys(&caller).await },
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
        view! { <AddForm fields environment workspace=workspace.clone() sealing=keys.sealing.statement/> }
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
            <div class="actions">
                <a class="button" href="/admin/keys/service">"Your own key"</a>
                <a class="button" href="/admin/keys/sealing">"How sealing works"</a>
            </div>
        </div>
        {keys.sealing.trouble.map(|words| view! { <Sealed words/> })}
        {message.map(|message| view! { <Problem message/> })}
        {first}
        <Drafts drafts=keys.drafts/>
        <SealedKeys keys=keys.keys may_change=keys.may_change/>
        <p class="hint">{keys.order}</p>
        {keys.accepted.map(|who| view! { <p class="hint">"Terms accepted by " {who} "."</p> })}
    }
}

/// The key that seals the workspace is not to be had.
#[component]
fn Sealed(words: String) -> impl IntoView {
    view! {
        <section class="panel notice trouble" role="alert" aria-labelledby="sealed-heading">
            <h2 id="sealed-heading">"This workspace is sealed"</h2>
            <p>{words}</p>
            <p><a class="button small" href="/admin/keys/service">"Look at your own key"</a></p>
        </section>
    }
}

/// Checks that were begun and not decided; forgotten after fifteen minutes.
#[component]
fn Drafts(drafts: Vec<CheckSubject>) -> impl IntoView {
    if drafts.is_empty() {
        return ().into_any();
    }
    let rows = drafts
        .into_iter()
        .map(|draft| {
            view! {
                <li class="row">
                    <p class="row-text">
                        <a class="row-link" href=format!("/admin/keys/checks/{}", draft.id)>{draft.name}</a>
                        <span class="hint">" " {draft.provider.label()} ", ends in " {draft.ends_in}</span>
                    </p>
                    {environment_chip(draft.environment)}
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="drafts-heading">
            <div class="panel-head">
                <h2 id="drafts-heading">"Waiting to be sealed"</h2>
                <span class="hint">"Forgotten fifteen minutes after the check began"</span>
            </div>
            <ul class="rows">{rows}</ul>
        </section>
    }
    .into_any()
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
