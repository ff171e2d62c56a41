//! The forms of the sign-on pages, and of one's own links.

use super::forms::said;
use super::key_forms::Asker;
use super::posted::Form;
use super::{pages, plain, sign_on_door};
use crate::sign_on::{Typed, TypedAdmission};
use app::request::PageNotice;
use axum::extract::Path;
use axum::response::Response;
use contract::keys::{Proof, TypedSecret};
use contract::sign_on::{AdmissionFields, OidcFields};
use contract::{AppResult, ConnectionId};
use serde::Deserialize;

const PAGE: &str = "/admin/sign-on";
const NEW: &str = "/admin/sign-on/new-oidc";

/// A connection over OpenID Connect.
#[derive(Deserialize)]
pub(super) struct OidcForm {
    name: String,
    issuer: String,
    client_id: String,
    secret: TypedSecret,
    authentication: String,
    #[serde(default)]
    scopes: String,
    #[serde(default)]
    tenant_pin: String,
    trust_addresses: Option<String>,
    sign_out_there: Option<String>,
    password: TypedSecret,
}

/// Who is taken in.
#[derive(Deserialize)]
pub(super) struct AdmissionForm {
    jit: Option<String>,
    #[serde(default)]
    claim: String,
    #[serde(default)]
    rules: String,
    #[serde(default)]
    otherwise: String,
    #[serde(default)]
    seats: String,
    #[serde(default)]
    home_domains: String,
    password: TypedSecret,
}

/// What becomes of a connection.
#[derive(Deserialize)]
pub(super) struct DeedForm {
    deed: String,
    password: TypedSecret,
}

/// A domain, as it was typed.
#[derive(Deserialize)]
pub(super) struct DomainForm {
    domain: String,
}

impl OidcForm {
    fn typed(self) -> (Typed, Proof) {
        let typed = Typed {
            fields: OidcFields {
                name: self.name,
                issuer: self.issuer,
                client_id: self.client_id,
                authentication: self.authentication,
                scopes: self.scopes,
                tenant_pin: self.tenant_pin,
                trust_addresses: self.trust_addresses.is_some(),
                sign_out_there: self.sign_out_there.is_some(),
            },
            secret: self.secret,
        };
        (typed, Proof::Password(self.password))
    }
}

fn page_of(id: ConnectionId) -> String {
    format!("{PAGE}/{id}")
}

/// `POST /admin/sign-on/new-oidc`
pub(super) async fn make_oidc(asker: Asker, Form(form): Form<OidcForm>) -> Response {
    let (typed, proof) = form.typed();
    let sign_on = asker.installation().sign_on();
    let made = sign_on.make_oidc(&asker.caller, &typed, proof).await;
    let refused = |message| PageNotice::OidcNotSaved {
        fields: Box::new(typed.fields),
        message,
    };
    asker.answer_with(made.map(page_of), NEW, refused).await
}

/// `POST /admin/sign-on/<id>`
pub(super) async fn change_oidc(
    asker: Asker,
    Path(id): Path<String>,
    Form(form): Form<OidcForm>,
) -> Response {
    let Ok(id) = id.parse() else {
        return plain::nowhere();
    };
    let (typed, proof) = form.typed();
    let sign_on = asker.installation().sign_on();
    let changed = sign_on.change_oidc(&asker.caller, id, &typed, proof).await;
    let refused = |message| PageNotice::OidcNotSaved {
        fields: Box::new(typed.fields),
        message,
    };
    let page = page_of(id);
    let done = changed.map(|()| format!("{page}?done=saved"));
    asker.answer_with(done, &page, refused).await
}

/// `POST /admin/sign-on/<id>/admission`
pub(super) async fn admission(
    asker: Asker,
    Path(id): Path<String>,
    Form(form): Form<AdmissionForm>,
) -> Response {
    let Ok(id) = id.parse() else {
        return plain::nowhere();
    };
    let typed = TypedAdmission {
        fields: AdmissionFields {
            jit: form.jit.is_some(),
            claim: form.claim,
            rules: form.rules,
            otherwise: form.otherwise,
            seats: form.seats,
            home_domains: form.home_domains,
        },
    };
    let proof = Proof::Password(form.password);
    let sign_on = asker.installation().sign_on();
    let set = sign_on
        .set_admission(&asker.caller, id, &typed, proof)
        .await;
    let refused = |message| PageNotice::AdmissionNotSaved {
        fields: Box::new(typed.fields),
        message,
    };
    let page = page_of(id);
    let done = set.map(|()| format!("{page}?done=saved"));
    asker.answer_with(done, &page, refused).await
}

