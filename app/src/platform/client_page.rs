//! One client: what is known of it, the way in, closing and opening it, notes.

use super::client_rows::{StateChip, keys, last_used, schema, spent};
use super::frame::Tab;
use super::notices::said;
use super::{Desk, for_staff};
use crate::keys::Password;
use crate::people::dates;
use contract::staff::{ClientNote, ClientState, ClientView};
use contract::{AppError, TenantId};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// The page at `/agency/clients/<id>`.
#[component]
pub(crate) fn ClientPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id"));
    let id = id.and_then(|id| id.parse::<TenantId>().ok());
    for_staff(
        Tab::Clients,
        move |ports, staff| async move {
            let id = id.ok_or_else(AppError::not_found)?;
            ports.platform.client(&staff, id).await
        },
        page,
    )
}

fn page(desk: Desk, client: ClientView) -> AnyView {
    let row = client.row.clone();
    let base = format!("/agency/clients/{}", row.id);
    let suspension = client.suspension.clone().map(|it| {
        let words = format!(
            "Suspended by {} on {}. Its people see that it is, and nothing else. Nothing is lost.",
            it.by,
            dates::in_words(it.since_ms)
        );
        let action = format!("{base}/resume");
        view! {
            <section class="panel notice trouble" aria-labelledby="suspended-heading">
                <div class="panel-head bare"><h2 id="suspended-heading">"This client is suspended"</h2></div>
                <p>{words}</p>
                <p class="muted">"Why: " <q>{it.reason}</q></p>
                <form method="post" action=action>
                    <button type="submit" class="button primary">"Resume"</button>
                </form>
            </section>
        }
    });
    let deep = desk.staff.is_operator() || row.migration_trouble;
    let active = row.state == ClientState::Active;
    let back = desk
        .staff
        .agencies()
        .next()
        .map_or("/operator", |_| "/agency");
    view! {
        <Title text=format!("{} · {}", row.name, desk.platform.name)/>
        <div class="page-head">
            <div>
                <p class="crumb"><a href=back>{if back == "/agency" { "Clients" } else { "Workspaces" }}</a></p>
                <h1>{row.name.clone()}</h1>
            </div>
            <StateChip state=row.state/>
        </div>
        {said(desk.notice)}
        {suspension}
        <Facts client=client.clone() deep/>
        <OpenForm base=base.clone() client=client.clone()/>
        <Notes base=base.clone() notes=client.notes/>
        {active.then(|| view! { <SuspendForm base name=row.name/> })}
    }
    .into_any()
}

#[component]
fn Facts(
    client: ClientView,
    /// What concerns operators, too.
    deep: bool,
) -> impl IntoView {
    let row = client.row;
    let address = row.address.clone().map_or_else(
        || "None".into_any(),
        |url| view! { <a href=url.clone()>{url.clone()}</a> }.into_any(),
    );
    let others: Vec<_> = client.hosts.into_iter().skip(1).collect();
    let others = (!others.is_empty())
        .then(|| view! { <div><dt>"Also at"</dt><dd>{others.join(", ")}</dd></div> });
    let facts = row.facts.as_ref();
    let unknown = || "not known just now".to_owned();
    view! {
        <dl class="facts panel">
            <div><dt>"Address"</dt><dd>{address}</dd></div>
            {others}
            <div><dt>"Agency"</dt><dd>{row.agency.clone().unwrap_or_else(|| "None".to_owned())}</dd></div>
            <div><dt>"Members"</dt><dd>{facts.map_or_else(unknown, |it| it.members.to_string())}</dd></div>
            <div><dt>"Spent this month"</dt><dd class="count">{spent(&row)}</dd></div>
            <div><dt>"Provider keys"</dt><dd>{keys(facts)}</dd></div>
            <div><dt>"Last used"</dt><dd>{facts.map_or_else(unknown, last_used)}</dd></div>
            <div><dt>"Made"</dt><dd>{dates::day_in_words(client.created_ms)}</dd></div>
            {deep.then(|| view! { <div><dt>"Schema"</dt><dd>{schema(&row)}</dd></div> })}
        </dl>
    }
}

