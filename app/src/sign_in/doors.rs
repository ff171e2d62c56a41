//! The ways in through identity providers, on the sign-in page.

use crate::words::t;
use contract::sign_on::SignOnDoors;
use leptos::prelude::*;

/// One link for each, named after where it leads; and a button that leads an address to its own.
#[component]
pub(super) fn Doors(doors: SignOnDoors, next: Option<String>) -> impl IntoView {
    let query = next.map(|next| {
        let next: String = form_encoded(&next);
        format!("?next={next}")
    });
    let query = query.unwrap_or_default();
    let links = doors
        .doors
        .into_iter()
        .map(|door| {
            let href = format!("/sign-on/{}{query}", door.id);
            view! {
                <a class="button tall" href=href rel="nofollow">
                    {t!("Sign in with {name}", name = &door.name)}
                </a>
                <p class="hint">{t!("Leads to {host}", host = &door.goes_to)}</p>
            }
        })
        .collect_view();
    view! { <nav class="form" aria-label=t!("Other ways in")>{links}</nav> }
}

/// A path as it stands in a query: everything but plain letters is written in hexadecimal.
fn form_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut all, byte| {
        if byte.is_ascii_alphanumeric() {
            all.push(char::from(byte));
        } else {
            let _ = write!(all, "%{byte:02X}");
        }
        all
    })
}
