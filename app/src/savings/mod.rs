//! What giving answers again saves: how many, how much, by day and by model; for how long answers are
//! kept; and purging.
//!
//! A plain page and plain forms. Refuses to guess: money is what was stored with the answers, and what
//! has no price adds none.

mod by_day;
mod by_model;
mod chart;
mod keep_form;
mod purge_form;
mod similar;
mod summary;
mod words;

use crate::people::{SettingsFrame, Tab};
use crate::refusal::{for_member, refuse};
use crate::request::PageNotice;
use crate::ui::Problem;
use by_day::ByDay;
use by_model::ByModel;
use chart::Chart;
use contract::savings::{SavingsDay, SavingsView};
use contract::{AppError, Ports};
use keep_form::KeepForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use purge_form::PurgeForm;
use similar::SimilarFigures;
use summary::Summary;
pub(crate) use words::{grouped, share};

/// The page at `/admin/savings`.
#[component]
pub(crate) fn SavingsPage() -> impl IntoView {
    for_member(|visit, place, caller| {
        let Some(ports) = use_context::<Ports>() else {
            return refuse(Some(place), AppError::not_found());
        };
        let refused = match visit.notice {
            Some(PageNotice::SavingsRefused { message }) => Some(message),
            _ => None,
        };
        let done = use_query_map().with_untracked(|query| query.get("done"));
        let shown = Suspend::new(async move {
            match ports.savings.savings(&caller).await {
                Ok(savings) => {
                    let title = format!("Savings · {}", place.brand.name);
                    view! {
                        <Title text=title/>
                        <SettingsFrame place caller tab=Tab::Savings>
                            <Page savings refused done/>
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
    savings: SavingsView,
    refused: Option<contract::Said>,
    done: Option<String>,
) -> impl IntoView {
    let total = total(&savings.days);
    let counted = if total.answers.all == 0 && savings.models.is_empty() {
        view! { <Empty usual=savings.usual_minutes/> }.into_any()
    } else {
        view! {
            <Summary total/>
            <Chart days=savings.days.clone()/>
            <ByModel models=savings.models.clone()/>
            <ByDay days=savings.days.clone()/>
            <Basis total demo=savings.models.iter().any(|model| model.demo)/>
        }
        .into_any()
    };
    let forms = savings.may_change.then(|| {
        let models = savings.models.clone();
        view! {
            <KeepForm keep=savings.keep usual=savings.usual_minutes/>
            <PurgeForm
                aliases=savings.aliases.clone() models version=savings.prompt_version
                purges=savings.purges
            />
        }
    });
    let kept = (!savings.may_change).then(|| {
        let words = words::kept(savings.keep, savings.usual_minutes);
        view! { <p class="hint">{words}</p> }
    });
    view! {
        <div class="page-head">
            <div>
                <h1>"Savings"</h1>
                <p class="lead">
                    "A question that was answered before is answered again at once, and costs nothing. "
                    "The last thirty days, by day in UTC."
                </p>
            </div>
        </div>
        {refused.map(|message| view! { <Problem message/> })}
        {done.as_deref().and_then(words::done).map(|words| view! { <p class="done" role="status">{words}</p> })}
        {counted}
        <SimilarFigures similar=savings.similar.clone()/>
        {forms}
        {kept}
    }
}

/// Nothing was counted yet: what would be.
#[component]
fn Empty(usual: Option<u32>) -> impl IntoView {
    let words = if usual.is_some() {
        "No answer was counted in the last thirty days. Once members ask, you see here how many of their \
         questions were answered from the cache, and what that saved. Ask the same thing twice to see \
         it happen."
    } else {
        "This installation keeps no answers, so every question is asked anew. Whoever runs it can change \
         that."
    };
    view! { <p class="panel empty">{words}</p> }
}

/// What the money is, and what is not in it.
#[component]
fn Basis(total: SavingsDay, demo: bool) -> impl IntoView {
    let not_spent = total.not_spent;
    let unpriced = (not_spent.unpriced > 0).then(|| {
        let count = words::grouped(not_spent.unpriced);
        format!("{count} answers from the cache had no known price and add no money. ")
    });
    let tokens = (not_spent.unpriced_tokens > 0).then(|| {
        let count = words::grouped(not_spent.unpriced_tokens);
        format!(
            "{count} tokens from providers’ caches have no price of their own in the price book, so \
             what they saved is not known. "
        )
    });
    let demo = demo.then_some("Demo money stands with its model only and is in no sum. ");
    view! {
        <p class="hint basis">
            "Basis: what the same answers cost when they were made, and the difference between the price "
            "of fresh tokens and that of tokens from the provider’s cache, both at the prices stored "
            "with each call. In US dollars. "
            {unpriced} {tokens} {demo}
        </p>
    }
}

fn total(days: &[SavingsDay]) -> SavingsDay {
    let mut total = SavingsDay::default();
    for day in days {
        total.answers.all += day.answers.all;
        total.answers.exact += day.answers.exact;
        total.answers.shared += day.answers.shared;
        total.answers.similar += day.answers.similar;
        total.answers.fresh += day.answers.fresh;
        total.not_spent.add(day.not_spent);
    }
    total
}
