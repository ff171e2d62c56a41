//! "Answer again": another answer to the same question, as a version beside the first.

use super::send_message::ask;
use super::space::{Space, use_space};
use super::transcript::Transcript;
use crate::ui::{Icon, Shape};
use crate::words::t;
use contract::MessageId;
use contract::chat::Ask;
use leptos::prelude::*;

/// Asks for another answer to `question`.
fn answer_again(space: Space, transcript: Transcript, question: Option<MessageId>) {
    if let Some(question) = question {
        ask(
            space,
            transcript,
            Ask::Again { question },
            Callback::new(|()| ()),
        );
    }
}

/// `true` while another answer cannot be asked for.
fn busy(space: Space, transcript: Transcript) -> bool {
    transcript.sending.get()
        || transcript.live.get().is_some()
        || space.side().is_some_and(|side| !side.may_chat)
}

/// "Answer again" in words, beside a failure.
#[component]
pub(crate) fn AgainButton(question: Option<MessageId>) -> impl IntoView {
    let space = use_space();
    let transcript = expect_context::<Transcript>();
    view! {
        <button
            type="button"
            class="button small"
            disabled=move || busy(space, transcript)
            on:click=move |_| answer_again(space, transcript, question)
        >
            {t!("Answer again")}
        </button>
    }
}

/// "Answer again" as a quiet icon below a good answer.
#[component]
pub(crate) fn AgainIcon(question: Option<MessageId>) -> impl IntoView {
    let space = use_space();
    let transcript = expect_context::<Transcript>();
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=t!("Answer again")
            title=t!("Answer again")
            disabled=move || busy(space, transcript)
            on:click=move |_| answer_again(space, transcript, question)
        >
            <Icon shape=Shape::Repeat/>
        </button>
    }
}
