//! Who is signed in, signing somebody out, and what guards the workspace besides.

use super::{SettingsFrame, Tab, dates};
use crate::refusal::{for_member, refuse};
use crate::request::PageNotice;
use crate::ui::Problem;
use crate::words::{say, t};
use contract::audit::{LogState, RecordFilter};
use contract::identity::{MemberSessions, SessionView};
use contract::sealing::SealingView;
use contract::{AppResult, Caller, Ports};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Everything the page shows.
struct Shown {
    people: Vec<MemberSessions>,
    sealing: SealingView,
    log: LogState,
}

/// The page at `/admin/sessions`.
#[component]
pub(crate) fn SessionsPage() -> impl IntoView {
    for_member(|visit, place, caller| {
        let Some(ports) = use_context::<Ports>() else {
            return refuse(Some(place), contract::AppError::not_found());
        };
        let refused = match visit.notice {
            Some(PageNotice::SessionsRefused { message }) => Some(message),
            _ => None,
        };
        let done = use_query_map().with_untracked(|query| query.get("done"));
        let done = done.filter(|word| word == "ended").map(|_| {
            view! { <p class="done" role="status">{t!("Signed out. It is in the record under your name.")}</p> }
        });
        let shown = Suspend::new(async move {
            match load(&ports, &caller).await {
                Ok(shown) => {
                    let title = t!("Sessions · {workspace}", workspace = &place.brand.name);
                    view! {
                        <Title text=title/>
                        <SettingsFrame place caller=caller.clone() tab=Tab::Sessions>
                            <div class="page-head">
                                <div>
                                    <h1>{t!("Sessions")}</h1>
                                    <p class="lead">{t!("Who is signed in, where, and since when.")}</p>
                                </div>
                            </div>
                            {done}
                            {refused.map(|message| view! { <Problem message/> })}
                            {people(&caller, shown.people)}
                            {facts(&shown.sealing, &shown.log)}
                        </SettingsFrame>
                    }
                    .into_any()
                }
                Err(error) => refuse(Some(place), error),
            }
        });
        view! { <Suspense>{shown}</Suspense> }.into_any()
    })
}

async fn load(ports: &Ports, caller: &Caller) -> AppResult<Shown> {
    let people = ports.people.everybodys_sessions(caller).await?;
    Ok(Shown {
        people,
        sealing: ports.sealing.sealing(caller).await?,
        log: ports
            .audit
            .records(caller, RecordFilter::default())
            .await?
            .log,
    })
}

fn people(caller: &Caller, people: Vec<MemberSessions>) -> impl IntoView + use<> {
    let me = caller.member();
    people
        .into_iter()
        .map(|person| {
            let own = person.member == me;
            view! { <Person person own/> }
        })
        .collect_view()
}

/// Somebody and their browsers.
#[component]
fn Person(person: MemberSessions, own: bool) -> impl IntoView {
    let id = format!("person-{}", person.member);
    let heading = id.clone();
    let many = person.sessions.len() > 1;
    let all = match (person.may_end, own) {
        (true, false) if many => {
            let action = format!("/admin/sessions/members/{}/end", person.member);
            let label = t!("Sign out everywhere: {name}", name = &person.name);
            Some(view! {
                <form method="post" action=action>
                    <button type="submit" class="button small" aria-label=label>{t!("Sign out everywhere")}</button>
                </form>
            }
            .into_any())
        }
        (_, true) => Some(view! { <span class="chip ok">{t!("You")}</span> }.into_any()),
        (false, false) => Some(
            view! { <span class="hint">{t!("Only an owner can sign an owner out")}</span> }
                .into_any(),
        ),
        _ => None,
    };
    let (name, may_end) = (person.name.clone(), person.may_end);
    let rows = person
        .sessions
        .into_iter()
        .map(|session| view! { <Browser session name=name.clone() may_end/> })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby=id>
            <div class="panel-head">
                <div>
                    <h2 id=heading>{person.name}</h2>
                    <p class="hint">{person.email} ", " {say(person.role.as_str())}</p>
                </div>
                {all}
            </div>
            <ul class="rows">{rows}</ul>
        </section>
    }
}

#[component]
fn Browser(session: SessionView, name: String, may_end: bool) -> impl IntoView {
    let end = if session.current {
        Some(view! { <span class="chip ok">{t!("This browser")}</span> }.into_any())
    } else {
        may_end.then(|| {
            let action = format!("/admin/sessions/{}/end", session.id);
            let label = t!("Sign out: {name}, {browser}", name = &name, browser = &session.device);
            view! {
                <form method="post" action=action>
                    <button type="submit" class="button small" aria-label=label>{t!("Sign out")}</button>
                </form>
            }
            .into_any()
        })
    };
    view! {
        <li class="row">
            <div class="row-text">
                <p class="row-title">{session.device}</p>
                <p class="hint">
                    {t!(
                        "Last used {seen}, signed in {since}, ends by itself on {end}",
                        seen = dates::in_words(session.seen_ms),
                        since = dates::in_words(session.created_ms),
                        end = dates::day_in_words(session.expires_ms)
                    )}
                </p>
            </div>
            {end}
        </li>
    }
}

/// What is true of the workspace's safety now, each with where more is said.
fn facts(sealing: &SealingView, log: &LogState) -> impl IntoView + use<> {
    let sealed = sealing
        .trouble
        .clone()
        .unwrap_or_else(|| sealing.statement.clone());
    view! {
        <section class="panel" aria-labelledby="facts-heading">
            <div class="panel-head"><h2 id="facts-heading">{t!("What guards the workspace")}</h2></div>
            <dl class="facts">
                <div>
                    <dt>{t!("Sealing")}</dt>
                    <dd>{sealed} " " <a href="/admin/keys/sealing">{t!("How sealing works")}</a></dd>
                </div>
                <div>
                    <dt>{t!("Record")}</dt>
                    <dd>{log_words(log)} " " <a href="/admin/audit">{t!("Read it")}</a></dd>
                </div>
                <div>
                    <dt>{t!("Sessions")}</dt>
                    <dd>
                        {t!("A browser is remembered by what it calls itself. The address it comes from is not stored.")}
                    </dd>
                </div>
            </dl>
        </section>
    }
}

fn log_words(log: &LogState) -> String {
    match log {
        LogState::Whole {
            records, signed_to, ..
        } => {
            let signed = signed_to.map_or_else(
                || t!("none of it is signed yet").to_owned(),
                |seq| t!("signed up to record {record}", record = seq),
            );
            t!(
                "Whole: {records} records follow one another, {signed}.",
                records = *records,
                signed = signed
            )
        }
        LogState::Broken { seq, problem, .. } => t!(
            "Record {record}: {problem}",
            record = *seq,
            problem = problem
        ),
        LogState::Checking => t!("Being checked.").to_owned(),
        LogState::Unknown => t!("It could not be read to its end just now.").to_owned(),
    }
}