/// `POST /admin/sign-on/<id>/deed`
pub(super) async fn deed(
    asker: Asker,
    Path(id): Path<String>,
    Form(form): Form<DeedForm>,
) -> Response {
    let Ok(id) = id.parse() else {
        return plain::nowhere();
    };
    let proof = Proof::Password(form.password);
    let (sign_on, caller) = (asker.installation().sign_on(), &asker.caller);
    let page = page_of(id);
    let done = match form.deed.as_str() {
        "on" => sign_on.switch(caller, id, true, proof).await,
        "off" => sign_on.switch(caller, id, false, proof).await,
        "enforce" => sign_on.enforce(caller, id, true, proof).await,
        "relax" => sign_on.enforce(caller, id, false, proof).await,
        "confirm" => sign_on.confirm_people(caller, id, proof).await,
        "remove" => sign_on.remove(caller, id, proof).await,
        _ => return plain::nowhere(),
    };
    let next = if form.deed == "remove" { PAGE } else { &page };
    let done = done.map(|()| format!("{next}?done=saved"));
    answer(asker, done, &page).await
}

/// `POST /admin/sign-on/<id>/test`
pub(super) async fn test(asker: Asker, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<ConnectionId>() else {
        return plain::nowhere();
    };
    let address = asker.base();
    let kept = sign_on_door::kept(asker.headers(), asker.place());
    let sign_on = asker.installation().sign_on();
    let begun = sign_on.begin_test(&asker.caller, id, &address, kept).await;
    match begun {
        Ok(begun) => sign_on_door::onward_with(asker.place(), &begun),
        Err(error) => answer(asker, Err(error), &page_of(id)).await,
    }
}

/// `POST /admin/sign-on/domains`
pub(super) async fn add_domain(asker: Asker, Form(form): Form<DomainForm>) -> Response {
    let sign_on = asker.installation().sign_on();
    let added = sign_on.add_mail_domain(&asker.caller, &form.domain).await;
    on_list(asker, added).await
}

/// `POST /admin/sign-on/domains/<domain>/check`
pub(super) async fn check_domain(asker: Asker, Path(domain): Path<String>) -> Response {
    let sign_on = asker.installation().sign_on();
    let looked = sign_on.look_at_mail_domain(&asker.caller, &domain).await;
    on_list(asker, looked).await
}

/// `POST /admin/sign-on/domains/<domain>/remove`
pub(super) async fn remove_domain(asker: Asker, Path(domain): Path<String>) -> Response {
    let sign_on = asker.installation().sign_on();
    let removed = sign_on.remove_mail_domain(&asker.caller, &domain).await;
    on_list(asker, removed).await
}

/// `POST /account/sign-on/<id>/link`
pub(super) async fn link(asker: Asker, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<ConnectionId>() else {
        return plain::nowhere();
    };
    let address = asker.base();
    let kept = sign_on_door::kept(asker.headers(), asker.place());
    let sign_on = asker.installation().sign_on();
    let begun = sign_on.begin_link(&asker.caller, id, &address, kept).await;
    match begun {
        Ok(begun) => sign_on_door::onward_with(asker.place(), &begun),
        Err(error) => on_account(asker, Err(error)).await,
    }
}

/// `POST /account/sign-on/<id>/unlink`
pub(super) async fn unlink(asker: Asker, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<ConnectionId>() else {
        return plain::nowhere();
    };
    let unlinked = asker
        .installation()
        .sign_on()
        .unlink(&asker.caller, id)
        .await;
    on_account(asker, unlinked.map(|()| "/account".to_owned())).await
}

/// `GET` at the address of a form, where a browser stands after it was refused.
pub(super) async fn back() -> Response {
    pages::see_other(PAGE)
}

/// The same on the account page.
pub(super) async fn back_to_account() -> Response {
    pages::see_other("/account")
}

async fn on_list(asker: Asker, done: AppResult<()>) -> Response {
    answer(asker, done.map(|()| PAGE.to_owned()), PAGE).await
}

async fn on_account(asker: Asker, done: AppResult<String>) -> Response {
    let refused = |message| PageNotice::LinkRefused { message };
    asker.answer_with(done, "/account", refused).await
}

async fn answer(asker: Asker, done: AppResult<String>, page: &str) -> Response {
    // The short id stands in the words.
    let done = done.map_err(|error| {
        let message = said(&error);
        contract::AppError { message, ..error }
    });
    let refused = |message| PageNotice::SignOnRefused { message };
    asker.answer_with(done, page, refused).await
}
