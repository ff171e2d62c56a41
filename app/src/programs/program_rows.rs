//! The keys, one row each; on a phone, one card each. The roles are written out because a table that is
//! laid out as cards would lose them.

use super::PATH;
use super::words::{bound, spent, state_chip, used};
use crate::keys::environment_chip;
use crate::people::dates;
use contract::programs::{ProgramState, ProgramView};
use leptos::prelude::*;

/// The table; a row leads to its key.
#[component]
pub(super) fn ProgramRows(programs: Vec<ProgramView>, may_change: bool) -> impl IntoView {
    if programs.is_empty() {
        let words = if may_change {
            "No program has a key yet. Make one above, and any program that speaks to OpenAI or Anthropic \
             can use this workspace instead."
        } else {
            "No program has a key yet."
        };
        return view! { <p class="panel empty">{words}</p> }.into_any();
    }
    let now = dates::now_ms();
    let rows = programs
        .into_iter()
        .map(|program| row(program, now))
        .collect_view();
    view! {
        <div class="panel table-panel" tabindex="0" role="region" aria-label="Keys for programs">
            <table class="records keys-table programs-table" role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">"Program"</th>
                        <th scope="col" role="columnheader">"Environment"</th>
                        <th scope="col" role="columnheader">"Token"</th>
                        <th scope="col" role="columnheader">"Last used"</th>
                        <th scope="col" role="columnheader" class="number">"This month"</th>
                        <th scope="col" role="columnheader">"State"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(program: ProgramView, now: i64) -> impl IntoView {
    let dead = matches!(program.state, ProgramState::Revoked { .. });
    let made = format!(
        "by {}, {}",
        program.made_by,
        dates::day_in_words(program.made_ms)
    );
    let hint = match bound(&program) {
        Some(whom) => format!("{whom}, {made}"),
        None => made,
    };
    let (spent, used, state) = (
        spent(&program),
        used(&program, now),
        state_chip(&program, now),
    );
    view! {
        <tr role="row" class:out-of-use=dead>
            <th scope="row" role="rowheader">
                <a class="row-link" href=format!("{PATH}/{}", program.id)>{program.name}</a>
                <p class="hint">{hint}</p>
            </th>
            <td role="cell">{environment_chip(program.environment)}</td>
            <td role="cell" class="mono" data-label="Token">{program.begins_with} "…" {program.ends_in}</td>
            <td role="cell" data-label="Last used">{used}</td>
            <td role="cell" class="number" data-label="This month">{spent}</td>
            <td role="cell" class="health">{state}</td>
        </tr>
    }
}
