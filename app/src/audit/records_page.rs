//! The page: what a check found, which records, the records, and how to take them away.

use super::log_state::LogStateNote;
use super::records::Records;
use crate::people::{SettingsFrame, Tab, dates};
use crate::refusal::{for_member, refuse};
use crate::request::{PageNotice, Workspace};
use crate::ui::Problem;
use contract::audit::{RecordFilter, RecordKind, RecordsView};
use contract::{AppError, Caller, Ports};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// Who did what, as the address asks for it.
#[component]
pub(crate) fn RecordsPage() -> impl IntoView {
    let asked = Asked::here();
    for_member(move |visit, place, caller| {
        let Some(ports) = use_context::<Ports>() else {
            return refuse(Some(place), AppError::not_found());
        };
        let refused = match visit.notice {
            Some(PageNotice::KeyRefused { message }) => Some(message),
            _ => None,
        };
        let shown = Suspend::new(async move {
            match ports.audit.records(&caller, asked.filter()).await {
                Ok(found) => page(place, caller, asked, (found, refused)).into_any(),
                Err(error) => refuse(Some(place), error),
            }
        });
        view! { <Suspense>{shown}</Suspense> }.into_any()
    })
}

/// What the address asks for. What cannot be read is not asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Asked {
    kind: RecordKind,
    /// First day.
    from: Option<i64>,
    /// Last day, inclusive.
    until: Option<i64>,
    before: Option<i64>,
}

impl Asked {
    fn here() -> Self {
        use_query_map().with_untracked(|query| Self {
            kind: query
                .get("kind")
                .and_then(|kind| RecordKind::parse(&kind))
                .unwrap_or_default(),
            from: query
                .get("from")
                .and_then(|day| dates::from_date_field(&day)),
            until: query
                .get("until")
                .and_then(|day| dates::from_date_field(&day)),
            before: query.get("before").and_then(|seq| seq.parse().ok()),
        })
    }

    fn filter(self) -> RecordFilter {
        RecordFilter {
            kind: self.kind,
            from_ms: self.from,
            until_ms: self.until.map(|day| day.saturating_add(DAY_MS)),
            before: self.before,
        }
    }

    /// The same question, from another record on.
    fn address(self, before: Option<i64>) -> String {
        let day = |name: &str, day: Option<i64>| {
            day.map_or_else(String::new, |day| {
                format!("&{name}={}", dates::date_field(day))
            })
        };
        format!(
            "/admin/audit?kind={}{}{}{}",
            self.kind.as_str(),
            day("from", self.from),
            day("until", self.until),
            before.map_or_else(String::new, |seq| format!("&before={seq}")),
        )
    }

    fn is_narrow(self) -> bool {
        self.kind != RecordKind::Everything || self.from.is_some() || self.until.is_some()
    }
}

fn page(
    place: Workspace,
    caller: Caller,
    asked: Asked,
    (found, refused): (RecordsView, Option<String>),
) -> impl IntoView {
    let name = place.brand.name.clone();
    let caller_may_take = caller.role().may_export_records();
    view! {
        <Title text=format!("Audit · {name}")/>
        <SettingsFrame place=place caller=caller tab=Tab::Audit>
            <div class="page-head">
                <div>
                    <h1>"Audit"</h1>
                    <p class="lead">
                        "Who did what in this workspace. What is written here stays: a record that is changed "
                        "or removed, by whomever, shows below."
                    </p>
                </div>
                {caller_may_take
                    .then(|| {
                        view! {
                            <form method="post" action="/admin/audit/export" class="actions">
                                <button type="submit" class="button">"Export for an auditor"</button>
                            </form>
                        }
                    })}
            </div>
            {refused.map(|message| view! { <Problem message/> })}
            <LogStateNote log=found.log/>
            <Filter asked/>
            {records(asked, found.records, found.older)}
            {caller_may_take.then(|| view! { <EvidencePack asked/> })}
            <HowItHolds/>
        </SettingsFrame>
    }
}

