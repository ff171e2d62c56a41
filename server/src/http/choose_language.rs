//! Which language somebody reads, and the form that chooses it.

use super::forms::{App, Placed, is_own_path};
use super::posted::Form;
use super::{cookie, pages};
use crate::installation::Installation;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, SET_COOKIE};
use axum::response::{IntoResponse as _, Response};
use contract::Language;
use serde::Deserialize;

/// What can be chosen here. The mirrored language is for people who work on the pages.
pub(super) fn offered(installation: &Installation) -> &'static [Language] {
    if installation.config().server.demo {
        Language::ALL
    } else {
        Language::CHOICES
    }
}

/// What a request is answered in.
pub(super) fn of(installation: &Installation, headers: &HeaderMap) -> Language {
    let chosen = cookie::language(headers).filter(|it| offered(installation).contains(it));
    let asked = headers.get(ACCEPT_LANGUAGE);
    let asked = asked.and_then(|value| value.to_str().ok());
    Language::negotiate(chosen, asked).unwrap_or_default()
}

/// Fields of the form.
#[derive(Deserialize)]
pub(super) struct LanguageForm {
    language: String,
    back: Option<String>,
}

/// `POST /language`, by anybody: keeps the choice in this browser and goes back to the page it was made on.
pub(super) async fn choose(
    State(installation): App,
    Extension(place): Placed,
    Form(form): Form<LanguageForm>,
) -> Response {
    let known = Language::parse(&form.language);
    let known = known.filter(|it| offered(&installation).contains(it));
    let cookie = known.map(|it| [(SET_COOKIE, cookie::set_language(&place.arrival, it))]);
    let back = form.back.filter(|back| is_own_path(back));
    let target = back.unwrap_or_else(|| "/".to_owned());
    (cookie, pages::see_other(&target)).into_response()
}
