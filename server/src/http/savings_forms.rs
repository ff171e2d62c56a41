//! The forms of the savings page.

use super::key_forms::Asker;
use super::posted::Form;
use app::request::PageNotice;
use axum::response::Response;
use contract::savings::{CacheKeep, CachePurge};
use contract::{AppError, AppResult, ErrorCode, Said, SavingsPort as _, said};
use serde::Deserialize;

const PAGE: &str = "/admin/savings";

/// For how long answers are kept.
#[derive(Deserialize)]
pub(super) struct KeepForm {
    keep: String,
    #[serde(default)]
    minutes: String,
}

/// What is to be asked anew: `everything`, `model:<name>` or `prompt:<version>`.
#[derive(Deserialize)]
pub(super) struct PurgeForm {
    what: String,
}

/// `POST /admin/savings/keep`
pub(super) async fn keep(asker: Asker, Form(form): Form<KeepForm>) -> Response {
    let done = match keep_of(&form) {
        Ok(keep) => asker.cache().set_cache(&asker.caller, keep).await,
        Err(error) => Err(error),
    };
    answer(asker, done, "kept").await
}

/// `POST /admin/savings/purge`
pub(super) async fn purge(asker: Asker, Form(form): Form<PurgeForm>) -> Response {
    let done = match purge_of(&form.what) {
        Ok(what) => asker.cache().purge_cache(&asker.caller, what).await,
        Err(error) => Err(error),
    };
    answer(asker, done, "purged").await
}

fn keep_of(form: &KeepForm) -> AppResult<CacheKeep> {
    match form.keep.as_str() {
        "usual" => Ok(CacheKeep::Usual),
        "off" => Ok(CacheKeep::Off),
        "minutes" => {
            let minutes = form.minutes.trim().parse();
            minutes
                .map(CacheKeep::Minutes)
                .map_err(|_| invalid(said!("Give the time in whole minutes.")))
        }
        _ => Err(invalid(said!("Say for how long answers are kept."))),
    }
}

fn purge_of(what: &str) -> AppResult<CachePurge> {
    let parted = what.split_once(':');
    match (what, parted) {
        ("everything", _) => Ok(CachePurge::Everything),
        (_, Some(("model", name))) => Ok(CachePurge::Model(name.to_owned())),
        (_, Some(("prompt", version))) => {
            let version = version.parse();
            version
                .map(CachePurge::Prompt)
                .map_err(|_| invalid(said!("There is no such version of the instructions.")))
        }
        _ => Err(invalid(said!("Say what is to be asked anew."))),
    }
}

fn invalid(words: impl Into<Said>) -> AppError {
    AppError::new(ErrorCode::Invalid, words)
}

async fn answer(asker: Asker, done: AppResult<()>, word: &str) -> Response {
    let refused = |message| PageNotice::SavingsRefused { message };
    let next = done.map(|()| format!("{PAGE}?done={word}"));
    asker.answer_with(next, PAGE, refused).await
}
