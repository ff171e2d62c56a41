//! Which address shows which page.
//!
//! The chat is the only page that comes alive in the browser; all others are plain HTML and are
//! therefore left out of what the browser downloads.

use crate::chat::{ChatSpace, EmptyRoute};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// Every page. The chat's frame stays while its routes change, so a stream survives them.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=fallback>
                <ParentRoute path=path!("") view=front ssr=SsrMode::Async>
                    <Route path=path!("") view=EmptyRoute ssr=SsrMode::Async/>
                    <Route path=path!("c/:id") view=EmptyRoute ssr=SsrMode::Async/>
                </ParentRoute>
                <PlainRoutes/>
            </Routes>
        </Router>
    }
    .into_any()
}

#[cfg(feature = "ssr")]
use plain::{PlainRoutes, fallback, front};

/// The pages that need no script, and what stands at `/` for people who are not in a chat.
#[cfg(feature = "ssr")]
mod plain {
    use super::{ChatSpace, ParentRoute, Route, SsrMode, component, path, view};
    use crate::audit::RecordsPage;
    use crate::branding::BrandingPage;
    use crate::domains::{DomainPage, DomainsPage};
    use crate::guests::{ComeInPage, no_chat};
    use crate::keys::{CheckPage, KeyPage, KeysPage, SealingPage, ServicePage};
    use crate::kit::KitPage;
    use crate::landing::LandingPage;
    use crate::models::{ModelsPage, RoutePage};
    use crate::overview::OverviewPage;
    use crate::people::{AccountPage, MembersPage, SessionsPage};
    use crate::platform::{
        AgenciesPage, ClientPage, ClientsPage, HealthPage, NewClientPage, StaffInvitationPage,
        StaffSignInPage, TeamPage, WorkspacesPage,
    };
    use crate::programs::{OwnTokenPage, ProgramPage, ProgramsPage};
    use crate::prompt::PromptPage;
    use crate::refusal::{NotFoundPage, in_workspace, refuse, sign_in_first};
    use crate::request::{LandingView, Visit};
    use crate::savings::SavingsPage;
    use crate::sign_in::{InvitationPage, SignInPage};
    use crate::sign_on::{ConnectionPage, NewOidcPage, SignOnPage};
    use crate::workspace::WorkspacePage;
    use contract::AppError;
    use leptos::prelude::{AnyView, IntoAny, use_context};
    use leptos_router::components::Outlet;
    use std::sync::Arc;

    /// Landing page, sign-in or chat, by host and person.
    pub(super) fn front() -> AnyView {
        let visit = use_context::<Visit>();
        if let Some(platform) = visit.as_ref().and_then(Visit::platform) {
            return landing_page(platform.landing.clone());
        }
        in_workspace(|_, place| match place.caller.clone() {
            Some(caller) if caller.stay().is_some() => no_chat(place, caller),
            Some(_) => view! { <ChatSpace/> }.into_any(),
            None => sign_in_first(),
        })
    }

    /// Outside demo mode there is nothing to land on.
    fn landing_page(landing: Arc<LandingView>) -> AnyView {
        if landing.workspaces.is_empty() {
            return refuse(None, AppError::not_found());
        }
        view! { <LandingPage landing/> }.into_any()
    }

    pub(super) fn fallback() -> AnyView {
        view! { <NotFoundPage/> }.into_any()
    }

    /// Two hosts have this address, each with people of its own.
    fn sign_in() -> AnyView {
        match use_context::<Visit>().as_ref().and_then(Visit::platform) {
            Some(_) => view! { <StaffSignInPage/> }.into_any(),
            None => view! { <SignInPage/> }.into_any(),
        }
    }

    fn invitation() -> AnyView {
        match use_context::<Visit>().as_ref().and_then(Visit::platform) {
            Some(_) => view! { <StaffInvitationPage/> }.into_any(),
            None => view! { <InvitationPage/> }.into_any(),
        }
    }

