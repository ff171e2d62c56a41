//! Every workspace of the installation, for operators.

use super::client_rows::{ClientRows, Columns};
use super::frame::Tab;
use super::search::{Asked, Pages, SearchForm};
use super::{Desk, for_staff};
use contract::staff::ClientList;
use leptos::prelude::*;
use leptos_meta::Title;

/// The page at `/operator`.
#[component]
pub(crate) fn WorkspacesPage() -> impl IntoView {
    let asked = Asked::read("/operator");
    let search = asked.search.clone();
    for_staff(
        Tab::Workspaces,
        move |ports, staff| async move { ports.platform.workspaces(&staff, search).await },
        move |desk, list| page(&desk, asked, list),
    )
}

fn page(desk: &Desk, asked: Asked, list: ClientList) -> AnyView {
    let searching = !asked.search.text.is_empty() || asked.search.page > 1;
    let body = if list.rows.is_empty() {
        let words = if searching {
            "No workspace is called that."
        } else {
            "There is no workspace yet. An agency makes one for a client, or the command line does."
        };
        let all = searching.then(|| view! { " " <a href="/operator">"Show all"</a> });
        view! { <p class="panel empty">{words} {all}</p> }.into_any()
    } else {
        let (found, per_page, shown) = (list.found, list.per_page, list.rows.len());
        view! {
            <ClientRows rows=list.rows columns=Columns::Workspace label="Workspaces"/>
            <Pages asked=asked.clone() found per_page shown/>
        }
        .into_any()
    };
    let lead = match list.found {
        1 => "One on this installation.".to_owned(),
        found => format!("{found} on this installation."),
    };
    let lead = (!searching).then_some(lead);
    view! {
        <Title text=format!("Workspaces · {}", desk.platform.name)/>
        <div class="page-head">
            <div><h1>"Workspaces"</h1><p class="lead">{lead}</p></div>
        </div>
        <SearchForm asked label="Search workspaces"/>
        {body}
    }
    .into_any()
}
