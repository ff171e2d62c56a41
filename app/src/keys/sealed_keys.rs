//! The keys in the vault, one row each; on a phone, one card each. The roles are written out
//! because a table that is laid out as cards would lose them.

use super::Desk;
use super::words::{environment_chip, health_chip};
use crate::people::dates;
use contract::keys::{KeyScope, KeyView};
use leptos::prelude::*;

/// The table; a row leads to its key.
#[component]
pub(super) fn SealedKeys(keys: Vec<KeyView>, may_change: bool, desk: Desk) -> impl IntoView {
    if keys.is_empty() {
        let words = match (desk, may_change) {
            (Desk::Workspace, true) => {
                "No key is sealed yet. Until then, models that need one say so to your members."
            }
            (Desk::Workspace, false) => "No key is sealed yet.",
            (Desk::Own, _) => {
                "You have no personal key. The workspace’s keys pay for your answers."
            }
        };
        return view! { <p class="panel empty">{words}</p> }.into_any();
    }
    let now = dates::now_ms();
    let rows = keys
        .into_iter()
        .map(|key| row(key, now, desk))
        .collect_view();
    view! {
        <div class="panel table-panel" tabindex="0" role="region" aria-label="Sealed keys">
            <table class="records keys-table" role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">"Sealed keys"</th>
                        <th scope="col" role="columnheader">"Environment"</th>
                        <th scope="col" role="columnheader" class="number">"Ends in"</th>
                        <th scope="col" role="columnheader">"Last used"</th>
                        <th scope="col" role="columnheader" class="number">"This month"</th>
                        <th scope="col" role="columnheader">"Health"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(key: KeyView, now: i64, desk: Desk) -> impl IntoView {
    let used = key
        .last_used_ms
        .map_or_else(|| "never".to_owned(), |at| dates::ago(at, now));
    let day = dates::day_in_words(key.added_ms);
    let added = match (desk, key.scope) {
        (Desk::Own, _) => day,
        (_, KeyScope::Workspace) => format!("by {}, {day}", key.added_by),
        _ => format!("for {}, by {}, {day}", key.scope_words, key.added_by),
    };
    let at = format!("{}/{}", desk.path(), key.id);
    let health = health_chip(&key, now);
    view! {
        <tr role="row" id=format!("key-{}", key.id) class:out-of-use=key.disabled>
            <th scope="row" role="rowheader">
                <a class="row-link" href=at>{key.name}</a>
                <p class="hint">{added}</p>
            </th>
            <td role="cell">{environment_chip(key.environment)}</td>
            <td role="cell" class="number mono" data-label="Ends in">{key.ends_in}</td>
            <td role="cell" data-label="Last used">{used}</td>
            <td role="cell" class="number" data-label="This month">{key.month.display_usd()}</td>
            <td role="cell" class="health">{health}</td>
        </tr>
    }
}
