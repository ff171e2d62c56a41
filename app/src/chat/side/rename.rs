//! The dialog for a new title.

use crate::api_error::ApiError;
use crate::chat::endpoints::rename_conversation;
use crate::chat::shortcuts::open_transcript;
use crate::chat::space::{Space, use_space};
use crate::ui::{Problem, close_beside, show_while};
use crate::words::t;
use contract::ConversationId;
use contract::chat::TITLE_MAX_CHARS;
use leptos::ev::SubmitEvent;
use leptos::html::{Dialog, Input};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Opens for the conversation in `renaming`.
#[component]
pub(crate) fn RenameDialog() -> impl IntoView {
    let space = use_space();
    let open = RwSignal::new(false);
    let problem = RwSignal::new(None::<ApiError>);
    let dialog = NodeRef::<Dialog>::new();
    let field = NodeRef::<Input>::new();
    Effect::new(move |_| {
        let conversation = space.renaming.get();
        problem.set(None);
        if let (Some(field), Some(conversation)) = (field.get_untracked(), &conversation) {
            field.set_value(&conversation.title);
        }
        open.set(conversation.is_some());
    });
    show_while(dialog, open);
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let conversation = space.renaming.get_untracked();
        let (Some(conversation), Some(field)) = (conversation, field.get_untracked()) else {
            return;
        };
        let title = field.value().trim().to_owned();
        if !title.is_empty() {
            rename(space, conversation.id, title, problem);
        }
    };
    view! {
        <dialog
            class="sheet"
            aria-label=t!("Rename conversation")
            node_ref=dialog
            on:close=move |_| space.renaming.set(None)
            on:click=move |event| close_beside(dialog, &event)
        >
            <form class="sheet-inner form" on:submit=save>
                <h2>{t!("Rename conversation")}</h2>
                {move || problem.get().map(|error| view! {
                    <Problem
                        message=error.message()
                        reference=error.reference().map(ToOwned::to_owned)
                    />
                })}
                <div class="field">
                    <label for="new-title">{t!("Title")}</label>
                    <input
                        id="new-title"
                        class="input"
                        type="text"
                        autocomplete="off"
                        required
                        maxlength=TITLE_MAX_CHARS.to_string()
                        node_ref=field
                    />
                </div>
                <div class="actions">
                    <button type="button" class="button" on:click=move |_| open.set(false)>{t!("Cancel")}</button>
                    <button type="submit" class="button primary">{t!("Rename")}</button>
                </div>
            </form>
        </dialog>
    }
}

fn rename(space: Space, id: ConversationId, title: String, problem: RwSignal<Option<ApiError>>) {
    spawn_local(async move {
        match rename_conversation(id, title.clone()).await {
            Ok(()) => {
                let open = open_transcript(space);
                if let Some(open) = open.filter(|open| open.id.get_untracked() == Some(id)) {
                    open.title.set(title);
                }
                space.renaming.set(None);
                space.announcer.say(t!("Renamed"));
                space.sidebar.refetch();
            }
            Err(error) => problem.set(Some(error)),
        }
    });
}
