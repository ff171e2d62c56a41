//! The transcript on screen: which messages, in which state, and how a new turn joins them.
//!
//! Refuses the network: sending and following are their own files.

use super::follow_turn::Subscription;
use super::trouble::Trouble;
use super::turn_state::TurnState;
use contract::chat::{ConversationSummary, ConversationView, MessageBody, MessageView, TurnOpened};
use contract::{ConversationId, MessageId};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::sync::Arc;

/// The conversation on screen. Cheap to copy; lives as long as its pane.
#[derive(Clone, Copy)]
pub(crate) struct Transcript {
    /// `None` until the first question was sent.
    pub id: RwSignal<Option<ConversationId>>,
    /// Plain text; empty until there is one.
    pub title: RwSignal<String>,
    /// Kept at the top of the list.
    pub pinned: RwSignal<bool>,
    /// From the first question to the last answer of the chosen branch.
    pub entries: RwSignal<Vec<Entry>>,
    /// The alias chosen in the composer; `None` = the first one.
    pub alias: RwSignal<Option<String>>,
    /// A text put into the composer from elsewhere, for example a starter.
    pub offered: RwSignal<Option<String>>,
    /// A question is on its way to the server.
    pub sending: RwSignal<bool>,
    /// What went wrong with the last thing done here.
    pub trouble: RwSignal<Option<Trouble>>,
    /// The answer being written now.
    pub live: RwSignal<Option<Turn>>,
    /// The open event stream; set in the browser only.
    pub subscription: StoredValue<Option<SendWrapper<Subscription>>>,
    owner: StoredValue<Owner>,
}

/// A message and, for answers, its streaming state.
#[derive(Clone)]
pub(crate) struct Entry {
    /// As the server sent it, without the answer's blocks: those are the turn's.
    pub message: Arc<MessageView>,
    /// The state of an answer.
    pub turn: Option<Turn>,
}

/// An answer's changing part.
#[derive(Clone, Copy)]
pub(crate) struct Turn {
    /// The answer.
    pub id: MessageId,
    /// Blocks, open block, end.
    pub state: RwSignal<TurnState>,
    /// `true` while the event stream is broken and being opened again.
    pub reconnecting: RwSignal<bool>,
    /// Markdown source; empty until the finished answer was read again.
    pub text: RwSignal<String>,
}

impl Transcript {
    /// The transcript of a stored conversation, or of one that begins.
    pub(crate) fn new(stored: Option<ConversationView>) -> Self {
        let owner = Owner::current().unwrap_or_default();
        let (id, title, pinned, messages) = match stored {
            Some(view) => (Some(view.id), view.title, view.pinned, view.messages),
            None => (None, String::new(), false, Vec::new()),
        };
        let transcript = Self {
            id: RwSignal::new(id),
            title: RwSignal::new(title),
            pinned: RwSignal::new(pinned),
            entries: RwSignal::new(Vec::new()),
            alias: RwSignal::new(None),
            offered: RwSignal::new(None),
            sending: RwSignal::new(false),
            trouble: RwSignal::new(None),
            live: RwSignal::new(None),
            subscription: StoredValue::new(None),
            owner: StoredValue::new(owner),
        };
        transcript.show(messages);
        transcript
    }

    /// Replaces what is shown. Answers that stay keep their state and their views.
    pub(crate) fn show(self, messages: Vec<MessageView>) {
        let known = self.entries.get_untracked();
        let entries: Vec<Entry> = messages
            .into_iter()
            .map(|mut message| {
                let fresh = self.take_turn(&mut message);
                let turn = known
                    .iter()
                    .find(|entry| entry.message.id == message.id)
                    .and_then(|entry| entry.turn);
                Entry {
                    turn: turn.or(fresh),
                    message: Arc::new(message),
                }
            })
            .collect();
        let live = entries.iter().rev().filter_map(|entry| entry.turn);
        let live = live
            .into_iter()
            .find(|turn| turn.state.with_untracked(TurnState::is_live));
        self.live.set(live);
        self.entries.set(entries);
    }

