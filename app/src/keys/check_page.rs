//! The page of a check. It is sent up to the steps, then step by step while they happen, then to
//! its end; the marks say where.

use super::{Here, id_in_address, page_of};
use crate::request::PageNotice;
use crate::ui::Problem;
use contract::AppError;
use contract::keys::CheckSubject;
use leptos::prelude::*;

/// Stands where the steps belong.
pub const STEPS_HERE: &str = "<!--steps-->";
/// Stands where the outcome belongs.
pub const OUTCOME_HERE: &str = "<!--outcome-->";

/// The page of the check that the address names.
#[component]
pub(crate) fn CheckPage() -> impl IntoView {
    let id = id_in_address();
    page_of(
        "Checking a key",
        |ports, caller| async move {
            let id = id.ok_or_else(AppError::not_found)?;
            ports.keys.subject(&caller, id).await
        },
        |here, subject| show(&here, subject),
    )
}

fn show(here: &Here, subject: CheckSubject) -> impl IntoView + use<> {
    let message = match &here.visit.notice {
        Some(PageNotice::KeyRefused { message }) => Some(message.clone()),
        _ => None,
    };
    let desk = here.desk;
    let ends_in = if subject.ends_in.is_empty() {
        "too short to show any of it".to_owned()
    } else {
        subject.ends_in.clone()
    };
    view! {
        <div class="page-head">
            <div>
                <p class="hint"><a href=desk.path()>{desk.title()}</a></p>
                <h1>{subject.name.clone()}</h1>
            </div>
            {super::words::environment_chip(subject.environment)}
        </div>
        {message.map(|message| view! { <Problem message/> })}
        <section class="panel vault checking" aria-labelledby="check-heading">
            <div class="vault-form">
                <dl class="facts bare">
                    <div><dt>"Provider"</dt><dd>{subject.provider.label()}</dd></div>
                    <div><dt>"Address"</dt><dd>{subject.host}</dd></div>
                    <div><dt>"Ends in"</dt><dd class="mono">{ends_in}</dd></div>
                    <div><dt>"Environment"</dt><dd>{subject.environment.label()}</dd></div>
                </dl>
                <p class="hint">
                    "Leaving this page or losing the connection stops nothing: the same address "
                    "shows the check again."
                </p>
            </div>
            <div class="vault-side">
                <h2 id="check-heading">"Checking it live"</h2>
                <ol class="check-steps" aria-live="polite" inner_html=STEPS_HERE></ol>
                <div class="check-outcome" inner_html=OUTCOME_HERE></div>
            </div>
        </section>
    }
}
