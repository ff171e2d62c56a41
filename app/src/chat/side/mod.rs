//! The side: who we are, new chat, search, the list, the meter, the person.

mod attention;
mod conversation_menu;
mod list_conversations;
mod member_menu;
mod rename;
mod show_meter;
mod undo_delete;

use conversation_menu::ConversationMenu;
pub(crate) use conversation_menu::{delete, open_menu, pin};
pub(crate) use rename::RenameDialog;
pub(crate) use undo_delete::{Deleted, UndoBar};

use super::shortcuts::begin;
use super::space::use_space;
use crate::brand::BrandName;
use crate::ui::{Icon, Shape};
use crate::words::t;
use attention::Attention;
use leptos::prelude::*;
use list_conversations::ConversationList;
use member_menu::MemberMenu;
use show_meter::Meter;

/// The left column; a drawer on a phone.
#[component]
pub(crate) fn Side() -> impl IntoView {
    let space = use_space();
    let brand = space.brand.get_value();
    view! {
        <aside class="side" id="side" aria-label=t!("Workspace")>
            <div class="side-head">
                <BrandName brand/>
                <button
                    type="button"
                    class="icon-button only-phone"
                    aria-label=t!("Close the conversation list")
                    on:click=move |_| space.drawer.set(false)
                >
                    <Icon shape=Shape::Close/>
                </button>
            </div>
            <nav class="side-nav" aria-label=t!("Conversations")>
                <button type="button" class="new-chat" id="new-chat" on:click=move |_| begin(space)>
                    <Icon shape=Shape::Plus/>
                    <span>{t!("New chat")}</span>
                    <kbd aria-hidden="true">{move || space.modifier()} " J"</kbd>
                </button>
                <button type="button" class="side-link" on:click=move |_| space.palette.set(true)>
                    <Icon shape=Shape::Search/>
                    <span>{t!("Search")}</span>
                    <kbd aria-hidden="true">{move || space.modifier()} " K"</kbd>
                </button>
                <ConversationList/>
            </nav>
            <div class="side-foot">
                <Attention/>
                <Meter/>
                <MemberMenu/>
            </div>
            <ConversationMenu/>
        </aside>
    }
}
