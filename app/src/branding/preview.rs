//! The preview: a frame of the page, and the document in it that shows a surface by day and by night.

use super::contrast::ContrastTable;
use super::surfaces::Surface;
use crate::ui::SmallScript;
use contract::branding::BrandingView;
use leptos::config::LeptosOptions;
use leptos::prelude::*;
use leptos_meta::HashedStylesheet;

/// What to look at, the button that shows it, and the frame.
#[component]
pub(super) fn PreviewPane() -> impl IntoView {
    let choices = Surface::ALL
        .into_iter()
        .map(|surface| {
            let checked = surface == Surface::SignIn;
            view! {
                <label class="segment">
                    <input type="radio" name="surface" value=surface.as_str() checked=checked/>
                    <span>{surface.label()}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <section class="brand-preview" aria-labelledby="preview-heading">
            <div class="preview-head">
                <h2 id="preview-heading">"Preview"</h2>
                <fieldset class="segments">
                    <legend class="sr-only">"What to look at"</legend>
                    {choices}
                </fieldset>
                <button
                    type="submit"
                    class="button small"
                    id="brand-show"
                    formaction="/admin/branding/preview"
                    formtarget="brand-preview"
                    formnovalidate
                >
                    "Show"
                </button>
            </div>
            <iframe
                name="brand-preview"
                class="preview-frame"
                title="Preview of the look, light and dark"
                sandbox="allow-same-origin"
                src="/admin/branding/preview"
                tabindex="-1"
            ></iframe>
            <SmallScript name="preview-brand"/>
        </section>
    }
}

/// The document in the frame: `faces` by day and by night, and a fresh proof of contrast, which the
/// page takes over.
#[must_use]
pub fn preview_document(
    options: &LeptosOptions,
    surface: Surface,
    view: &BrandingView,
    faces: [String; 2],
    nonce: &str,
) -> String {
    let options = options.clone();
    let css = view.look.css.clone();
    let nonce = nonce.to_owned();
    let lines = view.contrast.clone();
    let class = format!("preview-faces {}", surface.as_str());
    let shown = ["Light", "Dark"].into_iter().zip(faces).map(|(name, face)| {
        let title = format!("{}, {}", surface.label(), name.to_lowercase());
        view! {
            <figure class="preview-face">
                <figcaption>{name}</figcaption>
                <div class="preview-window"><iframe title=title srcdoc=face tabindex="-1"></iframe></div>
            </figure>
        }
    });
    let shown: Vec<_> = shown.collect();
    let owner = Owner::new();
    let html = owner.with(|| {
        view! {
            <html lang="en" data-theme="light">
                <head>
                    <meta charset="utf-8"/>
                    <title>"Preview"</title>
                    <style nonce=nonce inner_html=css></style>
                    <HashedStylesheet options/>
                </head>
                <body class="preview-page">
                    <div class=class inert>{shown}</div>
                    <div hidden><ContrastTable lines/></div>
                </body>
            </html>
        }
        .to_html()
    });
    format!("<!DOCTYPE html>{html}")
}
