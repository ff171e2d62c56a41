//! The form of a connection over OpenID Connect, new or not.

use super::{PATH, Proof, page_of};
use crate::request::{PageNotice, Visit, Workspace};
use crate::ui::Problem;
use contract::sign_on::OidcFields;
use leptos::prelude::*;

/// The page at `/admin/sign-on/new-oidc`.
#[component]
pub(crate) fn NewOidcPage() -> impl IntoView {
    page_of(
        |(): &()| "Add OpenID Connect".to_owned(),
        |_, _| async move { Ok(()) },
        show,
    )
}

fn show(visit: Visit, place: Workspace, (): ()) -> impl IntoView + use<> {
    let (fields, message) = match visit.notice {
        Some(PageNotice::OidcNotSaved { fields, message }) => (*fields, Some(message)),
        _ => (OidcFields::default(), None),
    };
    let callback = format!("{}/auth/oidc/callback", place.address);
    view! {
        <div class="page-head">
            <div>
                <p class="hint"><a href=PATH>"Sign-on"</a></p>
                <h1>"Add OpenID Connect"</h1>
                <p class="lead">
                    "Register an application of the kind “web” at your provider, with this redirect URI. Then copy what it gives you."
                </p>
                <p><code>{callback}</code></p>
            </div>
        </div>
        {message.map(|message| view! { <Problem message/> })}
        <section class="panel">
            <div class="fold-inner">
                <OidcForm action=format!("{PATH}/new-oidc") fields has_secret=false button="Add the connection"/>
            </div>
        </section>
    }
}

/// The form itself.
#[component]
pub(super) fn OidcForm(
    action: String,
    fields: OidcFields,
    has_secret: bool,
    button: &'static str,
) -> impl IntoView {
    let secret_hint = if has_secret {
        "A secret is sealed. Leave this empty to keep it."
    } else {
        "Sealed at once, and shown to nobody again."
    };
    view! {
        <form method="post" action=action class="form" autocomplete="off">
            <Text name="name" label="Name" value=fields.name needed=true
                hint="Stands on the button of the sign-in page, for example the name of your company."/>
            <Text name="issuer" label="Issuer" value=fields.issuer needed=true
                hint="The address of the provider, as it calls itself. It begins with https://."/>
            <Text name="client_id" label="Client id" value=fields.client_id needed=true hint=""/>
            <div class="field">
                <label for="oidc-secret">"Client secret"</label>
                <input id="oidc-secret" class="input" type="password" name="secret" autocomplete="off"
                    aria-describedby="oidc-secret-hint"/>
                <p class="hint" id="oidc-secret-hint">{secret_hint}</p>
            </div>
            <Authentication chosen=fields.authentication/>
            <Text name="tenant_pin" label="Tenant id" value=fields.tenant_pin needed=false
                hint="Only for providers with many tenants behind one issuer, such as Microsoft Entra with “common”."/>
            <Text name="scopes" label="More scopes" value=fields.scopes needed=false
                hint="Beside openid, email and profile; for example groups."/>
            <Check name="trust_addresses" on=fields.trust_addresses
                label="Take addresses as verified where the provider says nothing about it"/>
            <Check name="sign_out_there" on=fields.sign_out_there
                label="Who signs out here is signed out at the provider"/>
            <Proof form="oidc"/>
            <div class="actions"><button type="submit" class="button primary">{button}</button></div>
        </form>
    }
}

#[component]
fn Authentication(chosen: String) -> impl IntoView {
    let all = [
        ("basic", "Secret in a header (client_secret_basic)"),
        ("post", "Secret in the form (client_secret_post)"),
        ("none", "No secret: a public client with PKCE"),
    ];
    let options = all
        .into_iter()
        .map(|(value, label)| {
            view! { <option value=value selected=chosen == value>{label}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for="oidc-authentication">"Client authentication"</label>
            <select id="oidc-authentication" class="input" name="authentication">{options}</select>
        </div>
    }
}

#[component]
pub(super) fn Text(
    name: &'static str,
    label: &'static str,
    value: String,
    needed: bool,
    hint: &'static str,
) -> impl IntoView {
    let id = format!("sign-on-{name}");
    let hint_id = format!("{id}-hint");
    let described = (!hint.is_empty()).then(|| hint_id.clone());
    let hint = (!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> });
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input id=id class="input" name=name value=value required=needed maxlength="512"
                autocomplete="off" autocapitalize="off" spellcheck="false" aria-describedby=described/>
            {hint}
        </div>
    }
}

#[component]
pub(super) fn Check(name: &'static str, label: &'static str, on: bool) -> impl IntoView {
    view! {
        <label class="check"><input type="checkbox" name=name value="yes" checked=on/> " " {label}</label>
    }
}
