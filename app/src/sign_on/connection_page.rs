//! One connection: what to tell the provider, its form, a test of it, who is taken in, and whether it is on.

use super::deeds::Deeds;
use super::oidc_form::{Check, OidcForm, Text};
use super::sign_on_page::state_chip;
use super::{PATH, Proof, page_of};
use crate::request::{PageNotice, Visit, Workspace};
use crate::ui::Problem;
use contract::AppError;
use contract::sign_on::{
    AdmissionFields, ConnectionPage as Page, CopyValue, OidcFields, TestedView,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The page of the connection that the address names.
#[component]
pub(crate) fn ConnectionPage() -> impl IntoView {
    let id = use_params_map()
        .with_untracked(|params| params.get("id"))
        .unwrap_or_default();
    page_of(
        |page: &Page| page.connection.name.clone(),
        move |ports, caller| async move {
            let id = id.parse().map_err(|_| AppError::not_found())?;
            ports.sign_on.connection(&caller, id).await
        },
        show,
    )
}

fn show(visit: Visit, _: Workspace, page: Page) -> impl IntoView + use<> {
    let (mut oidc, mut admission) = (page.oidc.clone(), page.admission.clone());
    let (mut message, mut tested) = (None, None);
    match visit.notice {
        Some(PageNotice::OidcNotSaved {
            fields,
            message: said,
        }) => {
            (oidc, message) = (Some(*fields), Some(said));
        }
        Some(PageNotice::AdmissionNotSaved {
            fields,
            message: said,
        }) => {
            (admission, message) = (*fields, Some(said));
        }
        Some(PageNotice::SignOnRefused { message: said }) => message = Some(said),
        Some(PageNotice::SignOnTested(view)) => tested = Some(*view),
        _ => {}
    }
    let at = format!("{PATH}/{}", page.connection.id);
    let connection = page.connection.clone();
    view! {
        <div class="page-head">
            <div>
                <p class="hint"><a href=PATH>"Sign-on"</a></p>
                <h1>{connection.name} " " {state_chip(connection.state)}</h1>
                <p class="lead">{connection.kind.label()}</p>
            </div>
            <form method="post" action=format!("{at}/test")>
                <button type="submit" class="button primary">"Test sign-in"</button>
            </form>
        </div>
        {message.map(|message| view! { <Problem message/> })}
        {tested.map(|tested| view! { <Tested tested/> })}
        <Values values=page.values.clone()/>
        {oidc.map(|fields| view! { <Settings at=at.clone() fields has_secret=page.has_secret/> })}
        <Admission at=at.clone() fields=admission roles=page.roles.clone()/>
        <Deeds at page/>
    }
}

/// What a test showed.
#[component]
fn Tested(tested: TestedView) -> impl IntoView {
    let rows = tested
        .claims
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd><code>{value}</code></dd></div> })
        .collect_view();
    let (chip, words) = if tested.good {
        ("chip dot ok", "The provider was understood")
    } else {
        ("chip dot trouble", "It does not work yet")
    };
    let role = tested
        .role
        .map(|role| view! { <p>"Role that results: " <strong>{role}</strong></p> });
    view! {
        <section class="panel" role="status" aria-labelledby="tested-heading">
            <div class="panel-head"><h2 id="tested-heading">"Test sign-in"</h2> <span class=chip>{words}</span></div>
            <div class="fold-inner">
                <p>{tested.said}</p>
                {role}
                <p class="hint">"Nobody was signed in by this, and nothing was linked."</p>
            </div>
            <dl class="facts">{rows}</dl>
        </section>
    }
}

#[component]
fn Values(values: Vec<CopyValue>) -> impl IntoView {
    if values.is_empty() {
        return ().into_any();
    }
    let rows = values
        .into_iter()
        .map(|it| view! { <div><dt>{it.label}</dt><dd><code>{it.value}</code></dd></div> })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="values-heading">
            <div class="panel-head"><h2 id="values-heading">"Copy to the provider"</h2></div>
            <dl class="facts">{rows}</dl>
        </section>
    }
    .into_any()
}

#[component]
fn Settings(at: String, fields: OidcFields, has_secret: bool) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="settings-heading">
            <div class="panel-head"><h2 id="settings-heading">"From the provider"</h2></div>
            <div class="fold-inner">
                <p class="hint">
                    "When issuer, client or tenant change, everybody who came in through this connection is signed out, and it has to be tested again."
                </p>
                <OidcForm action=at fields has_secret button="Save"/>
            </div>
        </section>
    }
}

#[component]
fn Admission(at: String, fields: AdmissionFields, roles: Vec<String>) -> impl IntoView {
    let chosen = fields.otherwise.clone();
    let listed = roles.join(", ");
    let options = roles
        .into_iter()
        .map(|role| {
            let selected = role == chosen;
            view! { <option value=role.clone() selected=selected>{role.clone()}</option> }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="admission-heading">
            <div class="panel-head"><h2 id="admission-heading">"Who is taken in"</h2></div>
            <form method="post" action=format!("{at}/admission") class="form fold-inner" autocomplete="off">
                <Check name="jit" on=fields.jit
                    label="Take in people who were never here, with an address below a proven domain"/>
                <Text name="claim" label="Claim that rules look at" value=fields.claim needed=false
                    hint="For example groups."/>
                <div class="field">
                    <label for="sign-on-rules">"Rules"</label>
                    <textarea id="sign-on-rules" class="input" name="rules" rows="4" spellcheck="false"
                        aria-describedby="sign-on-rules-hint">{fields.rules}</textarea>
                    <p class="hint" id="sign-on-rules-hint">
                        "One on each line, the first that fits decides: a value, an equals sign, a role. Roles: " {listed}
                        ". Nobody becomes an owner by this."
                    </p>
                </div>
                <div class="field">
                    <label for="sign-on-otherwise">"Everybody else"</label>
                    <select id="sign-on-otherwise" class="input" name="otherwise">
                        <option value="">"Is not taken in"</option>
                        {options}
                    </select>
                </div>
                <Text name="seats" label="Seats" value=fields.seats needed=false
                    hint="Nobody is taken in once the workspace has so many people. Empty: any number."/>
                <Text name="home_domains" label="Domains that are led here" value=fields.home_domains needed=false
                    hint="Who types an address of these on the sign-in page is led here, once the domain is proven."/>
                <Proof form="admission"/>
                <div class="actions"><button type="submit" class="button primary">"Save who is taken in"</button></div>
            </form>
        </section>
    }
}
