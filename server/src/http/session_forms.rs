//! The forms that sign somebody else out.

use super::key_forms::Asker;
use super::pages;
use app::request::PageNotice;
use axum::extract::Path;
use axum::response::Response;
use contract::{AppError, AppResult};

const PAGE: &str = "/admin/sessions";

/// `POST /admin/sessions/<id>/end`
pub(super) async fn end(asker: Asker, Path(id): Path<String>) -> Response {
    let ended = match id.parse() {
        Ok(id) => asker.people().sign_out_browser(&asker.caller, id).await,
        Err(_) => Err(AppError::not_found()),
    };
    answer(asker, ended).await
}

/// `POST /admin/sessions/members/<id>/end`
pub(super) async fn end_all(asker: Asker, Path(id): Path<String>) -> Response {
    let ended = match id.parse() {
        Ok(id) => asker.people().sign_out_person(&asker.caller, id).await,
        Err(_) => Err(AppError::not_found()),
    };
    answer(asker, ended).await
}

/// `GET` at the address of a form, where a browser stands after it was refused.
pub(super) async fn back() -> Response {
    pages::see_other(PAGE)
}

async fn answer(asker: Asker, done: AppResult<()>) -> Response {
    let refused = |message| PageNotice::SessionsRefused { message };
    let done = done.map(|()| format!("{PAGE}?done=ended"));
    asker.answer_with(done, PAGE, refused).await
}
