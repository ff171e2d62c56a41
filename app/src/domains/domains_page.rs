//! Every name of the workspace, and the form for another one.

use super::facts::state_chip;
use super::{LIVE_EVERY_S, PATH, page_of};
use crate::request::{PageNotice, Visit, Workspace};
use crate::ui::{Problem, SmallScript};
use contract::domains::{DomainOrigin, DomainView, DomainsView, Fact};
use leptos::prelude::*;

/// The page at `/admin/domains`.
#[component]
pub(crate) fn DomainsPage() -> impl IntoView {
    page_of(
        |_: &DomainsView| "Domains".to_owned(),
        |ports, caller| async move { ports.domains.domains(&caller).await },
        show,
    )
}

fn show(visit: Visit, place: Workspace, view: DomainsView) -> impl IntoView + use<> {
    let (typed, message) = match visit.notice {
        Some(PageNotice::DomainRefused { typed, message }) => (typed, Some(message)),
        _ => (String::new(), None),
    };
    let none_yet = view
        .domains
        .iter()
        .all(|it| it.origin != DomainOrigin::Claimed);
    let open = none_yet || message.is_some();
    let unset = (!view.targets.any()).then(|| {
        view! {
            <p class="problem calm" role="note">
                "Names cannot lead here yet: the operator of this installation has not set "
                <code>"domains.target_name"</code> " or " <code>"domains.target_addresses"</code>
                ". A name can be added and proven already."
            </p>
        }
    });
    let several = view.domains.len() > 1;
    let redirect = several.then(|| view! { <Redirect on=view.redirect/> });
    let pending = view.domains.iter().any(DomainView::is_pending);
    let every = pending.then(|| LIVE_EVERY_S.to_string());
    view! {
        <div class="page-head">
            <div>
                <h1>"Domains"</h1>
                <p class="lead">"Addresses at which people reach " {place.brand.name.clone()} ". A name of your own is proven by one DNS record and led here by another."</p>
            </div>
        </div>
        {message.map(|message| view! { <Problem message/> })}
        {unset}
        <Add typed open/>
        <div id="live-domains" data-live=every data-live-from=PATH>
            <Rows domains=view.domains/>
        </div>
        {redirect}
        <SmallScript name="live-part"/>
    }
}

#[component]
fn Add(typed: String, open: bool) -> impl IntoView {
    view! {
        <details class="panel fold" open=open>
            <summary>"Add a domain"</summary>
            <div class="fold-inner">
                <form method="post" action=PATH class="form" autocomplete="off">
                    <div class="field">
                        <label for="domain-host">"Domain"</label>
                        <input id="domain-host" class="input" name="host" required value=typed
                            autocomplete="off" autocapitalize="off" spellcheck="false" inputmode="url"
                            maxlength="300" placeholder="ai.example.com" aria-describedby="domain-hint"/>
                        <p class="hint" id="domain-hint">
                            "The name that people will type. A name below your domain, like ai.example.com, leaves your "
                            "website and mail alone."
                        </p>
                    </div>
                    <div class="actions">
                        <button type="submit" class="button primary">"Add the domain"</button>
                        <span class="hint">"The next page shows which records to set."</span>
                    </div>
                </form>
            </div>
        </details>
    }
}

#[component]
fn Rows(domains: Vec<DomainView>) -> impl IntoView {
    let rows = domains.into_iter().map(row).collect_view();
    let heads = Fact::ALL
        .into_iter()
        .map(|fact| view! { <th scope="col" role="columnheader">{fact.label()}</th> })
        .collect_view();
    view! {
        <div class="panel table-panel" tabindex="0" role="region" aria-label="Domains of the workspace">
            <table class="records keys-table domains-table" role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">"Domain"</th>
                        {heads}
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
}

fn row(domain: DomainView) -> impl IntoView {
    let at = format!("{PATH}/{}", domain.host);
    let primary = domain
        .is_primary
        .then(|| view! { " " <span class="chip">"Primary"</span> });
    let hint = match domain.origin {
        DomainOrigin::Installation => Some("Comes with the installation".to_owned()),
        DomainOrigin::Operator => Some("Set by the operator".to_owned()),
        DomainOrigin::Claimed if domain.off_at_ms.is_some() => {
            Some("Its record is missing".to_owned())
        }
        DomainOrigin::Claimed => domain.unicode.clone(),
    };
    let cells = if domain.facts.is_empty() {
        view! { <td role="cell" colspan="4" data-label="State"><span class="chip dot ok">"Serves"</span></td> }
            .into_any()
    } else {
        domain
            .facts
            .iter()
            .map(|fact| {
                view! { <td role="cell" data-label=fact.fact.label()>{state_chip(fact.state)}</td> }
            })
            .collect_view()
            .into_any()
    };
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                <a class="row-link" href=at>{domain.host}</a>{primary}
                {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
            </th>
            {cells}
        </tr>
    }
}

/// Whether readers at other names are sent on.
#[component]
fn Redirect(on: bool) -> impl IntoView {
    let (words, value, button) = if on {
        (
            "Readers who open another domain are sent on to the primary one. Programs are answered everywhere.",
            "no",
            "Stop sending them on",
        )
    } else {
        (
            "Every domain answers by itself. Readers can be sent on to the primary one instead, for good: \
             browsers remember it. Programs are answered everywhere either way.",
            "yes",
            "Send readers to the primary domain",
        )
    };
    view! {
        <section class="panel notice" aria-labelledby="redirect-heading">
            <div class="panel-head bare"><h2 id="redirect-heading">"Other domains"</h2></div>
            <p>{words}</p>
            <form method="post" action=format!("{PATH}/redirect")>
                <button type="submit" class="button" name="redirect" value=value>{button}</button>
            </form>
        </section>
    }
}
