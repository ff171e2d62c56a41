//! Versions of a question or an answer, and the way between them.

use super::endpoints::choose_branch;
use super::follow_turn::follow_turn;
use super::space::{Space, use_space};
use super::transcript::Transcript;
use super::trouble::Trouble;
use crate::ui::{Icon, Shape};
use crate::words::t;
use contract::MessageId;
use contract::chat::MessageView;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// `‹ 2/3 ›` where a message has siblings; nothing where it is the only one.
#[component]
pub(crate) fn Branches(message: Arc<MessageView>) -> impl IntoView {
    let space = use_space();
    let transcript = expect_context::<Transcript>();
    let count = message.siblings.len();
    let here = message.siblings.iter().position(|id| *id == message.id);
    let here = here.unwrap_or_default();
    let sibling =
        |index: Option<usize>| index.and_then(|index| message.siblings.get(index).copied());
    let before = sibling(here.checked_sub(1));
    let after = sibling(here.checked_add(1));
    (count > 1).then(|| {
        let step = move |label: &'static str, shape: Shape, target: Option<MessageId>| {
            view! {
                <button
                    type="button"
                    class="icon-button"
                    aria-label=label
                    disabled=move || target.is_none() || transcript.live.get().is_some()
                    on:click=move |_| {
                        if let Some(target) = target {
                            switch(space, transcript, target);
                        }
                    }
                >
                    <Icon shape/>
                </button>
            }
        };
        view! {
            <span class="branches" role="group" aria-label=t!("Versions")>
                {step(t!("Previous version"), Shape::ChevronLeft, before)}
                <span class="count">{format!("{}/{count}", here + 1)}</span>
                {step(t!("Next version"), Shape::ChevronRight, after)}
            </span>
        }
    })
}

/// Makes the branch through `target` the one on screen.
fn switch(space: Space, transcript: Transcript, target: MessageId) {
    let Some(conversation) = transcript.id.get_untracked() else {
        return;
    };
    spawn_local(async move {
        match choose_branch(conversation, target).await {
            Ok(view) => {
                transcript.show(view.messages);
                space.announcer.say(t!("Another version is shown"));
                if let Some(turn) = transcript.live.get_untracked() {
                    follow_turn(space, transcript, turn);
                }
            }
            Err(error) => {
                let again = Callback::new(move |()| switch(space, transcript, target));
                transcript.trouble.set(Some(Trouble {
                    error,
                    again: Some(again),
                }));
            }
        }
    });
}
