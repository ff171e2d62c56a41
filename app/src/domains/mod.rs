//! The workspace's own names: what was added, what each still lacks, and what to set where.
//!
//! Plain pages, plain forms. While something is pending, a small script brings the parts that change; a
//! page without it says the same after a reload.

mod actions;
mod domain_page;
mod domains_page;
mod facts;
mod records;

pub(crate) use domain_page::DomainPage;
pub(crate) use domains_page::DomainsPage;

use crate::people::{SettingsFrame, Tab};
use crate::refusal::{for_member, refuse};
use crate::request::{Visit, Workspace};
use contract::{AppError, AppResult, Caller, Ports};
use leptos::prelude::*;
use leptos_meta::Title;
use std::future::Future;

/// Where the pages stand.
const PATH: &str = "/admin/domains";
/// Seconds between two looks at a page on which something is pending.
const LIVE_EVERY_S: u32 = 3;

/// Shows `page` in the settings' frame with what `load` gives.
fn page_of<T, V, F>(
    title: impl FnOnce(&T) -> String + Send + 'static,
    load: impl FnOnce(Ports, Caller) -> F + Send + 'static,
    page: impl FnOnce(Visit, Workspace, T) -> V + Send + 'static,
) -> AnyView
where
    T: Send + 'static,
    V: IntoView + 'static,
    F: Future<Output = AppResult<T>> + Send + 'static,
{
    for_member(move |visit, place, caller| {
        let Some(ports) = use_context::<Ports>() else {
            return refuse(Some(place), AppError::not_found());
        };
        let shown = Suspend::new(async move {
            match load(ports, caller.clone()).await {
                Ok(loaded) => {
                    let frame = place.clone();
                    let title = format!("{} · {}", title(&loaded), frame.brand.name);
                    view! {
                        <Title text=title/>
                        <SettingsFrame place=frame caller=caller tab=Tab::Domains>
                            {page(visit, place, loaded)}
                        </SettingsFrame>
                    }
                    .into_any()
                }
                Err(error) => refuse(Some(place), error),
            }
        });
        view! { <Suspense>{shown}</Suspense> }.into_any()
    })
}
