//! Every connection, the domains of addresses, and where another connection begins.

use super::{PATH, page_of};
use crate::people::dates;
use crate::request::{PageNotice, Visit, Workspace};
use crate::ui::Problem;
use contract::sign_on::{ConnectionState, ConnectionView, MailDomainView, SignOnView};
use leptos::prelude::*;

/// The page at `/admin/sign-on`.
#[component]
pub(crate) fn SignOnPage() -> impl IntoView {
    page_of(
        |_: &SignOnView| "Sign-on".to_owned(),
        |ports, caller| async move { ports.sign_on.sign_on(&caller).await },
        show,
    )
}

fn show(visit: Visit, place: Workspace, view: SignOnView) -> impl IntoView + use<> {
    let message = match visit.notice {
        Some(PageNotice::SignOnRefused { message }) => Some(message),
        _ => None,
    };
    view! {
        <div class="page-head">
            <div>
                <h1>"Sign-on"</h1>
                <p class="lead">
                    "People of " {place.brand.name.clone()} " can sign in with the account they have at their company."
                </p>
            </div>
            <div class="actions">
                <a class="button primary" href=format!("{PATH}/new-oidc")>"Add OpenID Connect"</a>
            </div>
        </div>
        {message.map(|message| view! { <Problem message/> })}
        <Connections connections=view.connections/>
        <MailDomains domains=view.domains/>
    }
}

#[component]
fn Connections(connections: Vec<ConnectionView>) -> impl IntoView {
    if connections.is_empty() {
        return view! {
            <p class="panel empty">
                "No identity provider is set up. Everybody signs in with a password of this workspace."
            </p>
        }
        .into_any();
    }
    let rows = connections.into_iter().map(row).collect_view();
    view! {
        <section class="panel" aria-labelledby="connections-heading">
            <div class="panel-head"><h2 id="connections-heading">"Connections"</h2></div>
            <ul class="rows">{rows}</ul>
        </section>
    }
    .into_any()
}

fn row(connection: ConnectionView) -> impl IntoView {
    let tested = connection.tested_ms.map_or_else(
        || "Not tested as it is now".to_owned(),
        |at| format!("Tested {}", dates::ago(at, dates::now_ms())),
    );
    let frozen = connection.frozen.then(|| {
        view! { " " <span class="chip dot trouble">"People to be confirmed"</span> }
    });
    let enforced = connection
        .enforced
        .then(|| view! { " " <span class="chip">"The only way in"</span> });
    view! {
        <li class="row">
            <div class="row-text">
                <p class="row-title">
                    <a href=format!("{PATH}/{}", connection.id)>{connection.name}</a>
                    {enforced} {frozen}
                </p>
                <p class="hint">
                    {connection.kind.label()} " · " {connection.about} " · " {tested} " · "
                    {connection.people} " linked"
                </p>
            </div>
            {state_chip(connection.state)}
        </li>
    }
}

/// Whether people come in through a connection.
pub(super) fn state_chip(state: ConnectionState) -> impl IntoView {
    let class = match state {
        ConnectionState::On => "chip dot ok",
        ConnectionState::Draft | ConnectionState::Off => "chip dot",
    };
    view! { <span class=class>{state.label()}</span> }
}

#[component]
fn MailDomains(domains: Vec<MailDomainView>) -> impl IntoView {
    let none = domains.is_empty();
    let rows = domains.into_iter().map(domain).collect_view();
    view! {
        <section class="panel" aria-labelledby="mail-domains-heading">
            <div class="panel-head"><h2 id="mail-domains-heading">"E-mail domains"</h2></div>
            <div class="fold-inner">
                <p class="hint">
                    "New people are taken in only with an address below a domain that is proven here. The same domains lead from the e-mail field to their connection."
                </p>
                {none.then(|| view! { <p>"No domain has been added."</p> })}
            </div>
            <ul class="rows">{rows}</ul>
            <form method="post" action=format!("{PATH}/domains") class="form fold-inner" autocomplete="off">
                <div class="field">
                    <label for="mail-domain">"Domain"</label>
                    <input id="mail-domain" class="input" name="domain" required maxlength="253"
                        autocapitalize="off" spellcheck="false" placeholder="example.com"/>
                </div>
                <div class="actions"><button type="submit" class="button">"Add the domain"</button></div>
            </form>
        </section>
    }
}

fn domain(domain: MailDomainView) -> impl IntoView {
    let at = format!("{PATH}/domains/{}", domain.domain);
    let (chip, words) = match (domain.proven_ms, domain.missing) {
        (Some(_), false) => ("chip dot ok", "Proven"),
        (Some(_), true) => ("chip dot trouble", "Its record is missing"),
        (None, _) => ("chip dot", "Waiting for its record"),
    };
    let remove = format!("Remove {}", domain.domain);
    view! {
        <li class="row">
            <div class="row-text">
                <p class="row-title">{domain.domain.clone()} " " <span class=chip>{words}</span></p>
                <p class="hint">"Set a TXT record at " <code>{domain.record}</code> " with " <code>{domain.value}</code></p>
                <p class="hint">{domain.found}</p>
            </div>
            <form method="post" action=format!("{at}/check")>
                <button type="submit" class="button small">"Check now"</button>
            </form>
            <form method="post" action=format!("{at}/remove")>
                <button type="submit" class="button small" aria-label=remove>"Remove"</button>
            </form>
        </li>
    }
}
