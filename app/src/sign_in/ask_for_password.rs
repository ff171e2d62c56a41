//! The sign-in form.

use super::doors::Doors;
use super::{SplitPage, here};
use crate::refusal::in_workspace;
use crate::request::{PageNotice, Visit, Workspace};
use crate::ui::{Field, Problem};
use crate::words::t;
use contract::Ports;
use contract::sign_on::SignOnDoors;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// E-mail and password, and where to go afterwards.
#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    in_workspace(|visit, place| {
        let ports = use_context::<Ports>();
        let asked = asked_for();
        let page = Suspend::new(async move {
            let doors = match ports {
                Some(ports) => ports.sign_on.doors(place.tenant).await,
                None => Ok(SignOnDoors::default()),
            };
            // Whoever has a password gets in although the others cannot be listed now.
            form(visit, place, doors.unwrap_or_default(), asked).into_any()
        });
        view! { <Suspense>{page}</Suspense> }.into_any()
    })
}

fn form(visit: Visit, place: Workspace, ways: SignOnDoors, asked: Option<String>) -> impl IntoView {
    let (email, next, problem) = match visit.notice {
        Some(PageNotice::SignInFailed {
            email,
            next,
            message,
        }) => {
            crate::ssr::set_status(422);
            (email, next, Some(message))
        }
        _ => (String::new(), asked, None),
    };
    let failed = problem.is_some();
    let brand = place.brand;
    let title = brand.sign_in_title.clone();
    let text = brand.sign_in_text.clone();
    let home = ways.leads_home.then(|| {
        view! {
            <button type="submit" class="button tall" formaction="/sign-on" formnovalidate=true>
                {t!("Continue with your company account")}
            </button>
        }
    });
    let owners = ways.enforced.then(
        || view! { <p class="hint">{t!("Passwords are for owners of this workspace only.")}</p> },
    );
    let onward = next.clone();
    let doors = (!ways.doors.is_empty()).then(|| view! { <Doors doors=ways next=onward/> });
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
                {home}
                {owners}
            </form>
            {doors}
        </SplitPage>
    }
}

/// The path to return to, when it is one of this host: a foreign address is dropped.
pub(crate) fn asked_for() -> Option<String> {
    let next = use_query_map().with_untracked(|query| query.get("next"))?;
    let local = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    local.then_some(next)
}
