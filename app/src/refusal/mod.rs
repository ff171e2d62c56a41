//! Pages that say no, calmly and with the client's brand: nothing here, suspended, not for you.
//!
//! Refuses to tell things that do not exist from things that belong to somebody else.

use crate::brand::BrandName;
use crate::request::{PageNotice, Visit, Workspace};
use crate::ssr::set_status;
use crate::words::{around, spoken, t};
use contract::{AppError, ErrorCode, said};
use http::request::Parts;
use leptos::prelude::*;
use leptos_meta::{Link, Title};

/// Shows `page` where the host is a workspace that is open; says why not everywhere else.
pub(crate) fn in_workspace(page: impl FnOnce(Visit, Workspace) -> AnyView) -> AnyView {
    let Some(visit) = use_context::<Visit>() else {
        return refuse(None, AppError::not_found());
    };
    let Some(place) = visit.workspace().cloned() else {
        return refuse(None, AppError::not_found());
    };
    // The agency keeps its way in: what is closed is closed to the people of the workspace.
    let guest = place.caller.as_ref().is_some_and(|it| it.stay().is_some());
    if place.suspended && !guest {
        let name = &place.brand.name;
        let error = AppError::new(
            ErrorCode::Suspended,
            said!(
                "{workspace} is suspended for now. Conversations and settings are kept.",
                workspace = name
            ),
        );
        return refuse(Some(place), error);
    }
    if let Some(PageNotice::Refused(error)) = &visit.notice {
        return refuse(Some(place), error.clone());
    }
    page(visit, place)
}

/// Shows `page` to somebody signed in; leads everybody else to the sign-in page.
pub(crate) fn for_member(
    page: impl FnOnce(Visit, Workspace, contract::Caller) -> AnyView,
) -> AnyView {
    in_workspace(|visit, place| match place.caller.clone() {
        Some(caller) => page(visit, place, caller),
        None => sign_in_first(),
    })
}

/// Leads to the sign-in page and back to here afterwards.
pub(crate) fn sign_in_first() -> AnyView {
    let path = use_context::<Parts>().map_or_else(String::new, |parts| parts.uri.path().to_owned());
    let target = if path.len() > 1 {
        format!("/sign-in?next={}", path.replace('&', "%26"))
    } else {
        "/sign-in".to_owned()
    };
    leptos_axum::redirect(&target);
    let text = t!("Sign in to continue");
    view! { <main class="plain"><a href=target>{text}</a></main> }.into_any()
}

/// The page of an error, with the status of its class.
pub(crate) fn refuse(place: Option<Workspace>, error: AppError) -> AnyView {
    set_status(error.code.status());
    let heading = match error.code {
        ErrorCode::Suspended => t!("This workspace is suspended"),
        ErrorCode::Sealed => t!("This workspace is sealed"),
        ErrorCode::Denied => t!("Not part of your role"),
        ErrorCode::NotFound => t!("Nothing here"),
        ErrorCode::Throttled => t!("Too many tries"),
        _ => t!("This did not work"),
    };
    // The start page of a suspended or unknown place says the same: no way leads on from it.
    let leads_on = place.is_some() && error.code != ErrorCode::Suspended;
    let icon = place.is_none().then(|| {
        // Nobody's page has an icon; without this line a browser asks for one.
        view! { <Link rel="icon" href="data:,"/> }
    });
    view! {
        {icon}
        <RefusalPage place leads_on heading message=spoken(&error.message) reference=error.reference/>
    }
    .into_any()
}

/// One sentence, one way on.
#[component]
fn RefusalPage(
    place: Option<Workspace>,
    leads_on: bool,
    heading: &'static str,
    message: String,
    reference: String,
) -> impl IntoView {
    let brand = place.map(|place| place.brand);
    let help = brand.as_ref().and_then(|brand| brand.support_email.clone());
    let title = brand.as_ref().map_or_else(
        || heading.to_owned(),
        |brand| {
            t!(
                "{heading} · {workspace}",
                heading = heading,
                workspace = &brand.name
            )
        },
    );
    let name = brand.map(|brand| view! { <BrandName brand=(*brand).clone()/> });
    let help = help.map(|email| {
        let address = format!("mailto:{email}");
        view! { <p class="hint">{around!("Help: {email}", email = view! { <a href=address>{email}</a> })}</p> }
    });
    let reference = (!reference.is_empty())
        .then(|| view! { <p class="hint">{around!("Reference {id}", id = view! { <code>{reference}</code> })}</p> });
    view! {
        <Title text=title/>
        <main class="refusal">
            {name}
            <h1>{heading}</h1>
            <p class="lead">{message}</p>
            {leads_on.then(|| view! { <p><a class="button" href="/">{t!("Go to the start page")}</a></p> })}
            {help}
            {reference}
        </main>
    }
}

/// The answer to every address that leads nowhere.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    let visit = use_context::<Visit>();
    if let Some(Some(page)) = visit.as_ref().map(crate::platform::not_found) {
        return page;
    }
    in_workspace(|_, place| refuse(Some(place), AppError::not_found()))
}
