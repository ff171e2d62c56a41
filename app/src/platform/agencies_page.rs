//! Agencies, for operators; and the people of one, for its owners.

use super::frame::Tab;
use super::notices::said;
use super::people_rows::{AgencyForm, InviteForm, PeopleRows};
use super::{Desk, chosen, for_staff};
use contract::AppError;
use contract::staff::AgencyView;
use leptos::prelude::*;
use leptos_meta::Title;

/// The page at `/operator/agencies`.
#[component]
pub(crate) fn AgenciesPage() -> impl IntoView {
    for_staff(
        Tab::Agencies,
        |ports, staff| async move { ports.platform.agencies(&staff).await },
        agencies,
    )
}

fn agencies(desk: Desk, agencies: Vec<AgencyView>) -> AnyView {
    let none = agencies.is_empty();
    let list = agencies
        .into_iter()
        .enumerate()
        .map(|(number, agency)| one(number, agency, desk.staff.email()))
        .collect_view();
    view! {
        <Title text=format!("Agencies · {}", desk.platform.name)/>
        <div class="page-head">
            <div>
                <h1>"Agencies"</h1>
                <p class="lead">"Resellers and their people. Each sees its own clients and nobody else’s."</p>
            </div>
        </div>
        {said(desk.notice)}
        {none.then(|| view! { <p class="panel empty">"There is no agency yet. Make one, then invite its owner."</p> })}
        {list}
        <AgencyForm/>
    }
    .into_any()
}

fn one(number: usize, agency: AgencyView, own: &str) -> impl IntoView + use<> {
    let heading = format!("agency-{number}");
    let labelled = heading.clone();
    let clients = match agency.clients {
        0 => "No client yet".to_owned(),
        1 => "1 client".to_owned(),
        clients => format!("{clients} clients"),
    };
    let hint = format!("{}, {clients}", agency.slug);
    let action = format!("/operator/agencies/{}/invite", agency.id);
    view! {
        <section class="panel" aria-labelledby=labelled>
            <div class="panel-head">
                <div><h2 id=heading>{agency.name}</h2><p class="hint">{hint}</p></div>
            </div>
            <PeopleRows people=agency.people agency=agency.id.to_string() own=own.to_owned()/>
            <details class="fold invite-fold">
                <summary>"Invite somebody"</summary>
                <InviteForm action number/>
            </details>
        </section>
    }
}

/// The page at `/agency/team`.
#[component]
pub(crate) fn TeamPage() -> impl IntoView {
    for_staff(
        Tab::Team,
        |ports, staff| {
            let agency = chosen(&staff);
            async move {
                let (id, ..) = agency.ok_or_else(AppError::not_found)?;
                ports.platform.team(&staff, id).await
            }
        },
        team,
    )
}

fn team(desk: Desk, agency: AgencyView) -> AnyView {
    view! {
        <Title text=format!("People · {}", desk.platform.name)/>
        <div class="page-head">
            <div>
                <h1>"People"</h1>
                <p class="lead">{format!("Who looks after the clients of {}.", agency.name)}</p>
            </div>
        </div>
        {said(desk.notice)}
        <section class="panel" aria-labelledby="people-heading">
            <div class="panel-head"><h2 id="people-heading">{agency.name}</h2></div>
            <PeopleRows
                people=agency.people agency=agency.id.to_string() own=desk.staff.email().to_owned()
            />
        </section>
        <section class="panel" aria-labelledby="invite-heading">
            <div class="panel-head"><h2 id="invite-heading">"Invite somebody"</h2></div>
            <InviteForm action="/agency/team".to_owned() agency=agency.id.to_string() number=0/>
        </section>
    }
    .into_any()
}
