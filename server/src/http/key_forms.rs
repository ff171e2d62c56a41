//! The forms of the keys pages. Each answers with a redirect, or with its page and what is wrong.

use super::forms::{said, status_of};
use super::key_fields::{
    ChangeForm, CheckForm, ProofForm, RemindForm, RotateForm, SealForm, TermsForm,
};
use super::{pages, plain};
use crate::http::RequestPlace;
use crate::installation::Installation;
use crate::keys::Keys;
use app::keys::from_date_field;
use app::request::PageNotice;
use axum::Form;
use axum::extract::{FromRequestParts, Path};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use contract::keys::{KeyChange, KeyDraft, KeyScope, Proof};
use contract::{AppError, AppResult, Caller, ErrorCode, KeyId, KeysPort as _};

const KEYS: &str = "/admin/keys";

/// A signed-in person at a form of the keys pages.
pub(super) struct Asker {
    installation: Installation,
    place: RequestPlace,
    headers: HeaderMap,
    pub(super) caller: Caller,
}

/// The same, about the key that the address names.
pub(super) struct AboutKey {
    asker: Asker,
    id: KeyId,
}

impl FromRequestParts<Installation> for Asker {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        installation: &Installation,
    ) -> Result<Self, Response> {
        let place = parts.extensions.get::<RequestPlace>().cloned();
        let place = place.ok_or_else(plain::nowhere)?;
        let caller = place.caller.clone();
        Ok(Self {
            caller: caller.ok_or_else(|| pages::see_other("/sign-in"))?,
            installation: installation.clone(),
            headers: parts.headers.clone(),
            place,
        })
    }
}

impl FromRequestParts<Installation> for AboutKey {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        installation: &Installation,
    ) -> Result<Self, Response> {
        let asker = Asker::from_request_parts(parts, installation).await?;
        let id = Path::<String>::from_request_parts(parts, installation).await;
        let id = id.ok().and_then(|Path(id)| id.parse().ok());
        let id = id.ok_or_else(plain::nowhere)?;
        Ok(Self { asker, id })
    }
}

impl Asker {
    pub(super) fn keys(&self) -> &Keys {
        self.installation.keys()
    }

    /// On to the next page, or `page` again with what is wrong.
    pub(super) async fn answer(self, done: AppResult<String>, page: &str) -> Response {
        match done {
            Ok(next) => pages::see_other(&next),
            Err(error) if error.code == ErrorCode::NotFound => {
                self.page_with(page, PageNotice::Refused(error.clone()), &error)
                    .await
            }
            Err(error) => {
                let message = said(&error);
                self.page_with(page, PageNotice::KeyRefused { message }, &error)
                    .await
            }
        }
    }

