//! The client's dress as components: mark, logo, legal links, and the brand itself as context.
//!
//! Refuses any name or colour of its own: without a brand these pieces show nothing.

#[cfg(feature = "ssr")]
mod legal_links;

#[cfg(feature = "ssr")]
pub(crate) use legal_links::LegalLinks;

use crate::words::t;
use contract::{BrandNow, BrandView};
use leptos::prelude::*;

/// The brand of the workspace, for every component below the page that provided it.
pub(crate) type Brand = StoredValue<BrandView>;

/// The brand of this host, carried from the server into the browser once.
pub(crate) fn read_brand() -> Brand {
    StoredValue::new(SharedValue::new(brand_of_this_host).into_inner())
}

/// The style text stays behind: the browser has it already, in the head.
#[cfg(feature = "ssr")]
fn brand_of_this_host() -> BrandView {
    let visit = use_context::<crate::request::Visit>();
    let brand = visit.as_ref().and_then(|visit| visit.workspace());
    brand.map_or_else(blank, |place| BrandView {
        css: String::new(),
        ..BrandView::clone(&place.brand)
    })
}

/// Follows a change of dress: what is shown from now on shows it. What is on screen already is changed by
/// the page's own script, which leaves beside the colours what it put on and says so.
pub(crate) fn follow_changes(brand: Brand) {
    Effect::new(move |_| {
        let listening = window_event_listener_untyped("brand", move |_| {
            if let Some(now) = worn_now() {
                brand.update_value(|brand| {
                    brand.name = now.name;
                    brand.mark = now.mark;
                    brand.greeting = now.greeting;
                });
            }
        });
        on_cleanup(move || listening.remove());
    });
}

fn worn_now() -> Option<BrandNow> {
    let colours = document().get_element_by_id("brand-colours")?;
    serde_json::from_str(&colours.get_attribute("data-now")?).ok()
}

/// Reached only where the server sent no brand.
#[cfg(not(feature = "ssr"))]
const fn brand_of_this_host() -> BrandView {
    blank()
}

/// No brand at all.
const fn blank() -> BrandView {
    BrandView {
        name: String::new(),
        mark: String::new(),
        logo_light: None,
        logo_dark: None,
        icon: None,
        css: String::new(),
        theme_light: String::new(),
        theme_dark: String::new(),
        sign_in_title: String::new(),
        sign_in_text: String::new(),
        tagline: String::new(),
        tagline_detail: String::new(),
        greeting: String::new(),
        starters: Vec::new(),
        privacy_url: None,
        terms_url: None,
        support_email: None,
        payer: String::new(),
        sender_name: String::new(),
        demo: false,
        version: String::new(),
    }
}

/// The square with the client's letters. Decoration: the name always stands beside it.
#[component]
pub(crate) fn Mark(
    /// One or two letters.
    #[prop(into)]
    letters: String,
    /// The small one, beside answers.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    view! {
        <span class="mark" class:mark-small=small aria-hidden="true" data-brand="mark">{letters}</span>
    }
}

/// Logo, or mark and name where there is no logo.
#[component]
pub(crate) fn BrandName(
    /// Whose.
    brand: BrandView,
) -> impl IntoView {
    let demo = brand.demo;
    let light = brand.logo_light;
    let dark = brand.logo_dark.or_else(|| light.clone());
    let plain = light.is_none();
    // Both faces are there: a page that follows a change of dress turns one off and the other on.
    view! {
        <span class="brand" class:has-logo=!plain>
            <img class="logo for-light" src=light alt=brand.name.clone() data-brand="logo_light" hidden=plain/>
            <img class="logo for-dark" src=dark alt=brand.name.clone() data-brand="logo_dark" hidden=plain/>
            <span class="brand-plain" data-brand="plain" hidden=!plain>
                <Mark letters=brand.mark/>
                <span class="brand-name" data-brand="name">{brand.name}</span>
            </span>
            {demo.then(|| view! { <span class="chip">{t!("Demo")}</span> })}
        </span>
    }
}
