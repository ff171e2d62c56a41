//! The forms of the keys pages. Each answers with a redirect, or with its page and what is wrong.

use super::forms::{said, status_of};
use super::key_fields::{
    ChangeForm, CheckForm, MembersForm, ProofForm, RemindForm, RotateForm, SealForm, TermsForm,
};
use super::posted::Form;
use super::{pages, plain};
use crate::cache::Cache;
use crate::http::{Arrival, RequestPlace};
use crate::identity::People;
use crate::installation::Installation;
use crate::keys::Keys;
use crate::models::Models;
use crate::workspace::Workspaces;
use app::keys::from_date_field;
use app::request::PageNotice;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use contract::keys::{KeyChange, KeyDraft, KeyScope, Proof};
use contract::{AppError, AppResult, Caller, ErrorCode, KeyId, KeysPort as _};

/// Whose keys a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Desk {
    /// The workspace's, and those of its teams.
    Workspace,
    /// The caller's own.
    Own,
}

impl Desk {
    /// Where the desk stands.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Workspace => "/admin/keys",
            Self::Own => "/account/keys",
        }
    }

    /// The desk that an address belongs to.
    pub(super) fn of(path: &str) -> Self {
        if path.starts_with(Self::Own.path()) {
            Self::Own
        } else {
            Self::Workspace
        }
    }

    fn key(self, id: KeyId) -> String {
        format!("{}/{id}", self.path())
    }

    /// The page of a check.
    pub(super) fn check(self, id: KeyId) -> String {
        format!("{}/checks/{id}", self.path())
    }
}

/// A signed-in person at a form of the keys pages.
pub(super) struct Asker {
    installation: Installation,
    place: RequestPlace,
    headers: HeaderMap,
    pub(super) caller: Caller,
    desk: Desk,
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
            desk: Desk::of(parts.uri.path()),
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

    pub(super) fn cache(&self) -> &Cache {
        self.installation.cache()
    }

    pub(super) fn models(&self) -> &Models {
        self.installation.models()
    }

    pub(super) fn workspaces(&self) -> &Workspaces {
        self.installation.workspaces()
    }

    /// How the request reached us.
    pub(super) const fn arrival(&self) -> &Arrival {
        &self.place.arrival
    }

    /// What the browser sent along.
    pub(super) const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Where the request stands.
    pub(super) const fn place(&self) -> &RequestPlace {
        &self.place
    }

    pub(super) fn installation(&self) -> &Installation {
        &self.installation
    }

    /// Refuses whoever does not look after keys for programs.
    pub(super) fn may_manage_programs(&self) -> AppResult<()> {
        if self.caller.role().may_manage_keys() {
            return Ok(());
        }
        Err(AppError::new(
            ErrorCode::Denied,
            "Only an owner or an admin of this workspace may change keys for programs.",
        ))
    }

    /// Scheme and host of this address.
    pub(super) fn base(&self) -> String {
        let arrival = &self.place.arrival;
        format!("{}://{}", arrival.scheme.as_str(), arrival.authority)
    }

    /// Short name of the workspace.
    pub(super) fn slug(&self) -> String {
        let workspace = self.place.workspace.as_ref();
        workspace
            .map(|workspace| workspace.slug.clone())
            .unwrap_or_default()
    }

    /// The words of a failure, in the asker's language.
    pub(super) fn spoken(&self, error: &AppError) -> String {
        said(error).in_language(self.place.language).into_owned()
    }

    pub(super) fn people(&self) -> &People {
        self.installation.people()
    }

    /// On to the next page, or `page` again with what is wrong.
    pub(super) async fn answer(self, done: AppResult<String>, page: &str) -> Response {
        let refused = |message| PageNotice::KeyRefused { message };
        self.answer_with(done, page, refused).await
    }

