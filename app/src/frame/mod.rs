//! The frame around every page of settings: the client's mark, the places the caller may open, and the
//! page itself. Plain HTML: on a phone the places are a sheet that needs no script.
//!
//! Refuses places that the caller may not open, and places that lead nowhere.

mod navigation;
mod palette;
mod places;

use crate::brand::{BrandName, LegalLinks};
use crate::request::Workspace;
use crate::ui::{Icon, Shape};
use crate::words::t;
use contract::Caller;
use leptos::prelude::*;
use navigation::Navigation;
use palette::{Palette, PaletteButton};
use places::places;

/// Which page of the frame is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Overview,
    Branding,
    Domains,
    SignOn,
    Members,
    Keys,
    Models,
    Prompt,
    Programs,
    Savings,
    Audit,
    Sessions,
    Workspace,
    Account,
    OwnKeys,
    OwnToken,
}

/// Whether the navigation leads `caller` to `href`: what is no place yet, or not theirs, is offered nowhere.
pub(crate) fn leads_to(place: &Workspace, caller: &Caller, href: &str) -> bool {
    places(place, caller).iter().any(|entry| entry.href == href)
}

/// Side with every place the caller may open, and one column of settings.
#[component]
pub(crate) fn SettingsFrame(
    place: Workspace,
    caller: Caller,
    tab: Tab,
    children: Children,
) -> impl IntoView {
    let entries = places(&place, &caller);
    let environment = caller
        .role()
        .may_see_overview()
        .then_some(place.environment);
    let brand = place.brand;
    view! {
        <a class="skip" href="#content">{t!("Skip to the page")}</a>
        <div class="settings">
            <header class="settings-side">
                <div class="frame-side">
                    <div class="frame-head">
                        <a class="brand-link" href="/">
                            <BrandName brand=(*brand).clone()/>
                        </a>
                        <PaletteButton/>
                        <button
                            type="button"
                            class="icon-button only-phone"
                            popovertarget="places"
                            aria-label=t!("Menu")
                        >
                            <Icon shape=Shape::Menu/>
                        </button>
                    </div>
                    <Navigation entries=entries.clone() here=tab caller environment/>
                </div>
            </header>
            <main id="content" class="settings-main" tabindex="-1">
                {children()}
                <footer><LegalLinks brand=(*brand).clone()/></footer>
            </main>
        </div>
        <Palette entries/>
    }
}
