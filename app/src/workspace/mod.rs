//! The workspace itself: what there is in it, and its end. A plain page for its owners.
//!
//! Refuses to make the end sound smaller or larger than it is: what is destroyed and what remains is
//! said before it is asked for.

mod delete_form;

use crate::frame::{SettingsFrame, Tab};
use crate::guests::GuestsPanel;
use crate::refusal::{for_member, refuse};
use crate::request::PageNotice;
use crate::ui::Problem;
use contract::staff::GuestsView;
use contract::workspace::WorkspaceView;
use contract::{AppError, Ports};
use delete_form::{ByOperator, DeleteForm};
use leptos::prelude::*;
use leptos_meta::Title;

/// The page at `/admin/workspace`.
#[component]
pub(crate) fn WorkspacePage() -> impl IntoView {
    for_member(|visit, place, caller| {
        let Some(ports) = use_context::<Ports>() else {
            return refuse(Some(place), AppError::not_found());
        };
        let refused = match visit.notice {
            Some(PageNotice::WorkspaceRefused { message }) => Some(message),
            _ => None,
        };
        let shown = Suspend::new(async move {
            let read = async {
                let workspace = ports.workspace.workspace(&caller).await?;
                Ok((workspace, ports.guests.guests(&caller).await?))
            };
            match read.await {
                Ok((workspace, guests)) => {
                    let title = format!("Workspace · {}", place.brand.name);
                    view! {
                        <Title text=title/>
                        <SettingsFrame place caller tab=Tab::Workspace>
                            <Page workspace guests refused/>
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

#[component]
fn Page(
    workspace: WorkspaceView,
    guests: GuestsView,
    refused: Option<contract::Said>,
) -> impl IntoView {
    let open = refused.is_some();
    let addresses = workspace.hosts.join(", ");
    let facts = [
        ("Name", workspace.name.clone()),
        ("Address", addresses),
        ("Members", workspace.members.to_string()),
        ("Conversations", workspace.conversations.to_string()),
        ("Provider keys", workspace.keys.to_string()),
        ("Records", workspace.records.to_string()),
    ];
    let facts = facts
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
        .collect_view();
    let end = if workspace.may_be_deleted {
        view! { <DeleteForm workspace open/> }.into_any()
    } else {
        view! { <ByOperator/> }.into_any()
    };
    view! {
        <div class="page-head">
            <div>
                <h1>"Workspace"</h1>
                <p class="lead">"What there is in it, all members together."</p>
            </div>
        </div>
        {refused.map(|message| view! { <Problem message/> })}
        <dl class="facts panel">{facts}</dl>
        <GuestsPanel guests/>
        {end}
    }
}
