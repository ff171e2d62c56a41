//! Provider keys: bringing one, watching it being checked, and looking after those in the vault.
//!
//! Plain pages and plain forms. The page of a check is still being sent while the check runs, so
//! that its steps appear one by one without a script, and a reload shows the same again.
//! Refuses to hold a key: it goes from the form to the server once and is in no page.

mod add_form;
mod check_page;
mod fields;
mod key_actions;
mod key_page;
mod keys_page;
mod sealed_keys;
mod sealing_page;
mod service_form;
mod service_page;
mod steps;
mod words;

pub(crate) use check_page::CheckPage;
pub use check_page::{OUTCOME_HERE, STEPS_HERE};
pub(crate) use key_actions::Password;
pub(crate) use key_page::KeyPage;
pub(crate) use keys_page::KeysPage;
pub(crate) use sealing_page::SealingPage;
pub(crate) use service_page::ServicePage;
pub use steps::{outcome, step_began, step_ended};
pub(crate) use words::environment_chip;

/// The first moment of a day as a date field gives it, milliseconds since 1970-01-01 UTC.
pub use crate::people::dates::from_date_field;

use crate::people::{SettingsFrame, Tab};
use crate::refusal::{for_member, refuse};
use crate::request::{Visit, Workspace};
use contract::keys::KeysView;
use contract::{AppError, AppResult, Caller, KeyId, Ports};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map};
use std::future::Future;

/// What a page of keys is made from.
struct Here {
    visit: Visit,
    place: Workspace,
    desk: Desk,
}

/// Whose keys a page is about; its address says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Desk {
    /// The workspace's, and those of its teams.
    Workspace,
    /// The reader's own.
    Own,
}

impl Desk {
    fn here() -> Self {
        let path = use_location().pathname.get_untracked();
        if path.starts_with(Self::Own.path()) {
            Self::Own
        } else {
            Self::Workspace
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Workspace => "/admin/keys",
            Self::Own => "/account/keys",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Workspace => "Provider keys",
            Self::Own => "Personal keys",
        }
    }

    const fn tab(self) -> Tab {
        match self {
            Self::Workspace => Tab::Keys,
            Self::Own => Tab::OwnKeys,
        }
    }

    /// Everything that lies on the desk.
    async fn read(self, ports: &Ports, caller: &Caller) -> AppResult<KeysView> {
        match self {
            Self::Workspace => ports.keys.keys(caller).await,
            Self::Own => ports.keys.own_keys(caller).await,
        }
    }
}

/// Shows `page` in the settings' frame once `load` has answered.
fn page_of<T, F, V>(
    title: &'static str,
    load: impl FnOnce(Ports, Caller) -> F,
    page: impl FnOnce(Here, T) -> V + Send + 'static,
) -> AnyView
where
    T: Send + 'static,
    F: Future<Output = AppResult<T>> + Send + 'static,
    V: IntoView + 'static,
{
    let desk = Desk::here();
    for_member(move |visit, place, caller| {
        let Some(ports) = use_context::<Ports>() else {
            return refuse(Some(place), AppError::not_found());
        };
        let loading = load(ports, caller.clone());
        let shown = Suspend::new(async move {
            match loading.await {
                Ok(loaded) => {
                    let frame = place.clone();
                    let here = Here { visit, place, desk };
                    view! {
                        <Title text=format!("{title} · {}", frame.brand.name)/>
                        <SettingsFrame place=frame caller=caller tab=desk.tab()>
                            {page(here, loaded)}
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

/// The key that the address names.
fn id_in_address() -> Option<KeyId> {
    use_params_map()
        .with_untracked(|params| params.get("id"))?
        .parse()
        .ok()
}
