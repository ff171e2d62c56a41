//! The caller's own account and the members of the workspace. Plain pages, plain forms, in the
//! frame that all settings share.
//!
//! Refuses to hide what a role may not do: the port decides, the page says who grants the right.

mod account;
pub(crate) mod dates;
mod members;

pub(crate) use account::AccountPage;
pub(crate) use members::MembersPage;

use crate::brand::{BrandName, LegalLinks};
use contract::{BrandView, Caller};
use leptos::prelude::*;
use std::sync::Arc;

/// Which page of the frame is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Account,
    Members,
    Keys,
}

/// Side with the way back, and one column of settings.
#[component]
pub(crate) fn SettingsFrame(
    brand: Arc<BrandView>,
    caller: Caller,
    tab: Tab,
    children: Children,
) -> impl IntoView {
    let here = move |other: Tab| (tab == other).then_some("page");
    let members = caller.role().may_manage_members().then(|| {
        view! { <li><a class="side-link" href="/admin/members" aria-current=here(Tab::Members)>"Members"</a></li> }
    });
    let keys = caller.role().may_see_keys().then(|| {
        view! { <li><a class="side-link" href="/admin/keys" aria-current=here(Tab::Keys)>"Provider keys"</a></li> }
    });
    view! {
        <div class="settings">
            <header class="settings-side">
                <a class="brand-link" href="/">
                    <BrandName brand=(*brand).clone()/>
                </a>
                <nav aria-label="Settings">
                    <ul>
                        <li><a class="side-link" href="/">"Back to chat"</a></li>
                        <li>
                            <a class="side-link" href="/account" aria-current=here(Tab::Account)>
                                "Account"
                            </a>
                        </li>
                        {members}
                        {keys}
                    </ul>
                </nav>
            </header>
            <main class="settings-main">
                {children()}
                <footer><LegalLinks brand=(*brand).clone()/></footer>
            </main>
        </div>
    }
}
