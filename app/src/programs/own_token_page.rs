//! A token of an hour for oneself.

use super::fresh_token::{FreshToken, token_in};
use super::guide::Guide;
use crate::people::{SettingsFrame, Tab};
use crate::refusal::for_member;
use crate::request::PageNotice;
use crate::ui::Problem;
use leptos::prelude::*;
use leptos_meta::Title;

/// The page at `/account/tokens`.
#[component]
pub(crate) fn OwnTokenPage() -> impl IntoView {
    for_member(|visit, place, caller| {
        let token = token_in(visit.notice.as_ref());
        let message = match visit.notice {
            Some(PageNotice::ProgramRefused { message }) => Some(message),
            _ => None,
        };
        let may = caller.role().may_chat();
        let form = may.then(|| {
            view! {
                <form method="post" action="/account/tokens">
                    <button type="submit" class="button primary">"Make a token"</button>
                </form>
            }
        });
        let denied = (!may).then(|| {
            view! { <p class="panel empty">"A token asks questions, and your role asks none."</p> }
        });
        view! {
            <Title text=format!("For your programs · {}", place.brand.name)/>
            <SettingsFrame place=place.clone() caller=caller.clone() tab=Tab::OwnToken>
                <div class="page-head">
                    <div>
                        <p class="hint"><a href="/account">"Account"</a></p>
                        <h1>"For your programs"</h1>
                        <p class="lead">
                            "A token lets a program of yours ask in your name: your models, your limits, your role. It "
                            "is good for an hour, and for no longer than you are signed in with this browser."
                        </p>
                    </div>
                    {form}
                </div>
                {token.map(|token| view! { <FreshToken token/> })}
                {message.map(|message| view! { <Problem message/> })}
                {denied}
                <p class="hint">
                    "A program that runs without you needs a key of its own; your administrators make one on the "
                    "page of programs."
                </p>
                <Guide place caller/>
            </SettingsFrame>
        }
        .into_any()
    })
}
