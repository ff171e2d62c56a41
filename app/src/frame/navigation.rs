//! The places as a list in groups: at the side of a desk, in a sheet on a phone.

use super::Tab;
use super::places::{Entry, Group};
use crate::keys::environment_chip;
use crate::ui::{Icon, Shape, initials};
use crate::words::{say, t};
use contract::Caller;
use contract::keys::KeyEnvironment;
use leptos::prelude::*;

/// One element for both: it is a popover, which the stylesheet lays open where there is room.
#[component]
pub(super) fn Navigation(
    entries: Vec<Entry>,
    here: Tab,
    caller: Caller,
    /// Where members chat, for whoever looks after it.
    environment: Option<KeyEnvironment>,
) -> impl IntoView {
    let groups = Group::ALL
        .into_iter()
        .map(|group| {
            let of_group = entries.iter().filter(|entry| entry.group == group);
            (group, of_group.copied().collect::<Vec<_>>())
        })
        .filter(|(_, entries)| !entries.is_empty())
        .map(|(group, entries)| view! { <Places group entries here/> })
        .collect_view();
    let environment = environment.map(|environment| {
        view! {
            <p class="frame-environment">
                <span>{t!("Members chat in")}</span>
                {environment_chip(environment)}
            </p>
        }
    });
    view! {
        <nav id="places" class="places" aria-label=t!("Settings") popover="auto">
            <div class="places-groups">
                <a class="side-link back" href="/"><Icon shape=Shape::ChevronLeft/>{t!("Back to chat")}</a>
                {groups}
            </div>
            <div class="places-foot">
                {environment}
                <div class="frame-person">
                    <span class="avatar" aria-hidden="true">{initials(caller.name())}</span>
                    <p>
                        <span class="member-name">{caller.name().to_owned()}</span>
                        <span class="hint">{say(caller.role().as_str())}</span>
                    </p>
                </div>
            </div>
        </nav>
    }
}

/// One group and its words.
#[component]
fn Places(group: Group, entries: Vec<Entry>, here: Tab) -> impl IntoView {
    let places = entries
        .into_iter()
        .map(|entry| {
            let current = (entry.tab == here).then_some("page");
            view! {
                <li><a class="side-link" href=entry.href aria-current=current>{entry.label}</a></li>
            }
        })
        .collect_view();
    view! {
        <p id=group.id() class="list-head">{group.label()}</p>
        <ul aria-labelledby=group.id()>{places}</ul>
    }
}
