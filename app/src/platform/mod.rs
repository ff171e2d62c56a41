//! The platform host: agencies with their clients, and the operator with everything. Plain pages in a
//! neutral dress that is nobody's.
//!
//! Refuses any client's brand. What somebody may not see is not there.

mod agencies_page;
mod client_page;
mod client_rows;
mod clients_page;
mod frame;
mod health_page;
mod new_client_page;
mod notices;
mod people_rows;
mod search;
mod sign_in;
mod workspaces_page;

pub(crate) use agencies_page::{AgenciesPage, TeamPage};
pub(crate) use client_page::ClientPage;
pub(crate) use clients_page::ClientsPage;
pub(crate) use health_page::HealthPage;
pub(crate) use new_client_page::NewClientPage;
pub(crate) use sign_in::{StaffInvitationPage, StaffSignInPage};
pub(crate) use workspaces_page::WorkspacesPage;

use crate::refusal::refuse;
use crate::request::{PageNotice, Platform, Visit};
use crate::ssr::set_status;
use contract::{AgencyId, AppError, AppResult, Ports, Staff};
use frame::{Frame, Tab};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::future::Future;

/// Whoever is signed in on the platform host, at one of its pages.
#[derive(Clone)]
struct Desk {
    platform: Platform,
    staff: Staff,
    notice: Option<PageNotice>,
}

/// Shows what `read` finds to somebody signed in on the platform host, and that there is nothing to
/// everybody else: the edge has led those who are signed out to the sign-in page already.
fn for_staff<T: Send + 'static, F: Future<Output = AppResult<T>> + Send + 'static>(
    tab: Tab,
    read: impl FnOnce(Ports, Staff) -> F + Send + 'static,
    page: impl FnOnce(Desk, T) -> AnyView + Send + 'static,
) -> AnyView {
    let visit = use_context::<Visit>();
    let place = visit.as_ref().and_then(|visit| visit.workspace().cloned());
    let desk = visit.and_then(|visit| {
        let platform = visit.platform()?.clone();
        let staff = platform.staff.clone()?;
        Some(Desk {
            platform,
            staff,
            notice: visit.notice,
        })
    });
    let (Some(desk), Some(ports)) = (desk, use_context::<Ports>()) else {
        return refuse(place, AppError::not_found());
    };
    if let Some(PageNotice::Refused(error)) = &desk.notice {
        return frame::refused(&desk, error.clone());
    }
    let reading = read(ports, desk.staff.clone());
    let shown = Suspend::new(async move {
        match reading.await {
            Ok(found) => {
                let (platform, staff) = (desk.platform.clone(), desk.staff.clone());
                let inside = page(desk, found);
                view! { <Frame platform staff tab>{inside}</Frame> }.into_any()
            }
            Err(error) => frame::refused(&desk, error),
        }
    });
    view! { <Suspense>{shown}</Suspense> }.into_any()
}

/// On the platform host: there is nothing at this address. `None`: this is another host.
pub(crate) fn not_found(visit: &Visit) -> Option<AnyView> {
    let platform = visit.platform()?.clone();
    let staff = platform.staff.clone()?;
    let desk = Desk {
        platform,
        staff,
        notice: None,
    };
    Some(frame::refused(&desk, AppError::not_found()))
}

/// The agency that the address names, or the first one.
fn chosen(staff: &Staff) -> Option<(AgencyId, String, bool)> {
    let asked = use_query_map().with_untracked(|query| query.get("of"));
    let asked = asked.and_then(|id| id.parse::<AgencyId>().ok());
    let mut theirs = staff.agencies();
    let found = match asked {
        Some(asked) => theirs.find(|(id, ..)| *id == asked),
        None => theirs.next(),
    };
    found.map(|(id, name, owner)| (id, name.to_owned(), owner))
}

/// The status of a page whose form was refused.
fn refused_status(refused: bool) {
    if refused {
        set_status(422);
    }
}
