//! What to set where the name is looked after, what stands in the way, and a text for somebody else.

use contract::domains::{Conflict, DnsRecord, DomainPage};
use leptos::prelude::*;

/// The records, one row each, with a button for every value.
#[component]
pub(super) fn Records(page: DomainPage) -> impl IntoView {
    let zone = page.zone.clone();
    let kind = if page.is_apex {
        "This is the zone itself, where no CNAME record can stand, so it gets addresses."
    } else {
        "This is a name below the zone, so it gets a CNAME record, which follows by itself when our \
         addresses change."
    };
    let lacking = lacking(&page);
    let instead = page.instead.map(|(when, records)| {
        view! {
            <details class="fold narrow">
                <summary>"Another way"</summary>
                <div class="fold-inner">
                    <p class="muted">{when}</p>
                    <Table records label="Table of other records"/>
                </div>
            </details>
        }
    });
    view! {
        <section class="panel" aria-labelledby="records-heading">
            <div class="panel-head">
                <h2 id="records-heading">"Records to set"</h2>
                <span class="hint">"In the zone " <code>{zone}</code></span>
            </div>
            <div class="domain-inner">
                <p class="muted">{kind} " Names are relative to the zone; @ is the zone itself."</p>
                {lacking}
                <Table records=page.records label="Table of records"/>
                {instead}
                <details class="fold narrow">
                    <summary>"Send these to whoever looks after the zone"</summary>
                    <div class="fold-inner">
                        <label class="field">
                            <span>"Instructions"</span>
                            <textarea id="instructions" class="input mono" readonly rows="14" spellcheck="false">
                                {page.instructions.clone()}
                            </textarea>
                        </label>
                        <Copy value=page.instructions label="Copy the instructions" words="Copy"/>
                    </div>
                </details>
            </div>
        </section>
    }
}

/// What the operator has not set up.
fn lacking(page: &DomainPage) -> Option<impl IntoView + use<>> {
    let words = if !page.targets.any() {
        "The operator of this installation has not said yet what names point at. Ask them to set \
         domains.target_name and domains.target_addresses; the record of ownership can be set already."
            .to_owned()
    } else if page.is_apex && !page.targets.has_addresses {
        format!(
            "The operator of this installation names no addresses, which the zone itself needs. Use a name \
             below it, like ai.{}, or ask them to set domains.target_addresses.",
            page.zone
        )
    } else {
        return None;
    };
    Some(view! { <p class="problem calm" role="note">{words}</p> })
}

#[component]
fn Table(records: Vec<DnsRecord>, label: &'static str) -> impl IntoView {
    let rows = records.into_iter().map(row).collect_view();
    view! {
        <div class="table-panel domain-records" tabindex="0" role="region" aria-label=label>
            <table class="records keys-table" role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">"Type"</th>
                        <th scope="col" role="columnheader">"Name"</th>
                        <th scope="col" role="columnheader">"Value"</th>
                        <th scope="col" role="columnheader">"TTL"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
}

fn row(record: DnsRecord) -> impl IntoView {
    let named = |what: &str| format!("Copy the {what} of the {} record", record.kind);
    let (name_label, value_label) = (named("name"), named("value"));
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                {record.kind.clone()}
                <p class="hint">{record.purpose}</p>
            </th>
            <td role="cell" data-label="Name">
                <span class="copied"><code title=record.full_name>{record.name.clone()}</code>
                <Copy value=record.name label=name_label words="Copy"/></span>
            </td>
            <td role="cell" data-label="Value">
                <span class="copied"><code>{record.value.clone()}</code>
                <Copy value=record.value label=value_label words="Copy"/></span>
            </td>
            <td role="cell" data-label="TTL">{record.ttl_s}</td>
        </tr>
    }
}

/// A button that the small script makes work, and that is not there without it.
#[component]
fn Copy(value: String, label: impl Into<String>, words: &'static str) -> impl IntoView {
    let label: String = label.into();
    view! {
        <button type="button" class="button small" hidden data-copy=value aria-label=label>{words}</button>
    }
}

/// What stands in the way, record by record.
#[component]
pub(super) fn Conflicts(conflicts: Vec<Conflict>) -> impl IntoView {
    if conflicts.is_empty() {
        return ().into_any();
    }
    let rows = conflicts
        .into_iter()
        .map(|conflict| {
            view! { <li class="domain-conflict"><code>{conflict.record}</code><p>{conflict.advice}</p></li> }
        })
        .collect_view();
    view! {
        <div class="domain-conflicts">
            <h3>"Found in DNS, and in the way"</h3>
            <ul>{rows}</ul>
        </div>
    }
    .into_any()
}
