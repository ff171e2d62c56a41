//! A question as it was asked: read, copy, edit into a branch, switch between branches.

use super::draft::{DraftOf, draft_key};
use super::endpoints::choose_branch;
use super::follow_turn::follow_turn;
use super::send_message::ask;
use super::space::{Space, use_space};
use super::transcript::Transcript;
use super::trouble::Trouble;
use crate::browser::{clipboard, focus, storage};
use crate::ui::{Icon, Shape};
use contract::MessageId;
use contract::chat::{Ask, MessageBody, MessageView};
use leptos::ev::KeyboardEvent;
use leptos::html::Textarea;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// One question.
#[component]
pub(crate) fn Question(message: Arc<MessageView>) -> impl IntoView {
    let space = use_space();
    let text = StoredValue::new(match &message.body {
        MessageBody::Question { text } | MessageBody::Answer { text, .. } => text.clone(),
    });
    let editing = RwSignal::new(false);
    let id = message.id;
    let message = StoredValue::new(message);
    let edit_id = format!("edit-{id}");
    let back = edit_id.clone();
    let close = Callback::new(move |()| {
        editing.set(false);
        let target = back.clone();
        request_animation_frame(move || focus::focus_on(&target));
    });
    view! {
        <article class="message question" aria-label="Question">
            <h2 class="sr-only">"Question"</h2>
            {move || {
                if editing.get() {
                    return message
                        .with_value(|message| {
                            view! { <Editor message=message.clone() text=text.get_value() close/> }
                        })
                        .into_any();
                }
                view! { <p class="question-text">{text.get_value()}</p> }.into_any()
            }}
            <div class="message-tools" hidden=editing>
                <Branches message=message.get_value()/>
                <CopyButton label="Copy question" text=Callback::new(move |()| text.get_value())/>
                <Show when=move || space.side().is_none_or(|side| side.may_chat)>
                    <button
                        type="button"
                        class="icon-button"
                        id=edit_id.clone()
                        aria-label="Edit question"
                        title="Edit question"
                        on:click=move |_| editing.set(true)
                    >
                        <Icon shape=Shape::Pencil/>
                    </button>
                </Show>
            </div>
        </article>
    }
}

/// The question's text in a field; sending it makes a branch.
#[component]
fn Editor(message: Arc<MessageView>, text: String, close: Callback<()>) -> impl IntoView {
    let space = use_space();
    let transcript = expect_context::<Transcript>();
    let field = NodeRef::<Textarea>::new();
    let key = StoredValue::new(draft_key(&space.email(), DraftOf::Edit(message.id)));
    let text = key.with_value(|key| storage::read(key)).unwrap_or(text);
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            super::composer::fit_height(&field);
            field.focus().ok();
        }
    });
    let parent = message.parent;
    let save = move || {
        let Some(field) = field.get_untracked() else {
            return;
        };
        let text = field.value();
        if text.trim().is_empty() {
            return;
        }
        let done = Callback::new(move |()| key.with_value(|key| storage::keep(key, "")));
        ask(space, transcript, Ask::Question { parent, text }, done);
    };
    let cancel = move || {
        key.with_value(|key| storage::keep(key, ""));
        close.run(());
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            cancel();
        }
        "Enter" if event.ctrl_key() || event.meta_key() => save(),
        _ => {}
    };
    let busy = move || transcript.sending.get() || transcript.live.get().is_some();
    view! {
        <div class="editor">
            <textarea
                class="input"
                aria-label="Edited question"
                node_ref=field
                rows="2"
                on:keydown=on_key
                on:input=move |_| {
                    if let Some(field) = field.get_untracked() {
                        super::composer::fit_height(&field);
                        key.with_value(|key| storage::keep(key, &field.value()));
                    }
                }
            >
                {text}
            </textarea>
            <div class="actions">
                <p class="hint">"The first version is kept as a branch."</p>
                <button type="button" class="button small" on:click=move |_| cancel()>"Cancel"</button>
                <button
                    type="button"
                    class="button small primary"
                    disabled=busy
                    on:click=move |_| save()
                >
                    "Ask again"
                </button>
            </div>
        </div>
    }
}

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
            <span class="branches" role="group" aria-label="Versions">
                {step("Previous version", Shape::ChevronLeft, before)}
                <span class="count">{format!("{}/{count}", here + 1)}</span>
                {step("Next version", Shape::ChevronRight, after)}
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
                space.announcer.say("Another version is shown");
                if let Some(turn) = transcript.live.get_untracked() {
                    follow_turn(space, transcript, turn);
                }
            }
            Err(error) => {
                space.announcer.warn(error.message());
                let again = Callback::new(move |()| switch(space, transcript, target));
                transcript.trouble.set(Some(Trouble {
                    error,
                    again: Some(again),
                }));
            }
        }
    });
}

/// Copies a text and says so on itself.
#[component]
pub(crate) fn CopyButton(
    /// Its name.
    label: &'static str,
    /// The text, asked for when pressed.
    text: Callback<(), String>,
) -> impl IntoView {
    let space = use_space();
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let text = text.run(());
        spawn_local(async move {
            if clipboard::copy(&text).await {
                show_copied(space, copied);
            } else {
                space.announcer.warn("The browser did not allow copying.");
            }
        });
    };
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=label
            title=label
            on:click=copy
        >
            {move || {
                let shape = if copied.get() { Shape::Check } else { Shape::Copy };
                view! { <Icon shape/> }
            }}
        </button>
    }
}

/// A tick for two seconds, and a word for screen readers.
pub(crate) fn show_copied(space: Space, copied: RwSignal<bool>) {
    copied.set(true);
    space.announcer.say("Copied");
    set_timeout(
        move || {
            copied.try_set(false);
        },
        std::time::Duration::from_secs(2),
    );
}
