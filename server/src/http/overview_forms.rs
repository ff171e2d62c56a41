//! The form that leaves a step of the start out.

use super::key_forms::Asker;
use super::pages;
use super::posted::Form;
use app::request::PageNotice;
use axum::response::Response;
use contract::overview::GuideStep;
use contract::{AppError, OverviewPort as _};
use serde::Deserialize;

const PAGE: &str = "/admin";

/// Which step, and whether it is left out.
#[derive(Deserialize)]
pub(super) struct StepForm {
    step: String,
    skip: String,
}

/// `POST /admin/guide`
pub(super) async fn step(asker: Asker, Form(form): Form<StepForm>) -> Response {
    let skip = form.skip == "yes";
    let done = match GuideStep::parse(&form.step) {
        Some(step) => {
            let overviews = asker.installation().overviews();
            overviews.skip_step(&asker.caller, step, skip).await
        }
        None => Err(AppError::not_found()),
    };
    let refused = |message| PageNotice::OverviewRefused { message };
    let done = done.map(|()| PAGE.to_owned());
    asker.answer_with(done, PAGE, refused).await
}

/// `GET` at the address of the form.
pub(super) async fn back() -> Response {
    pages::see_other(PAGE)
}
