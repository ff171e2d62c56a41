//! How the workspace fares: what is left to do before people can work in it, then what it spends, what
//! it answers, and what needs somebody. A plain page.
//!
//! Refuses to tick anything off by itself: a step is done when what it asks for is there.

mod figures;
mod guide;
mod needs;

use crate::people::{SettingsFrame, Tab};
use crate::refusal::{for_member, refuse};
use crate::request::{PageNotice, Workspace};
use crate::ui::Problem;
use crate::words::t;
use contract::overview::OverviewView;
use contract::{AppError, Caller, Ports};
use figures::Figures;
use guide::Guide;
use leptos::prelude::*;
use leptos_meta::Title;
use needs::Needs;

/// The page at `/admin`.
#[component]
pub(crate) fn OverviewPage() -> impl IntoView {
    for_member(|visit, place, caller| {
        let Some(ports) = use_context::<Ports>() else {
            return refuse(Some(place), AppError::not_found());
        };
        let refused = match visit.notice {
            Some(PageNotice::OverviewRefused { message }) => Some(message),
            _ => None,
        };
        let shown = Suspend::new(async move {
            match ports.overview.overview(&caller).await {
                Ok(overview) => {
                    let title = t!("Overview · {workspace}", workspace = &place.brand.name);
                    let (of, who) = (place.clone(), caller.clone());
                    view! {
                        <Title text=title/>
                        <SettingsFrame place caller tab=Tab::Overview>
                            <Page overview refused place=of caller=who/>
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
    overview: OverviewView,
    refused: Option<contract::Said>,
    place: Workspace,
    caller: Caller,
) -> impl IntoView {
    let (role, name) = (caller.role(), place.brand.name.clone());
    let starting = overview.is_starting();
    let lead = if starting {
        t!(
            "What is left to do until people can work in {name}. Nothing of it stops anybody.",
            name = name
        )
    } else {
        t!("How {name} fares, by day in UTC.", name = name)
    };
    let guide = starting.then(|| {
        view! { <Guide steps=overview.steps.clone() may_skip=overview.may_skip place caller/> }
    });
    view! {
        <div class="page-head">
            <div>
                <h1>{t!("Overview")}</h1>
                <p class="lead">{lead}</p>
            </div>
        </div>
        {refused.map(|message| view! { <Problem message/> })}
        {guide}
        <Needs overview=overview.clone() role/>
        <Figures overview role/>
    }
}
