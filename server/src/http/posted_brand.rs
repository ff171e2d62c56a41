//! What the branding form posted, read: fields, and pictures where some were chosen.
//!
//! Refuses in words of ours, and whatever is longer than a field or a picture may be.

use super::posted::Form;
use crate::brand::LOGO_MAX_BYTES;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use contract::branding::{BRAND_FIELDS, BrandFields, FieldKind};

/// Longest text of one field, in bytes.
const LONGEST_TEXT: usize = 16 * 1024;
/// Parts that are read; the form has fewer.
const MOST_PARTS: usize = 80;
/// Largest form with its pictures, in bytes: three of them, and room.
pub(super) const FORM_MAX_BYTES: usize = 3 * LOGO_MAX_BYTES + 512 * 1024;

const UNREADABLE: &str = "The form could not be read. Nothing was changed. Go back: what you typed is \
    still there. Try again, with smaller pictures if there were any.";

/// The branding form.
#[derive(Default)]
pub(super) struct Posted {
    /// As they were typed.
    pub(super) fields: BrandFields,
    /// What the form was made from.
    pub(super) seen: String,
    /// `publish`, `discard`, or to keep a draft.
    pub(super) wish: String,
    /// What the preview is to show.
    pub(super) surface: String,
    /// Pictures, by their fields.
    pub(super) pictures: Vec<(&'static str, Vec<u8>)>,
    /// Fields that are to be left to the agency, or pictures to be taken away.
    left: Vec<String>,
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let media = request.headers().get(CONTENT_TYPE);
        let in_parts = media.is_some_and(|it| it.as_bytes().starts_with(b"multipart/"));
        let mut posted = Self::default();
        if in_parts {
            let parts = Multipart::from_request(request, state).await;
            posted.read_parts(parts.map_err(unreadable)?).await?;
        } else {
            let Form(pairs) = Form::<Vec<(String, String)>>::from_request(request, state).await?;
            for (name, value) in pairs.into_iter().take(MOST_PARTS) {
                posted.take(&name, value);
            }
        }
        for name in std::mem::take(&mut posted.left) {
            posted.fields.set(&name, "");
        }
        Ok(posted)
    }
}

impl Posted {
    async fn read_parts(&mut self, mut parts: Multipart) -> Result<(), Response> {
        for _ in 0..MOST_PARTS {
            let Some(mut part) = parts.next_field().await.map_err(unreadable)? else {
                return Ok(());
            };
            let name = part.name().unwrap_or_default().to_owned();
            if let Some(file) = name.strip_prefix("file_") {
                let bytes = read(&mut part, LOGO_MAX_BYTES + 1).await?;
                if let Some(field) = picture(file).filter(|_| !bytes.is_empty()) {
                    self.pictures.push((field, bytes));
                }
            } else {
                let bytes = read(&mut part, LONGEST_TEXT).await?;
                self.take(&name, String::from_utf8_lossy(&bytes).into_owned());
            }
        }
        Err(unreadable("too many parts"))
    }

    fn take(&mut self, name: &str, value: String) {
        match name {
            "seen" => self.seen = value,
            "wish" => self.wish = value,
            "surface" => self.surface = value,
            "leave" => self.left.push(value),
            _ => self.fields.set(name, value),
        }
    }
}

/// The name of the field for pictures called so.
fn picture(name: &str) -> Option<&'static str> {
    let mut fields = BRAND_FIELDS.iter();
    let found = fields.find(|field| field.kind == FieldKind::Picture && field.name == name);
    found.map(|field| field.name)
}

/// At most `most` bytes of a part: what comes after them is refused when it is a text, and a picture of
/// that size is refused by whoever decodes it.
async fn read(part: &mut Field<'_>, most: usize) -> Result<Vec<u8>, Response> {
    let mut bytes = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(unreadable)? {
        let room = most.saturating_sub(bytes.len());
        bytes.extend_from_slice(&piece[..piece.len().min(room)]);
        if piece.len() > room && most == LONGEST_TEXT {
            return Err(unreadable("a text is too long"));
        }
    }
    Ok(bytes)
}

fn unreadable<E>(_: E) -> Response {
    (StatusCode::BAD_REQUEST, UNREADABLE).into_response()
}
