//! Plain HTML forms: they work without any script, and answer with a page or a redirect.

use super::posted::Form;
use super::{RequestPlace, cookie, pages, plain, sign_on_door};
use crate::identity::SignIn;
use crate::installation::Installation;
use app::request::PageNotice;
use axum::extract::{Extension, Path, State};
use axum::http::header::{HeaderName, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use contract::{AppError, AppResult, InvitationId, Role, Said, SessionId, said};
use secrecy::SecretString;
use serde::Deserialize;

/// Fields of the sign-in form.
#[derive(Deserialize)]
pub(super) struct SignInForm {
    email: String,
    password: SecretString,
    next: Option<String>,
}

/// Fields of the form behind an invitation link.
#[derive(Deserialize)]
pub(super) struct AcceptForm {
    name: String,
    password: SecretString,
}

/// Fields of the invitation form.
#[derive(Deserialize)]
pub(super) struct InviteForm {
    email: String,
    role: Role,
}

/// <https://www.w3.org/TR/clear-site-data/>
pub(super) const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

pub(super) type Placed = Extension<RequestPlace>;
pub(super) type App = State<Installation>;

/// `POST /sign-in`
pub(super) async fn sign_in(
    State(installation): App,
    Extension(place): Placed,
    headers: HeaderMap,
    Form(form): Form<SignInForm>,
) -> Response {
    let next = form.next.filter(|next| is_own_path(next));
    let attempt = SignIn {
        email: form.email.clone(),
        password: form.password,
        address: place.arrival.address,
        user_agent: user_agent(&headers),
    };
    let outcome = match cookie::session_name(&place.arrival) {
        Some(_) => match &place.workspace {
            Some(workspace) => installation.people().sign_in(workspace.id, attempt).await,
            None => installation.roster().sign_in(attempt).await,
        },
        None => Err(AppError::new(
            contract::ErrorCode::Denied,
            "This address is not encrypted, so nobody can sign in here. Use the https address.",
        )),
    };
    match outcome {
        Ok(session) => {
            // A session that came with the request is ended: one browser, one fresh token.
            end_what_came(&installation, &place).await;
            let cookie =
                cookie::set_session(&place.arrival, &session.token, session.max_age_seconds);
            let home = place.workspace.as_ref().map_or("/sign-in", |_| "/");
            let target = next.unwrap_or_else(|| home.to_owned());
            (
                cookie.map(|cookie| [(SET_COOKIE, cookie)]),
                pages::see_other(&target),
            )
                .into_response()
        }
        Err(error) => {
            let status = status_of(&error);
            let notice = PageNotice::SignInFailed {
                email: form.email,
                next,
                message: said(&error),
            };
            pages::page_with_notice(installation, place, &headers, "/sign-in", notice, status).await
        }
    }
}

/// `POST /sign-out`
pub(super) async fn sign_out(State(installation): App, Extension(place): Placed) -> Response {
    let there = match &place.caller {
        Some(caller) => {
            let address = sign_on_door::address_of(&place);
            installation
                .sign_on()
                .sign_out_there(caller, &address)
                .await
        }
        None => None,
    };
    match end(&installation, &place).await {
        Ok(()) => match there {
            Some(there) => {
                let gone = signed_out(&place);
                sign_on_door::onward_after(gone, &there)
            }
            None => signed_out(&place),
        },
        Err(error) => plain::unavailable(&error.reference),
    }
}

/// Ends the session that a request came with, whoever's it is.
async fn end(installation: &Installation, place: &RequestPlace) -> AppResult<()> {
    if let Some(caller) = &place.caller {
        installation.live_brands().end(caller.session());
    }
    match (&place.caller, &place.staff) {
        (Some(guest), _) if guest.stay().is_some() => installation.guests().leave(guest).await,
        (Some(member), _) => {
            let id = member.session();
            installation.people().end_session(member, id).await
        }
        (None, Some(staff)) => installation.roster().sign_out(staff).await,
        (None, None) => Ok(()),
    }
}

/// One browser, one fresh token: what came with the request is over, and if it cannot be ended now it
/// ends by itself.
pub(super) async fn end_what_came(installation: &Installation, place: &RequestPlace) {
    if let Err(error) = end(installation, place).await {
        tracing::warn!(
            reference = error.reference,
            "an old session stays until its time is over"
        );
    }
}

/// `POST /account/sign-out-everywhere`
pub(super) async fn sign_out_everywhere(
    State(installation): App,
    Extension(place): Placed,
) -> Response {
    let Some(caller) = &place.caller else {
        return signed_out(&place);
    };
    match installation.people().sign_out_everywhere(caller).await {
        Ok(()) => signed_out(&place),
        Err(error) => plain::unavailable(&error.reference),
    }
}

/// `POST /account/sessions/<id>/end`
pub(super) async fn end_session(
    State(installation): App,
    Extension(place): Placed,
    Path(id): Path<String>,
) -> Response {
    let Some(caller) = &place.caller else {
        return signed_out(&place);
    };
    let Ok(id) = id.parse::<SessionId>() else {
        return plain::nowhere();
    };
    match installation.people().end_session(caller, id).await {
        Ok(()) => {
            installation.live_brands().end(id);
            if id == caller.session() {
                return signed_out(&place);
            }
            pages::see_other("/account")
        }
        Err(error) => refused(&place, &error),
    }
}

/// `POST /invite/<token>`
pub(super) async fn accept_invitation(
    State(installation): App,
    Extension(place): Placed,
    Path(token): Path<String>,
    headers: HeaderMap,
    Form(form): Form<AcceptForm>,
) -> Response {
    let agent = user_agent(&headers);
    let accepted = if let Some(workspace) = &place.workspace {
        let people = installation.people();
        let (id, name) = (workspace.id, &form.name);
        people
            .accept_invitation(id, &token, name, form.password, &agent)
            .await
    } else {
        let given = (form.name.as_str(), form.password);
        installation.roster().accept(&token, given, &agent).await
    };
    match accepted {
        Ok(session) => {
            let cookie =
                cookie::set_session(&place.arrival, &session.token, session.max_age_seconds);
            let home = place.workspace.as_ref().map_or("/sign-in", |_| "/");
            (
                cookie.map(|cookie| [(SET_COOKIE, cookie)]),
                pages::see_other(home),
            )
                .into_response()
        }
        Err(error) => {
            let status = status_of(&error);
            let notice = PageNotice::InvitationFailed {
                name: form.name,
                message: said(&error),
            };
            let path = format!("/invite/{token}");
            pages::page_with_notice(installation, place, &headers, &path, notice, status).await
        }
    }
}

/// `POST /admin/members/invite`
pub(super) async fn invite(
    State(installation): App,
    Extension(place): Placed,
    headers: HeaderMap,
    Form(form): Form<InviteForm>,
) -> Response {
    let Some(caller) = place.caller.clone() else {
        return pages::see_other("/sign-in");
    };
    let (status, notice) = match installation
        .people()
        .invite(&caller, &form.email, form.role)
        .await
    {
        Ok(invitation) => {
            let base = format!(
                "{}://{}",
                place.arrival.scheme.as_str(),
                place.arrival.authority
            );
            let url = invitation.link(&base);
            (
                StatusCode::OK,
                PageNotice::InvitationLink {
                    url,
                    email: invitation.email,
                    mailed: invitation.mailed,
                },
            )
        }
        Err(error) => (
            status_of(&error),
            PageNotice::MembersNotice {
                message: said(&error),
            },
        ),
    };
    pages::page_with_notice(
        installation,
        place,
        &headers,
        "/admin/members",
        notice,
        status,
    )
    .await
}

/// `POST /admin/members/invitations/<id>/revoke`
pub(super) async fn revoke_invitation(
    State(installation): App,
    Extension(place): Placed,
    Path(id): Path<String>,
) -> Response {
    let Some(caller) = &place.caller else {
        return pages::see_other("/sign-in");
    };
    let Ok(id) = id.parse::<InvitationId>() else {
        return plain::nowhere();
    };
    match installation.people().revoke_invitation(caller, id).await {
        Ok(()) => pages::see_other("/admin/members"),
        Err(error) => refused(&place, &error),
    }
}

fn signed_out(place: &RequestPlace) -> Response {
    let cookie = cookie::clear_session(&place.arrival).map(|cookie| [(SET_COOKIE, cookie)]);
    // Drafts of the person who leaves must not wait for the next one at this browser.
    let clear = [(CLEAR_SITE_DATA, "\"storage\"")];
    (cookie, clear, pages::see_other("/sign-in")).into_response()
}

fn refused(place: &RequestPlace, error: &AppError) -> Response {
    let words = said(error).in_language(place.language).into_owned();
    (status_of(error), words).into_response()
}

pub(super) fn status_of(error: &AppError) -> StatusCode {
    StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The words of a failure, with the short id to quote where there is one.
pub(super) fn said(error: &AppError) -> Said {
    if error.reference.is_empty() {
        return error.message.clone();
    }
    let (message, reference) = (error.message.clone(), &error.reference);
    said!(
        "{message} ({reference})",
        message = message,
        reference = reference
    )
}

pub(super) fn user_agent(headers: &HeaderMap) -> String {
    headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned()
}

/// A path on this host, never an address of another one.
pub(super) fn is_own_path(next: &str) -> bool {
    next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\', '\r', '\n'])
        && next.len() <= 512
        && next.chars().all(|c| c.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::is_own_path;

    #[test]
    fn next_stays_on_this_host() {
        assert!(is_own_path("/c/abc"));
        for foreign in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "",
            "c/abc",
            "/a\r\nb",
            "/ä",
        ] {
            assert!(!is_own_path(foreign), "{foreign}");
        }
    }
}
