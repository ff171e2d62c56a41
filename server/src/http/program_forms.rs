//! The forms about keys for programs. Whatever makes a token answers with the page that shows it, once:
//! no redirect, because no address may lead to it.

use super::forms::{said, status_of};
use super::key_forms::Asker;
use super::posted::Form;
use super::{pages, plain};
use crate::virtual_keys::{Issued, Rotation};
use app::keys::from_date_field;
use app::request::{PageNotice, ProgramFields, ShownToken};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use contract::keys::{KeyEnvironment, TypedSecret};
use contract::programs::ProgramDraft;
use contract::{AppError, AppResult, ErrorCode, NanoUsd, Said, VirtualKeyId, said};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use std::time::Duration;

const PAGE: &str = "/admin/virtual-keys";
const OWN: &str = "/account/tokens";
/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// A new key, as it was typed.
#[derive(Deserialize)]
pub(super) struct MakeForm {
    name: String,
    environment: String,
    #[serde(default)]
    member: String,
    #[serde(default)]
    team: String,
    #[serde(default)]
    models: String,
    #[serde(default)]
    networks: String,
    #[serde(default)]
    expires: String,
    #[serde(default)]
    usd: String,
    #[serde(default)]
    requests: String,
}

/// A new token for a key.
#[derive(Deserialize)]
pub(super) struct RotateForm {
    overlap_hours: u32,
    /// How the token ended that the form was made for.
    seen: String,
}

