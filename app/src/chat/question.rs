//! A question as it was asked: read, copy, edit into a branch, switch between branches.

use super::copy_text::CopyButton;
use super::draft::{DraftOf, draft_key};
use super::send_message::ask;
use super::space::use_space;
use super::switch_branch::Branches;
use super::transcript::Transcript;
use crate::browser::{focus, storage};
use crate::ui::{Icon, Shape};
use crate::words::t;
use contract::chat::{Ask, MessageBody, MessageView};
use leptos::ev::KeyboardEvent;
use leptos::html::Textarea;
use leptos::prelude::*;
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
        <article class="message question" aria-label=t!("Question")>
            <h2 class="sr-only">{t!("Question")}</h2>
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
                <CopyButton label=t!("Copy question") text=Callback::new(move |()| text.get_value())/>
                <Show when=move || space.side().is_none_or(|side| side.may_chat)>
                    <button
                        type="button"
                        class="icon-button"
                        id=edit_id.clone()
                        aria-label=t!("Edit question")
                        title=t!("Edit question")
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
                aria-label=t!("Edited question")
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
                <p class="hint">{t!("The first version is kept as a branch.")}</p>
                <button type="button" class="button small" on:click=move |_| cancel()>{t!("Cancel")}</button>
                <button
                    type="button"
                    class="button small primary"
                    disabled=busy
                    on:click=move |_| save()
                >
                    {t!("Ask again")}
                </button>
            </div>
        </div>
    }
}
