//! Sending: a question, an edited question, or "Answer again".
//!
//! Refuses to lose anything typed: the text is given up only when the turn is open.

use super::endpoints::{send_message, stop_turn};
use super::follow_turn::follow_turn;
use super::space::Space;
use super::transcript::Transcript;
use super::trouble::Trouble;
use crate::browser::device;
use crate::words::t;
use contract::chat::{Ask, SendMessage};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Sends `ask` and follows its answer. `opened` runs once the server has stored the question.
pub(crate) fn ask(space: Space, transcript: Transcript, ask: Ask, opened: Callback<()>) {
    let message = SendMessage {
        conversation: transcript.id.get_untracked(),
        ask,
        alias: transcript.alias.get_untracked(),
        token: device::fresh_token(),
    };
    send(space, transcript, message, opened);
}

/// The same message with the same token may be sent again: the server opens one turn only.
fn send(space: Space, transcript: Transcript, message: SendMessage, opened: Callback<()>) {
    if transcript.sending.get_untracked() || transcript.live.get_untracked().is_some() {
        return;
    }
    transcript.sending.set(true);
    transcript.trouble.set(None);
    spawn_local(async move {
        let outcome = send_message(message.clone()).await;
        // The pane may be gone by now; its answer is then found in the list.
        if transcript.sending.try_set(false).is_some() {
            space.sidebar.refetch();
            return;
        }
        match outcome {
            Ok(turn) => {
                opened.run(());
                let id = turn.conversation;
                let begins = transcript.id.get_untracked().is_none();
                let turn = transcript.join(turn);
                if begins {
                    space.go(format!("/c/{id}"), true);
                }
                follow_turn(space, transcript, turn);
                space.sidebar.refetch();
            }
            Err(error) => {
                let again = Callback::new(move |()| {
                    send(space, transcript, message.clone(), opened);
                });
                transcript.trouble.set(Some(Trouble {
                    error,
                    again: Some(again),
                }));
            }
        }
    });
}

/// Stops the answer being written; what has arrived is kept.
pub(crate) fn stop(space: Space, transcript: Transcript) {
    let Some(turn) = transcript.live.get_untracked() else {
        return;
    };
    space.announcer.say(t!("Stopping…"));
    spawn_local(async move {
        if let Err(error) = stop_turn(turn.id).await {
            let again = Callback::new(move |()| stop(space, transcript));
            transcript.trouble.try_set(Some(Trouble {
                error,
                again: Some(again),
            }));
        }
    });
}
