//! One key: what it reaches, how it fared, a new token for it, and its end.

use super::fresh_token::{FreshToken, token_in};
use super::words::{bound, pace, reaches, spent, state_chip, used};
use super::{PATH, page_of};
use crate::keys::environment_chip;
use crate::people::dates;
use crate::request::{PageNotice, Visit, Workspace};
use crate::ui::Problem;
use contract::programs::{LONGEST_OVERLAP_HOURS, ProgramState, ProgramView, USUAL_OVERLAP_HOURS};
use contract::{AppError, VirtualKeyId};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The page of the key that the address names.
#[component]
pub(crate) fn ProgramPage() -> impl IntoView {
    let id: Option<VirtualKeyId> = use_params_map()
        .with_untracked(|params| params.get("id"))
        .and_then(|id| id.parse().ok());
    page_of(
        "Program",
        move |view| {
            let mut programs = view.programs.into_iter();
            let found = programs.find(|program| Some(program.id) == id);
            let program = found.ok_or_else(AppError::not_found)?;
            Ok((program, view.may_change))
        },
        show,
    )
}

fn show(
    visit: Visit,
    _: Workspace,
    (program, may_change): (ProgramView, bool),
) -> impl IntoView + use<> {
    let token = token_in(visit.notice.as_ref());
    let message = match visit.notice {
        Some(PageNotice::ProgramRefused { message }) => Some(message),
        _ => None,
    };
    let now = dates::now_ms();
    let revoked = matches!(program.state, ProgramState::Revoked { .. });
    let state = state_chip(&program, now);
    view! {
        <div class="page-head">
            <div>
                <p class="hint"><a href=PATH>"Programs"</a></p>
                <h1>{program.name.clone()}</h1>
            </div>
            <div class="chips">{environment_chip(program.environment)} {state}</div>
        </div>
        {token.map(|token| view! { <FreshToken token/> })}
        {message.map(|message| view! { <Problem message/> })}
        <Facts program=program.clone() now/>
        {(may_change && !revoked).then(|| view! { <Actions program/> })}
    }
}

#[component]
fn Facts(program: ProgramView, now: i64) -> impl IntoView {
    let day = dates::day_in_words;
    let list = |list: &Option<Vec<String>>, all: &str| {
        list.as_ref()
            .map_or_else(|| all.to_owned(), |list| list.join(", "))
    };
    let end = match &program.state {
        ProgramState::Revoked { at_ms, by } => {
            format!("Revoked {} by {by}", dates::in_words(*at_ms))
        }
        ProgramState::MemberGone => "Its member is gone or may not ask any more".to_owned(),
        _ => program
            .expires_ms
            .map_or_else(|| "Until it is revoked".to_owned(), dates::in_words),
    };
    let rotated = program
        .rotated_ms
        .map(|at| format!(", token of {}", day(at)));
    let previous = program.previous_until_ms.map(|until| {
        view! { <div><dt>"Token before"</dt><dd>"Good until " {dates::in_words(until)}</dd></div> }
    });
    let whom = bound(&program).unwrap_or_else(|| "for the workspace".to_owned());
    let month = format!("{} in {} calls", spent(&program), program.month_calls);
    view! {
        <section class="panel" aria-label="Facts">
            <dl class="facts">
                <div><dt>"Token"</dt><dd class="mono">{program.begins_with.clone()} "…" {program.ends_in.clone()}</dd></div>
                {previous}
                <div><dt>"Environment"</dt><dd>{program.environment.label()} ". " {reaches(program.environment)}</dd></div>
                <div><dt>"Who it is for"</dt><dd>{whom}</dd></div>
                <div><dt>"Models"</dt><dd>{list(&program.models, "every model of the environment")}</dd></div>
                <div><dt>"Networks"</dt><dd>{list(&program.networks, "from anywhere")}</dd></div>
                <div><dt>"Good until"</dt><dd>{end}</dd></div>
                <div><dt>"Last used"</dt><dd>{used(&program, now)}</dd></div>
                <div><dt>"This month"</dt><dd>{month}</dd></div>
                <div><dt>"Pace"</dt><dd>{pace(&program)}</dd></div>
                <div><dt>"Made"</dt><dd>{day(program.made_ms)} " by " {program.made_by.clone()} {rotated}</dd></div>
            </dl>
        </section>
    }
}

/// A new token, with the old one good for a while; and the end, which asks once more.
#[component]
fn Actions(program: ProgramView) -> impl IntoView {
    let at = format!("{PATH}/{}", program.id);
    view! {
        <details class="panel fold">
            <summary>"Rotate"</summary>
            <div class="fold-inner">
                <form method="post" action=format!("{at}/rotate") class="form">
                    <p class="muted">
                        "A new token is made and shown once. The present one stays good for the hours below, "
                        "so that your programs can be changed one after the other. A token that was waiting "
                        "from an earlier rotation ends now."
                    </p>
                    <input type="hidden" name="seen" value=program.ends_in/>
                    <div class="field">
                        <label for="overlap">"Hours that the present token stays good"</label>
                        <input id="overlap" class="input" type="number" name="overlap_hours" min="0"
                            max=LONGEST_OVERLAP_HOURS.to_string() value=USUAL_OVERLAP_HOURS.to_string() required
                            aria-describedby="overlap-hint"/>
                        <p class="hint" id="overlap-hint">"0 ends it at once."</p>
                    </div>
                    <div><button type="submit" class="button primary">"Make a new token"</button></div>
                </form>
            </div>
        </details>
        <details class="panel fold danger">
            <summary>"Revoke"</summary>
            <div class="fold-inner">
                <form method="post" action=format!("{at}/revoke") class="confirm">
                    <p>
                        "Every program with this key is refused within seconds, on every server. Nothing brings the "
                        "key back. What it spent stays in the record."
                    </p>
                    <button type="submit" class="button danger">"Revoke " {program.name} " for good"</button>
                </form>
            </div>
        </details>
    }
}
