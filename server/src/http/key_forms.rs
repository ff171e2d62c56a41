//! The forms of the keys pages. Each answers with a redirect, or with its page and what is wrong.

use super::forms::{App, Placed, said, status_of};
use super::{pages, plain};
use crate::http::RequestPlace;
use crate::installation::Installation;
use app::keys::from_date_field;
use app::request::{KeyFields, PageNotice};
use axum::Form;
use axum::extract::{Extension, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use contract::keys::{
    KeyChange, KeyDraft, KeyEnvironment, KeyPlace, KeyProvider, KeyScope, Proof, TypedSecret,
};
use contract::{AppError, AppResult, Caller, ErrorCode, KeyId, KeysPort as _};
use serde::Deserialize;

const KEYS: &str = "/admin/keys";

/// Fields of the terms' form.
#[derive(Deserialize)]
pub(super) struct TermsForm {
    version: String,
}

/// Fields of the form for a key.
#[derive(Deserialize)]
pub(super) struct CheckForm {
    secret: TypedSecret,
    #[serde(default)]
    provider: String,
    environment: String,
    name: String,
    base_url: Option<String>,
    deployment: Option<String>,
    api_version: Option<String>,
    region: Option<String>,
    organisation: Option<String>,
    project: Option<String>,
}

/// Fields of the form that seals.
#[derive(Deserialize)]
pub(super) struct SealForm {
    password: TypedSecret,
    anyway: String,
    #[serde(default)]
    keep_hours: u32,
}

/// A new secret for a key.
#[derive(Deserialize)]
pub(super) struct RotateForm {
    secret: TypedSecret,
}

/// A change that can be undone.
#[derive(Deserialize)]
pub(super) struct ChangeForm {
    change: String,
}

/// Dates to be reminded of.
#[derive(Deserialize)]
pub(super) struct RemindForm {
    expires: String,
    rotate_by: String,
}

/// A proof and nothing else.
#[derive(Deserialize)]
pub(super) struct ProofForm {
    password: TypedSecret,
}

/// `POST /admin/keys/terms`
pub(super) async fn accept_terms(
    State(installation): App,
    Extension(place): Placed,
    headers: HeaderMap,
    Form(form): Form<TermsForm>,
) -> Response {
    let Some(caller) = place.caller.clone() else {
        return pages::see_other("/sign-in");
    };
    let done = installation
        .keys()
        .accept_terms(&caller, form.version)
        .await;
    answer(
        installation,
        place,
        &headers,
        done.map(|()| KEYS.to_owned()),
        KEYS,
    )
    .await
}

/// `POST /admin/keys/check`
pub(super) async fn check(
    State(installation): App,
    Extension(place): Placed,
    headers: HeaderMap,
    Form(form): Form<CheckForm>,
) -> Response {
    let Some(caller) = place.caller.clone() else {
        return pages::see_other("/sign-in");
    };
    let fields = form.fields();
    let begun = match form.draft() {
        Ok(draft) => installation.keys().check(&caller, draft).await,
        Err(error) => Err(error),
    };
    match begun {
        Ok(id) => pages::see_other(&check_path(id)),
        Err(error) => {
            let notice = PageNotice::KeyDraftRefused {
                draft: Box::new(fields),
                message: said(&error),
            };
            let status = status_of(&error);
            pages::page_with_notice(installation, place, &headers, KEYS, notice, status).await
        }
    }
}

/// `POST /admin/keys/checks/<id>/seal`
pub(super) async fn seal(
    State(installation): App,
    Extension(place): Placed,
    Path(id): Path<String>,
    Form(form): Form<SealForm>,
) -> Response {
    let (caller, id) = match of(&place, &id) {
        Ok(of) => of,
        Err(response) => return *response,
    };
    let proof = Proof::Password(form.password);
    let anyway = form.anyway == "yes";
    let sealed = installation
        .keys()
        .seal(&caller, id, anyway, form.keep_hours, proof)
        .await;
    match sealed {
        Ok(()) => pages::see_other(KEYS),
        Err(error) => super::key_checks::show(installation, place, id, Some(error)).await,
    }
}

/// `POST /admin/keys/checks/<id>/discard`
pub(super) async fn discard(
    State(installation): App,
    Extension(place): Placed,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let (caller, id) = match of(&place, &id) {
        Ok(of) => of,
        Err(response) => return *response,
    };
    let done = installation.keys().discard(&caller, id).await;
    answer(
        installation,
        place,
        &headers,
        done.map(|()| KEYS.to_owned()),
        KEYS,
    )
    .await
}

/// `POST /admin/keys/<id>/check`
pub(super) async fn check_again(
    State(installation): App,
    Extension(place): Placed,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let (caller, id) = match of(&place, &id) {
        Ok(of) => of,
        Err(response) => return *response,
    };
    let done = installation.keys().check_again(&caller, id).await;
    let next = done.map(|()| check_path(id));
    answer(installation, place, &headers, next, &key_path(id)).await
}

/// `POST /admin/keys/<id>/rotate`
pub(super) async fn rotate(
    State(installation): App,
    Extension(place): Placed,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(form): Form<RotateForm>,
) -> Response {
    let (caller, id) = match of(&place, &id) {
        Ok(of) => of,
        Err(response) => return *response,
    };
    let next = begin_rotation(&installation, &caller, id, form.secret).await;
    let next = next.map(check_path);
    answer(installation, place, &headers, next, &key_path(id)).await
}

/// Everything but the secret stays as it is, the address too.
async fn begin_rotation(
    installation: &Installation,
    caller: &Caller,
    id: KeyId,
    secret: TypedSecret,
) -> AppResult<KeyId> {
    let subject = installation.keys().subject(caller, id).await?;
    let draft = KeyDraft {
        provider: subject.provider,
        secret,
        name: subject.name,
        environment: subject.environment,
        scope: KeyScope::Workspace,
        place: subject.place,
        replaces: Some(id),
    };
    installation.keys().check(caller, draft).await
}

/// `POST /admin/keys/<id>/change`
pub(super) async fn change(
    State(installation): App,
    Extension(place): Placed,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(form): Form<ChangeForm>,
) -> Response {
    let change = match form.change.as_str() {
        "disable" => KeyChange::Disable,
        "enable" => KeyChange::Enable,
        _ => return plain::nowhere(),
    };
    apply(installation, place, &headers, &id, change).await
}

/// `POST /admin/keys/<id>/remind`
pub(super) async fn remind(
    State(installation): App,
    Extension(place): Placed,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(form): Form<RemindForm>,
) -> Response {
    let change = KeyChange::Remind {
        expires_ms: from_date_field(&form.expires),
        rotate_by_ms: from_date_field(&form.rotate_by),
    };
    apply(installation, place, &headers, &id, change).await
}

async fn apply(
    installation: Installation,
    place: RequestPlace,
    headers: &HeaderMap,
    id: &str,
    change: KeyChange,
) -> Response {
    let (caller, id) = match of(&place, id) {
        Ok(of) => of,
        Err(response) => return *response,
    };
    let done = installation.keys().change(&caller, id, change).await;
    let path = key_path(id);
    answer(
        installation,
        place,
        headers,
        done.map(|()| path.clone()),
        &path,
    )
    .await
}

/// `POST /admin/keys/<id>/take-back`
pub(super) async fn take_back(
    State(installation): App,
    Extension(place): Placed,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(form): Form<ProofForm>,
) -> Response {
    let (caller, id) = match of(&place, &id) {
        Ok(of) => of,
        Err(response) => return *response,
    };
    let proof = Proof::Password(form.password);
    let done = installation.keys().take_back(&caller, id, proof).await;
    let path = key_path(id);
    answer(
        installation,
        place,
        &headers,
        done.map(|()| path.clone()),
        &path,
    )
    .await
}

/// `POST /admin/keys/<id>/delete`
pub(super) async fn delete(
    State(installation): App,
    Extension(place): Placed,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(form): Form<ProofForm>,
) -> Response {
    let (caller, id) = match of(&place, &id) {
        Ok(of) => of,
        Err(response) => return *response,
    };
    let proof = Proof::Password(form.password);
    let done = installation.keys().delete(&caller, id, proof).await;
    let next = done.map(|()| KEYS.to_owned());
    answer(installation, place, &headers, next, &key_path(id)).await
}

/// `GET` at the address of a form, where a browser stands after it was refused.
pub(super) async fn back(Path(id): Path<String>) -> Response {
    match id.parse() {
        Ok(id) => pages::see_other(&key_path(id)),
        Err(_) => plain::nowhere(),
    }
}

/// Who asks, about which key.
fn of(place: &RequestPlace, id: &str) -> Result<(Caller, KeyId), Box<Response>> {
    let caller = place
        .caller
        .clone()
        .ok_or_else(|| Box::new(pages::see_other("/sign-in")))?;
    let id = id.parse().map_err(|_| Box::new(plain::nowhere()))?;
    Ok((caller, id))
}

/// On to the next page, or this one again with what is wrong.
async fn answer(
    installation: Installation,
    place: RequestPlace,
    headers: &HeaderMap,
    done: AppResult<String>,
    page: &str,
) -> Response {
    match done {
        Ok(next) => pages::see_other(&next),
        Err(error) => {
            let notice = if error.code == ErrorCode::NotFound {
                PageNotice::Refused(error.clone())
            } else {
                PageNotice::KeyRefused {
                    message: said(&error),
                }
            };
            let status = status_of(&error);
            pages::page_with_notice(installation, place, headers, page, notice, status).await
        }
    }
}

fn key_path(id: KeyId) -> String {
    format!("{KEYS}/{id}")
}

fn check_path(id: KeyId) -> String {
    format!("{KEYS}/checks/{id}")
}

impl CheckForm {
    /// What the form is filled with again.
    fn fields(&self) -> KeyFields {
        KeyFields {
            provider: self.provider.clone(),
            environment: self.environment.clone(),
            name: self.name.clone(),
            place: self.place(),
        }
    }

    fn place(&self) -> KeyPlace {
        let given = |value: &Option<String>| value.clone().filter(|value| !value.trim().is_empty());
        KeyPlace {
            base_url: given(&self.base_url),
            deployment: given(&self.deployment),
            api_version: given(&self.api_version),
            region: given(&self.region),
            access_key_id: None,
            organisation: given(&self.organisation),
            project: given(&self.project),
            probe_model: None,
        }
    }

    /// The draft, its provider recognised where none was chosen. Fields of other providers, which
    /// the page does not show, count for nothing.
    fn draft(self) -> AppResult<KeyDraft> {
        let invalid = |message: &str| AppError::new(ErrorCode::Invalid, message);
        let secret = TypedSecret::new(self.secret.expose().trim().to_owned());
        let provider = if self.provider.is_empty() {
            contract::keys_shape::guess(secret.expose()).ok_or_else(|| {
                invalid(
                    "Provider: keys of this shape are used by several. Choose whose it is and \
                     paste the key again; it was not kept.",
                )
            })?
        } else {
            KeyProvider::parse(&self.provider)
                .ok_or_else(|| invalid("Provider: choose one of the list."))?
        };
        contract::keys_shape::shape(provider, secret.expose())
            .map_err(|words| invalid(&format!("Key: {words}")))?;
        let mut place = self.place();
        if !matches!(provider, KeyProvider::Azure | KeyProvider::OpenAiCompatible) {
            place.base_url = None;
        }
        Ok(KeyDraft {
            provider,
            secret,
            environment: KeyEnvironment::parse(&self.environment)
                .ok_or_else(|| invalid("Environment: choose one of the three."))?,
            name: self.name,
            scope: KeyScope::Workspace,
            place,
            replaces: None,
        })
    }
}
