//! The workspace's identity providers: what there is, how each is set up, tried and switched on.
//!
//! Plain pages, plain forms. Every change asks for the password again.

mod connection_page;
mod deeds;
mod oidc_form;
mod sign_on_page;

pub(crate) use connection_page::ConnectionPage;
pub(crate) use oidc_form::NewOidcPage;
pub(crate) use sign_on_page::SignOnPage;

use crate::people::{SettingsFrame, Tab};
use crate::refusal::{for_member, refuse};
use crate::request::{Visit, Workspace};
use contract::{AppError, AppResult, Caller, ErrorCode, Ports};
use leptos::prelude::*;
use leptos_meta::Title;
use std::future::Future;

/// Where the pages stand.
const PATH: &str = "/admin/sign-on";

/// Shows `page` in the settings' frame with what `load` gives.
fn page_of<T, V, F>(
    title: impl FnOnce(&T) -> String + Send + 'static,
    load: impl FnOnce(Ports, Caller) -> F + Send + 'static,
    page: impl FnOnce(Visit, Workspace, T) -> V + Send + 'static,
) -> AnyView
where
    T: Send + 'static,
    V: IntoView + 'static,
    F: Future<Output = AppResult<T>> + Send + 'static,
{
    for_member(move |visit, place, caller| {
        if !caller.role().may_manage_sign_on() {
            let words = "Sign-on is for owners and admins of this workspace.";
            return refuse(Some(place), AppError::new(ErrorCode::Denied, words));
        }
        let Some(ports) = use_context::<Ports>() else {
            return refuse(Some(place), AppError::not_found());
        };
        let shown = Suspend::new(async move {
            match load(ports, caller.clone()).await {
                Ok(loaded) => {
                    let frame = place.clone();
                    let title = format!("{} · {}", title(&loaded), frame.brand.name);
                    view! {
                        <Title text=title/>
                        <SettingsFrame place=frame caller=caller tab=Tab::SignOn>
                            {page(visit, place, loaded)}
                        </SettingsFrame>
                    }
                    .into_any()
                }
                Err(error) => refuse(Some(place), error),
            }
        });
        view! { <Suspense>{shown}</Suspense> }.into_any()
    })
}

/// The password once more, in a form that changes whom the workspace trusts. `form`: makes its id.
#[component]
fn Proof(form: &'static str) -> impl IntoView {
    let id = format!("{form}-password");
    view! {
        <div class="field">
            <label for=id.clone()>"Your password"</label>
            <input id=id class="input" type="password" name="password" required
                autocomplete="current-password"/>
        </div>
    }
}