    /// Puts a new turn at its place: after the message it follows, instead of what stood there.
    pub(crate) fn join(self, opened: TurnOpened) -> Turn {
        let turn = self.make_turn(opened.answer.id, TurnState::default(), String::new());
        self.entries.update(|entries| {
            let ids: Vec<MessageId> = entries.iter().map(|entry| entry.message.id).collect();
            entries.truncate(kept_before(&ids, &opened.question));
            entries.push(Entry {
                message: Arc::new(opened.question),
                turn: None,
            });
            entries.push(Entry {
                message: Arc::new(opened.answer),
                turn: Some(turn),
            });
        });
        self.id.set(Some(opened.conversation));
        self.live.set(Some(turn));
        turn
    }

    /// The last answer, finished or not.
    pub(crate) fn last_answer(self) -> Option<Turn> {
        self.entries
            .with_untracked(|entries| entries.iter().rev().find_map(|entry| entry.turn))
    }

    /// The message a new question follows.
    pub(crate) fn tail(self) -> Option<MessageId> {
        self.entries
            .with_untracked(|entries| entries.last().map(|entry| entry.message.id))
    }

    /// As the list and the menus name it; tracked.
    pub(crate) fn summary(self) -> Option<ConversationSummary> {
        Some(ConversationSummary {
            id: self.id.get()?,
            title: self.title.get(),
            updated_ms: 0,
            pinned: self.pinned.get(),
        })
    }

    /// Moves the changing part of an answer out of its message.
    fn take_turn(self, message: &mut MessageView) -> Option<Turn> {
        let MessageBody::Answer {
            text, blocks, end, ..
        } = &mut message.body
        else {
            return None;
        };
        let state = TurnState::stored(std::mem::take(blocks), end.clone());
        Some(self.make_turn(message.id, state, std::mem::take(text)))
    }

    /// Signals belong to the pane, wherever they are made: tasks have no owner of their own.
    fn make_turn(self, id: MessageId, state: TurnState, text: String) -> Turn {
        self.owner.with_value(|owner| {
            owner.with(|| Turn {
                id,
                state: RwSignal::new(state),
                reconnecting: RwSignal::new(false),
                text: RwSignal::new(text),
            })
        })
    }
}

impl Turn {
    /// `true` until the end is known.
    pub(crate) fn is_live(self) -> bool {
        self.state.with(TurnState::is_live)
    }
}

/// How many of the messages on screen stay in front of `question`.
fn kept_before(shown: &[MessageId], question: &MessageView) -> usize {
    let position = |id: MessageId| shown.iter().position(|other| *other == id);
    position(question.id)
        .or_else(|| question.parent.and_then(position).map(|index| index + 1))
        .unwrap_or(if question.parent.is_none() {
            0
        } else {
            shown.len()
        })
}

#[cfg(test)]
mod tests {
    use super::kept_before;
    use contract::MessageId;
    use contract::chat::{MessageBody, MessageView};
    use uuid::Uuid;

    fn id(number: u128) -> MessageId {
        MessageId::from_uuid(Uuid::from_u128(number))
    }

    fn question(number: u128, parent: Option<u128>) -> MessageView {
        MessageView {
            id: id(number),
            parent: parent.map(id),
            body: MessageBody::Question {
                text: String::new(),
            },
            siblings: vec![id(number)],
        }
    }

    #[test]
    fn a_turn_joins_where_it_belongs() {
        let shown = [id(1), id(2), id(3), id(4)];
        assert_eq!(kept_before(&shown, &question(5, Some(4))), 4, "follow-up");
        assert_eq!(
            kept_before(&shown, &question(3, Some(2))),
            2,
            "answered again"
        );
        assert_eq!(kept_before(&shown, &question(6, Some(2))), 2, "edited");
        assert_eq!(
            kept_before(&shown, &question(7, None)),
            0,
            "first one edited"
        );
        assert_eq!(kept_before(&[], &question(8, None)), 0, "new chat");
    }
}
