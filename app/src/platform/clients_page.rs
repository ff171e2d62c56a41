//! The clients of an agency.

use super::client_rows::{ClientRows, Columns};
use super::frame::Tab;
use super::search::{Asked, Pages, SearchForm};
use super::{Desk, chosen, for_staff};
use crate::people::dates;
use contract::AppError;
use contract::staff::ClientList;
use leptos::prelude::*;
use leptos_meta::Title;

/// The page at `/agency`.
#[component]
pub(crate) fn ClientsPage() -> impl IntoView {
    let asked = Asked::read("/agency");
    let search = asked.search.clone();
    for_staff(
        Tab::Clients,
        move |ports, staff| {
            let agency = chosen(&staff);
            async move {
                let agency = agency.ok_or_else(AppError::not_found)?;
                let list = ports.platform.clients(&staff, agency.0, search).await?;
                Ok((agency, list))
            }
        },
        move |desk, ((id, name, owner), list)| {
            let asked = Asked {
                of: id.to_string(),
                ..asked
            };
            page(&desk, (name, owner), asked, list)
        },
    )
}

fn page(desk: &Desk, (name, owner): (String, bool), asked: Asked, list: ClientList) -> AnyView {
    let new = format!("/agency/clients/new?of={}", asked.of);
    let others = desk.staff.agencies().filter(|(_, other, _)| *other != name);
    let others: Vec<_> = others
        .map(|(id, other, _)| {
            let href = format!("/agency?of={id}");
            view! { <a class="button small" href=href>{other.to_owned()}</a> }
        })
        .collect();
    let others = (!others.is_empty())
        .then(|| view! { <nav class="switch" aria-label="Your other agencies">{others}</nav> });
    let lead = format!(
        "The workspaces that {name} looks after. Money is counted from {}, UTC.",
        dates::day_in_words(list.month_ms)
    );
    let operator = desk.staff.is_operator();
    let make = (owner || operator)
        .then(|| view! { <a class="button primary" href=new.clone()>"New client"</a> });
    let searching = !asked.search.text.is_empty() || asked.search.page > 1;
    let body = if list.rows.is_empty() && !searching {
        view! {
            <div class="panel empty-panel">
                <h2>"No client yet"</h2>
                <p class="muted">
                    "A client is a workspace of its own: address, colours, people, keys. It takes a name and the "
                    "email of whoever will own it."
                </p>
                {(owner || operator).then(|| view! { <p><a class="button primary" href=new>"Make the first one"</a></p> })}
            </div>
        }
        .into_any()
    } else if list.rows.is_empty() {
        view! { <p class="panel empty">"No client is called that. " <a href=format!("/agency?of={}", asked.of)>"Show all"</a></p> }
            .into_any()
    } else {
        let (found, per_page, shown) = (list.found, list.per_page, list.rows.len());
        view! {
            <ClientRows rows=list.rows columns=Columns::Client label="Clients"/>
            <Pages asked=asked.clone() found per_page shown/>
        }
        .into_any()
    };
    let search =
        (list.found > 0 || searching).then(|| view! { <SearchForm asked label="Search clients"/> });
    view! {
        <Title text=format!("Clients · {}", desk.platform.name)/>
        <div class="page-head">
            <div><h1>"Clients"</h1><p class="lead">{lead}</p></div>
            {make}
        </div>
        {others}
        {search}
        {body}
    }
    .into_any()
}
