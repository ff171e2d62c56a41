//! Signing in and accepting an invitation. Plain forms: they work without any script.
//!
//! Refuses to know whether an account exists; the words of a refusal come from the server.

mod accept_invitation;
mod ask_for_password;

pub(crate) use accept_invitation::InvitationPage;
pub(crate) use ask_for_password::{SignInPage, asked_for};

use crate::brand::{BrandName, LegalLinks};
use crate::ui::LanguageChoice;
use crate::words::t;
use contract::BrandView;
use leptos::prelude::*;
use std::sync::Arc;

/// Two halves: the form, and the client's colour with their one sentence. On a phone the form only.
#[component]
pub(crate) fn SplitPage(brand: Arc<BrandView>, children: Children) -> impl IntoView {
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
                    <LanguageChoice/>
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
