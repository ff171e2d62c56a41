//! The forms of the models pages. Each answers with a redirect, or with the form as it was typed.

use super::key_forms::Asker;
use super::pages;
use super::posted::Form;
use app::request::PageNotice;
use axum::http::StatusCode;
use axum::response::Response;
use contract::keys::KeyEnvironment;
use contract::models::NotSaved;
use contract::models_form::{FormAct, RouteFields};
use contract::{AppError, ErrorCode, ModelsPort as _};
use serde::Deserialize;

const MODELS: &str = "/admin/models";
/// Where the form is shown again, whatever it is about: what was typed goes before what is stored.
const FORM: &str = "/admin/models/new";

/// Which name is removed.
#[derive(Deserialize)]
pub(super) struct RemoveForm {
    environment: String,
    alias: String,
}

/// `POST /admin/models/change`
pub(super) async fn change(asker: Asker, Form(pairs): Form<Vec<(String, String)>>) -> Response {
    let mut fields = RouteFields::read(&pairs);
    let button = pairs.iter().find(|(name, _)| name == "act");
    let button = button.map_or("save", |(_, value)| value.as_str());
    if fields.act(button) == FormAct::Rearranged {
        let notice = PageNotice::RouteNotSaved {
            fields: Box::new(fields),
            line: None,
            message: None,
        };
        return asker.page_again(FORM, notice, StatusCode::OK).await;
    }
    let saved = match fields.draft() {
        Ok(draft) => {
            let saved = asker.models().save_route(&asker.caller, draft).await;
            // The draft has no empty lines, the form may have some.
            saved.map_err(|refused| NotSaved {
                target: refused.target.and_then(|index| fields.line_of(index)),
                ..refused
            })
        }
        Err(refused) => Err(refused),
    };
    match saved {
        Ok(()) => pages::see_other(MODELS),
        Err(NotSaved { target, error }) => {
            let notice = if error.code == ErrorCode::Denied {
                PageNotice::Refused(error.clone())
            } else {
                PageNotice::RouteNotSaved {
                    fields: Box::new(fields),
                    line: target,
                    message: Some(super::forms::said(&error)),
                }
            };
            asker.page_with(FORM, notice, &error).await
        }
    }
}

/// `POST /admin/models/remove`
pub(super) async fn remove(asker: Asker, Form(form): Form<RemoveForm>) -> Response {
    let done = match KeyEnvironment::parse(&form.environment) {
        Some(environment) => {
            let models = asker.models();
            models
                .remove_route(&asker.caller, environment, &form.alias)
                .await
        }
        None => Err(AppError::not_found()),
    };
    let refused = |message| PageNotice::ModelsNotice { message };
    asker
        .answer_with(done.map(|()| MODELS.to_owned()), MODELS, refused)
        .await
}

/// `GET` at the address of a form, where a browser stands after it was refused.
pub(super) async fn back() -> Response {
    pages::see_other(MODELS)
}
