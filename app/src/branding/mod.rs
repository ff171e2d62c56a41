//! Dressing the workspace: one form, one preview, the proof of contrast, the history.
//!
//! A plain page: without script the preview is asked for with a button, with it while typing. Refuses to
//! lose what was typed: whatever is wrong, the form comes back as it was sent.

mod contrast;
mod fields;
mod history;
mod pictures;
mod preview;
mod surfaces;
mod words;

pub use preview::preview_document;
pub use surfaces::{Surface, surface_document};

use crate::people::{SettingsFrame, Tab};
use crate::refusal::{for_member, refuse};
use crate::request::PageNotice;
use contract::branding::{BrandFields, BrandTrouble, BrandingView};
use contract::{AppError, Ports};
use contrast::ContrastTable;
use fields::Sections;
use history::History;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use preview::PreviewPane;

/// The page at `/admin/branding`.
#[component]
pub(crate) fn BrandingPage() -> impl IntoView {
    for_member(|visit, place, caller| {
        let Some(ports) = use_context::<Ports>() else {
            return refuse(Some(place), AppError::not_found());
        };
        let (typed, troubles) = match visit.notice {
            Some(PageNotice::BrandNotKept { fields, troubles }) => (Some(*fields), troubles),
            _ => (None, Vec::new()),
        };
        let typed = typed.filter(|fields| *fields != BrandFields::default());
        let done = use_query_map().with_untracked(|query| query.get("done"));
        let done = done.and_then(|word| words::done(&word));
        let shown = Suspend::new(async move {
            match ports.branding.branding(&caller, typed).await {
                Ok(view) => {
                    let title = format!("Branding · {}", place.brand.name);
                    view! {
                        <Title text=title/>
                        <SettingsFrame place caller tab=Tab::Branding>
                            <Page view troubles done/>
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

#[component]
fn Page(
    view: BrandingView,
    troubles: Vec<BrandTrouble>,
    done: Option<&'static str>,
) -> impl IntoView {
    let draft = view.draft.clone().map(|draft| {
        let when = crate::people::dates::in_words(draft.at_ms);
        let words = format!("A draft by {}, {when}, is in the form. Nobody sees it but you who dress the workspace.", draft.by);
        view! { <p class="hint draft-line">{words}</p> }
    });
    let failed = !troubles.is_empty();
    let done = done.filter(|_| !failed);
    view! {
        <div class="page-head">
            <div>
                <h1>"Branding"</h1>
                <p class="lead">"What people see of the workspace. Nothing changes for anybody until you publish."</p>
            </div>
        </div>
        {done.map(|words| view! { <div class="panel notice" role="status"><p>{words}</p></div> })}
        <TroubleList troubles=troubles.clone()/>
        {draft}
        <form
            method="post"
            action="/admin/branding"
            enctype="multipart/form-data"
            class="brand-form"
            id="brand-form"
        >
            <input type="hidden" name="seen" value=view.seen.clone()/>
            // What Enter presses in a field: the first button of a form.
            <button type="submit" name="wish" value="keep" class="sr-only" tabindex="-1" aria-hidden="true">
                "Keep as draft"
            </button>
            <div class="brand-fields">
                <Sections view=view.clone() troubles/>
                <Actions has_draft=view.draft.is_some()/>
            </div>
            <PreviewPane/>
        </form>
        <ContrastTable lines=view.contrast/>
        <History versions=view.versions/>
    }
}

/// Keep, publish, throw away.
#[component]
fn Actions(has_draft: bool) -> impl IntoView {
    let discard = has_draft.then(|| {
        view! { <button type="submit" name="wish" value="discard" class="button quiet" formnovalidate>"Throw the draft away"</button> }
    });
    view! {
        <div class="panel brand-actions">
            <button type="submit" name="wish" value="publish" class="button primary">"Publish"</button>
            <button type="submit" name="wish" value="keep" class="button">"Keep as draft"</button>
            {discard}
        </div>
    }
}

/// What has to be corrected, each with the way to its field.
#[component]
fn TroubleList(troubles: Vec<BrandTrouble>) -> impl IntoView {
    if troubles.is_empty() {
        return None;
    }
    let rows = troubles
        .into_iter()
        .map(|trouble| {
            let label = words::label_of(&trouble.field);
            if label.is_empty() {
                return view! { <li>{crate::words::spoken(&trouble.message)}</li> }.into_any();
            }
            let address = format!("#brand-{}", trouble.field);
            view! { <li><a href=address>{label}</a> ": " {crate::words::spoken(&trouble.message)}</li> }.into_any()
        })
        .collect_view();
    Some(view! {
        <div class="problem" role="alert" id="brand-troubles">
            <div>
                <p>"Nothing was changed. What you typed is still here."</p>
                <ul>{rows}</ul>
            </div>
        </div>
    })
}
