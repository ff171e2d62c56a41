//! The client's own key: under which key the workspace is sealed, and moving it to another.

use super::fields::SecretField;
use super::key_actions::Password;
use super::service_form::ServiceForm;
use super::{Here, page_of};
use crate::request::PageNotice;
use crate::ui::Problem;
use contract::sealing::{SealingView, ServiceFields};
use leptos::prelude::*;

/// Statement, trouble, and what can be done.
#[component]
pub(crate) fn ServicePage() -> impl IntoView {
    page_of(
        "Your own key",
        |ports, caller| async move { ports.sealing.sealing(&caller).await },
        show,
    )
}

fn show(here: Here, sealing: SealingView) -> impl IntoView {
    let (fields, message) = match here.visit.notice {
        Some(PageNotice::ServiceRefused { fields, message }) => (*fields, Some(message)),
        Some(PageNotice::KeyRefused { message }) => (ServiceFields::default(), Some(message)),
        _ => (ServiceFields::default(), None),
    };
    let held = sealing.held_seconds;
    let actions = if !sealing.may_change || sealing.moving {
        ().into_any()
    } else if sealing.own_key {
        view! { <Actions/> }.into_any()
    } else {
        view! { <ServiceForm fields held/> }.into_any()
    };
    view! {
        <div class="page-head">
            <div>
                <p class="hint"><a href="/admin/keys">"Provider keys"</a></p>
                <h1>"Your own key"</h1>
                <p class="lead">
                    "Everything in this workspace can be sealed under a key that belongs to you. You "
                    "keep the switch: off, and nobody reads anything here; on, and all is as it was."
                </p>
            </div>
            <a class="button" href="/admin/keys/sealing">"How sealing works"</a>
        </div>
        {message.map(|message| view! { <Problem message/> })}
        <Now sealing/>
        {actions}
    }
}

/// What is true now.
#[component]
fn Now(sealing: SealingView) -> impl IntoView {
    let state = if sealing.trouble.is_some() {
        view! { <span class="chip bad">"Sealed"</span> }.into_any()
    } else if sealing.moving {
        view! { <span class="chip warn">"On its way"</span> }.into_any()
    } else {
        view! { <span class="chip ok">"In order"</span> }.into_any()
    };
    let trouble = sealing.trouble;
    let moving = sealing.moving.then(|| {
        view! {
            <p class="hint">
                "People go on working meanwhile. Reload this page to see how far it is; until it is "
                "done, nothing else can be changed here."
            </p>
        }
    });
    let class = if trouble.is_some() {
        "panel notice trouble"
    } else {
        "panel notice"
    };
    view! {
        <section class=class aria-labelledby="now-heading">
            <div class="panel-head bare">
                <h2 id="now-heading">"Now"</h2>
                {state}
            </div>
            <p>{sealing.statement}</p>
            {trouble.map(|words| view! { <p role="alert">{words}</p> })}
            {moving}
        </section>
    }
}

/// New access, new version, back to the keyring.
#[component]
fn Actions() -> impl IntoView {
    view! {
        <details class="panel fold">
            <summary>"Replace our access"</summary>
            <div class="fold-inner">
                <form method="post" action="/admin/keys/service/access" autocomplete="off" class="form">
                    <p class="muted">
                        "For an access that ended or was changed at your service. The new one has to "
                        "open the key of this workspace; nothing is sealed anew."
                    </p>
                    <div class="field">
                        <label for="new-identity">"Access key or client id, if it is another one"</label>
                        <input id="new-identity" class="input" name="identity" autocomplete="off" spellcheck="false"/>
                    </div>
                    <SecretField id="new-access" name="access" label="Access"
                        hint="It leaves this page once, and no page shows it again."/>
                    <Password id="access-password"/>
                    <div><button type="submit" class="button primary">"Check and replace"</button></div>
                </form>
            </div>
        </details>
        <details class="panel fold">
            <summary>"New version"</summary>
            <div class="fold-inner">
                <form method="post" action="/admin/keys/service/rotate" class="confirm">
                    <p>
                        "Your service makes a new key for this workspace, and everything is sealed anew "
                        "under it while people work. Afterwards nothing older opens, old backups included."
                    </p>
                    <Password id="rotate-password"/>
                    <button type="submit" class="button small">"Make a new version"</button>
                </form>
            </div>
        </details>
        <details class="panel fold danger">
            <summary>"Detach"</summary>
            <div class="fold-inner">
                <form method="post" action="/admin/keys/service/detach" class="confirm">
                    <p>
                        "Everything is sealed anew under the installation’s keyring while people work. "
                        "Your key has to be on until that is done; afterwards it is needed no more, and "
                        "switches nothing off."
                    </p>
                    <Password id="detach-password"/>
                    <button type="submit" class="button small danger">"Detach the key"</button>
                </form>
            </div>
        </details>
    }
}
