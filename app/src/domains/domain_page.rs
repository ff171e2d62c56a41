//! One name: its four facts, what to set, what stands in the way, what happened.

use super::actions::{Actions, CheckNow};
use super::facts::Facts;
use super::records::{Conflicts, Records};
use super::{LIVE_EVERY_S, PATH, page_of};
use crate::people::dates;
use crate::request::{PageNotice, Visit, Workspace};
use crate::ui::{Problem, SmallScript};
use contract::domains::{DomainEvent, DomainOrigin, DomainPage as Page};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The page of the name that the address holds.
#[component]
pub(crate) fn DomainPage() -> impl IntoView {
    let host = use_params_map()
        .with_untracked(|params| params.get("host"))
        .unwrap_or_default();
    page_of(
        |page: &Page| page.domain.host.clone(),
        move |ports, caller| async move { ports.domains.domain(&caller, &host).await },
        show,
    )
}

fn show(visit: Visit, _: Workspace, page: Page) -> impl IntoView + use<> {
    let message = match visit.notice {
        Some(PageNotice::DomainRefused { message, .. }) => Some(message),
        _ => None,
    };
    let domain = page.domain.clone();
    let claimed = domain.origin == DomainOrigin::Claimed;
    let unicode = domain
        .unicode
        .clone()
        .map(|name| view! { <p class="lead">"In its own letters: " {name}</p> });
    let check = claimed.then(|| view! { <CheckNow host=domain.host.clone()/> });
    view! {
        <div class="page-head">
            <div>
                <p class="hint"><a href=PATH>"Domains"</a></p>
                <h1 class="domain-name">{domain.host.clone()}</h1>
                {unicode}
            </div>
            {check}
        </div>
        {message.map(|message| view! { <Problem message/> })}
        {if claimed { view! { <Claimed page=page.clone()/> }.into_any() } else { view! { <Given page=page.clone()/> }.into_any() }}
        <Actions page=page.clone()/>
        <History events=page.history/>
        <SmallScript name="live-part"/>
    }
}

#[component]
fn Claimed(page: Page) -> impl IntoView {
    let domain = page.domain.clone();
    let at = format!("{PATH}/{}", domain.host);
    let every = domain.is_pending().then(|| LIVE_EVERY_S.to_string());
    let off = domain.off_at_ms.map(|at| {
        let words = format!(
            "The record that proves this name is missing. It serves on until {}; put the record back, and \
             nothing changes.",
            dates::in_words(at)
        );
        view! { <Problem message=words/> }
    });
    let pending = domain.is_pending();
    let waits = pending.then(|| {
        view! { <p class="hint">"This part follows by itself. DNS takes minutes, sometimes hours."</p> }
    });
    let again = pending.then(|| {
        let at = at.clone();
        view! { <noscript><p class="hint"><a href=at>"Look again"</a></p></noscript> }
    });
    let conflicts = page.conflicts.clone();
    view! {
        <section class="panel" aria-labelledby="facts-heading">
            <div class="panel-head">
                <h2 id="facts-heading">"What is known"</h2>
                {again}
            </div>
            <div id="live-facts" class="domain-inner" data-live=every data-live-from=at>
                {off}
                <Facts domain/>
                {waits}
                <Conflicts conflicts/>
            </div>
        </section>
        <Records page/>
    }
}

/// A name that nobody has to prove.
#[component]
fn Given(page: Page) -> impl IntoView {
    let words = if page.domain.origin == DomainOrigin::Operator {
        "The operator of this installation set this name. It serves, and nothing of it is checked here."
    } else {
        "This name comes with the installation. It serves, and there is nothing to set up."
    };
    view! { <p class="panel notice">{words}</p> }
}

#[component]
fn History(events: Vec<DomainEvent>) -> impl IntoView {
    if events.is_empty() {
        return ().into_any();
    }
    let rows = events
        .into_iter()
        .map(|event| {
            view! {
                <li class="row">
                    <p class="row-text">{event.what}</p>
                    <span class="hint">{dates::in_words(event.at_ms)}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="panel fold">
            <summary>"What happened"</summary>
            <ul class="rows">{rows}</ul>
        </details>
    }
    .into_any()
}