    /// The platform host, and the way from there into a workspace.
    #[component(transparent)]
    fn PlatformRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
        view! {
            <ParentRoute path=path!("") view=Outlet ssr=SsrMode::Async>
                <Route path=path!("agency") view=ClientsPage ssr=SsrMode::Async/>
                <Route path=path!("agency/team") view=TeamPage ssr=SsrMode::Async/>
                <Route path=path!("agency/clients/new") view=NewClientPage ssr=SsrMode::Async/>
                <Route path=path!("agency/clients/:id") view=ClientPage ssr=SsrMode::Async/>
                <Route path=path!("operator") view=WorkspacesPage ssr=SsrMode::Async/>
                <Route path=path!("operator/agencies") view=AgenciesPage ssr=SsrMode::Async/>
                <Route path=path!("operator/health") view=HealthPage ssr=SsrMode::Async/>
                <Route path=path!("guest/:code") view=ComeInPage ssr=SsrMode::Async/>
            </ParentRoute>
        }
        .into_inner()
    }

    #[component(transparent)]
    pub(super) fn PlainRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
        view! {
            <ParentRoute path=path!("") view=Outlet ssr=SsrMode::Async>
                <PlatformRoutes/>
                <Route path=path!("sign-in") view=sign_in ssr=SsrMode::Async/>
                <Route path=path!("invite/:token") view=invitation ssr=SsrMode::Async/>
                <Route path=path!("account") view=AccountPage ssr=SsrMode::Async/>
                <RoomRoutes/>
                <Route path=path!("admin/members") view=MembersPage ssr=SsrMode::Async/>
                <Route path=path!("admin/members/invite") view=MembersPage ssr=SsrMode::Async/>
                <Route path=path!("account/keys") view=KeysPage ssr=SsrMode::Async/>
                <Route path=path!("account/keys/check") view=KeysPage ssr=SsrMode::Async/>
                <Route path=path!("account/keys/checks/:id") view=CheckPage ssr=SsrMode::Async/>
                <Route path=path!("account/keys/:id") view=KeyPage ssr=SsrMode::Async/>
                <Route path=path!("admin/keys") view=KeysPage ssr=SsrMode::Async/>
                <Route path=path!("admin/keys/check") view=KeysPage ssr=SsrMode::Async/>
                <Route path=path!("admin/keys/service") view=ServicePage ssr=SsrMode::Async/>
                <Route path=path!("admin/keys/sealing") view=SealingPage ssr=SsrMode::Async/>
                <Route path=path!("admin/keys/checks/:id") view=CheckPage ssr=SsrMode::Async/>
                <Route path=path!("admin/keys/:id") view=KeyPage ssr=SsrMode::Async/>
                <Route path=path!("account/tokens") view=OwnTokenPage ssr=SsrMode::Async/>
                <Route path=path!("admin/virtual-keys") view=ProgramsPage ssr=SsrMode::Async/>
                <Route path=path!("admin/virtual-keys/:id") view=ProgramPage ssr=SsrMode::Async/>
                <Route path=path!("admin/savings") view=SavingsPage ssr=SsrMode::Async/>
                <Route path=path!("admin/models") view=ModelsPage ssr=SsrMode::Async/>
                <Route path=path!("admin/models/new") view=RoutePage ssr=SsrMode::Async/>
                <Route path=path!("admin/models/:environment/:alias") view=RoutePage ssr=SsrMode::Async/>
                <Route path=path!("admin/branding") view=BrandingPage ssr=SsrMode::Async/>
                <Route path=path!("admin/audit") view=RecordsPage ssr=SsrMode::Async/>
                <Route path=path!("admin/domains") view=DomainsPage ssr=SsrMode::Async/>
                <Route path=path!("admin/domains/:host") view=DomainPage ssr=SsrMode::Async/>
                <SignOnRoutes/>
                <Route path=path!("admin/workspace") view=WorkspacePage ssr=SsrMode::Async/>
            </ParentRoute>
        }
        .into_inner()
    }

    /// The workspace's identity providers.
    #[component(transparent)]
    fn SignOnRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
        view! {
            <ParentRoute path=path!("") view=Outlet ssr=SsrMode::Async>
                <Route path=path!("admin/sign-on") view=SignOnPage ssr=SsrMode::Async/>
                <Route path=path!("admin/sign-on/new-oidc") view=NewOidcPage ssr=SsrMode::Async/>
                <Route path=path!("admin/sign-on/:id") view=ConnectionPage ssr=SsrMode::Async/>
            </ParentRoute>
        }
        .into_inner()
    }

    /// The overview, the instructions, the sessions; and the pieces all of them are made of.
    #[component(transparent)]
    fn RoomRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
        view! {
            <ParentRoute path=path!("") view=Outlet ssr=SsrMode::Async>
                <Route path=path!("admin") view=OverviewPage ssr=SsrMode::Async/>
                <Route path=path!("admin/prompt") view=PromptPage ssr=SsrMode::Async/>
                <Route path=path!("admin/sessions") view=SessionsPage ssr=SsrMode::Async/>
                <Route path=path!("kit") view=KitPage ssr=SsrMode::Async/>
            </ParentRoute>
        }
        .into_inner()
    }
}

/// In the browser only the chat is ever mounted: plain pages bring no script with them.
#[cfg(not(feature = "ssr"))]
fn front() -> AnyView {
    view! { <ChatSpace/> }.into_any()
}

/// Links out of the chat load a new document, so the browser never shows this.
#[cfg(not(feature = "ssr"))]
fn fallback() -> AnyView {
    ().into_any()
}

/// Holds the place of the plain pages, so that both halves have routes of the same shape.
#[cfg(not(feature = "ssr"))]
#[component(transparent)]
fn PlainRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! { <Route path=path!("/sign-in") view=EmptyRoute ssr=SsrMode::Async/> }.into_inner()
}