/// `POST /admin/virtual-keys`
pub(super) async fn make(asker: Asker, Form(form): Form<MakeForm>) -> Response {
    let made = match (asker.may_manage_programs(), draft_of(&form)) {
        (Ok(()), Ok(draft)) => {
            let keys = asker.installation().virtual_keys();
            let who = (Some(asker.caller.member()), asker.caller.name());
            keys.make(asker.caller.tenant(), who, draft).await
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    match made {
        Ok(issued) => show(asker, PAGE, issued, None).await,
        Err(error) if error.code == ErrorCode::Denied => denied(asker, PAGE, error).await,
        Err(error) => {
            let notice = PageNotice::ProgramNotMade {
                fields: Box::new(form.into_fields()),
                message: said(&error),
            };
            asker.page_again(PAGE, notice, status_of(&error)).await
        }
    }
}

/// `POST /admin/virtual-keys/<id>/rotate`
pub(super) async fn rotate(
    asker: Asker,
    Path(id): Path<String>,
    Form(form): Form<RotateForm>,
) -> Response {
    let Ok(id) = id.parse::<VirtualKeyId>() else {
        return plain::nowhere();
    };
    let rotated = match asker.may_manage_programs() {
        Ok(()) => {
            let rotation = Rotation {
                id,
                overlap: Duration::from_secs(u64::from(form.overlap_hours) * 3_600),
                seen: Some(&form.seen),
            };
            let who = (Some(asker.caller.member()), asker.caller.name());
            let keys = asker.installation().virtual_keys();
            keys.rotate(asker.caller.tenant(), who, rotation).await
        }
        Err(error) => Err(error),
    };
    let page = format!("{PAGE}/{id}");
    match rotated {
        Ok(issued) => show(asker, &page, issued, None).await,
        Err(error) => refused(asker, &page, error).await,
    }
}

/// `POST /admin/virtual-keys/<id>/revoke`
pub(super) async fn revoke(asker: Asker, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<VirtualKeyId>() else {
        return plain::nowhere();
    };
    let revoked = match asker.may_manage_programs() {
        Ok(()) => {
            let who = (Some(asker.caller.member()), asker.caller.name());
            let keys = asker.installation().virtual_keys();
            keys.revoke(asker.caller.tenant(), who, id).await
        }
        Err(error) => Err(error),
    };
    match revoked {
        Ok(_) => pages::see_other(PAGE),
        Err(error) => refused(asker, &format!("{PAGE}/{id}"), error).await,
    }
}

/// `POST /account/tokens`
pub(super) async fn mint(asker: Asker) -> Response {
    let keys = asker.installation().virtual_keys();
    match keys.mint(&asker.caller).await {
        Ok((issued, until)) => show(asker, OWN, issued, Some(until)).await,
        Err(error) => refused(asker, OWN, error).await,
    }
}

/// `GET` of a form's address: back to its page.
pub(super) async fn back() -> Response {
    pages::see_other(PAGE)
}

/// `page` with the token on it.
async fn show(asker: Asker, page: &str, issued: Issued, expires_ms: Option<i64>) -> Response {
    let token = ShownToken {
        name: issued.name,
        environment: issued.environment,
        token: TypedSecret::new(issued.token.expose_secret().to_owned()),
        base_url: format!("{}/v1", asker.base()),
        previous_until_ms: issued.previous_until_ms,
        expires_ms,
    };
    let notice = PageNotice::TokenIssued(Box::new(token));
    asker.page_again(page, notice, StatusCode::OK).await
}

async fn refused(asker: Asker, page: &str, error: AppError) -> Response {
    if matches!(error.code, ErrorCode::Denied | ErrorCode::NotFound) {
        return denied(asker, page, error).await;
    }
    let message = said(&error);
    let notice = PageNotice::ProgramRefused { message };
    asker.page_again(page, notice, status_of(&error)).await
}

/// Nothing of the page, for whoever may not see it.
async fn denied(asker: Asker, page: &str, error: AppError) -> Response {
    let status = status_of(&error);
    asker
        .page_again(page, PageNotice::Refused(error), status)
        .await
}

impl MakeForm {
    fn into_fields(self) -> ProgramFields {
        ProgramFields {
            name: self.name,
            environment: self.environment,
            member: self.member,
            team: self.team,
            models: self.models,
            networks: self.networks,
            expires: self.expires,
            usd: self.usd,
            requests: self.requests,
        }
    }
}

fn draft_of(form: &MakeForm) -> AppResult<ProgramDraft> {
    let environment = KeyEnvironment::parse(&form.environment);
    let environment = environment.ok_or_else(|| invalid(said!("Environment: choose one.")))?;
    let mut draft = ProgramDraft::new(form.name.clone(), environment);
    draft.member = id(&form.member, said!("Member: there is no such member."))?;
    draft.team = id(&form.team, said!("Team: there is no such team."))?;
    draft.models = listed(&form.models);
    draft.networks = listed(&form.networks);
    draft.expires_ms = typed(&form.expires, said!("Last day: use a date."), |day| {
        // The day itself is part of it.
        from_date_field(day).map(|begins| begins.saturating_add(DAY_MS))
    })?;
    let usd = said!("US dollars: use an amount like 40 or 2.50.");
    draft.month = typed(&form.usd, usd, NanoUsd::parse_usd)?;
    let pace = said!("Questions a minute: use a whole number from 1 on.");
    draft.pace.requests_per_minute = typed(&form.requests, pace, |text| {
        text.parse().ok().filter(|most| *most > 0)
    })?;
    Ok(draft)
}

/// What was typed, read; `None` where nothing was.
fn typed<T>(text: &str, wrong: Said, read: impl FnOnce(&str) -> Option<T>) -> AppResult<Option<T>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    read(text).map(Some).ok_or_else(|| invalid(wrong))
}

fn id<T: std::str::FromStr>(text: &str, wrong: Said) -> AppResult<Option<T>> {
    typed(text, wrong, |text| text.parse().ok())
}

/// What stands between commas, spaces and line ends.
fn listed(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| c == ',' || c == ';' || c.is_whitespace());
    let parts = parts.filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

fn invalid(words: impl Into<Said>) -> AppError {
    AppError::new(ErrorCode::Invalid, words)
}

#[cfg(test)]
mod tests {
    use super::{MakeForm, draft_of};

    fn form() -> MakeForm {
        MakeForm {
            name: "report".into(),
            environment: "production".into(),
            member: String::new(),
            team: String::new(),
            models: String::new(),
            networks: String::new(),
            expires: String::new(),
            usd: String::new(),
            requests: String::new(),
        }
    }

    #[test]
    fn what_is_typed_is_read() {
        let plain = draft_of(&form()).unwrap();
        assert!(plain.models.is_empty() && plain.expires_ms.is_none());
        let full = MakeForm {
            models: "fast, careful\ntrial".into(),
            networks: " 10.0.0.0/8;::1 ".into(),
            expires: "1970-01-01".into(),
            usd: "2.50".into(),
            requests: "60".into(),
            ..form()
        };
        let draft = draft_of(&full).unwrap();
        assert_eq!(draft.models, ["fast", "careful", "trial"]);
        assert_eq!(draft.networks, ["10.0.0.0/8", "::1"]);
        assert_eq!(draft.expires_ms, Some(86_400_000), "its whole last day");
        assert_eq!(draft.month.unwrap().get(), 2_500_000_000);
        assert_eq!(draft.pace.requests_per_minute, Some(60));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let refused = |form: MakeForm| draft_of(&form).unwrap_err().message.to_string();
        let with = |change: fn(&mut MakeForm)| {
            let mut form = form();
            change(&mut form);
            form
        };
        assert!(refused(with(|form| form.environment = "moon".into())).starts_with("Environment:"));
        assert!(refused(with(|form| form.member = "mia".into())).starts_with("Member:"));
        assert!(refused(with(|form| form.expires = "soon".into())).starts_with("Last day:"));
        assert!(refused(with(|form| form.usd = "-1".into())).starts_with("US dollars:"));
        assert!(refused(with(|form| form.requests = "0".into())).starts_with("Questions"));
    }
}
