//! The vault's front: bring a key, see those that are in.

use super::add_form::{AddForm, FormOf};
use super::sealed_keys::SealedKeys;
use super::words::environment_chip;
use super::{Desk, Here, page_of};
use crate::request::{KeyFields, PageNotice};
use crate::ui::Problem;
use contract::keys::{CheckSubject, KeyTerms, KeysView};
use leptos::prelude::*;

/// Terms or form, then the keys.
#[component]
pub(crate) fn KeysPage() -> impl IntoView {
    let desk = Desk::here();
    page_of(
        desk.title(),
        move |ports, caller| async move { desk.read(&ports, &caller).await },
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
    let desk = here.desk;
    let first = match keys.terms {
        _ if !keys.may_change => ().into_any(),
        Some(terms) if desk == Desk::Workspace => view! { <Terms terms/> }.into_any(),
        Some(_) => view! { <TermsFirst/> }.into_any(),
        None => {
            let form = FormOf {
                desk,
                environment: keys.environment,
                workspace,
                sealing: keys.sealing.statement,
                teams: keys.teams,
            };
            view! { <AddForm fields form/> }.into_any()
        }
    };
    let members = (desk == Desk::Workspace && keys.may_change)
        .then(|| view! { <MemberKeys allowed=keys.member_keys/> });
    view! {
        <Head desk/>
        {keys.sealing.trouble.map(|words| view! { <Sealed words/> })}
        {message.map(|message| view! { <Problem message/> })}
        {first}
        {(desk == Desk::Own && !keys.member_keys).then(|| view! { <NotAllowed/> })}
        <Drafts drafts=keys.drafts desk/>
        <SealedKeys keys=keys.keys may_change=keys.may_change desk/>
        {members}
        <p class="hint">{keys.order}</p>
        {keys.accepted.map(|who| view! { <p class="hint">"Terms accepted by " {who} "."</p> })}
    }
}

#[component]
fn Head(desk: Desk) -> impl IntoView {
    let (lead, more) = match desk {
        Desk::Workspace => (
            "Your keys pay your providers directly. Once sealed, no page and no command shows them \
             again.",
            Some(view! {
                <div class="actions">
                    <a class="button" href="/admin/keys/service">"Your own key"</a>
                    <a class="button" href="/admin/keys/sealing">"How sealing works"</a>
                </div>
            }),
        ),
        Desk::Own => (
            "A key of yours pays for your own answers, and for nobody else’s. Once sealed, nobody \
             sees it again, your administrators neither.",
            None,
        ),
    };
    view! {
        <div class="page-head">
            <div>
                <h1>{desk.title()}</h1>
                <p class="lead">{lead}</p>
            </div>
            {more}
        </div>
    }
}

/// The workspace has stopped allowing keys of one's own.
#[component]
fn NotAllowed() -> impl IntoView {
    view! {
        <p class="panel empty">
            "This workspace does not use members’ own keys at the moment. Keys that are sealed here "
            "pay for nothing; you can delete them. An owner or an admin can allow them."
        </p>
    }
}

/// Nobody has accepted the terms for keys yet, and a member cannot.
#[component]
fn TermsFirst() -> impl IntoView {
    view! {
        <p class="panel empty">
            "Before the first key of this workspace an owner or an admin accepts the terms that come "
            "with it, on the page of the provider keys. Then you can bring yours here."
        </p>
    }
}

/// Whether members may bring keys of their own.
#[component]
fn MemberKeys(allowed: bool) -> impl IntoView {
    let (words, verb, allow) = if allowed {
        (
            "Members may bring keys of their own. Each pays for its member’s answers only; you see \
             them here and can take them out of use.",
            "Stop allowing it",
            "no",
        )
    } else {
        (
            "Members use the keys above. You can let them bring keys of their own, each for its \
             member’s answers only.",
            "Allow members’ own keys",
            "yes",
        )
    };
    view! {
        <section class="panel" aria-labelledby="members-heading">
            <div class="panel-head"><h2 id="members-heading">"Members’ own keys"</h2></div>
            <ul class="rows">
                <li class="row">
                    <p class="row-text">{words}</p>
                    <form method="post" action="/admin/keys/members">
                        <button type="submit" class="button small" name="allow" value=allow>{verb}</button>
                    </form>
                </li>
            </ul>
        </section>
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
fn Drafts(drafts: Vec<CheckSubject>, desk: Desk) -> impl IntoView {
    if drafts.is_empty() {
        return ().into_any();
    }
    let rows = drafts
        .into_iter()
        .map(|draft| {
            let at = format!("{}/checks/{}", desk.path(), draft.id);
            view! {
                <li class="row">
                    <p class="row-text">
                        <a class="row-link" href=at>{draft.name}</a>
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
