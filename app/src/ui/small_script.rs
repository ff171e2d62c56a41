//! A small script of ours on a page that works without it.

use crate::request::SmallScripts;
use leptos::nonce::use_nonce;
use leptos::prelude::*;

/// Brings `public/<name>.js`, run once the page is read. Under the page's policy only what carries its
/// nonce runs; where there is no such script this is nothing.
#[component]
pub(crate) fn SmallScript(
    /// The file's name without its ending.
    name: &'static str,
) -> impl IntoView {
    let scripts = use_context::<SmallScripts>().unwrap_or_default();
    let address = scripts.address_of(name)?.to_owned();
    Some(view! { <script defer nonce=use_nonce() src=address></script> })
}
