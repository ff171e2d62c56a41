//! The log as a file, and the evidence pack, for an auditor: sent while they are made, however long they are.

use super::key_forms::Asker;
use super::pages;
use super::posted::Form;
use crate::audit::Exporting;
use crate::audit::evidence::Period;
use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::Response;
use contract::{AppError, AppResult, ErrorCode};
use futures_util::stream::{try_unfold, unfold};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

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

/// First and last day of a period, as date fields give them: `2026-11-25`.
#[derive(Deserialize)]
pub(super) struct PeriodForm {
    from: String,
    until: String,
}

/// `POST /admin/audit/evidence`: the pack for an auditor, about the days from the first to the last.
pub(super) async fn evidence(asker: Asker, Form(form): Form<PeriodForm>) -> Response {
    let audit = asker.installation().audit();
    let begun = match period_of(&form) {
        Ok(period) => audit.evidence(&asker.caller, period).await,
        Err(error) => Err(error),
    };
    let pieces = match begun {
        Ok(pieces) => pieces,
        Err(error) => return asker.answer(Err(error), PAGE).await,
    };
    let pieces = unfold(pieces, async |mut pieces| {
        let piece = pieces.recv().await?;
        Some((piece, pieces))
    });
    let (from, until) = (form.from.trim(), form.until.trim());
    let name = format!("evidence-{}-{from}-{until}.zip", asker.slug());
    attachment(Body::from_stream(pieces), "application/zip", &name)
}

/// The days are whole ones, in UTC.
fn period_of(form: &PeriodForm) -> AppResult<Period> {
    let start = |day: Date| {
        let start = day.to_zoned(TimeZone::UTC).ok()?;
        Some(Timestamp::from(start).as_millisecond())
    };
    let day = |text: &str| text.trim().parse::<Date>().ok();
    let period = day(&form.from)
        .zip(day(&form.until))
        .and_then(|(from, until)| {
            Some(Period {
                from_ms: start(from)?,
                until_ms: start(until.tomorrow().ok()?)?,
            })
        });
    let period = period.filter(|period| period.from_ms < period.until_ms);
    period.ok_or_else(|| {
        AppError::new(
            ErrorCode::Invalid,
            "An evidence pack needs a first and a last day, the last one not before the first. Nothing was \
             taken.",
        )
    })
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
    let name = format!("audit-{slug}.jsonl");
    attachment(Body::from_stream(pieces), "application/x-ndjson", &name)
}

/// A file to keep. `name`: letters, digits, hyphens and dots, as slugs and days are.
fn attachment(body: Body, kind: &'static str, name: &str) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    response
}
