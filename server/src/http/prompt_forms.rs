//! The forms of the instructions. What was typed is given back whatever happens: when it is refused,
//! when somebody else was quicker, and when the session ended meanwhile.

use super::forms::{App, Placed, said, status_of};
use super::key_forms::Asker;
use super::pages;
use super::posted::Form;
use app::request::PageNotice;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use contract::prompt::PromptDraft;
use contract::{ErrorCode, PromptPort as _};
use serde::Deserialize;

const PAGE: &str = "/admin/prompt";

/// A version to be put in force.
#[derive(Deserialize)]
pub(super) struct SaveForm {
    text: String,
    #[serde(default)]
    seen: u32,
}

/// The version to go back to.
#[derive(Deserialize)]
pub(super) struct RestoreForm {
    version: u32,
}

/// `POST /admin/prompt`
pub(super) async fn save(
    State(installation): App,
    Extension(place): Placed,
    headers: HeaderMap,
    Form(form): Form<SaveForm>,
) -> Response {
    let Some(caller) = place.caller.clone() else {
        let notice = PageNotice::PromptKept { text: form.text };
        let status = StatusCode::UNAUTHORIZED;
        return pages::page_with_notice(installation, place, &headers, PAGE, notice, status).await;
    };
    let draft = PromptDraft {
        seen: form.seen,
        text: form.text.clone(),
    };
    match installation.prompts().save_prompt(&caller, draft).await {
        Ok(version) => pages::see_other(&format!("{PAGE}?done={version}")),
        Err(error) => {
            let status = status_of(&error);
            let notice = match error.code {
                ErrorCode::Denied | ErrorCode::Sealed => PageNotice::PromptKept { text: form.text },
                _ => PageNotice::PromptNotSaved {
                    text: form.text,
                    overtaken: error.code == ErrorCode::Conflict,
                    message: said(&error),
                },
            };
            pages::page_with_notice(installation, place, &headers, PAGE, notice, status).await
        }
    }
}

/// `POST /admin/prompt/restore`
pub(super) async fn restore(asker: Asker, Form(form): Form<RestoreForm>) -> Response {
    let prompts = asker.installation().prompts();
    let restored = prompts.restore_prompt(&asker.caller, form.version).await;
    let done = restored.map(|version| format!("{PAGE}?done={version}"));
    let refused = |message| PageNotice::PromptRefused { message };
    asker.answer_with(done, PAGE, refused).await
}

/// `GET` at the address of a form.
pub(super) async fn back() -> Response {
    pages::see_other(PAGE)
}
