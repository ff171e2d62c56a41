//! The sign-in form.

use super::{SplitPage, here};
use crate::refusal::in_workspace;
use crate::request::{PageNotice, Visit, Workspace};
use crate::ui::{Field, Problem};
use crate::words::t;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// E-mail and password, and where to go afterwards.
#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    in_workspace(|visit, place| form(visit, place).into_any())
}

fn form(visit: Visit, place: Workspace) -> impl IntoView {
    let (email, next, problem) = match visit.notice {
        Some(PageNotice::SignInFailed {
            email,
            next,
            message,
        }) => {
            crate::ssr::set_status(422);
            (email, next, Some(message))
        }
        _ => (String::new(), asked_for(), None),
    };
    let failed = problem.is_some();
    let brand = place.brand;
    let title = brand.sign_in_title.clone();
    let text = brand.sign_in_text.clone();
    view! {
        <Title text=t!("Sign in · {workspace}", workspace = &brand.name)/>
        <SplitPage brand=brand back=here()>
            <h1>{title}</h1>
            <p class="lead">{text}</p>
            <form method="post" action="/sign-in" class="form">
                {problem.map(|message| view! { <Problem message/> })}
                {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
                <Field
                    name="email"
                    label=t!("Email")
                    kind="email"
                    autocomplete="username"
                    value=email
                    autofocus=!failed
                />
                <Field
                    name="password"
                    label=t!("Password")
                    kind="password"
                    autocomplete="current-password"
                    autofocus=failed
                />
                <button type="submit" class="button primary tall">{t!("Sign in")}</button>
            </form>
        </SplitPage>
    }
}

/// The path to return to, when it is one of this host: a foreign address is dropped.
pub(crate) fn asked_for() -> Option<String> {
    let next = use_query_map().with_untracked(|query| query.get("next"))?;
    let local = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    local.then_some(next)
}
