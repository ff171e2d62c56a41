//! The ways in through identity providers, for whoever stands at the door.
//!
//! A browser leaves by a link or by a page that says where it goes, never by a form's own answer: a page's
//! policy lets forms lead to this host alone.

use super::edge::RequestPlace;
use super::forms::{
    App, CLEAR_SITE_DATA, Placed, end_what_came, is_own_path, said, status_of, user_agent,
};
use super::posted::Form;
use super::{cookie, pages, plain};
use crate::identity::token::Token;
use crate::installation::Installation;
use crate::sign_on::{Begun, Finished, Home, NotFinished, Purpose, Returned};
use app::request::PageNotice;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Path, Query, State};
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};
use contract::{AppError, ErrorCode};
use serde::Deserialize;
use url::Url;

/// Longest address and path that are taken along, in bytes.
const LONGEST: usize = 1024;

/// Where somebody wants to go, and as whom.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Wish {
    next: Option<String>,
    hint: Option<String>,
}

/// An address, to be led by its domain.
#[derive(Deserialize)]
pub(super) struct HomeForm {
    email: String,
    next: Option<String>,
}

/// Scheme and host of a request, as callbacks are written.
pub(super) fn address_of(place: &RequestPlace) -> String {
    let arrival = &place.arrival;
    format!("{}://{}", arrival.scheme.as_str(), arrival.authority)
}

/// What this browser kept of a sign-on before.
pub(super) fn kept(headers: &HeaderMap, place: &RequestPlace) -> Option<Token> {
    let kept = cookie::sign_on_token(headers, &place.arrival)?;
    Token::presented(&kept)
}

/// `GET /sign-on/<id>`
pub(super) async fn begin(
    State(installation): App,
    Extension(place): Placed,
    Path(id): Path<String>,
    headers: HeaderMap,
    wish: Result<Query<Wish>, QueryRejection>,
) -> Response {
    let Some(workspace) = place.workspace.clone() else {
        return plain::nowhere();
    };
    if workspace.suspended {
        return pages::see_other("/sign-in");
    }
    let Ok(id) = id.parse() else {
        return plain::nowhere();
    };
    let Query(wish) = wish.unwrap_or_default();
    let next = wish
        .next
        .filter(|next| is_own_path(next) && next.len() <= LONGEST);
    let hint = wish.hint.filter(|hint| hint.len() <= LONGEST);
    let purpose = Purpose::SignIn {
        next: next.clone().unwrap_or_default(),
    };
    let begun = installation
        .sign_on()
        .begin(
            workspace.id,
            id,
            purpose,
            (&address_of(&place), hint.as_deref()),
            kept(&headers, &place),
        )
        .await;
    match begun {
        Ok(begun) => match cookie::set_sign_on(&place.arrival, &begun.browser.secret()) {
            Some(kept) => (
                StatusCode::SEE_OTHER,
                [(LOCATION, begun.url), (SET_COOKIE, kept)],
                [(CACHE_CONTROL, "no-store")],
            )
                .into_response(),
            None => {
                let error = AppError::new(
                    ErrorCode::Denied,
                    "This address is not encrypted, so nobody can sign in here. Use the https address.",
                );
                at_the_door(installation, place, &headers, next, &error).await
            }
        },
        Err(error) if error.code == ErrorCode::NotFound => plain::nowhere(),
        Err(error) => at_the_door(installation, place, &headers, next, &error).await,
    }
}

/// `POST /sign-on`: an address is led to the connection of its domain.
pub(super) async fn lead_home(
    State(installation): App,
    Extension(place): Placed,
    headers: HeaderMap,
    Form(form): Form<HomeForm>,
) -> Response {
    let Some(workspace) = place.workspace.clone() else {
        return plain::nowhere();
    };
    let next = form
        .next
        .filter(|next| is_own_path(next) && next.len() <= LONGEST);
    let email: String = form.email.trim().chars().take(254).collect();
    let home = installation.sign_on().home_of(workspace.id, &email).await;
    let error = match home {
        Ok(Home::Connection(id)) => {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.append_pair("hint", &email);
            if let Some(next) = &next {
                query.append_pair("next", next);
            }
            return pages::see_other(&format!("/sign-on/{id}/go?{}", query.finish()));
        }
        Ok(Home::Nowhere) => AppError::new(
            ErrorCode::Invalid,
            "No identity provider is set up here for addresses of that domain. Check the address, or sign \
             in with your password.",
        ),
        Err(error) => error,
    };
    let notice = PageNotice::SignInFailed {
        email,
        next,
        message: said(&error),
    };
    let status = status_of(&error);
    pages::page_with_notice(installation, place, &headers, "/sign-in", notice, status).await
}

