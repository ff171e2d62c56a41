//! The forms of the branding page: fields and pictures in one, so that nothing typed is lost to an
//! upload, and nothing uploaded to a typing error.

use super::forms::status_of;
use super::key_forms::Asker;
use super::posted_brand::Posted;
use super::{pages, plain};
use app::request::PageNotice;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use contract::branding::{BrandFields, BrandRefusal, BrandTrouble};
use contract::{BrandingPort as _, ErrorCode};

const PAGE: &str = "/admin/branding";

/// `POST /admin/branding`: keep, publish or throw away what is in the form.
pub(super) async fn change(asker: Asker, mut posted: Posted) -> Response {
    let branding = asker.installation().branding().clone();
    if posted.wish == "discard" {
        let done = branding.discard_draft(&asker.caller).await;
        let next = done.map(|()| format!("{PAGE}?done=discarded"));
        return asker.answer_with(next, PAGE, refused).await;
    }
    let mut troubles = Vec::new();
    for (field, bytes) in std::mem::take(&mut posted.pictures) {
        match branding.add_picture(&asker.caller, bytes).await {
            Ok(name) => posted.fields.set(field, name),
            Err(error) if error.code == ErrorCode::Invalid => troubles.push(BrandTrouble {
                field: field.to_owned(),
                message: error.message,
            }),
            Err(error) => return not_kept(asker, posted.fields, error.into()).await,
        }
    }
    if !troubles.is_empty() {
        let refusal = BrandRefusal::Troubles(troubles);
        return not_kept(asker, posted.fields, refusal).await;
    }
    let (seen, fields) = (posted.seen.as_str(), posted.fields.clone());
    let (done, word) = if posted.wish == "publish" {
        let done = branding.publish(&asker.caller, seen, fields).await;
        (done, "published")
    } else {
        let done = branding.save_draft(&asker.caller, seen, fields).await;
        (done, "kept")
    };
    match done {
        Ok(()) => pages::see_other(&format!("{PAGE}?done={word}")),
        Err(refusal) => not_kept(asker, posted.fields, refusal).await,
    }
}

/// `POST /admin/branding/versions/<version>/restore`
pub(super) async fn restore(asker: Asker, Path(version): Path<String>) -> Response {
    let Ok(version) = version.parse() else {
        return plain::nowhere();
    };
    let branding = asker.installation().branding().clone();
    let done = branding.roll_back(&asker.caller, version).await;
    let next = done.map(|()| format!("{PAGE}?done=restored"));
    asker.answer_with(next, PAGE, refused).await
}

/// `GET` of a form's address: back to its page.
pub(super) async fn back() -> Response {
    pages::see_other(PAGE)
}

/// The page again, with everything as it was typed and what is wrong beside it.
async fn not_kept(asker: Asker, fields: BrandFields, refusal: BrandRefusal) -> Response {
    let (status, troubles) = match refusal {
        BrandRefusal::Troubles(troubles) => (StatusCode::UNPROCESSABLE_ENTITY, troubles),
        BrandRefusal::Error(error) => {
            let trouble = BrandTrouble {
                field: String::new(),
                message: super::forms::said(&error),
            };
            (status_of(&error), vec![trouble])
        }
    };
    let fields = Box::new(fields);
    let notice = PageNotice::BrandNotKept { fields, troubles };
    asker.page_again(PAGE, notice, status).await
}

fn refused(message: contract::Said) -> PageNotice {
    PageNotice::BrandNotKept {
        fields: Box::default(),
        troubles: vec![BrandTrouble {
            field: String::new(),
            message,
        }],
    }
}
