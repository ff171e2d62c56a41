//! The forms of the operator's pages: agencies and their people.

use super::client_forms::InviteForm;
use super::pages;
use super::platform_clerk::{Clerk, shown};
use super::posted::Form;
use app::request::PageNotice;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use contract::{AgencyId, AppError};
use serde::Deserialize;

/// Where agencies are listed.
pub(super) const AGENCIES: &str = "/operator/agencies";

/// A new agency.
#[derive(Deserialize)]
pub(super) struct AgencyForm {
    name: String,
    slug: String,
}

/// `POST /operator/agencies`
pub(super) async fn create(clerk: Clerk, Form(form): Form<AgencyForm>) -> Response {
    let roster = clerk.installation.roster();
    match roster
        .create_agency(&clerk.staff, &form.name, &form.slug)
        .await
    {
        Ok(()) => pages::see_other(AGENCIES),
        Err(error) => clerk.refuse(AGENCIES, error).await,
    }
}

/// `POST /operator/agencies/<id>/invite`
pub(super) async fn invite(
    clerk: Clerk,
    Path(id): Path<String>,
    Form(form): Form<InviteForm>,
) -> Response {
    let invited = async {
        let id: AgencyId = id.parse().map_err(|_| AppError::not_found())?;
        let roster = clerk.installation.roster();
        let agencies = roster.agencies(&clerk.staff).await?;
        let found = agencies.into_iter().find(|agency| agency.id == id);
        let agency = found.ok_or_else(AppError::not_found)?;
        let named = (agency.id, agency.name);
        roster.invite(&clerk.staff, named, form.wanted()).await
    };
    match invited.await {
        Ok(link) => {
            let notice = PageNotice::Invited(Box::new(shown(link)));
            clerk.page(AGENCIES, notice, StatusCode::OK).await
        }
        Err(error) => clerk.refuse(AGENCIES, error).await,
    }
}

/// `GET` at the address of a form, where a browser stands after it was refused.
pub(super) async fn back() -> Response {
    pages::see_other(AGENCIES)
}
