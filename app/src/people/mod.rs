//! The caller's own account and the members of the workspace. Plain pages, plain forms, in the
//! frame that all settings share.
//!
//! Refuses to hide what a role may not do: the port decides, the page says who grants the right.

mod account;
pub(crate) mod dates;
mod members;
mod teams;

pub(crate) use account::AccountPage;
pub(crate) use members::MembersPage;

use crate::brand::{BrandName, LegalLinks};
use crate::request::Workspace;
use contract::Caller;
use leptos::prelude::*;

/// Which page of the frame is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Account,
    Members,
    Models,
    Keys,
    OwnKeys,
    Programs,
    Savings,
    Audit,
    Domains,
    Workspace,
}

/// Side with the way back, and one column of settings.
#[component]
pub(crate) fn SettingsFrame(
    place: Workspace,
    caller: Caller,
    tab: Tab,
    children: Children,
) -> impl IntoView {
    let here = move |other: Tab| (tab == other).then_some("page");
    let brand = place.brand;
    let own_keys = (place.member_keys && caller.role().may_chat()).then(|| {
        view! { <li><a class="side-link" href="/account/keys" aria-current=here(Tab::OwnKeys)>"Personal keys"</a></li> }
    });
    let members = caller.role().may_manage_members().then(|| {
        view! { <li><a class="side-link" href="/admin/members" aria-current=here(Tab::Members)>"Members"</a></li> }
    });
    let models = caller.role().may_manage_models().then(|| {
        view! { <li><a class="side-link" href="/admin/models" aria-current=here(Tab::Models)>"Models"</a></li> }
    });
    let keys = caller.role().may_see_keys().then(|| {
        view! { <li><a class="side-link" href="/admin/keys" aria-current=here(Tab::Keys)>"Provider keys"</a></li> }
    });
    let programs = caller.role().may_see_keys().then(|| {
        view! { <li><a class="side-link" href="/admin/virtual-keys" aria-current=here(Tab::Programs)>"Programs"</a></li> }
    });
    let savings = caller.role().may_see_savings().then(|| {
        view! { <li><a class="side-link" href="/admin/savings" aria-current=here(Tab::Savings)>"Savings"</a></li> }
    });
    let audit = caller.role().may_read_records().then(|| {
        view! { <li><a class="side-link" href="/admin/audit" aria-current=here(Tab::Audit)>"Audit"</a></li> }
    });
    let domains = caller.role().may_manage_domains().then(|| {
        view! { <li><a class="side-link" href="/admin/domains" aria-current=here(Tab::Domains)>"Domains"</a></li> }
    });
    let workspace = caller.role().may_delete_workspace().then(|| {
        view! { <li><a class="side-link" href="/admin/workspace" aria-current=here(Tab::Workspace)>"Workspace"</a></li> }
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
                        {own_keys}
                        {members}
                        {models}
                        {keys}
                        {programs}
                        {savings}
                        {audit}
                        {domains}
                        {workspace}
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
