//! Guests on a workspace's host: coming in, leaving, and what owners say about them.

use super::forms::{App, Placed, end_what_came, status_of};
use super::key_forms::Asker;
use super::posted::Form;
use super::{cookie, pages, plain};
use app::request::PageNotice;
use axum::extract::{Extension, Path, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

const PAGE: &str = "/admin/workspace";

/// Whether guests may come.
#[derive(Deserialize)]
pub(super) struct AllowForm {
    allow: String,
}

/// `POST /guest/<code>`
pub(super) async fn come_in(
    State(installation): App,
    Extension(place): Placed,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(workspace) = place.workspace.clone() else {
        return plain::nowhere();
    };
    if cookie::session_name(&place.arrival).is_none() {
        return plain::nowhere();
    }
    match installation.guests().come_in(workspace.id, &code).await {
        Ok(session) => {
            end_what_came(&installation, &place).await;
            let cookie =
                cookie::set_session(&place.arrival, &session.token, session.max_age_seconds);
            (
                cookie.map(|cookie| [(SET_COOKIE, cookie)]),
                pages::see_other("/admin"),
            )
                .into_response()
        }
        Err(error) => {
            let status = status_of(&error);
            let notice = PageNotice::Refused(error);
            let path = format!("/guest/{code}");
            pages::page_with_notice(installation, place, &headers, &path, notice, status).await
        }
    }
}

/// `POST /guest/leave`
pub(super) async fn leave(State(installation): App, Extension(place): Placed) -> Response {
    let guest = place
        .caller
        .as_ref()
        .filter(|caller| caller.stay().is_some());
    let Some(guest) = guest else {
        // Their time was over, or they never were here: what matters is that nobody is signed in.
        return pages::see_other("/sign-in");
    };
    match installation.guests().leave(guest).await {
        Ok(()) => {
            let cookie = cookie::clear_session(&place.arrival).map(|it| [(SET_COOKIE, it)]);
            (cookie, pages::see_other("/sign-in")).into_response()
        }
        Err(error) => plain::unavailable(&error.reference),
    }
}

/// `POST /admin/workspace/guests`
pub(super) async fn allow(asker: Asker, Form(form): Form<AllowForm>) -> Response {
    let allowed = form.allow == "yes";
    let guests = asker.installation().guests();
    let done = guests.allow(&asker.caller, allowed).await;
    let refused = |message| PageNotice::WorkspaceRefused { message };
    asker
        .answer_with(done.map(|()| PAGE.to_owned()), PAGE, refused)
        .await
}

/// `POST /admin/workspace/guests/read`
pub(super) async fn read(asker: Asker) -> Response {
    let guests = asker.installation().guests();
    match guests.note(&asker.caller).await {
        Ok(()) => pages::see_other(PAGE),
        Err(error) => (status_of(&error), asker.spoken(&error)).into_response(),
    }
}
