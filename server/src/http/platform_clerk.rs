//! Somebody of the platform host at a form of its pages.

use super::forms::{said, status_of};
use super::{RequestPlace, pages, plain};
use crate::installation::Installation;
use app::request::{PageNotice, ShownLink};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use contract::{AppError, ErrorCode, Staff};
use secrecy::ExposeSecret as _;

use crate::staff::NewLink;

/// Whoever is signed in on the platform host. Everybody else is led to sign in there, and finds nothing
/// on a workspace's host.
pub(super) struct Clerk {
    pub(super) installation: Installation,
    pub(super) place: RequestPlace,
    headers: HeaderMap,
    pub(super) staff: Staff,
}

impl FromRequestParts<Installation> for Clerk {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        installation: &Installation,
    ) -> Result<Self, Response> {
        let place = parts.extensions.get::<RequestPlace>().cloned();
        let place = place.ok_or_else(plain::nowhere)?;
        if place.workspace.is_some() {
            return Err(plain::nowhere());
        }
        let staff = place.staff.clone();
        Ok(Self {
            staff: staff.ok_or_else(|| pages::see_other("/sign-in"))?,
            installation: installation.clone(),
            headers: parts.headers.clone(),
            place,
        })
    }
}

impl Clerk {
    /// `page` again, with what is wrong. What is not there, or not theirs, is all the page says.
    pub(super) async fn refuse(self, page: &str, error: AppError) -> Response {
        let status = status_of(&error);
        let notice = if error.code == ErrorCode::NotFound {
            PageNotice::Refused(error)
        } else {
            PageNotice::StaffRefused {
                message: said(&error),
            }
        };
        self.page(page, notice, status).await
    }

    /// `page` with `notice`, whatever came of the form.
    pub(super) async fn page(self, page: &str, notice: PageNotice, status: StatusCode) -> Response {
        // Rendering a page is a large future, and few of these come to it.
        Box::pin(pages::page_with_notice(
            self.installation,
            self.place,
            &self.headers,
            page,
            notice,
            status,
        ))
        .await
    }
}

/// An invitation as its page shows it, once.
pub(super) fn shown(link: NewLink) -> ShownLink {
    match link {
        NewLink::Mailed(email) => ShownLink {
            email,
            url: None,
            mailed: true,
            mail_failed: false,
        },
        NewLink::None(email) => ShownLink {
            email,
            url: None,
            mailed: false,
            mail_failed: false,
        },
        NewLink::Shown {
            email,
            link,
            mail_failed,
        } => ShownLink {
            email,
            url: Some(link.expose_secret().to_owned()),
            mailed: false,
            mail_failed,
        },
    }
}
