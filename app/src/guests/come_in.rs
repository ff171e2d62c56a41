//! The page at which somebody from the platform host comes in, and what they see in place of the chat.

use super::house_in_words;
use crate::brand::BrandName;
use crate::frame::{SettingsFrame, Tab};
use crate::refusal::refuse;
use crate::request::{PageNotice, Visit, Workspace};
use contract::staff::GuestOffer;
use contract::{AppError, Caller, Ports};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// What the code lets somebody do, before they do it. Works where the workspace is closed for now, too.
#[component]
pub(crate) fn ComeInPage() -> impl IntoView {
    let visit = use_context::<Visit>();
    let place = visit.as_ref().and_then(|visit| visit.workspace().cloned());
    let Some((visit, place)) = visit.zip(place) else {
        return refuse(None, AppError::not_found());
    };
    if let Some(PageNotice::Refused(error)) = visit.notice {
        return refuse(Some(place), error);
    }
    let code = use_params_map()
        .with_untracked(|params| params.get("code"))
        .unwrap_or_default();
    let ports = use_context::<Ports>();
    let page = Suspend::new(async move {
        let offer = match ports {
            Some(ports) => ports.guests.offer(place.tenant, &code).await,
            None => Err(AppError::not_found()),
        };
        match offer {
            Ok(offer) => form(place, offer, &code),
            Err(error) => refuse(Some(place), error),
        }
    });
    view! { <Suspense>{page}</Suspense> }.into_any()
}

fn form(place: Workspace, offer: GuestOffer, code: &str) -> AnyView {
    let brand = place.brand;
    let action = format!("/guest/{code}");
    let lead = format!(
        "{}, for {}. For {} minutes.",
        offer.name,
        house_in_words(&offer.house),
        offer.minutes
    );
    view! {
        <Title text=format!("Come in · {}", brand.name)/>
        <main class="refusal">
            <BrandName brand=(*brand).clone()/>
            <h1>"Come in as an administrator"</h1>
            <p class="lead">{lead}</p>
            <p class="muted">"Why: " <q>{offer.reason}</q></p>
            <ul class="plain-list">
                <li>"You can look after models, instructions, looks and what is kept."</li>
                <li>"Conversations, people, keys, what seals the workspace and its end are not open to you."</li>
                <li>"The owners are told, and the record of the workspace says when you came and left."</li>
            </ul>
            <form method="post" action=action>
                <button type="submit" class="button primary">"Come in"</button>
            </form>
        </main>
    }
    .into_any()
}

/// What stands at `/` for a guest.
pub(crate) fn no_chat(place: Workspace, caller: Caller) -> AnyView {
    let name = place.brand.name.clone();
    view! {
        <Title text=name.clone()/>
        <SettingsFrame place caller tab=Tab::Account>
            <div class="page-head">
                <div>
                    <h1>"Conversations stay with the members"</h1>
                    <p class="lead">
                        {format!("You are a guest in {name}: what its people ask and are answered is not open \
                                  to you, and you cannot ask in their place.")}
                    </p>
                </div>
            </div>
            <p><a class="button" href="/admin/models">"Models"</a></p>
        </SettingsFrame>
    }
    .into_any()
}
