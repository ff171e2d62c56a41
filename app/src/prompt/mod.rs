//! The workspace's instructions: what is in force, writing a new version, comparing, going back.
//!
//! A plain page and plain forms. Refuses to lose what somebody typed: whatever becomes of a form, its
//! text stands in the answer.

mod compare;
mod line_diff;
mod versions;

use crate::brand::BrandName;
use crate::people::{SettingsFrame, Tab};
use crate::refusal::{for_member, in_workspace, refuse};
use crate::request::{PageNotice, Workspace};
use crate::savings::grouped;
use crate::ui::Problem;
use compare::Compare;
use contract::prompt::{PROMPT_MAX_BYTES, PromptText, PromptView};
use contract::{AppError, Ports};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use versions::Versions;

/// What the form says again after it was refused.
struct NotSaved {
    text: String,
    overtaken: bool,
    message: contract::Said,
}

/// The page at `/admin/prompt`.
#[component]
pub(crate) fn PromptPage() -> impl IntoView {
    in_workspace(|visit, place| match visit.notice {
        Some(PageNotice::PromptKept { text }) => view! { <Kept text place/> }.into_any(),
        _ => page(),
    })
}

fn page() -> AnyView {
    for_member(|visit, place, caller| {
        let Some(ports) = use_context::<Ports>() else {
            return refuse(Some(place), AppError::not_found());
        };
        let (not_saved, refused) = match visit.notice {
            Some(PageNotice::PromptNotSaved {
                text,
                overtaken,
                message,
            }) => {
                let kept = NotSaved {
                    text,
                    overtaken,
                    message,
                };
                (Some(kept), None)
            }
            Some(PageNotice::PromptRefused { message }) => (None, Some(message)),
            _ => (None, None),
        };
        let query = use_query_map();
        let number = |name: &str| {
            let typed = query.with_untracked(|query| query.get(name))?;
            typed.parse::<u32>().ok()
        };
        let done = number("done");
        let compare = number("older").zip(number("newer"));
        let shown = Suspend::new(async move {
            match ports.prompt.prompt(&caller, compare).await {
                Ok(prompt) => {
                    let title = format!("Instructions · {}", place.brand.name);
                    view! {
                        <Title text=title/>
                        <SettingsFrame place caller tab=Tab::Prompt>
                            {sections(prompt, not_saved, refused, done)}
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

fn sections(
    prompt: PromptView,
    not_saved: Option<NotSaved>,
    refused: Option<contract::Said>,
    done: Option<u32>,
) -> impl IntoView {
    let in_force = prompt.active.as_ref().map(|it| it.version.version);
    // Said of what is true alone: an address can be written by anybody.
    let done = done.filter(|done| Some(*done) == in_force).map(|done| {
        let words = format!("Version {done} is in force. The next question is asked under it.");
        view! { <p class="done" role="status">{words}</p> }
    });
    let overtaken = not_saved.as_ref().filter(|it| it.overtaken).map(|kept| {
        let active = prompt.active.as_ref();
        let older = active.map(|it| it.text.clone()).unwrap_or_default();
        let newer = kept.text.replace("\r\n", "\n");
        view! { <Compare title="From what is in force to yours".to_owned() older newer/> }
    });
    let compared = prompt.compared.clone().map(|(older, newer)| {
        let title = format!(
            "From version {} to version {}",
            older.version.version, newer.version.version
        );
        view! { <Compare title older=older.text newer=newer.text/> }
    });
    let reading = (!prompt.may_change).then(|| reading(prompt.active.clone()));
    let editor = prompt.may_change.then(|| editor(&prompt, not_saved));
    let versions = (!prompt.versions.is_empty()).then(|| {
        view! { <Versions prompt=prompt.clone()/> }
    });
    view! {
        <div class="page-head">
            <div>
                <h1>"Instructions"</h1>
                <p class="lead">
                    "What every model is told before a member’s question. Sealed like everything people write; "
                    "the same in every environment."
                </p>
            </div>
        </div>
        {done}
        {refused.map(|message| view! { <Problem message/> })}
        {overtaken}
        {editor}
        {reading}
        {compared}
        {versions}
        {in_force.map(purging)}
    }
}

/// The text in a field, and what saving does.
fn editor(prompt: &PromptView, not_saved: Option<NotSaved>) -> impl IntoView + use<> {
    let active = prompt.active.as_ref();
    let seen = active.map_or(0, |it| it.version.version);
    let message = not_saved.as_ref().map(|kept| kept.message.clone());
    let described = if message.is_some() {
        "prompt-problem prompt-hint"
    } else {
        "prompt-hint"
    };
    let invalid = message.is_some().then_some("true");
    let text = not_saved
        .map(|kept| kept.text)
        .or_else(|| active.map(|it| it.text.clone()))
        .unwrap_or_default();
    let label = if seen == 0 {
        "The first version".to_owned()
    } else {
        format!("Version {}, from version {seen}", seen + 1)
    };
    let programs = programs_words(&prompt.programs_too);
    view! {
        <form method="post" action="/admin/prompt" class="panel prompt-form">
            {message.map(|message| view! { <div id="prompt-problem"><Problem message/></div> })}
            <div class="field">
                <label for="prompt-text">{label}</label>
                <textarea
                    id="prompt-text" name="text" class="input prompt-text" rows="14" required
                    aria-describedby=described aria-invalid=invalid autocomplete="off"
                    inner_html=field_text(&text)
                ></textarea>
            </div>
            <input type="hidden" name="seen" value=seen.to_string()/>
            <div class="prompt-actions">
                <p class="hint" id="prompt-hint">
                    {format!("At most {} KB. ", grouped(PROMPT_MAX_BYTES as u64 / 1024))}
                    "It holds from the next question on, on every process. " {programs}
                </p>
                <button type="submit" class="button primary">"Put in force"</button>
            </div>
        </form>
    }
}

/// The content of a text area, escaped. A browser leaves out a line break that one begins with, so a text
/// that begins with one gets two.
fn field_text(text: &str) -> String {
    let begins = if text.starts_with(['\n', '\r']) {
        "\n"
    } else {
        ""
    };
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    format!("{begins}{text}")
}

fn programs_words(labels: &[String]) -> String {
    if labels.is_empty() {
        "Programs bring their own and are not given it.".to_owned()
    } else {
        format!("Programs are given it with {}.", labels.join(", "))
    }
}

/// The text for somebody who may only read it.
fn reading(active: Option<PromptText>) -> AnyView {
    let Some(active) = active else {
        return view! { <p class="panel empty">"There are no instructions. Owners and admins write them."</p> }
            .into_any();
    };
    let title = format!("Version {}, in force", active.version.version);
    view! {
        <section class="panel" aria-labelledby="active-heading">
            <div class="panel-head"><h2 id="active-heading">{title}</h2></div>
            <p class="prompt-read">{active.text}</p>
            <p class="hint panel-foot">"Owners and admins write the next one."</p>
        </section>
    }
    .into_any()
}

/// Answers under older instructions are never given again; asking anew under these is somewhere else.
fn purging(version: u32) -> impl IntoView {
    view! {
        <p class="hint basis">
            "Kept answers belong to the version they were given under, so a new one is asked anew by itself. To have "
            {format!("answers under version {version} asked anew too, ")}
            <a href="/admin/savings#purge-heading">"purge them"</a> "."
        </p>
    }
}

/// What was typed by somebody who is signed out by now, or may not write instructions: theirs to keep.
#[component]
fn Kept(text: String, place: Workspace) -> impl IntoView {
    let brand = place.brand;
    view! {
        <Title text=format!("Your text is kept here · {}", brand.name)/>
        <main class="refusal kept">
            <BrandName brand=(*brand).clone()/>
            <h1>"Your text is kept here"</h1>
            <p class="lead">
                "It is not in force: you are not signed in any more, the workspace is sealed, or your role does not "
                "write instructions. Copy it, sign in, and put it in again."
            </p>
            <div class="field">
                <label for="kept-text">"What you wrote"</label>
                <textarea id="kept-text" class="input prompt-text" rows="12" readonly inner_html=field_text(&text)></textarea>
            </div>
            <p>
                <a class="button" href="/sign-in?next=/admin/prompt" target="_blank" rel="noopener">
                    "Sign in, in another tab"
                </a>
            </p>
        </main>
    }
}
