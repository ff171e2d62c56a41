//! Where models lead: every alias with its targets and what becomes of each, and the form that
//! changes one. Plain pages and plain forms: they work without any script.
//!
//! Refuses to decide who may: the port does, and the page says what it said.

mod models_page;
mod route_page;
mod sharing_fields;
mod target_lines;

pub(crate) use models_page::ModelsPage;
pub(crate) use route_page::RoutePage;

use crate::people::{SettingsFrame, Tab};
use crate::refusal::{for_member, refuse};
use crate::request::Visit;
use contract::{AppError, AppResult, Caller, Ports};
use leptos::prelude::*;
use leptos_meta::Title;
use std::future::Future;

/// Where the pages stand.
const MODELS: &str = "/admin/models";

/// Shows `page` in the settings' frame once `load` has answered.
fn page_of<T, F, V>(
    load: impl FnOnce(Ports, Caller) -> F,
    page: impl FnOnce(Visit, T) -> V + Send + 'static,
) -> AnyView
where
    T: Send + 'static,
    F: Future<Output = AppResult<T>> + Send + 'static,
    V: IntoView + 'static,
{
    for_member(move |visit, place, caller| {
        let Some(ports) = use_context::<Ports>() else {
            return refuse(Some(place), AppError::not_found());
        };
        let loading = load(ports, caller.clone());
        let shown = Suspend::new(async move {
            match loading.await {
                Ok(loaded) => {
                    let frame = place.clone();
                    view! {
                        <Title text=format!("Models · {}", frame.brand.name)/>
                        <SettingsFrame place=frame caller=caller tab=Tab::Models>
                            {page(visit, loaded)}
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
