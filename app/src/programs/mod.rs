//! Keys for the workspace's programs: make one, see how each fares, rotate and revoke; and a token of
//! an hour for oneself.
//!
//! Plain pages, plain forms. A token stands only on the page that answers the form which made it: no
//! address leads to it, and asking for the page again does not bring it back.

mod fresh_token;
mod guide;
mod make_form;
mod own_token_page;
mod program_page;
mod program_rows;
mod programs_page;
mod words;

pub(crate) use own_token_page::OwnTokenPage;
pub(crate) use program_page::ProgramPage;
pub(crate) use programs_page::ProgramsPage;

use crate::people::{SettingsFrame, Tab};
use crate::refusal::{for_member, refuse};
use crate::request::{Visit, Workspace};
use contract::programs::ProgramsView;
use contract::{AppError, AppResult, Ports};
use leptos::prelude::*;
use leptos_meta::Title;

/// Where the page stands.
const PATH: &str = "/admin/virtual-keys";

/// Shows `page` in the settings' frame with what `pick` takes of all programs.
fn page_of<T, V>(
    title: &'static str,
    pick: impl FnOnce(ProgramsView) -> AppResult<T> + Send + 'static,
    page: impl FnOnce(Visit, Workspace, T) -> V + Send + 'static,
) -> AnyView
where
    T: Send + 'static,
    V: IntoView + 'static,
{
    for_member(move |visit, place, caller| {
        let Some(ports) = use_context::<Ports>() else {
            return refuse(Some(place), AppError::not_found());
        };
        let shown = Suspend::new(async move {
            match ports.programs.programs(&caller).await.and_then(pick) {
                Ok(loaded) => {
                    let frame = place.clone();
                    view! {
                        <Title text=format!("{title} · {}", frame.brand.name)/>
                        <SettingsFrame place=frame caller=caller tab=Tab::Programs>
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
