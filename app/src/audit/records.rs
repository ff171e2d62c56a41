//! The records, newest first; on a phone, one card each. The roles are written out because a table
//! that is laid out as cards would lose them.

use crate::people::dates;
use contract::audit::RecordView;
use leptos::prelude::*;

/// The table.
#[component]
pub(super) fn Records(records: Vec<RecordView>) -> impl IntoView {
    let rows = records.into_iter().map(row).collect_view();
    view! {
        <div class="panel table-panel" tabindex="0" role="region" aria-label="Records">
            <table class="records audit-table" role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">"When (UTC)"</th>
                        <th scope="col" role="columnheader">"Who"</th>
                        <th scope="col" role="columnheader">"What"</th>
                        <th scope="col" role="columnheader" class="number">"Record"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
}

fn row(record: RecordView) -> impl IntoView {
    let (day, time) = dates::exact(record.at_ms);
    let moment = format!("{day}T{time}Z");
    let who = if record.is_member {
        "who"
    } else {
        "who nobody"
    };
    let about = (!record.about.is_empty()).then(|| view! { <p class="about">{record.about}</p> });
    let more = (!record.more.is_empty()).then(|| view! { <p class="hint">{record.more}</p> });
    view! {
        <tr role="row" id=format!("record-{}", record.seq)>
            <td role="cell" class="when">
                <time datetime=moment>{day} " " <span class="time">{time}</span></time>
            </td>
            <td role="cell" class=who>{record.who}</td>
            <td role="cell" class="what"><p class="deed">{record.what}</p> {about} {more}</td>
            <td role="cell" class="number">{record.seq}</td>
        </tr>
    }
}
