//! The guided start: five steps, each with what it is for and the one place to do it.

use crate::frame::leads_to;
use crate::request::Workspace;
use crate::ui::{Icon, Shape};
use crate::words::t;
use contract::Caller;
use contract::overview::{GuideStep, StepState};
use leptos::prelude::*;

/// The steps in order; the first open one is the one to do next.
#[component]
pub(super) fn Guide(
    steps: Vec<(GuideStep, StepState)>,
    may_skip: bool,
    place: Workspace,
    caller: Caller,
) -> impl IntoView {
    let may_open = |href: &str| match href {
        "/" => caller.role().may_chat(),
        href => leads_to(&place, &caller, href),
    };
    let left = steps
        .iter()
        .filter(|(_, state)| *state == StepState::Open)
        .count();
    let next = steps
        .iter()
        .find(|(_, state)| *state == StepState::Open)
        .map(|(step, _)| *step);
    let count = match left {
        1 => t!("1 step left").to_owned(),
        left => t!("{count} steps left", count = left),
    };
    let steps = steps
        .into_iter()
        .map(|(step, state)| {
            let way = way_of(step, &may_open);
            view! { <Step step state next={next == Some(step)} may_skip way/> }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="guide-heading">
            <div class="panel-head">
                <h2 id="guide-heading">{t!("Getting started")}</h2>
                <span class="hint">{count}</span>
            </div>
            <ol class="guide-steps">{steps}</ol>
        </section>
    }
}

#[component]
fn Step(
    step: GuideStep,
    state: StepState,
    /// The one to do next.
    next: bool,
    may_skip: bool,
    way: Option<(&'static str, &'static str)>,
) -> impl IntoView {
    let words = words_of(step);
    let (class, told) = match state {
        StepState::Done => ("guide-step done", t!("Done")),
        StepState::Skipped => ("guide-step skipped", t!("Left out")),
        StepState::Open => ("guide-step open", t!("Open")),
    };
    let mark = (state == StepState::Done).then(|| view! { <Icon shape=Shape::Check/> });
    let way = way
        .filter(|_| state == StepState::Open)
        .map(|(label, href)| {
            let class = if next { "button primary" } else { "button" };
            view! { <a class=class href=href>{label}</a> }
        });
    let skip = (may_skip && state != StepState::Done).then(|| {
        let (value, label) = match state {
            StepState::Skipped => ("no", t!("Take up again")),
            _ => ("yes", t!("Leave out")),
        };
        let name = t!("{action}: {what}", action = label, what = words.0);
        view! {
            <form method="post" action="/admin/guide">
                <input type="hidden" name="step" value=step.as_str()/>
                <input type="hidden" name="skip" value=value/>
                <button type="submit" class="button quiet" aria-label=name>{label}</button>
            </form>
        }
    });
    view! {
        <li class=class data-step=step.as_str()>
            <span class="guide-mark" aria-hidden="true">{mark}</span>
            <div class="row-text">
                <p class="row-title">{words.0} " " <span class="chip">{told}</span></p>
                <p class="hint">{words.1}</p>
            </div>
            <div class="guide-actions">{skip} {way}</div>
        </li>
    }
}

/// What the step is, and how one knows that it is done.
fn words_of(step: GuideStep) -> (&'static str, &'static str) {
    match step {
        GuideStep::Brand => (
            t!("Dress the workspace"),
            t!("Done when a colour or a logo of your own is in force."),
        ),
        GuideStep::Key => (
            t!("Seal a provider key"),
            t!(
                "Done when a provider accepts a key of yours. Until then the demo model answers where there is one."
            ),
        ),
        GuideStep::FirstChat => (
            t!("Ask the first question"),
            t!("Done when a question of this workspace was answered."),
        ),
        GuideStep::Invite => (
            t!("Invite somebody"),
            t!("Done when there is a second person, or an invitation waits for one."),
        ),
        GuideStep::Domain => (
            t!("Use your own address"),
            t!("Done when the workspace answers at a host of your own."),
        ),
    }
}

/// Where it is done: a place of the frame, so that one which is not there yet, or not the reader's, is
/// not offered.
fn way_of(
    step: GuideStep,
    may_open: &dyn Fn(&str) -> bool,
) -> Option<(&'static str, &'static str)> {
    let way = match step {
        GuideStep::Brand => (t!("Set the look"), "/admin/branding"),
        GuideStep::Key => (t!("Add a key"), "/admin/keys"),
        GuideStep::FirstChat => (t!("Open the chat"), "/"),
        GuideStep::Invite => (t!("Invite"), "/admin/members"),
        GuideStep::Domain => (t!("Add a domain"), "/admin/domains"),
    };
    may_open(way.1).then_some(way)
}
