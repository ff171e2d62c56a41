//! What a form of the platform host has to say.

use crate::request::{PageNotice, ShownLink};
use crate::ui::Problem;
use leptos::prelude::*;
use leptos_meta::Meta;

/// Beside the thing it is about.
pub(super) fn said(notice: Option<PageNotice>) -> AnyView {
    match notice {
        Some(PageNotice::StaffRefused { message }) => {
            super::refused_status(true);
            view! { <Problem message/> }.into_any()
        }
        Some(PageNotice::Invited(link)) => invited(*link),
        Some(PageNotice::Opening { url, name }) => opening(url, &name),
        _ => ().into_any(),
    }
}

fn invited(link: ShownLink) -> AnyView {
    let Some(url) = link.url else {
        let words = if link.mailed {
            format!(
                "The invitation was mailed to {}. It is good for seven days.",
                link.email
            )
        } else {
            format!(
                "{} has a password already and can sign in with it.",
                link.email
            )
        };
        return view! { <p class="panel notice" role="status">{words}</p> }.into_any();
    };
    let failed = link
        .mail_failed
        .then_some("The mail server did not take the letter. ");
    view! {
        <div class="panel notice" role="status">
            <p class="row-title">"Invitation for " {link.email}</p>
            <p class="hint">{failed} "Send this link yourself. It is shown only now, works once and is good for seven days."</p>
            <label class="sr-only" for="invitation-link">"Invitation link"</label>
            <input id="invitation-link" class="input mono" readonly value=url/>
        </div>
    }
    .into_any()
}

/// The browser goes on by itself; where it does not, there is the link.
fn opening(url: String, name: &str) -> AnyView {
    let words = format!("Opening {name} on its own address.");
    let at_once = format!("0; url={url}");
    view! {
        <Meta http_equiv="refresh" content=at_once/>
        <div class="panel notice" role="status">
            <p class="row-title">{words}</p>
            <p class="hint">"The way in is good for a minute and works once."</p>
            <p><a class="button primary" href=url>"Go on"</a></p>
        </div>
    }
    .into_any()
}
