//! The log as a file, for an auditor: sent while it is read, however long it is.

use super::key_forms::Asker;
use super::pages;
use crate::audit::Exporting;
use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::Response;
use futures_util::stream::try_unfold;

/// The page it belongs to.
const PAGE: &str = "/admin/audit";

/// `POST /admin/audit/export`: it leaves a record, so a link does not do.
pub(super) async fn export(asker: Asker) -> Response {
    let begun = asker.installation().audit().export(&asker.caller).await;
    match begun {
        Ok(exporting) => sent(exporting, &asker.slug()),
        Err(error) => asker.answer(Err(error), PAGE).await,
    }
}

/// `GET` at the address of the form.
pub(super) async fn back() -> Response {
    pages::see_other(PAGE)
}

fn sent(exporting: Exporting, slug: &str) -> Response {
    let pieces = try_unfold(exporting, async |mut exporting| {
        let piece = exporting.next().await.inspect_err(|error| {
            tracing::error!(%error, "an export of an audit log broke off");
        })?;
        Ok::<_, store::StoreError>(piece.map(|piece| (piece, exporting)))
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-ndjson"),
    );
    // A slug is letters, digits and hyphens.
    let name = format!("attachment; filename=\"audit-{slug}.jsonl\"");
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    response
}
