//! The conversation list, grouped by day.

use super::open_menu;
use crate::browser::clock::local_day;
use crate::chat::group_by_day::{DayGroup, group_by_day, utc_day};
use crate::chat::skeleton::ListSkeleton;
use crate::chat::space::{Clock, Space, use_space};
use crate::ui::{Icon, Problem, Shape};
use crate::words::{say, spoken, t};
use contract::chat::{ConversationSummary, Sidebar};
use leptos::prelude::*;

/// Every own conversation under its day; the empty list says what will be here.
#[component]
pub(super) fn ConversationList() -> impl IntoView {
    let space = use_space();
    view! {
        <div class="list">
            <Transition fallback=ListSkeleton>
                {move || match space.sidebar.get() {
                    Some(Err(error)) => {
                        let reference = error.reference().map(ToOwned::to_owned);
                        let message = error.message();
                        Some(view! { <ListProblem message reference/> }.into_any())
                    },
                    Some(Ok(Sidebar { sealed: Some(error), .. })) => {
                        let reference = Some(error.reference);
                        Some(view! { <ListProblem message=spoken(&error.message) reference sealed=true/> }.into_any())
                    },
                    Some(Ok(side)) if side.conversations.is_empty() => Some(
                        view! { <p class="hint list-empty">{t!("Your conversations will be listed here.")}</p> }
                            .into_any(),
                    ),
                    _ => None,
                }}
                <For
                    each=move || groups(space)
                    key=|group| group.label
                    children=move |group| view! { <Group label=group.label/> }
                />
            </Transition>
        </div>
    }
}

fn groups(space: Space) -> Vec<DayGroup> {
    let hidden = space.deleted.get().map(|deleted| deleted.conversation.id);
    let mut conversations = space
        .side()
        .map(|side| side.conversations)
        .unwrap_or_default();
    conversations.retain(|conversation| Some(conversation.id) != hidden);
    match space.clock.get() {
        Clock::Server(now) => group_by_day(conversations, utc_day(now), utc_day),
        Clock::Local(now) => group_by_day(conversations, local_day(now), local_day),
    }
}

/// One day's conversations.
#[component]
fn Group(label: &'static str) -> impl IntoView {
    let space = use_space();
    let heading = format!("group-{}", label.to_lowercase().replace(' ', "-"));
    let mine = move || {
        let all = groups(space).into_iter();
        let mine = all.filter(move |group| group.label == label);
        mine.flat_map(|group| group.conversations)
            .collect::<Vec<_>>()
    };
    view! {
        <h2 class="list-head" id=heading.clone()>{say(label)}</h2>
        <ul aria-labelledby=heading>
            <For
                each=mine
                key=|conversation| (conversation.id, conversation.title.clone(), conversation.pinned)
                children=|conversation| view! { <Place conversation/> }
            />
        </ul>
    }
}

/// One conversation: its link and its menu.
#[component]
fn Place(conversation: ConversationSummary) -> impl IntoView {
    let space = use_space();
    let id = conversation.id;
    let here = move || (space.current.get() == Some(id)).then_some("page");
    let label = t!("Menu of {title}", title = &conversation.title);
    let title = conversation.title.clone();
    view! {
        <li class="place">
            <a
                class="place-link"
                href=format!("/c/{id}")
                aria-current=here
                on:click=move |_| space.drawer.set(false)
            >
                {title}
            </a>
            <button
                type="button"
                class="icon-button place-menu"
                aria-label=label
                aria-haspopup="true"
                popovertarget="conversation-menu"
                on:click=move |event| open_menu(space, &event, conversation.clone())
            >
                <Icon shape=Shape::Dots/>
            </button>
        </li>
    }
}

/// The list could not be read, or is sealed: then beside a conversation, which says why, a few
/// words are enough.
#[component]
fn ListProblem(
    message: String,
    reference: Option<String>,
    #[prop(optional)] sealed: bool,
) -> impl IntoView {
    let space = use_space();
    let (message, reference) = if sealed && space.current.get_untracked().is_some() {
        (
            t!("Your conversations are sealed for now.").to_owned(),
            None,
        )
    } else {
        (message, reference)
    };
    view! {
        <Problem calm=sealed quiet=sealed message reference>
            <button
                type="button"
                class="button small"
                on:click=move |_| space.sidebar.refetch()
            >
                {t!("Try again")}
            </button>
        </Problem>
    }
}
