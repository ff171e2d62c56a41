//! The page behind an invitation link: a name, a password, done.

use super::{SplitPage, here};
use crate::refusal::{in_workspace, refuse};
use crate::request::{PageNotice, Visit, Workspace};
use crate::ui::{Field, Problem};
use crate::words::{say, t};
use contract::identity::{InvitationOffer, PASSWORD_MIN_CHARS};
use contract::{AppError, ErrorCode, Ports};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// What the link offers, or that it is no longer good.
#[component]
pub(crate) fn InvitationPage() -> impl IntoView {
    in_workspace(|visit, place| {
        let token = use_params_map()
            .with_untracked(|params| params.get("token"))
            .unwrap_or_default();
        let ports = use_context::<Ports>();
        let page = Suspend::new(async move {
            let offer = match ports {
                Some(ports) => ports.people.invitation(place.tenant, token.clone()).await,
                None => Err(AppError::not_found()),
            };
            match offer {
                Ok(offer) => form(visit, place, offer, &token),
                Err(error) if error.code == ErrorCode::NotFound => refuse(Some(place), gone()),
                Err(error) => refuse(Some(place), error),
            }
        });
        view! { <Suspense>{page}</Suspense> }.into_any()
    })
}

fn gone() -> AppError {
    AppError::new(
        ErrorCode::NotFound,
        "This invitation was used, was withdrawn or has expired. Ask the person who sent it for \
         a new one.",
    )
}

fn form(visit: Visit, place: Workspace, offer: InvitationOffer, token: &str) -> AnyView {
    let (name, problem) = match visit.notice {
        Some(PageNotice::InvitationFailed { message, name }) => {
            crate::ssr::set_status(422);
            (name, Some(message))
        }
        _ => (String::new(), None),
    };
    let brand = place.brand;
    let lead = t!(
        "{name} invited you to {workspace} as {role}.",
        name = offer.invited_by,
        workspace = &brand.name,
        role = say(offer.role.as_str())
    );
    let hint = t!(
        "At least {min} characters. Spaces are welcome.",
        min = PASSWORD_MIN_CHARS
    );
    let action = format!("/invite/{token}");
    view! {
        <Title text=t!("Invitation · {workspace}", workspace = &brand.name)/>
        <SplitPage brand=brand back=here()>
            <h1>{t!("Join the workspace")}</h1>
            <p class="lead">{lead}</p>
            <form method="post" action=action class="form">
                {problem.map(|message| view! { <Problem message/> })}
                <Field
                    name="email"
                    label=t!("Email")
                    kind="email"
                    autocomplete="username"
                    value=offer.email
                    readonly=true
                />
                <Field
                    name="name"
                    label=t!("Your name")
                    kind="text"
                    autocomplete="name"
                    value=name
                    autofocus=true
                />
                <Field
                    name="password"
                    label=t!("Password")
                    kind="password"
                    autocomplete="new-password"
                    hint
                />
                <button type="submit" class="button primary tall">{t!("Join")}</button>
            </form>
        </SplitPage>
    }
    .into_any()
}
