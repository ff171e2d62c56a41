//! The bar after a deletion: eight seconds to bring the conversation back.

use crate::browser::focus;
use crate::chat::endpoints::restore_conversation;
use crate::chat::space::{Space, use_space};
use crate::chat::trouble::report;
use crate::words::t;
use contract::chat::ConversationSummary;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How long the bar stays.
const STAYS: Duration = Duration::from_secs(8);

/// A deletion that can still be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deleted {
    /// What was deleted.
    pub conversation: ConversationSummary,
    /// It was on screen: undoing opens it again.
    was_open: bool,
    /// Tells two deletions apart when the first one's time is up.
    number: u32,
}

impl Deleted {
    pub(crate) fn now(conversation: ConversationSummary, was_open: bool) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        Self {
            conversation,
            was_open,
            number: COUNT.fetch_add(1, Ordering::Relaxed),
        }
    }
}

/// Shown while there is something to undo.
#[component]
pub(crate) fn UndoBar() -> impl IntoView {
    let space = use_space();
    let held = RwSignal::new(false);
    Effect::new(move |_| {
        if let Some(deleted) = space.deleted.get() {
            // The focus stood on what is gone now.
            focus::focus_on("undo");
            end_later(space, held, deleted.number);
        }
    });
    view! {
        <div class="undo-frame" role="status">
            {move || {
                space.deleted.get().map(|deleted| {
                    let words = t!("“{title}” was deleted.", title = &deleted.conversation.title);
                    view! {
                        <div
                            class="undo"
                            on:mouseenter=move |_| held.set(true)
                            on:mouseleave=move |_| held.set(false)
                        >
                            <span class="undo-words">{words}</span>
                            <button
                                type="button"
                                class="button small"
                                id="undo"
                                on:click=move |_| undo(space, deleted.clone())
                            >
                                {t!("Undo")}
                            </button>
                        </div>
                    }
                })
            }}
        </div>
    }
}

/// Ends the offer, unless the pointer rests on it: then it asks again later.
fn end_later(space: Space, held: RwSignal<bool>, number: u32) {
    set_timeout(
        move || {
            let current = space.deleted.get_untracked().map(|deleted| deleted.number);
            if current != Some(number) {
                return;
            }
            if held.get_untracked() {
                end_later(space, held, number);
            } else {
                space.deleted.set(None);
                space.sidebar.refetch();
            }
        },
        STAYS,
    );
}

fn undo(space: Space, deleted: Deleted) {
    spawn_local(async move {
        match restore_conversation(deleted.conversation.id).await {
            Ok(()) => {
                space.deleted.set(None);
                space.sidebar.refetch();
                space.announcer.say(t!("Brought back"));
                if deleted.was_open {
                    space.go(format!("/c/{}", deleted.conversation.id), true);
                }
                focus::focus_on("message");
            }
            Err(error) => {
                let again = Callback::new(move |()| undo(space, deleted.clone()));
                report(space, error, Some(again));
            }
        }
    });
}
