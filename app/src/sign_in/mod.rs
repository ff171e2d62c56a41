//! Signing in and accepting an invitation. Plain forms: they work without any script.
//!
//! Refuses to know whether an account exists; the words of a refusal come from the server.

mod accept_invitation;
mod ask_for_password;
mod doors;

pub(crate) use accept_invitation::InvitationPage;
pub(crate) use ask_for_password::{SignInPage, asked_for};

use crate::brand::{BrandName, LegalLinks};
use crate::ui::LanguageChoice;
use crate::words::t;
use contract::BrandView;
use http::request::Parts;
use leptos::prelude::*;
use std::sync::Arc;

/// Two halves: the form, and the client's colour with their one sentence. On a phone the form only.
#[component]
pub(crate) fn SplitPage(
    brand: Arc<BrandView>,
    /// Where a choice of language leads back to; empty: none is offered.
    #[prop(optional, into)]
    back: String,
    children: Children,
) -> impl IntoView {
    let languages = (!back.is_empty()).then(|| view! { <LanguageChoice next=back/> });
    let banner = brand.demo.then(|| {
        view! { <p class="demo-line">{t!("Demo workspace. Names and figures are invented.")}</p> }
    });
    view! {
        <main class="split">
            <div class="split-form">
                <div class="split-inner">
                    <BrandName brand=(*brand).clone()/>
                    {children()}
                    {banner}
                    <LegalLinks brand=(*brand).clone()/>
                    {languages}
                </div>
            </div>
            <div class="split-brand">
                <span class="split-mark" aria-hidden="true">{brand.mark.clone()}</span>
                <div class="split-words">
                    <p class="split-line">{brand.tagline.clone()}</p>
                    <p class="split-detail">{brand.tagline_detail.clone()}</p>
                </div>
            </div>
        </main>
    }
}

/// The page this is, with where it leads to afterwards when that is of this host.
pub(super) fn here() -> String {
    let path = use_context::<Parts>().map_or_else(String::new, |parts| parts.uri.path().to_owned());
    match asked_for() {
        Some(next) => format!("{path}?next={}", next.replace('&', "%26")),
        None => path,
    }
}
