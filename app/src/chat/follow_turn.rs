//! Follows an answer while it is written: live frames, lost connections, the end.
//!
//! The same path serves a fresh question, a reload in the middle and a second tab. The first
//! frame after every connection holds everything so far, so nothing is asked for twice.

use super::endpoints::load_conversation;
use super::space::Space;
use super::transcript::{Transcript, Turn};
use super::turn_state::{Applied, TurnState};
use crate::words::{spoken, t};
use contract::chat::{ConversationView, MessageBody};
use contract::{AnswerEnd, MessageId, StreamFrame};
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventSource, MessageEvent};

/// After this long without an end, the status says that it is still being written.
const STILL_WRITING_AFTER: Duration = Duration::from_secs(7);
/// Longest pause before the next try when the server refuses the connection.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// An open event stream. Dropping it closes the stream.
pub(crate) struct Subscription {
    source: EventSource,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _open: Closure<dyn FnMut(Event)>,
    _error: Closure<dyn FnMut(Event)>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.source.set_onmessage(None);
        self.source.set_onopen(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}

/// Follows `turn` until it ends or its pane goes away.
pub(crate) fn follow_turn(space: Space, transcript: Transcript, turn: Turn) {
    space.announcer.say(t!("Answering…"));
    set_timeout(
        move || {
            let live = turn.state.try_with_untracked(TurnState::is_live);
            if live == Some(true) {
                space.announcer.say(t!("Still writing…"));
            }
        },
        STILL_WRITING_AFTER,
    );
    Follower {
        space,
        transcript,
        turn,
    }
    .connect(0);
}

#[derive(Clone, Copy)]
struct Follower {
    space: Space,
    transcript: Transcript,
    turn: Turn,
}

impl Follower {
    /// Opens the stream. `failures` counts refused connections in a row.
    fn connect(self, failures: u32) {
        let address = format!("/turns/{}/frames", self.turn.id);
        let Ok(source) = EventSource::new(&address) else {
            self.connect_later(failures);
            return;
        };
        let message = Closure::new(move |event: MessageEvent| self.receive(&event));
        let open = Closure::new(move |_: Event| {
            self.turn.reconnecting.try_set(false);
        });
        let watched = source.clone();
        let error = Closure::new(move |_: Event| {
            self.turn.reconnecting.try_set(true);
            // The browser comes back by itself unless the server refused outright.
            if watched.ready_state() == EventSource::CLOSED {
                self.connect_later(failures);
            }
        });
        source.set_onmessage(Some(message.as_ref().unchecked_ref()));
        source.set_onopen(Some(open.as_ref().unchecked_ref()));
        source.set_onerror(Some(error.as_ref().unchecked_ref()));
        let subscription = Subscription {
            source,
            _message: message,
            _open: open,
            _error: error,
        };
        let kept = self.transcript.subscription;
        kept.try_set_value(Some(SendWrapper::new(subscription)));
    }

    fn receive(self, event: &MessageEvent) {
        let Some(text) = event.data().as_string() else {
            return;
        };
        let Ok(frame) = serde_json::from_str::<StreamFrame>(&text) else {
            return;
        };
        match &frame {
            StreamFrame::Title { title } => {
                self.transcript.title.try_set(title.clone());
                self.space.sidebar.refetch();
            }
            StreamFrame::End { text, .. } => {
                self.turn.text.try_set(text.clone());
            }
            StreamFrame::Blocks { .. }
            | StreamFrame::Restart { .. }
            | StreamFrame::GoesOn { .. } => {}
        }
        let known = self.turn.state.try_get_untracked();
        let Some(mut state) = known else { return };
        match state.apply(&frame) {
            Applied::Same => {}
            Applied::Changed => self.turn.state.set(state),
            Applied::Gap => self.connect(0),
            Applied::Ended => {
                self.turn.state.set(state);
                self.finish();
            }
        }
    }

    /// Asks what is true after a pause, then opens the stream again unless the answer is over.
    fn connect_later(self, failures: u32) {
        let pause = Duration::from_secs(1 << failures.min(4)).min(LONGEST_PAUSE);
        set_timeout(
            move || spawn_local(self.ask_then_connect(failures + 1)),
            pause,
        );
    }

    async fn ask_then_connect(self, failures: u32) {
        if self.turn.state.try_with_untracked(TurnState::is_live) != Some(true) {
            return;
        }
        let Some(Some(id)) = self.transcript.id.try_get_untracked() else {
            return;
        };
        match load_conversation(id).await {
            Ok(view) => match ended_meanwhile(&view, self.turn.id) {
                Some((state, text)) => {
                    self.turn.text.try_set(text);
                    if self.turn.state.try_set(state).is_none() {
                        self.finish();
                    }
                }
                None => self.connect(failures),
            },
            Err(_) => self.connect_later(failures),
        }
    }

    /// The end: stream closed, list and meter read again, screen readers told.
    fn finish(self) {
        self.turn.reconnecting.try_set(false);
        self.transcript.subscription.try_set_value(None);
        self.transcript.live.try_set(None);
        self.space.sidebar.refetch();
        let end = self.turn.state.with_untracked(|state| state.end.clone());
        let announcer = self.space.announcer;
        match end {
            Some(AnswerEnd::Done { .. }) | None => announcer.say(t!("Answer complete")),
            Some(AnswerEnd::Stopped { .. }) => announcer.say(t!("Stopped. What arrived is kept.")),
            Some(AnswerEnd::Interrupted) => {
                announcer.warn(t!("The answer was interrupted. What arrived is kept."));
            }
            Some(AnswerEnd::Failed { error }) => announcer.warn(&spoken(&error.message)),
        }
        let id = self.turn.id;
        request_animation_frame(move || announcer.read_message(text_of(id)));
    }
}

/// The stored state of an answer and its Markdown, if it is over.
fn ended_meanwhile(view: &ConversationView, answer: MessageId) -> Option<(TurnState, String)> {
    let message = view.messages.iter().find(|message| message.id == answer)?;
    match &message.body {
        MessageBody::Answer {
            text,
            blocks,
            end: Some(end),
            ..
        } => Some((
            TurnState::stored(blocks.clone(), Some(end.clone())),
            text.clone(),
        )),
        _ => None,
    }
}

/// What an answer on screen reads like, without its controls.
pub(crate) fn text_of(answer: MessageId) -> String {
    let body = document().get_element_by_id(&format!("answer-{answer}"));
    body.and_then(|body| body.text_content())
        .unwrap_or_default()
}
