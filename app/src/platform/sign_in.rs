//! Signing in on the platform host, and choosing a password there. In nobody's dress.

use crate::refusal::refuse;
use crate::request::{PageNotice, Visit};
use crate::sign_in::asked_for;
use crate::ssr::set_status;
use crate::ui::{Field, Problem};
use contract::identity::PASSWORD_MIN_CHARS;
use contract::staff::StaffOffer;
use contract::{AppError, Ports};
use leptos::prelude::*;
use leptos_meta::{Link, Title};
use leptos_router::hooks::use_params_map;

/// One column, a name, a form.
#[component]
fn Door(name: String, children: Children) -> impl IntoView {
    view! {
        <Link rel="icon" href="data:,"/>
        <main class="door">
            <div class="door-inner">
                <p class="brand-name">{name}</p>
                {children()}
            </div>
        </main>
    }
}

/// E-mail and password.
#[component]
pub(crate) fn StaffSignInPage() -> impl IntoView {
    let Some(visit) = use_context::<Visit>() else {
        return refuse(None, AppError::not_found());
    };
    let Some(name) = visit.platform().map(|platform| platform.name.clone()) else {
        return refuse(None, AppError::not_found());
    };
    let (email, next, problem) = match visit.notice {
        Some(PageNotice::SignInFailed {
            email,
            next,
            message,
        }) => {
            set_status(422);
            (email, next, Some(message))
        }
        _ => (String::new(), asked_for(), None),
    };
    let failed = problem.is_some();
    view! {
        <Title text=format!("Sign in · {name}")/>
        <Door name>
            <h1>"Sign in"</h1>
            <p class="lead">"For agencies and operators. Members of a workspace sign in at its own address."</p>
            <form method="post" action="/sign-in" class="form">
                {problem.map(|message| view! { <Problem message/> })}
                {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
                <Field
                    name="email" label="Email" kind="email" autocomplete="username" value=email
                    autofocus=!failed
                />
                <Field
                    name="password" label="Password" kind="password" autocomplete="current-password"
                    autofocus=failed
                />
                <button type="submit" class="button primary tall">"Sign in"</button>
            </form>
        </Door>
    }
    .into_any()
}

/// A name and a password, once.
#[component]
pub(crate) fn StaffInvitationPage() -> impl IntoView {
    let visit = use_context::<Visit>();
    let ports = use_context::<Ports>();
    let (Some(visit), Some(ports)) = (visit, ports) else {
        return refuse(None, AppError::not_found());
    };
    let token = use_params_map()
        .with_untracked(|params| params.get("token"))
        .unwrap_or_default();
    let page = Suspend::new(async move {
        match ports.platform.staff_invitation(&token).await {
            Ok(offer) => form(visit, offer, &token),
            Err(error) => refuse(None, error),
        }
    });
    view! { <Suspense>{page}</Suspense> }.into_any()
}

fn form(visit: Visit, offer: StaffOffer, token: &str) -> AnyView {
    let name = visit
        .platform()
        .map(|platform| platform.name.clone())
        .unwrap_or_default();
    let (typed, problem) = match visit.notice {
        Some(PageNotice::InvitationFailed { message, name }) => {
            set_status(422);
            (name, Some(message))
        }
        _ => (String::new(), None),
    };
    let hint = format!("At least {PASSWORD_MIN_CHARS} characters. Spaces are welcome.");
    let action = format!("/invite/{token}");
    view! {
        <Title text=format!("Invitation · {name}")/>
        <Door name>
            <h1>"Choose a password"</h1>
            <p class="lead">{format!("{} invited you.", offer.invited_by)}</p>
            <form method="post" action=action class="form">
                {problem.map(|message| view! { <Problem message/> })}
                <Field
                    name="email" label="Email" kind="email" autocomplete="username"
                    value=offer.email readonly=true
                />
                <Field
                    name="name" label="Your name" kind="text" autocomplete="name" value=typed
                    autofocus=true
                />
                <Field
                    name="password" label="Password" kind="password" autocomplete="new-password" hint
                />
                <button type="submit" class="button primary tall">"Begin"</button>
            </form>
        </Door>
    }
    .into_any()
}
