//! The forms about names of the workspace's own, and the address where a host shows whose it is.

use super::edge::RequestPlace;
use super::key_forms::Asker;
use super::posted::Form;
use super::{pages, plain};
use crate::installation::Installation;
use app::request::PageNotice;
use axum::extract::{Extension, Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use contract::{AppResult, DomainsPort as _};
use serde::Deserialize;

const PAGE: &str = "/admin/domains";

/// A name, as it was typed.
#[derive(Deserialize)]
pub(super) struct ClaimForm {
    host: String,
}

/// The name once more.
#[derive(Deserialize)]
pub(super) struct RemoveForm {
    name: String,
}

/// Whether other names lead to the primary one.
#[derive(Deserialize)]
pub(super) struct RedirectForm {
    redirect: String,
}

/// `POST /admin/domains`
pub(super) async fn claim(asker: Asker, Form(form): Form<ClaimForm>) -> Response {
    let domains = asker.installation().domains();
    let claimed = domains.claim(&asker.caller, &form.host).await;
    let typed = form.host;
    let refused = |message| PageNotice::DomainRefused { typed, message };
    let page = claimed.map(|host| page_of(&host));
    asker.answer_with(page, PAGE, refused).await
}

/// `POST /admin/domains/<host>/check`
pub(super) async fn check(asker: Asker, Path(host): Path<String>) -> Response {
    let looked = asker
        .installation()
        .domains()
        .look(&asker.caller, &host)
        .await;
    on_page(asker, &host, looked).await
}

/// `POST /admin/domains/<host>/primary`
pub(super) async fn make_primary(asker: Asker, Path(host): Path<String>) -> Response {
    let domains = asker.installation().domains();
    let made = domains.make_primary(&asker.caller, &host).await;
    on_page(asker, &host, made).await
}

/// `POST /admin/domains/<host>/remove`
pub(super) async fn remove(
    asker: Asker,
    Path(host): Path<String>,
    Form(form): Form<RemoveForm>,
) -> Response {
    let domains = asker.installation().domains();
    let removed = domains.remove(&asker.caller, &host, &form.name).await;
    match removed {
        Ok(()) => pages::see_other(PAGE),
        Err(error) => on_page(asker, &host, Err(error)).await,
    }
}

/// `POST /admin/domains/redirect`
pub(super) async fn redirect(asker: Asker, Form(form): Form<RedirectForm>) -> Response {
    let domains = asker.installation().domains();
    let on = form.redirect == "yes";
    let set = domains.redirect(&asker.caller, on).await;
    let refused = |message| PageNotice::DomainRefused {
        typed: String::new(),
        message,
    };
    asker
        .answer_with(set.map(|()| PAGE.to_owned()), PAGE, refused)
        .await
}

/// `GET` of a form's address: back to the pages.
pub(super) async fn back() -> Response {
    pages::see_other(PAGE)
}

async fn on_page(asker: Asker, host: &str, done: AppResult<()>) -> Response {
    let page = page_of(host);
    let refused = |message| PageNotice::DomainRefused {
        typed: String::new(),
        message,
    };
    asker
        .answer_with(done.map(|()| page.clone()), &page, refused)
        .await
}

/// The page of a name. What stands in an address and is no name leads to the list.
fn page_of(host: &str) -> String {
    match super::host_name(host) {
        Some(host) => format!("{PAGE}/{host}"),
        None => PAGE.to_owned(),
    }
}

/// `GET /.well-known/workspace-check/<question>`
pub(super) async fn answer_check(
    State(installation): State<Installation>,
    Extension(place): Extension<RequestPlace>,
    Path(question): Path<String>,
) -> Response {
    let Some(workspace) = &place.workspace else {
        return plain::nowhere();
    };
    let prober = installation.domains().prober();
    match prober.answer(workspace.id, &place.arrival.host, &question) {
        Some(answer) => ([(CONTENT_TYPE, "text/plain")], answer).into_response(),
        None => plain::nowhere(),
    }
}
