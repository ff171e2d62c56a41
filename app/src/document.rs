//! The HTML document around every page: title, colours and icon of the client in the first bytes.
//!
//! Refuses inline style attributes and inline scripts without the request's nonce.

use crate::request::{Theme, Visit};
use crate::routes::App;
use crate::ui::SmallScript;
use contract::BrandView;
use http::request::Parts;
use leptos::attr::custom::CustomAttribute;
use leptos::html::meta;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags};

/// The whole document. Scripts are part of it only where the page is the chat.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let visit = use_context::<Visit>();
    let path = use_context::<Parts>().map_or_else(String::new, |parts| parts.uri.path().to_owned());
    let scripts = visit.as_ref().is_some_and(|visit| visit.is_chat(&path));
    let theme = visit.as_ref().map_or(Theme::System, |visit| visit.theme);
    let language = crate::words::language();
    let kit = visit.as_ref().and_then(|visit| visit.kit.clone());
    let brand = visit
        .as_ref()
        .and_then(|visit| visit.workspace())
        .map(|place| (place.brand.clone(), place.address.clone()));
    // Where the page comes alive, the browser expects it to begin with the app: not even a mark of an empty
    // place may stand before it.
    let over = visit
        .filter(|_| !scripts)
        .as_ref()
        .and_then(crate::guests::over_the_page);
    let body = match over {
        Some(line) => view! { <body>{line}<App/></body> }.into_any(),
        None => view! { <body><App/></body> }.into_any(),
    };
    view! {
        <!DOCTYPE html>
        <html lang=language.tag() dir=language.dir() data-theme=theme.as_str()>
            <head>
                <meta charset="utf-8"/>
                <meta
                    name="viewport"
                    content="width=device-width, initial-scale=1, interactive-widget=resizes-content"
                />
                <MetaTags/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="robots" content="noindex"/>
                {brand.map(|(brand, address)| brand_head(&brand, &address, theme))}
                <link
                    rel="preload"
                    href="/fonts/text.woff2"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                {kit.map(|kit| view! { <style nonce=use_nonce() inner_html=kit.css></style> })}
                <HashedStylesheet options=options.clone()/>
                {scripts.then(|| view! { <HydrationScripts options=options/> })}
            </head>
            {body}
        </html>
    }
}

/// What others show of a link to here: the client's name, their sentence, a picture in their colours.
fn shared(brand: &BrandView, address: &str) -> impl IntoView + use<> {
    let tag = |property: &'static str, content: String| {
        meta().attr("property", property).attr("content", content)
    };
    let picture = format!("{address}/social.png?{}", brand.version);
    (
        tag("og:type", "website".to_owned()),
        tag("og:title", brand.name.clone()),
        tag("og:site_name", brand.name.clone()),
        tag("og:description", brand.tagline.clone()),
        tag("og:image", picture),
        tag("og:image:width", "1200".to_owned()),
        tag("og:image:height", "630".to_owned()),
        meta().name("description").content(brand.tagline.clone()),
        meta().name("twitter:card").content("summary_large_image"),
    )
}

/// Icon, manifest and colours. The style text comes from the palette, never from a form field.
fn brand_head(brand: &BrandView, address: &str, theme: Theme) -> impl IntoView + use<> {
    let css = brand.css.clone();
    let (version, name) = (brand.version.clone(), brand.name.clone());
    let light = brand.theme_light.clone();
    let dark = brand.theme_dark.clone();
    let colours = match theme {
        Theme::Light => view! { <meta name="theme-color" content=light/> }.into_any(),
        Theme::Dark => view! { <meta name="theme-color" content=dark/> }.into_any(),
        Theme::System => {
            let under = |media, colour| {
                let tag = meta().name("theme-color").content(colour);
                tag.attr("media", media)
            };
            let light = under("(prefers-color-scheme: light)", light);
            (light, under("(prefers-color-scheme: dark)", dark)).into_any()
        }
    };
    view! {
        {colours}
        <link rel="icon" href=format!("/favicon.svg?{version}") r#type="image/svg+xml"/>
        <link rel="apple-touch-icon" href=format!("/icon-180.png?{version}")/>
        <link rel="manifest" href="/manifest.webmanifest"/>
        {shared(brand, address)}
        <style
            nonce=use_nonce()
            id="brand-colours"
            data-version=version
            data-name=name
            inner_html=css
        ></style>
        <SmallScript name="live-brand"/>
    }
}
