//! What a screen reader is told while answers stream: a status, complete messages, errors.
//!
//! Refuses single tokens: the log gets whole messages only.

use leptos::prelude::*;

/// The three live regions' contents.
#[derive(Clone, Copy)]
pub(crate) struct Announcer {
    /// Polite: "Answering…", "Still writing…", "Answer complete".
    pub status: RwSignal<String>,
    /// The last complete message, as text.
    pub log: RwSignal<String>,
    /// Assertive: what went wrong.
    pub alert: RwSignal<String>,
}

impl Announcer {
    pub(crate) fn new() -> Self {
        Self {
            status: RwSignal::new(String::new()),
            log: RwSignal::new(String::new()),
            alert: RwSignal::new(String::new()),
        }
    }

    /// Says `words` when there is a pause.
    pub(crate) fn say(self, words: &str) {
        self.status.set(words.to_owned());
    }

    /// Puts a complete message into the log.
    pub(crate) fn read_message(self, text: String) {
        self.log.set(text);
    }

    /// Says `words` at once.
    pub(crate) fn warn(self, words: &str) {
        self.alert.set(words.to_owned());
    }
}
