//! The form that ends a workspace.

use super::forms::CLEAR_SITE_DATA;
use super::key_forms::Asker;
use super::posted::Form;
use super::{cookie, pages, plain};
use app::request::PageNotice;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Response};
use contract::WorkspacePort as _;
use contract::keys::{Proof, TypedSecret};
use serde::Deserialize;

const PAGE: &str = "/admin/workspace";

/// The name, repeated, and the password.
#[derive(Deserialize)]
pub(super) struct DeleteForm {
    name: String,
    password: TypedSecret,
}

/// `POST /admin/workspace/delete`
pub(super) async fn delete(asker: Asker, Form(form): Form<DeleteForm>) -> Response {
    let proof = Proof::Password(form.password);
    let deleted = asker
        .workspaces()
        .delete_workspace(&asker.caller, &form.name, proof)
        .await;
    match deleted {
        Ok(how) => {
            let cookie =
                cookie::clear_session(asker.arrival()).map(|cookie| [(SET_COOKIE, cookie)]);
            // Drafts, the theme and whatever was kept of pages go as well.
            let clear = [(CLEAR_SITE_DATA, "\"cache\", \"cookies\", \"storage\"")];
            (cookie, clear, plain::deleted(how)).into_response()
        }
        Err(error) => {
            let refused = |message| PageNotice::WorkspaceRefused { message };
            asker.answer_with(Err(error), PAGE, refused).await
        }
    }
}

/// `GET` at the address of the form, where a browser stands after it was refused.
pub(super) async fn back() -> Response {
    pages::see_other(PAGE)
}
