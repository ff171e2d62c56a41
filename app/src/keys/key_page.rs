//! One sealed key: what is known of it, how it fared, and what can be done with it.

use super::key_actions::KeyActions;
use super::words::{class_of, environment_chip, health_chip};
use super::{Desk, Here, id_in_address, page_of};
use crate::people::dates;
use crate::request::PageNotice;
use crate::ui::Problem;
use contract::AppError;
use contract::keys::{HealthPoint, KeyEnvironment, KeyRights, KeyView};
use leptos::prelude::*;

/// The page of the key that the address names.
#[component]
pub(crate) fn KeyPage() -> impl IntoView {
    let (id, desk) = (id_in_address(), Desk::here());
    page_of(
        "Provider key",
        move |ports, caller| async move {
            let id = id.ok_or_else(AppError::not_found)?;
            let view = desk.read(&ports, &caller).await?;
            let key = view.keys.into_iter().find(|key| key.id == id);
            key.ok_or_else(AppError::not_found)
        },
        |here, key| show(&here, key),
    )
}

fn show(here: &Here, key: KeyView) -> impl IntoView + use<> {
    let message = match &here.visit.notice {
        Some(PageNotice::KeyRefused { message }) => Some(message.clone()),
        _ => None,
    };
    let desk = here.desk;
    let now = dates::now_ms();
    let trouble = key
        .health
        .clone()
        .filter(|point| !point.outcome.may_be_sealed() && !key.disabled);
    view! {
        <div class="page-head">
            <div>
                <p class="hint"><a href=desk.path()>{desk.title()}</a></p>
                <h1>{key.name.clone()}</h1>
            </div>
            <div class="chips">{environment_chip(key.environment)} {health_chip(&key, now)}</div>
        </div>
        {message.map(|message| view! { <Problem message/> })}
        {trouble.map(|point| {
            let words = format!("{} {}", point.reason, point.next);
            view! { <Problem message=words quiet=true/> }
        })}
        <Facts key=key.clone() now/>
        <History points=key.history.clone() now/>
        {(key.rights > KeyRights::See).then(|| view! { <KeyActions key desk/> })}
    }
}

#[component]
fn Facts(key: KeyView, now: i64) -> impl IntoView {
    let day = dates::day_in_words;
    let used_by = if key.used_by.is_empty() {
        "No model is routed to it yet.".to_owned()
    } else {
        key.used_by.join(", ")
    };
    let used = key
        .last_used_ms
        .map_or_else(|| "never".to_owned(), |at| dates::ago(at, now));
    let month = format!(
        "{} for {} answers",
        key.month.display_usd(),
        key.month_calls
    );
    let ends_in = if key.ends_in.is_empty() {
        "too short to show any of it".to_owned()
    } else {
        key.ends_in.clone()
    };
    let none = || "not set".to_owned();
    view! {
        <section class="panel" aria-label="Facts">
            <dl class="facts">
                <div><dt>"Provider"</dt><dd>{key.provider.label()} ", " {key.host}</dd></div>
                <div><dt>"Account"</dt><dd>{key.account.unwrap_or_else(|| "The provider does not tell.".to_owned())}</dd></div>
                <div><dt>"Ends in"</dt><dd class="mono">{ends_in}</dd></div>
                <div><dt>"Added"</dt><dd>{day(key.added_ms)} " by " {key.added_by}</dd></div>
                <div><dt>"Environment"</dt><dd>{key.environment.label()} ". " {only_there(key.environment)}</dd></div>
                <div><dt>"Who may use it"</dt><dd>{key.scope_words}</dd></div>
                <div><dt>"Models"</dt><dd>{used_by}</dd></div>
                <div><dt>"Last used"</dt><dd>{used}</dd></div>
                <div><dt>"This month"</dt><dd>{month}</dd></div>
                <div><dt>"Expires"</dt><dd>{key.expires_ms.map_or_else(none, day)}</dd></div>
                <div><dt>"Rotate by"</dt><dd>{key.rotate_by_ms.map_or_else(none, day)}</dd></div>
            </dl>
        </section>
    }
}

/// The health line: a mark for every check, the latest ones in words.
/// A key belongs to one environment, and so does every route.
const fn only_there(environment: KeyEnvironment) -> &'static str {
    match environment {
        KeyEnvironment::Production => "Routes of development and staging cannot use it.",
        KeyEnvironment::Staging => "Routes of development and production cannot use it.",
        KeyEnvironment::Development => "Routes of staging and production cannot use it.",
    }
}

#[component]
fn History(points: Vec<HealthPoint>, now: i64) -> impl IntoView {
    if points.is_empty() {
        return ().into_any();
    }
    let marks = points
        .iter()
        .map(|point| view! { <span class=format!("health-mark {}", class_of(point.outcome))></span> })
        .collect_view();
    let latest = points
        .iter()
        .rev()
        .take(5)
        .map(|point| {
            view! {
                <li>
                    <span class=format!("chip dot {}", class_of(point.outcome))>{point.outcome.label()}</span>
                    <span>{point.reason.clone()}</span>
                    <span class="hint">{dates::ago(point.at_ms, now)}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="health-heading">
            <div class="panel-head"><h2 id="health-heading">"Health"</h2></div>
            <div class="health-line" aria-hidden="true">{marks}</div>
            <ul class="health-list">{latest}</ul>
        </section>
    }
    .into_any()
}
