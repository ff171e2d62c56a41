//! The main column: title, transcript, composer. Loads what the address names and keeps the
//! messages where they are while a new conversation gets its address.

use super::answer::Answer;
use super::cannot_open::CannotOpen;
use super::composer::Composer;
use super::endpoints::load_conversation;
use super::follow_turn::follow_turn;
use super::question::Question;
use super::scroll::{Scroller, provide_scroll};
use super::skeleton::TranscriptSkeleton;
use super::space::use_space;
use super::transcript::{Entry, Transcript};
use super::trouble::TroubleBar;
use crate::api_error::ApiError;
use crate::browser::{device, focus};
use crate::ui::{Icon, Shape};
use crate::words::t;
use contract::ConversationId;
use contract::chat::{ConversationView, MessageBody};
use leptos::prelude::*;
use std::time::Duration;

/// What to load: counted, so that "New chat" begins anew even on a page without address.
type Wanted = (u32, Option<ConversationId>);

/// Loads and shows the conversation of the address.
#[component]
pub(crate) fn ConversationPane() -> impl IntoView {
    let space = use_space();
    let wanted = RwSignal::new((0, space.current.get_untracked()));
    let loaded = Resource::new(move || wanted.get(), load);
    Effect::new(move |before: Option<()>| {
        let current = space.current.get();
        let shown = space
            .open
            .get_untracked()
            .and_then(|open| open.id.try_get_untracked().flatten());
        // A chat that just got its address is on screen already.
        if before.is_some() && current != shown {
            wanted.update(|(count, id)| {
                *count += 1;
                *id = current;
            });
        }
    });
    let retry = Callback::new(move |()| wanted.update(|(count, _)| *count += 1));
    view! {
        <Transition fallback=TranscriptSkeleton>
            <For
                each=move || loaded.get()
                key=|(count, _)| *count
                children=move |(_, outcome)| match outcome {
                    Ok(stored) => view! { <Conversation stored/> }.into_any(),
                    Err(error) => view! { <CannotOpen error retry/> }.into_any(),
                }
            />
        </Transition>
    }
    .into_any()
}

/// What was loaded, with its number: each load is shown in nodes of its own, so that nothing
/// typed, opened or scrolled in one conversation shows up in the next.
type Loaded = (u32, Result<Option<ConversationView>, ApiError>);

async fn load((count, id): Wanted) -> Loaded {
    let outcome = match id {
        Some(id) => load_conversation(id).await.map(Some),
        None => Ok(None),
    };
    (count, outcome)
}

/// One conversation on screen.
#[component]
fn Conversation(stored: Option<ConversationView>) -> impl IntoView {
    let space = use_space();
    let transcript = Transcript::new(stored);
    provide_context(transcript);
    let scroll = provide_scroll();
    Effect::new(move |_| {
        space.open.set(Some(transcript));
        if let Some(turn) = transcript.live.get_untracked() {
            follow_turn(space, transcript, turn);
        }
        if !device::is_touch() && !focus::is_overlaid() {
            focus::focus_on("message");
        }
    });
    let empty = Memo::new(move |_| transcript.entries.with(Vec::is_empty));
    view! {
        <div class="pane-inner">
            <PaneHead/>
            <Show when=move || !empty.get() fallback=Greeting>
                <Scroller scroll>
                    <Messages/>
                </Scroller>
            </Show>
            <div class="dock">
                <TroubleBar trouble=transcript.trouble/>
                <Composer/>
            </div>
        </div>
    }
}

/// Title, the way to the list on a phone, and the conversation's menu.
#[component]
fn PaneHead() -> impl IntoView {
    let space = use_space();
    let transcript = expect_context::<Transcript>();
    let heading = move || {
        let title = transcript.title.get();
        if title.is_empty() {
            t!("New chat").to_owned()
        } else {
            title
        }
    };
    let more = move || {
        transcript.summary().map(|summary| {
            view! {
                <button
                    type="button"
                    class="icon-button"
                    aria-label=t!("Conversation menu")
                    aria-haspopup="true"
                    popovertarget="conversation-menu"
                    on:click=move |event| super::side::open_menu(space, &event, summary.clone())
                >
                    <Icon shape=Shape::Dots/>
                </button>
            }
        })
    };
    view! {
        <header class="pane-head">
            <button
                type="button"
                class="icon-button only-phone"
                aria-label=t!("Open the conversation list")
                on:click=move |_| {
                    space.drawer.set(true);
                    focus::focus_on("new-chat");
                }
            >
                <Icon shape=Shape::Menu/>
            </button>
            <h1 class="pane-title">{heading}</h1>
            {more}
        </header>
    }
}

/// Messages in the first picture; the older ones of a long conversation follow in batches.
const FIRST: usize = 24;
const BATCH: usize = 80;

/// Questions and answers, each its own keyed node.
#[component]
fn Messages() -> impl IntoView {
    let transcript = expect_context::<Transcript>();
    let first = transcript.entries.with_untracked(Vec::len);
    let hidden = RwSignal::new(first.saturating_sub(FIRST));
    Effect::new(move |_| {
        let left = hidden.get();
        if left > 0 {
            let next = left.saturating_sub(BATCH);
            set_timeout(
                move || {
                    hidden.try_set(next);
                },
                Duration::from_millis(30),
            );
        }
    });
    let each = move || {
        transcript.entries.with(|entries| {
            entries
                .iter()
                .skip(hidden.get())
                .cloned()
                .collect::<Vec<_>>()
        })
    };
    let key = |entry: &Entry| (entry.message.id, entry.message.siblings.len());
    view! {
        <For
            each
            key
            children=|entry| match entry.message.body {
                MessageBody::Question { .. } => view! { <Question message=entry.message/> }.into_any(),
                MessageBody::Answer { .. } => view! { <Answer entry/> }.into_any(),
            }
        />
    }
}

/// An empty chat: the client's greeting and questions to begin with.
#[component]
fn Greeting() -> impl IntoView {
    let space = use_space();
    let transcript = expect_context::<Transcript>();
    let (greeting, starters) = space
        .brand
        .with_value(|brand| (brand.greeting.clone(), brand.starters.clone()));
    let starters = starters
        .into_iter()
        .take(4)
        .map(|starter| {
            let text = starter.clone();
            view! {
                <li>
                    <button
                        type="button"
                        class="starter"
                        on:click=move |_| transcript.offered.set(Some(text.clone()))
                    >
                        {starter}
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="greeting">
            <p class="greeting-line" data-brand="greeting">{greeting}</p>
            <ul class="starters" aria-label=t!("Questions to begin with")>{starters}</ul>
        </div>
    }
}
