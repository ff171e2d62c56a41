//! What is done with a name: looked at now, made the primary one, removed.

use super::PATH;
use contract::domains::{DomainOrigin, DomainPage};
use leptos::prelude::*;

/// A look at once.
#[component]
pub(super) fn CheckNow(host: String) -> impl IntoView {
    view! {
        <form method="post" action=format!("{PATH}/{host}/check")>
            <button type="submit" class="button">"Check now"</button>
        </form>
    }
}

/// Primary and removal, each folded with what follows from it.
#[component]
pub(super) fn Actions(page: DomainPage) -> impl IntoView {
    let host = page.domain.host.clone();
    let primary = (page.domain.bound && !page.domain.is_primary)
        .then(|| view! { <Primary host=host.clone() now=page.primary_host.clone()/> });
    let end = match page.kept_because.clone() {
        Some(why) => view! { <p class="hint">{crate::words::spoken(&why)}</p> }.into_any(),
        None => view! { <Remove page/> }.into_any(),
    };
    view! {
        {primary}
        {end}
    }
}

#[component]
fn Primary(host: String, now: Option<String>) -> impl IntoView {
    let now = now.map_or_else(String::new, |now| format!(" instead of {now}"));
    view! {
        <details class="panel fold">
            <summary>"Make it the primary domain"</summary>
            <div class="fold-inner">
                <form method="post" action=format!("{PATH}/{host}/primary") class="confirm">
                    <div class="prose">
                        <p>"Invitations, mails and other links are written with " {host.clone()} {now} ". Before you do:"</p>
                        <ul>
                            <li>"Sign-ins belong to one domain. Everybody signs in again at the new one."</li>
                            <li>"Passkeys belong to one domain, too. People who use them need another way in, or a new passkey there."</li>
                            <li>"Single sign-on: add the callback addresses of the new domain at your identity provider first."</li>
                            <li>"Programs go on at the old address for as long as it serves."</li>
                        </ul>
                    </div>
                    <button type="submit" class="button primary">"Make " {host.clone()} " the primary domain"</button>
                </form>
            </div>
        </details>
    }
}

#[component]
fn Remove(page: DomainPage) -> impl IntoView {
    let host = page.domain.host.clone();
    let what = if page.domain.origin == DomainOrigin::Claimed && !page.domain.bound {
        "The claim is forgotten, and its records prove nothing any more. A new claim has new ones."
    } else {
        "The address stops answering within seconds, on every server. Who is signed in there is not signed in \
         elsewhere. Nothing else is lost."
    };
    view! {
        <details class="panel fold danger">
            <summary>"Remove this domain"</summary>
            <div class="fold-inner">
                <form method="post" action=format!("{PATH}/{host}/remove") class="form" autocomplete="off">
                    <div class="prose">
                        <p>{what}</p>
                        <p>
                            "Remove its DNS records as well. While they lead here, no other workspace of this "
                            "installation can take the name for some weeks; you can add it again at any time, with "
                            "new records."
                        </p>
                    </div>
                    <div class="field">
                        <label for="remove-name">"Type “" {host.clone()} "” to confirm"</label>
                        <input id="remove-name" class="input" name="name" required autocomplete="off"
                            autocapitalize="off" spellcheck="false"/>
                    </div>
                    <div><button type="submit" class="button danger">"Remove " {host.clone()}</button></div>
                </form>
            </div>
        </details>
    }
}
