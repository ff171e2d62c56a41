//! A token that was just made, this once.

use crate::people::dates;
use crate::request::{PageNotice, ShownToken};
use contract::keys::KeyEnvironment;
use leptos::prelude::*;

/// The token of a notice, where it holds one.
pub(super) fn token_in(notice: Option<&PageNotice>) -> Option<ShownToken> {
    match notice {
        Some(PageNotice::TokenIssued(token)) => Some((**token).clone()),
        _ => None,
    }
}

/// The token, where to put it, and the address that goes with it.
#[component]
pub(super) fn FreshToken(token: ShownToken) -> impl IntoView {
    let development = token.environment == KeyEnvironment::Development;
    let class = if development {
        "panel notice fresh-token development"
    } else {
        "panel notice fresh-token"
    };
    let place = if development {
        "A key for development: production is out of its reach."
    } else {
        "Put it where your program keeps its secrets, never into its source."
    };
    let old = token.previous_until_ms.map(|until| {
        view! { <p class="hint">"The token before it stays good until " {dates::in_words(until)} "."</p> }
    });
    let ends = token.expires_ms.map(|until| {
        view! { <p class="hint">"It ends " {dates::in_words(until)} ", or when you sign out."</p> }
    });
    view! {
        <section class=class role="status" aria-labelledby="token-heading">
            <h2 id="token-heading" class="row-title">"Token of " {token.name}</h2>
            <p class="hint">"Copy it now: it is shown only this once, and nobody can look it up. " {place}</p>
            <label class="field">
                <span>"Token"</span>
                <input id="fresh-token" class="input mono" readonly value=token.token.expose().to_owned() spellcheck="false"/>
            </label>
            <label class="field">
                <span>"Base URL"</span>
                <input id="base-url" class="input mono" readonly value=token.base_url spellcheck="false"/>
            </label>
            {old}
            {ends}
        </section>
    }
}
