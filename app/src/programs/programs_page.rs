//! The programs' front: make a key, see those there are.

use super::fresh_token::{FreshToken, token_in};
use super::make_form::MakeForm;
use super::page_of;
use super::program_rows::ProgramRows;
use crate::request::{PageNotice, ProgramFields, Visit, Workspace};
use crate::ui::Problem;
use contract::programs::ProgramsView;
use leptos::prelude::*;

/// The page at `/admin/virtual-keys`.
#[component]
pub(crate) fn ProgramsPage() -> impl IntoView {
    page_of("Programs", Ok, show)
}

fn show(visit: Visit, place: Workspace, programs: ProgramsView) -> impl IntoView {
    let token = token_in(visit.notice.as_ref());
    let (fields, message) = match visit.notice {
        Some(PageNotice::ProgramNotMade { fields, message }) => (*fields, Some(message)),
        Some(PageNotice::ProgramRefused { message }) => (ProgramFields::default(), Some(message)),
        _ => (ProgramFields::default(), None),
    };
    let open = message.is_some() || (programs.programs.is_empty() && token.is_none());
    let may_change = programs.may_change;
    let form = may_change.then(|| {
        view! {
            <MakeForm fields open
                environment=programs.environment models=programs.models
                members=programs.members teams=programs.teams/>
        }
    });
    let name = place.brand.name.clone();
    view! {
        <div class="page-head">
            <div>
                <h1>"Programs"</h1>
                <p class="lead">
                    "Keys with which the programs of " {name} " use its models. They pass through the same "
                    "limits and the same record as the chat, and never hold a provider’s key. "
                    <a href="/account/tokens#guide">"How a program asks"</a>
                </p>
            </div>
        </div>
        {token.map(|token| view! { <FreshToken token/> })}
        {message.map(|message| view! { <Problem message/> })}
        {form}
        <ProgramRows programs=programs.programs may_change/>
    }
}
