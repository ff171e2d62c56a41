//! `POST /admin/branding/preview`: how a workspace would look with what is in the form.
//!
//! The answer is a document for a frame of the branding page. It may run nothing, send nothing and be
//! framed by nobody but our own pages.

use super::forms::status_of;
use super::key_forms::Asker;
use super::posted_brand::Posted;
use crate::identity::token::Token;
use crate::mail;
use app::branding::{Surface, preview_document, surface_document};
use app::request::Theme;
use axum::http::header::{CONTENT_SECURITY_POLICY, X_FRAME_OPTIONS};
use axum::response::{Html, IntoResponse as _, Response};
use contract::branding::BrandFields;
use secrecy::ExposeSecret as _;

/// `POST`: with what is in the form.
pub(super) async fn show(asker: Asker, posted: Posted) -> Response {
    let surface = Surface::parse(&posted.surface);
    answer(&asker, Some(posted.fields), surface).await
}

/// `GET`: with what is kept, as the page opens.
pub(super) async fn show_kept(asker: Asker) -> Response {
    answer(&asker, None, Surface::SignIn).await
}

async fn answer(asker: &Asker, typed: Option<BrandFields>, surface: Surface) -> Response {
    let branding = asker.installation().branding();
    let (view, brand) = match branding.look(&asker.caller, typed).await {
        Ok(found) => found,
        Err(error) => return (status_of(&error), asker.spoken(&error)).into_response(),
    };
    // Random bits in plain letters: nobody can guess what styles of this answer carry.
    let nonce = Token::fresh().secret().expose_secret().to_owned();
    let options = asker.installation().site().leptos_options();
    let base = asker.base();
    let faces = [Theme::Light, Theme::Dark].map(|theme| match surface {
        Surface::Mail => {
            let (name, dark) = (&view.look.name, theme == Theme::Dark);
            mail::sample_invitation(&brand, name, &base, dark, &nonce)
        }
        _ => surface_document(options, surface, &view.look, theme, &nonce),
    });
    let page = preview_document(options, surface, &view, faces, &nonce);
    let policy = format!(
        "default-src 'none'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; \
         form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
    );
    let headers = [
        (CONTENT_SECURITY_POLICY, policy),
        (X_FRAME_OPTIONS, "SAMEORIGIN".to_owned()),
    ];
    (headers, Html(page)).into_response()
}
