//! The frame of the platform host's pages: who is there, and where they can go.

use super::Desk;
use crate::request::Platform;
use crate::ssr::set_status;
use contract::{AppError, ErrorCode, Staff};
use leptos::prelude::*;
use leptos_meta::{Link, Title};

/// Which page of the frame is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tab {
    Clients,
    Team,
    Workspaces,
    Agencies,
    Health,
    /// A page that no place of the navigation leads to.
    None,
}

/// Side and one column.
#[component]
pub(super) fn Frame(
    platform: Platform,
    staff: Staff,
    tab: Tab,
    children: Children,
) -> impl IntoView {
    let place = move |tab_of: Tab, href: &'static str, label: &'static str| {
        let here = (tab == tab_of).then_some("page");
        view! { <li><a class="side-link" href=href aria-current=here>{label}</a></li> }
    };
    let operator = staff.is_operator().then(|| {
        // Domains and the queue of certificates have their place here.
        (
            place(Tab::Workspaces, "/operator", "Workspaces"),
            place(Tab::Agencies, "/operator/agencies", "Agencies"),
            place(Tab::Health, "/operator/health", "Health"),
        )
    });
    let sells = staff.agencies().next().is_some();
    let runs = staff.agencies().any(|(_, _, owner)| owner);
    let clients = sells.then(|| place(Tab::Clients, "/agency", "Clients"));
    // The default brand of an agency has its place here.
    let team = runs.then(|| place(Tab::Team, "/agency/team", "People"));
    view! {
        <Link rel="icon" href="data:,"/>
        <div class="settings">
            <header class="settings-side platform-side">
                <p class="brand-link"><span class="brand-name">{platform.name}</span></p>
                <nav aria-label="Platform">
                    <ul>{clients} {team} {operator}</ul>
                </nav>
                <div class="signed-in">
                    <p class="hint">{staff.name().to_owned()}</p>
                    <form method="post" action="/sign-out">
                        <button type="submit" class="button small">"Sign out"</button>
                    </form>
                </div>
            </header>
            <main class="settings-main">{children()}</main>
        </div>
    }
}

/// What cannot be shown, in the frame.
pub(super) fn refused(desk: &Desk, error: AppError) -> AnyView {
    set_status(error.code.status());
    let heading = match error.code {
        ErrorCode::NotFound => "Nothing here",
        ErrorCode::Denied => "Not part of what you may do",
        _ => "This did not work",
    };
    let reference = (!error.reference.is_empty())
        .then(|| view! { <p class="hint">"Reference " <code>{error.reference}</code></p> });
    let (platform, staff) = (desk.platform.clone(), desk.staff.clone());
    view! {
        <Title text=format!("{heading} · {}", desk.platform.name)/>
        <Frame platform staff tab=Tab::None>
            <div class="page-head">
                <div><h1>{heading}</h1><p class="lead">{crate::words::spoken(&error.message)}</p></div>
            </div>
            {reference}
        </Frame>
    }
    .into_any()
}
