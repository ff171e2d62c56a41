//! Rename, pin and delete, from the list and from the conversation's head. One menu, shown by
//! the browser above everything else, so no scrolling list can cut it off.

use super::undo_delete::Deleted;
use crate::chat::endpoints::{delete_conversation, pin_conversation};
use crate::chat::shortcuts::open_transcript;
use crate::chat::space::{Space, use_space};
use crate::chat::trouble::report;
use crate::ui::{Icon, Shape};
use crate::words::t;
use contract::chat::ConversationSummary;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Width of the menu and room kept below it, in CSS pixels.
const WIDTH: f64 = 200.0;
const HEIGHT: f64 = 150.0;

/// Called on the press that opens the menu: says whose it is and puts it beside the button.
pub(crate) fn open_menu(space: Space, event: &MouseEvent, conversation: ConversationSummary) {
    space.menu_for.set(Some(conversation));
    let button = event
        .current_target()
        .and_then(|it| it.dyn_into::<Element>().ok());
    let menu = document().get_element_by_id("conversation-menu");
    let menu = menu.and_then(|it| it.dyn_into::<HtmlElement>().ok());
    let (Some(button), Some(menu)) = (button, menu) else {
        return;
    };
    let at = button.get_bounding_client_rect();
    let size = |value: Result<wasm_bindgen::JsValue, _>| {
        value.ok().and_then(|it| it.as_f64()).unwrap_or_default()
    };
    let (width, height) = (size(window().inner_width()), size(window().inner_height()));
    let left = at.left().min(width - WIDTH - 8.0).max(8.0);
    let below = at.bottom() + 4.0;
    let top = if below + HEIGHT > height {
        at.top() - HEIGHT
    } else {
        below
    };
    HtmlElement::style(&menu)
        .set_property("left", &format!("{left}px"))
        .ok();
    HtmlElement::style(&menu)
        .set_property("top", &format!("{top}px"))
        .ok();
}

/// The menu itself.
#[component]
pub(crate) fn ConversationMenu() -> impl IntoView {
    let space = use_space();
    let pinned = move || space.menu_for.get().is_some_and(|it| it.pinned);
    let with = move |action: fn(Space, ConversationSummary)| {
        if let Some(conversation) = space.menu_for.get_untracked() {
            action(space, conversation);
        }
    };
    view! {
        <div id="conversation-menu" class="menu" popover="auto">
            <button
                type="button"
                class="menu-item"
                popovertarget="conversation-menu"
                popovertargetaction="hide"
                on:click=move |_| with(|space, it| space.renaming.set(Some(it)))
            >
                <Icon shape=Shape::Pencil/>{t!("Rename")}
            </button>
            <button
                type="button"
                class="menu-item"
                popovertarget="conversation-menu"
                popovertargetaction="hide"
                on:click=move |_| with(pin)
            >
                {move || {
                    let (shape, word) = if pinned() {
                        (Shape::Unpin, t!("Unpin"))
                    } else {
                        (Shape::Pin, t!("Pin"))
                    };
                    view! { <Icon shape/> {word} }
                }}
            </button>
            <button
                type="button"
                class="menu-item danger"
                popovertarget="conversation-menu"
                popovertargetaction="hide"
                on:click=move |_| with(delete)
            >
                <Icon shape=Shape::Trash/>{t!("Delete")}
            </button>
        </div>
    }
}

/// Keeps at the top, or lets go.
pub(crate) fn pin(space: Space, conversation: ConversationSummary) {
    let pinned = !conversation.pinned;
    spawn_local(async move {
        match pin_conversation(conversation.id, pinned).await {
            Ok(()) => {
                let open = open_transcript(space);
                if let Some(open) = open.filter(|it| it.id.get_untracked() == Some(conversation.id))
                {
                    open.pinned.set(pinned);
                }
                space
                    .announcer
                    .say(if pinned { t!("Pinned") } else { t!("Unpinned") });
                space.sidebar.refetch();
            }
            Err(error) => report(space, error, None),
        }
    });
}

/// Takes out of the list at once; the bar below offers to bring it back.
pub(crate) fn delete(space: Space, conversation: ConversationSummary) {
    spawn_local(async move {
        match delete_conversation(conversation.id).await {
            Ok(()) => {
                let was_open = space.current.get_untracked() == Some(conversation.id);
                space
                    .deleted
                    .set(Some(Deleted::now(conversation, was_open)));
                if was_open {
                    space.go("/".to_owned(), true);
                }
            }
            Err(error) => report(space, error, None),
        }
    });
}
