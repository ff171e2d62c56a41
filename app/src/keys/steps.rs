//! The parts of a check's page that are sent while it runs.
//!
//! A step is sent open, with its spinner, and closed with its mark: style hides the spinner once
//! the mark is there. Refuses anything that is not escaped: every word goes through a view.

use super::key_actions::Password;
use super::words::class_of;
use contract::keys::{CheckReport, CheckStep, CheckSubject, KeyRights, StepState};
use leptos::prelude::*;

/// The beginning of a step; what follows stands inside it.
#[must_use]
pub fn step_began(step: CheckStep) -> String {
    let inner = view! {
        <span class="step-spin" aria-hidden="true"></span>
        <span class="step-name">{step.label()}</span>
    };
    format!("<li class=\"check-step\">{}", inner.to_html())
}

/// The end of the step that was begun last.
#[must_use]
pub fn step_ended(state: StepState, ms: Option<u32>, note: &str) -> String {
    let (class, sign, words) = match state {
        StepState::Passed | StepState::Running => ("ok", "✓", "passed"),
        StepState::Warned => ("warn", "!", "passed, with a note"),
        StepState::Failed => ("bad", "×", "failed"),
        StepState::Skipped => ("none", "–", "not done"),
    };
    let time = ms.map(|ms| view! { <span class="step-time">{ms} " ms"</span> });
    let note = (!note.is_empty()).then(|| view! { <p class="step-note">{note.to_owned()}</p> });
    let inner = view! {
        <span class=format!("step-mark {class}") aria-hidden="true">{sign}</span>
        <span class="sr-only">{words}</span>
        {time}
        {note}
    };
    format!("{}</li>", inner.to_html())
}

/// What was found, and what can be done now. `desk`: address of the keys it belongs to.
#[must_use]
pub fn outcome(subject: &CheckSubject, report: &CheckReport, desk: &str) -> String {
    let heading = report.outcome.label();
    let account = report.account.clone().map(|account| {
        view! { <p class="hint">"Account: " {account}</p> }
    });
    let next = (!report.next.is_empty()).then(|| view! { <p>{report.next.clone()}</p> });
    let class = format!("outcome {}", class_of(report.outcome));
    let may_change = subject.rights == KeyRights::Change;
    let actions = (subject.is_draft && may_change).then(|| decide(subject, report, desk));
    let sealed = (!subject.is_draft).then(|| {
        let at = format!("{desk}/{}", subject.id);
        view! { <p><a class="button small" href=at>"To the key"</a></p> }
    });
    view! {
        <div class=class role="status">
            <p class="outcome-word">{heading}</p>
            <p>{report.reason.clone()}</p>
            {next}
            {account}
        </div>
        {actions}
        {sealed}
    }
    .to_html()
}

/// Seal it, seal it anyway, or try another one.
fn decide(subject: &CheckSubject, report: &CheckReport, desk: &str) -> impl IntoView + use<> {
    let at = format!("{desk}/checks/{}", subject.id);
    let fits = report.outcome.may_be_sealed();
    let seal = (fits || report.outcome.may_be_sealed_anyway()).then(|| {
        let keep = subject.replaces.is_some().then(|| view! { <Keep/> });
        let (label, warning) = if fits {
            ("Seal this key", None)
        } else {
            let words = "Sealed anyway, it stays marked as troubled until a check goes well, and \
                         models that depend on it fail.";
            (
                "Seal it anyway",
                Some(view! { <p class="hint">{words}</p> }),
            )
        };
        view! {
            <form method="post" action=format!("{at}/seal") class="confirm">
                <p class="muted">{subject.sealing.clone()}</p>
                {warning}
                <input type="hidden" name="anyway" value=if fits { "no" } else { "yes" }/>
                {keep}
                <Password id="seal-password"/>
                <button type="submit" class="button" class:primary=fits>{label}</button>
            </form>
        }
    });
    view! {
        {seal}
        <form method="post" action=format!("{at}/discard")>
            <button type="submit" class="button small quiet">"Discard and try another key"</button>
        </form>
    }
}

/// How long the old secret can be taken back.
#[component]
fn Keep() -> impl IntoView {
    view! {
        <div class="field">
            <label for="keep-hours">"Keep the old secret for"</label>
            <select id="keep-hours" class="input" name="keep_hours">
                <option value="0">"no time, erase it now"</option>
                <option value="1">"1 hour"</option>
                <option value="24" selected>"24 hours"</option>
                <option value="72">"3 days"</option>
            </select>
        </div>
    }
}