    /// The same, with `refused` saying it on the page.
    pub(super) async fn answer_with(
        self,
        done: AppResult<String>,
        page: &str,
        refused: impl FnOnce(contract::Said) -> PageNotice,
    ) -> Response {
        match done {
            Ok(next) => pages::see_other(&next),
            Err(error) if error.code == ErrorCode::NotFound => {
                self.page_with(page, PageNotice::Refused(error.clone()), &error)
                    .await
            }
            Err(error) => self.page_with(page, refused(said(&error)), &error).await,
        }
    }

    pub(super) async fn page_with(
        self,
        page: &str,
        notice: PageNotice,
        error: &AppError,
    ) -> Response {
        self.page_again(page, notice, status_of(error)).await
    }

    /// `page` with `notice`, whatever came of the form.
    pub(super) async fn page_again(
        self,
        page: &str,
        notice: PageNotice,
        status: StatusCode,
    ) -> Response {
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
        let page = self.asker.desk.key(self.id);
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
        let next = self.asker.desk.key(self.id);
        self.answer(done, &next).await
    }
}

/// `POST /admin/keys/terms`
pub(super) async fn accept_terms(asker: Asker, Form(form): Form<TermsForm>) -> Response {
    let done = asker.keys().accept_terms(&asker.caller, form.version).await;
    let page = Desk::Workspace.path();
    asker.answer(done.map(|()| page.to_owned()), page).await
}

/// `POST /admin/keys/members`
pub(super) async fn members(asker: Asker, Form(form): Form<MembersForm>) -> Response {
    let allowed = form.allow == "yes";
    let done = asker.keys().allow_member_keys(&asker.caller, allowed).await;
    let page = Desk::Workspace.path();
    asker.answer(done.map(|()| page.to_owned()), page).await
}

/// `POST /admin/keys/check`
pub(super) async fn check(asker: Asker, Form(form): Form<CheckForm>) -> Response {
    let draft = Box::new(form.fields());
    let own = KeyScope::Member(asker.caller.member());
    let begun = match form.draft((asker.desk == Desk::Own).then_some(own)) {
        Ok(draft) => asker.keys().check(&asker.caller, draft).await,
        Err(error) => Err(error),
    };
    match begun {
        Ok(id) => pages::see_other(&asker.desk.check(id)),
        Err(error) => {
            let message = said(&error);
            let page = asker.desk.path();
            let notice = PageNotice::KeyDraftRefused { draft, message };
            asker.page_with(page, notice, &error).await
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
        Ok(()) => pages::see_other(asker.desk.path()),
        Err(error) => {
            let desk = asker.desk;
            let (installation, place) = (asker.installation, asker.place);
            let page = super::key_checks::show(installation, place, desk, id, Some(error));
            Box::pin(page).await
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
    let desk = about.asker.desk.path();
    about.answer(done, desk).await
}

/// `POST /admin/keys/<id>/check`
pub(super) async fn check_again(about: AboutKey) -> Response {
    let done = about
        .asker
        .keys()
        .check_again(&about.asker.caller, about.id)
        .await;
    let next = about.asker.desk.check(about.id);
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
                scope: subject.scope,
                place: subject.place,
                replaces: Some(id),
            };
            keys.check(&asker.caller, draft).await
        }
        Err(error) => Err(error),
    };
    let desk = asker.desk;
    asker
        .answer(begun.map(|id| desk.check(id)), &desk.key(id))
        .await
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
    let next = about.asker.desk.key(about.id);
    about.answer(done, &next).await
}

/// `POST /admin/keys/<id>/delete`
pub(super) async fn delete(about: AboutKey, Form(form): Form<ProofForm>) -> Response {
    let (keys, proof) = (about.asker.keys(), Proof::Password(form.password));
    let done = keys.delete(&about.asker.caller, about.id, proof).await;
    let desk = about.asker.desk.path();
    about.answer(done, desk).await
}

/// `GET` at the address of a form, where a browser stands after it was refused.
pub(super) async fn back(uri: Uri, Path(id): Path<String>) -> Response {
    match id.parse() {
        Ok(id) => pages::see_other(&Desk::of(uri.path()).key(id)),
        Err(_) => plain::nowhere(),
    }
}