fn records(
    asked: Asked,
    records: Vec<contract::audit::RecordView>,
    older: Option<i64>,
) -> impl IntoView {
    if records.is_empty() {
        let words = if asked.before.is_some() {
            "There are no older records."
        } else if asked.is_narrow() {
            "No record is like this."
        } else {
            "Nothing was recorded yet."
        };
        let all = asked
            .is_narrow()
            .then(|| view! { " " <a href="/admin/audit">"Show everything"</a> });
        return view! { <p class="panel empty">{words} {all}</p> }.into_any();
    }
    let newest = asked
        .before
        .map(|_| view! { <a class="button small" href=asked.address(None)>"Newest"</a> });
    let older = older.map(|seq| {
        view! { <a class="button small" href=asked.address(Some(seq)) rel="next">"Older records"</a> }
    });
    view! {
        <Records records/>
        <nav class="pages" aria-label="Pages of records">{newest} {older}</nav>
    }
    .into_any()
}

/// Kind and days; a plain form that asks for the same page.
#[component]
fn Filter(asked: Asked) -> impl IntoView {
    let options = RecordKind::ALL
        .into_iter()
        .map(|kind| {
            view! { <option value=kind.as_str() selected=kind == asked.kind>{kind.label()}</option> }
        })
        .collect_view();
    let day = |day: Option<i64>| day.map(dates::date_field).unwrap_or_default();
    view! {
        <form method="get" action="/admin/audit" class="panel audit-filter" role="search" aria-label="Records">
            <div class="field">
                <label for="audit-kind">"About"</label>
                <select id="audit-kind" name="kind" class="input">{options}</select>
            </div>
            <div class="field">
                <label for="audit-from">"From"</label>
                <input id="audit-from" name="from" type="date" class="input" value=day(asked.from)/>
            </div>
            <div class="field">
                <label for="audit-until">"Until"</label>
                <input id="audit-until" name="until" type="date" class="input" value=day(asked.until)/>
            </div>
            <button type="submit" class="button primary">"Show"</button>
        </form>
    }
}

/// Everything an auditor asks for, about some days, in one archive.
#[component]
fn EvidencePack(asked: Asked) -> impl IntoView {
    let day = |day: Option<i64>| day.map(dates::date_field).unwrap_or_default();
    view! {
        <form method="post" action="/admin/audit/evidence" class="panel audit-evidence">
            <div class="audit-evidence-words">
                <h2>"Evidence pack"</h2>
                <p class="hint">
                    "One archive for an auditor: who may what, which keys there are, what was done to keys, people "
                    "and settings on these days, and the whole log with what a check of it found. It can be "
                    "checked without this installation. No key and no conversation is in it."
                </p>
            </div>
            <div class="field">
                <label for="evidence-from">"First day"</label>
                <input
                    id="evidence-from"
                    name="from"
                    type="date"
                    class="input"
                    value=day(asked.from)
                    required
                />
            </div>
            <div class="field">
                <label for="evidence-until">"Last day"</label>
                <input
                    id="evidence-until"
                    name="until"
                    type="date"
                    class="input"
                    value=day(asked.until)
                    required
                />
            </div>
            <button type="submit" class="button">"Take the pack"</button>
        </form>
    }
}

/// What makes the records worth something, for somebody who has to judge that.
#[component]
fn HowItHolds() -> impl IntoView {
    view! {
        <details class="panel fold">
            <summary>"Why these records can be relied on"</summary>
            <div class="fold-inner explain-list">
                <ul>
                    <li>
                        "A deed and its record are one: what cannot be recorded is not done."
                    </li>
                    <li>
                        "Each record carries the hash of the one before it. Whoever changes, removes or adds "
                        "one breaks the chain at that place, and the check above names it."
                    </li>
                    <li>
                        "Every ten minutes, and after every 64 records, the place where the log stands is signed. "
                        "Signatures are kept in the database and in a file beside it: a log that was cut at its "
                        "end, emptied, or set back to an older copy no longer reaches them."
                    </li>
                    <li>
                        "An export verifies without this installation. The operator gives you the key that "
                        "verifies its signatures; taking it is recorded as well."
                    </li>
                    <li>
                        "Each answer that a key paid for is a row of the ledger at once. The sums of each day are "
                        "recorded here when the day is over."
                    </li>
                    <li>
                        "What it cannot do: somebody who holds database, files and the signing key at once can "
                        "write all of it anew. Exports that you took before are what proves that."
                    </li>
                </ul>
            </div>
        </details>
    }
}