/// `GET /sign-on/<id>/go`: a page that goes on by itself to [`begin`].
pub(super) async fn go(
    Path(id): Path<String>,
    wish: Result<Query<Wish>, QueryRejection>,
) -> Response {
    if id.parse::<contract::ConnectionId>().is_err() {
        return plain::nowhere();
    }
    let Query(wish) = wish.unwrap_or_default();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("next", wish.next), ("hint", wish.hint)] {
        if let Some(value) = value {
            query.append_pair(name, &value);
        }
    }
    onward(
        &format!("/sign-on/{id}?{}", query.finish()),
        "the sign-in of your company",
    )
}

/// A page that says where it goes, and goes there by itself.
pub(super) fn onward(url: &str, whereto: &str) -> Response {
    let (href, whereto) = (escaped(url), escaped(whereto));
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>One moment</title>\
         <h1>One moment</h1><p>You are being sent to {whereto}.</p>\
         <p><a href=\"{href}\">Continue</a></p></html>"
    );
    let refresh = HeaderName::from_static("refresh");
    (
        [(refresh, format!("0; url={url}"))],
        [(CACHE_CONTROL, "no-store")],
        Html(page),
    )
        .into_response()
}

/// The same, for a browser that keeps what its sign-on is bound to.
pub(super) fn onward_with(place: &RequestPlace, begun: &Begun) -> Response {
    let host = Url::parse(&begun.url).ok();
    let host = host.and_then(|url| url.host_str().map(str::to_owned));
    let kept = cookie::set_sign_on(&place.arrival, &begun.browser.secret());
    let page = onward(&begun.url, &host.unwrap_or_default());
    (kept.map(|kept| [(SET_COOKIE, kept)]), page).into_response()
}

/// The same after signing out: what takes the session back stands in `gone`.
pub(super) fn onward_after(gone: Response, url: &str) -> Response {
    let host = Url::parse(url).ok();
    let host = host.and_then(|url| url.host_str().map(str::to_owned));
    let mut page = onward(url, &host.unwrap_or_default());
    for (name, value) in gone.headers() {
        if *name == SET_COOKIE || *name == CLEAR_SITE_DATA {
            page.headers_mut().append(name.clone(), value.clone());
        }
    }
    page
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// `GET /auth/oidc/callback`
pub(super) async fn callback(
    State(installation): App,
    Extension(place): Placed,
    headers: HeaderMap,
    returned: Result<Query<Returned>, QueryRejection>,
) -> Response {
    let Some(workspace) = place.workspace.clone() else {
        return plain::nowhere();
    };
    let Query(returned) = returned.unwrap_or_default();
    let browser = kept(&headers, &place);
    let finished = installation
        .sign_on()
        .finish(
            workspace.id,
            &address_of(&place),
            returned,
            (browser, place.caller.as_ref()),
            &user_agent(&headers),
        )
        .await;
    match finished {
        Ok(Finished::SignedIn(session, next)) => {
            end_what_came(&installation, &place).await;
            let kept = cookie::set_session(&place.arrival, &session.token, session.max_age_seconds);
            let next = if is_own_path(&next) {
                next
            } else {
                "/".to_owned()
            };
            (
                kept.map(|kept| [(SET_COOKIE, kept)]),
                pages::see_other(&next),
            )
                .into_response()
        }
        Ok(Finished::Tested(id, view)) => {
            let page = format!("/admin/sign-on/{id}");
            let notice = PageNotice::SignOnTested(view);
            let ok = StatusCode::OK;
            pages::page_with_notice(installation, place, &headers, &page, notice, ok).await
        }
        Ok(Finished::Linked) => pages::see_other("/account?done=linked"),
        Err(NotFinished {
            error,
            linking: true,
            ..
        }) => {
            let notice = PageNotice::LinkRefused {
                message: said(&error),
            };
            let status = status_of(&error);
            pages::page_with_notice(installation, place, &headers, "/account", notice, status).await
        }
        Err(NotFinished { error, next, .. }) => {
            at_the_door(installation, place, &headers, next, &error).await
        }
    }
}

/// The sign-in page, with what went wrong.
async fn at_the_door(
    installation: Installation,
    place: RequestPlace,
    headers: &HeaderMap,
    next: Option<String>,
    error: &AppError,
) -> Response {
    let notice = PageNotice::SignInFailed {
        email: String::new(),
        next,
        message: said(error),
    };
    let status = status_of(error);
    pages::page_with_notice(installation, place, headers, "/sign-in", notice, status).await
}
