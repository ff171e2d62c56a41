//! The forms about a client's own key. Each answers with a redirect, or with its page and what is
//! wrong.

use super::forms::said;
use super::key_fields::ProofForm;
use super::key_forms::Asker;
use super::pages;
use super::posted::Form;
use app::request::PageNotice;
use axum::response::Response;
use contract::SealingPort as _;
use contract::keys::{Proof, TypedSecret};
use contract::sealing::{ServiceDraft, ServiceFields};
use serde::Deserialize;

const PAGE: &str = "/admin/keys/service";

/// Fields of the form for a key service.
#[derive(Deserialize)]
pub(super) struct AttachForm {
    kind: String,
    key: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    identity: String,
    #[serde(default)]
    directory: String,
    #[serde(default)]
    mount: String,
    #[serde(default)]
    namespace: String,
    access: TypedSecret,
    password: TypedSecret,
}

/// Fields of the form for a new access.
#[derive(Deserialize)]
pub(super) struct AccessForm {
    #[serde(default)]
    identity: String,
    access: TypedSecret,
    password: TypedSecret,
}

/// `POST /admin/keys/service/attach`
pub(super) async fn attach(asker: Asker, Form(form): Form<AttachForm>) -> Response {
    let fields = ServiceFields {
        kind: form.kind,
        key: form.key,
        address: form.address,
        identity: form.identity,
        directory: form.directory,
        mount: form.mount,
        namespace: form.namespace,
    };
    let draft = ServiceDraft {
        fields: fields.clone(),
        access: form.access,
    };
    let proof = Proof::Password(form.password);
    match asker.keys().attach(&asker.caller, draft, proof).await {
        Ok(()) => pages::see_other(PAGE),
        Err(error) => {
            let notice = PageNotice::ServiceRefused {
                fields: Box::new(fields),
                message: said(&error),
            };
            asker.page_with(PAGE, notice, &error).await
        }
    }
}

/// `POST /admin/keys/service/access`
pub(super) async fn access(asker: Asker, Form(form): Form<AccessForm>) -> Response {
    let identity = form.identity.trim().to_owned();
    let identity = (!identity.is_empty()).then_some(identity);
    let proof = Proof::Password(form.password);
    let done = asker
        .keys()
        .replace_access(&asker.caller, identity, form.access, proof)
        .await;
    asker.answer(done.map(|()| PAGE.to_owned()), PAGE).await
}

/// `POST /admin/keys/service/rotate`
pub(super) async fn rotate(asker: Asker, Form(form): Form<ProofForm>) -> Response {
    let proof = Proof::Password(form.password);
    let done = asker.keys().rotate(&asker.caller, proof).await;
    asker.answer(done.map(|()| PAGE.to_owned()), PAGE).await
}

/// `POST /admin/keys/service/detach`
pub(super) async fn detach(asker: Asker, Form(form): Form<ProofForm>) -> Response {
    let proof = Proof::Password(form.password);
    let done = asker.keys().detach(&asker.caller, proof).await;
    asker.answer(done.map(|()| PAGE.to_owned()), PAGE).await
}

/// `GET` at the address of a form, where a browser stands after it was refused.
pub(super) async fn back() -> Response {
    pages::see_other(PAGE)
}
