//! Workspaces in a list; on a phone, one card each. The roles are written out because a table that is laid
//! out as cards would lose them.

use crate::people::dates;
use contract::staff::{ClientFacts, ClientRow, ClientState};
use leptos::prelude::*;

/// What a list shows beside name and state.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Columns {
    /// For an agency: people, money, keys.
    Client,
    /// For the operator: whose it is, and its schema.
    Workspace,
}

/// The table.
#[component]
pub(super) fn ClientRows(
    rows: Vec<ClientRow>,
    columns: Columns,
    label: &'static str,
) -> impl IntoView {
    let head = match columns {
        Columns::Client => ["Members", "Spent this month", "Provider keys"],
        Columns::Workspace => ["Members", "Agency", "Schema"],
    };
    let [first, second, third] = head;
    let money = (columns == Columns::Client).then_some("number");
    let rows = rows
        .into_iter()
        .map(|client| row(client, columns))
        .collect_view();
    view! {
        <div class="panel table-panel" tabindex="0" role="region" aria-label=label>
            <table class="records client-table" role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">"Name"</th>
                        <th scope="col" role="columnheader">"State"</th>
                        <th scope="col" role="columnheader" class="number">{first}</th>
                        <th scope="col" role="columnheader" class=money>{second}</th>
                        <th scope="col" role="columnheader">{third}</th>
                        <th scope="col" role="columnheader">"Last used"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
}

fn row(client: ClientRow, columns: Columns) -> impl IntoView {
    let href = format!("/agency/clients/{}", client.id);
    let facts = client.facts.as_ref();
    let unknown = || "not known just now".to_owned();
    let members = facts.map_or_else(unknown, |facts| facts.members.to_string());
    let used = facts.map_or_else(unknown, last_used);
    let (second, third) = match columns {
        Columns::Client => (
            view! { <td role="cell" class="number" data-label="Spent this month">{spent(&client)}</td> }.into_any(),
            view! { <td role="cell" data-label="Provider keys">{keys(facts)}</td> }.into_any(),
        ),
        Columns::Workspace => (
            view! { <td role="cell" data-label="Agency">{client.agency.clone().unwrap_or_else(|| "None".to_owned())}</td> }.into_any(),
            view! { <td role="cell" data-label="Schema">{schema(&client)}</td> }.into_any(),
        ),
    };
    view! {
        <tr role="row">
            <td role="cell" class="client-name">
                <a class="row-link strong" href=href>{client.name.clone()}</a>
                <p class="hint">{client.host.clone().unwrap_or_else(|| "no host".to_owned())}</p>
            </td>
            <td role="cell" data-label="State"><StateChip state=client.state/></td>
            <td role="cell" class="number" data-label="Members">{members}</td>
            {second}
            {third}
            <td role="cell" class="muted" data-label="Last used">{used}</td>
        </tr>
    }
}

/// Whether it may be used: a word, and a colour beside it.
#[component]
pub(super) fn StateChip(state: ClientState) -> impl IntoView {
    let class = match state {
        ClientState::Active => "chip dot ok",
        ClientState::Suspended => "chip dot warn",
        ClientState::Deleting => "chip dot bad",
    };
    view! { <span class=class>{state.label()}</span> }
}

/// `$ 3.20 of $ 50.00`
pub(super) fn spent(client: &ClientRow) -> String {
    let Some(facts) = &client.facts else {
        return "not known just now".to_owned();
    };
    let spent = facts.spent_month.display_usd();
    match client.budget {
        Some(budget) => format!("{spent} of {}", budget.display_usd()),
        None => spent,
    }
}

/// How keys fare, in words.
pub(super) fn keys(facts: Option<&ClientFacts>) -> AnyView {
    let Some(facts) = facts else {
        return "not known just now".into_any();
    };
    match (facts.keys, facts.keys_in_trouble) {
        (0, _) => view! { <span class="muted">"None yet"</span> }.into_any(),
        (1, 0) => "1, well".into_any(),
        (keys, 0) => format!("{keys}, all well").into_any(),
        (keys, trouble) => {
            view! { <span class="chip dot bad">{format!("{trouble} of {keys} refused")}</span> }
                .into_any()
        }
    }
}

/// When somebody last used it.
pub(super) fn last_used(facts: &ClientFacts) -> String {
    facts
        .last_used_ms
        .map_or_else(|| "Never".to_owned(), |ms| dates::ago(ms, dates::now_ms()))
}

/// Version of the schema, and what is wrong with it.
pub(super) fn schema(client: &ClientRow) -> AnyView {
    let (has, wants) = client.version;
    if client.migration_trouble {
        let words = format!("Stuck at {has} of {wants}");
        return view! { <span class="chip dot bad">{words}</span> }.into_any();
    }
    if has < wants {
        return format!("{has} of {wants}").into_any();
    }
    format!("{has}").into_any()
}