    pub(super) async fn page_with(
        self,
        page: &str,
        notice: PageNotice,
        error: &AppError,
    ) -> Response {
        let status = status_of(error);
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

impl AboutKey {
    /// On to `next`, or the key's page with what is wrong.
    async fn answer(self, done: AppResult<()>, next: &str) -> Response {
        let page = key_path(self.id);
        self.asker
            .answer(done.map(|()| next.to_owned()), &page)
            .await
    }

    async fn apply(self, change: KeyChange) -> Response {
        let done = self
            .asker
            .keys()
            .change(&self.asker.caller, self.id, change)
            .await;
        let next = key_path(self.id);
        self.answer(done, &next).await
    }
}

/// `POST /admin/keys/terms`
pub(super) async fn accept_terms(asker: Asker, Form(form): Form<TermsForm>) -> Response {
    let done = asker.keys().accept_terms(&asker.caller, form.version).await;
    asker.answer(done.map(|()| KEYS.to_owned()), KEYS).await
}

/// `POST /admin/keys/check`
pub(super) async fn check(asker: Asker, Form(form): Form<CheckForm>) -> Response {
    let draft = Box::new(form.fields());
    let begun = match form.draft() {
        Ok(draft) => asker.keys().check(&asker.caller, draft).await,
        Err(error) => Err(error),
    };
    match begun {
        Ok(id) => pages::see_other(&check_path(id)),
        Err(error) => {
            let message = said(&error);
            let notice = PageNotice::KeyDraftRefused { draft, message };
            asker.page_with(KEYS, notice, &error).await
        }
    }
}

/// `POST /admin/keys/checks/<id>/seal`
pub(super) async fn seal(about: AboutKey, Form(form): Form<SealForm>) -> Response {
    let AboutKey { asker, id } = about;
    let proof = Proof::Password(form.password);
    let anyway = form.anyway == "yes";
    let sealed = asker
        .keys()
        .seal(&asker.caller, id, anyway, form.keep_hours, proof)
        .await;
    match sealed {
        Ok(()) => pages::see_other(KEYS),
        Err(error) => {
            super::key_checks::show(asker.installation, asker.place, id, Some(error)).await
        }
    }
}

/// `POST /admin/keys/checks/<id>/discard`
pub(super) async fn discard(about: AboutKey) -> Response {
    let done = about
        .asker
        .keys()
        .discard(&about.asker.caller, about.id)
        .await;
    about.answer(done, KEYS).await
}

/// `POST /admin/keys/<id>/check`
pub(super) async fn check_again(about: AboutKey) -> Response {
    let done = about
        .asker
        .keys()
        .check_again(&about.asker.caller, about.id)
        .await;
    let next = check_path(about.id);
    about.answer(done, &next).await
}

/// `POST /admin/keys/<id>/rotate`: everything but the secret stays as it is, the address too.
pub(super) async fn rotate(about: AboutKey, Form(form): Form<RotateForm>) -> Response {
    let AboutKey { asker, id } = about;
    let keys = asker.keys();
    let begun = match keys.subject(&asker.caller, id).await {
        Ok(subject) => {
            let draft = KeyDraft {
                provider: subject.provider,
                secret: form.secret,
                name: subject.name,
                environment: subject.environment,
                scope: KeyScope::Workspace,
                place: subject.place,
                replaces: Some(id),
            };
            keys.check(&asker.caller, draft).await
        }
        Err(error) => Err(error),
    };
    asker.answer(begun.map(check_path), &key_path(id)).await
}

/// `POST /admin/keys/<id>/change`
pub(super) async fn change(about: AboutKey, Form(form): Form<ChangeForm>) -> Response {
    match form.change.as_str() {
        "disable" => about.apply(KeyChange::Disable).await,
        "enable" => about.apply(KeyChange::Enable).await,
        _ => plain::nowhere(),
    }
}

/// `POST /admin/keys/<id>/remind`
pub(super) async fn remind(about: AboutKey, Form(form): Form<RemindForm>) -> Response {
    about
        .apply(KeyChange::Remind {
            expires_ms: from_date_field(&form.expires),
            rotate_by_ms: from_date_field(&form.rotate_by),
        })
        .await
}

/// `POST /admin/keys/<id>/take-back`
pub(super) async fn take_back(about: AboutKey, Form(form): Form<ProofForm>) -> Response {
    let (keys, proof) = (about.asker.keys(), Proof::Password(form.password));
    let done = keys.take_back(&about.asker.caller, about.id, proof).await;
    let next = key_path(about.id);
    about.answer(done, &next).await
}

/// `POST /admin/keys/<id>/delete`
pub(super) async fn delete(about: AboutKey, Form(form): Form<ProofForm>) -> Response {
    let (keys, proof) = (about.asker.keys(), Proof::Password(form.password));
    let done = keys.delete(&about.asker.caller, about.id, proof).await;
    about.answer(done, KEYS).await
}

/// `GET` at the address of a form, where a browser stands after it was refused.
pub(super) async fn back(Path(id): Path<String>) -> Response {
    match id.parse() {
        Ok(id) => pages::see_other(&key_path(id)),
        Err(_) => plain::nowhere(),
    }
}

fn key_path(id: KeyId) -> String {
    format!("{KEYS}/{id}")
}

fn check_path(id: KeyId) -> String {
    format!("{KEYS}/checks/{id}")
}