#[component]
fn OpenForm(base: String, client: ClientView) -> impl IntoView {
    let action = format!("{base}/open");
    let inside = if !client.guests_allowed {
        view! { <p class="muted">"An owner of this workspace lets nobody come in from here."</p> }
            .into_any()
    } else if !client.may_open {
        view! {
            <p class="muted">"You may not come in. An owner of the agency, or the operator, can allow it."</p>
        }
        .into_any()
    } else {
        view! {
            <form method="post" action=action class="form">
                <p class="muted">
                    "For half an hour, on the client’s own address. Its owners are told, and its record says who, "
                    "when and why. Conversations, people and keys stay closed to you."
                </p>
                <div class="field">
                    <label for="open-reason">"Reason"</label>
                    <input
                        id="open-reason" class="input" name="reason" required minlength="3" maxlength="300"
                        autocomplete="off" aria-describedby="open-hint"
                    />
                    <p class="hint" id="open-hint">"The client reads it."</p>
                </div>
                <div><button type="submit" class="button">"Open as an administrator"</button></div>
            </form>
        }
        .into_any()
    };
    view! {
        <section class="panel" aria-labelledby="open-heading">
            <div class="panel-head"><h2 id="open-heading">"Open as an administrator"</h2></div>
            <div class="panel-body">{inside}</div>
        </section>
    }
}

#[component]
fn Notes(base: String, notes: Vec<ClientNote>) -> impl IntoView {
    let rows = notes
        .into_iter()
        .map(|note| {
            view! {
                <li class="row">
                    <div class="row-text">
                        <p class="note-text">{note.text}</p>
                        <p class="hint">{note.by} ", " {dates::in_words(note.at_ms)}</p>
                    </div>
                </li>
            }
        })
        .collect_view();
    let action = format!("{base}/note");
    view! {
        <section class="panel" aria-labelledby="notes-heading">
            <div class="panel-head"><h2 id="notes-heading">"Notes"</h2></div>
            <form method="post" action=action class="panel-body form">
                <div class="field">
                    <label for="note-text">"New note"</label>
                    <textarea
                        id="note-text" class="input" name="text" required maxlength="2000" rows="2"
                        aria-describedby="note-hint"
                    ></textarea>
                    <p class="hint" id="note-hint">"For you and your colleagues. The client does not see it."</p>
                </div>
                <div><button type="submit" class="button">"Keep this note"</button></div>
            </form>
            <ul class="rows">{rows}</ul>
        </section>
    }
}

/// Folded until somebody looks for it.
#[component]
fn SuspendForm(base: String, name: String) -> impl IntoView {
    let action = format!("{base}/suspend");
    let label = format!("Type “{name}” to confirm");
    view! {
        <details class="panel fold danger">
            <summary>"Suspend this client"</summary>
            <div class="fold-inner">
                <p class="muted">
                    "Nobody of its people can work until you resume it: they see a page in their own colours that "
                    "says so. Answers that are being written end. Nothing is lost, and you keep your way in."
                </p>
                <form method="post" action=action autocomplete="off" class="form">
                    <div class="field">
                        <label for="suspend-reason">"Reason"</label>
                        <input
                            id="suspend-reason" class="input" name="reason" required minlength="3"
                            maxlength="300" autocomplete="off" aria-describedby="suspend-hint"
                        />
                        <p class="hint" id="suspend-hint">"It goes into the record of the workspace."</p>
                    </div>
                    <div class="field">
                        <label for="suspend-name">{label}</label>
                        <input
                            id="suspend-name" class="input" name="name" required autocomplete="off"
                            autocapitalize="off" spellcheck="false"
                        />
                    </div>
                    <Password id="suspend-password"/>
                    <div><button type="submit" class="button danger">"Suspend this client"</button></div>
                </form>
            </div>
        </details>
    }
}
