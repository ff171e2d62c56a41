//! The person at the side's foot: account, members, theme, shortcuts, sign out.

use crate::browser::theme;
use crate::chat::space::use_space;
use crate::ui::{Icon, Shape, initials};
use crate::words::{say, t};
use leptos::prelude::*;

/// Name, and a menu above it.
#[component]
pub(super) fn MemberMenu() -> impl IntoView {
    let space = use_space();
    let name = move || {
        space
            .side()
            .map(|side| side.member_name)
            .unwrap_or_default()
    };
    let manages = move || space.side().is_some_and(|side| side.may_manage_members);
    view! {
        <button
            type="button"
            class="member"
            aria-haspopup="true"
            popovertarget="member-menu"
        >
            <Transition fallback=|| view! { <span class="bone bone-place"></span> }>
                <span class="avatar" aria-hidden="true">{move || initials(&name())}</span>
                <span class="member-name">{name}</span>
            </Transition>
            <span class="sr-only">{t!("Account and settings")}</span>
        </button>
        <div id="member-menu" class="menu menu-member" popover="auto">
            <a class="menu-item" href="/account" rel="external"><Icon shape=Shape::Person/>{t!("Account")}</a>
            <Transition fallback=|| ()>
                <Show when=manages>
                    <a class="menu-item" href="/admin/members" rel="external">
                        <Icon shape=Shape::People/>{t!("Members")}
                    </a>
                </Show>
            </Transition>
            <button
                type="button"
                class="menu-item"
                popovertarget="member-menu"
                popovertargetaction="hide"
                on:click=move |_| space.help.set(true)
            >
                <Icon shape=Shape::Keyboard/>{t!("Keyboard shortcuts")}
            </button>
            <ThemeChoice/>
            <form method="post" action="/sign-out">
                <button type="submit" class="menu-item"><Icon shape=Shape::SignOut/>{t!("Sign out")}</button>
            </form>
        </div>
    }
}

/// System, light or dark.
#[component]
fn ThemeChoice() -> impl IntoView {
    let chosen = RwSignal::new(String::new());
    Effect::new(move |_| chosen.set(theme::current()));
    let options = theme::THEMES
        .into_iter()
        .map(|(value, name)| {
            view! {
                <label class="segment">
                    <input
                        type="radio"
                        name="theme"
                        value=value
                        prop:checked=move || chosen.get() == value
                        on:change=move |_| {
                            theme::choose(value);
                            chosen.set(value.to_owned());
                        }
                    />
                    <span>{say(name)}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="segments">
            <legend>{t!("Theme")}</legend>
            {options}
        </fieldset>
    }
}
