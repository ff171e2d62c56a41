//! Links every client must be able to show: privacy, terms, help.

use crate::words::{around, t};
use contract::BrandView;
use leptos::prelude::*;

/// Privacy, terms and help of the client; nothing where the client has none.
#[component]
pub(crate) fn LegalLinks(
    /// Whose.
    brand: BrandView,
) -> impl IntoView {
    let privacy = brand.privacy_url.map(|url| {
        view! { <li><a href=url rel="noreferrer">{t!("Privacy")}</a></li> }
    });
    let terms = brand.terms_url.map(|url| {
        view! { <li><a href=url rel="noreferrer">{t!("Terms")}</a></li> }
    });
    let help = brand.support_email.map(|email| {
        let address = format!("mailto:{email}");
        view! { <li>{around!("Help: {email}", email = view! { <a href=address>{email}</a> })}</li> }
    });
    let any = privacy.is_some() || terms.is_some() || help.is_some();
    any.then(|| view! { <ul class="legal">{privacy} {terms} {help}</ul> })
}
