//! The message box: typing, sending, stopping, choosing the model.
//!
//! Refuses to lose text: the draft is kept over reloads and given up only when the turn is open.
//! The field is not controlled, so what was typed before the page came alive stays.

use super::choose_model::ModelPicker;
use super::draft::{DraftOf, draft_key};
use super::scroll::Scroll;
use super::send_message::{ask, stop};
use super::space::{Space, use_space};
use super::transcript::Transcript;
use crate::browser::{device, storage};
use crate::ui::{Icon, Shape};
use crate::words::t;
use contract::chat::{Ask, QUESTION_MAX_BYTES};
use leptos::ev::KeyboardEvent;
use leptos::html::Textarea;
use leptos::prelude::*;
use web_sys::{HtmlElement, HtmlTextAreaElement};

/// Tallest the field grows by itself, in CSS pixels.
const TALLEST: i32 = 260;

/// Makes the field as tall as its text, up to a limit.
pub(crate) fn fit_height(field: &HtmlTextAreaElement) {
    let style = HtmlElement::style(field);
    style.set_property("height", "auto").ok();
    let height = field.scroll_height().min(TALLEST);
    style.set_property("height", &format!("{height}px")).ok();
}

/// What the composer's handlers share.
#[derive(Clone, Copy)]
struct Box {
    space: Space,
    transcript: Transcript,
    scroll: Scroll,
    field: NodeRef<Textarea>,
    /// Mirrors the field, for the button's state only.
    filled: RwSignal<bool>,
}

impl Box {
    fn key(self) -> String {
        let conversation = self.transcript.id.get_untracked();
        draft_key(&self.space.email(), DraftOf::Composer(conversation))
    }

    fn put(self, text: &str) {
        if let Some(field) = self.field.get_untracked() {
            field.set_value(text);
            self.changed();
        }
    }

    fn changed(self) {
        let Some(field) = self.field.get_untracked() else {
            return;
        };
        let text = field.value();
        self.filled.set(!text.trim().is_empty());
        storage::keep(&self.key(), &text);
        fit_height(&field);
    }

    fn send(self) {
        let Some(field) = self.field.get_untracked() else {
            return;
        };
        let text = field.value();
        if text.trim().is_empty() || self.transcript.live.get_untracked().is_some() {
            return;
        }
        if text.len() > QUESTION_MAX_BYTES {
            self.space
                .announcer
                .warn(t!("This is too long to send. Nothing is lost."));
            return;
        }
        let key = self.key();
        let parent = self.transcript.tail();
        let sent = text.clone();
        // Only what was sent is cleared: somebody may have typed on meanwhile.
        let opened = Callback::new(move |()| {
            storage::keep(&key, "");
            if field.value() == sent {
                self.put("");
            }
            self.scroll.to_end();
        });
        ask(
            self.space,
            self.transcript,
            Ask::Question { parent, text },
            opened,
        );
    }

    fn press(self) {
        if let Some(field) = self.field.get_untracked().filter(|_| !device::is_touch()) {
            field.focus().ok();
        }
        if self.transcript.live.get_untracked().is_some() {
            stop(self.space, self.transcript);
        } else {
            self.send();
        }
    }

    fn on_key(self, event: &KeyboardEvent) {
        let plain = !event.shift_key() && !event.alt_key();
        if event.key() == "Enter" && plain && !event.is_composing() && !device::is_touch() {
            event.prevent_default();
            self.send();
        }
    }
}

/// The floating box at the foot of the chat.
#[component]
pub(crate) fn Composer() -> impl IntoView {
    let space = use_space();
    let transcript = expect_context::<Transcript>();
    let this = Box {
        space,
        transcript,
        scroll: expect_context::<Scroll>(),
        field: NodeRef::new(),
        filled: RwSignal::new(false),
    };
    restore_draft(this);
    let denied = move || space.side().is_some_and(|side| !side.may_chat);
    let placeholder = move || {
        if denied() {
            t!("You can read here, not ask.")
        } else if transcript.entries.with(Vec::is_empty) {
            t!("Ask a question…")
        } else {
            t!("Ask a follow-up…")
        }
    };
    view! {
        <div class="composer" role="group" aria-label=t!("New message")>
            <label class="sr-only" for="message">{t!("Message")}</label>
            <textarea
                id="message"
                class="composer-field"
                rows="1"
                autocomplete="off"
                placeholder=placeholder
                readonly=denied
                node_ref=this.field
                on:input=move |_| this.changed()
                on:keydown=move |event| this.on_key(&event)
            ></textarea>
            <div class="composer-foot">
                <ModelPicker/>
                <span class="grow"></span>
                <ComposerHint/>
                <SendButton this/>
            </div>
        </div>
        <Show when=denied>
            <p class="hint dock-note">
                {t!("Your role, auditor, reads conversations and settings. An owner or admin can change it.")}
            </p>
        </Show>
    }
}

/// What was typed before: in the field already, offered from elsewhere, or kept as a draft.
fn restore_draft(this: Box) {
    Effect::new(move |done: Option<bool>| {
        // The person must be known before their draft can be: keys name them.
        let known = this.space.known.with(Option::is_some);
        let Some(field) = this.field.get().filter(|_| known) else {
            return false;
        };
        if done == Some(true) {
            return true;
        }
        if field.value().is_empty()
            && let Some(draft) = storage::read(&this.key())
        {
            field.set_value(&draft);
        }
        this.filled.set(!field.value().trim().is_empty());
        fit_height(&field);
        true
    });
    Effect::new(move |_| {
        if let Some(text) = this.transcript.offered.get() {
            this.put(&text);
            if let Some(field) = this.field.get_untracked() {
                field.focus().ok();
            }
        }
    });
}

/// One square button: sends, or stops while an answer is being written.
#[component]
fn SendButton(this: Box) -> impl IntoView {
    let transcript = this.transcript;
    let live = Memo::new(move |_| transcript.live.get().is_some());
    let label = move || {
        if live.get() {
            t!("Stop answering")
        } else {
            t!("Send")
        }
    };
    let disabled = move || !live.get() && (!this.filled.get() || transcript.sending.get());
    view! {
        <button
            type="button"
            class="send-button"
            class:busy=transcript.sending
            aria-label=label
            title=label
            disabled=disabled
            on:click=move |_| this.press()
        >
            {move || {
                let shape = if live.get() { Shape::Stop } else { Shape::ArrowUp };
                view! { <Icon shape/> }
            }}
        </button>
    }
}

/// "Esc stops" while it answers.
#[component]
fn ComposerHint() -> impl IntoView {
    let transcript = expect_context::<Transcript>();
    view! {
        <Show when=move || transcript.live.get().is_some()>
            <span class="hint" aria-hidden="true">{t!("Esc stops")}</span>
        </Show>
    }
}
