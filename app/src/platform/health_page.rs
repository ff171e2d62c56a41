//! How the installation fares, for operators.

use super::frame::Tab;
use super::{Desk, for_staff};
use crate::people::dates;
use contract::staff::{HealthPart, HealthState, HealthView};
use leptos::prelude::*;
use leptos_meta::Title;

/// The page at `/operator/health`.
#[component]
pub(crate) fn HealthPage() -> impl IntoView {
    for_staff(
        Tab::Health,
        |ports, staff| async move { ports.platform.health(&staff).await },
        page,
    )
}

fn page(desk: Desk, health: HealthView) -> AnyView {
    let looked = format!("Looked at {}.", dates::in_words(health.at_ms));
    let rows = health.parts.into_iter().map(row).collect_view();
    view! {
        <Title text=format!("Health · {}", desk.platform.name)/>
        <div class="page-head">
            <div><h1>"Health"</h1><p class="lead">{looked}</p></div>
            <a class="button" href="/operator/health">"Look again"</a>
        </div>
        <section class="panel" aria-label="Parts of the installation">
            <ul class="rows health">{rows}</ul>
        </section>
    }
    .into_any()
}

fn row(part: HealthPart) -> impl IntoView {
    let class = match part.state {
        HealthState::Well => "chip dot ok",
        HealthState::Watch => "chip dot warn",
        HealthState::Down => "chip dot bad",
        HealthState::Absent => "chip",
    };
    view! {
        <li class="row">
            <div class="row-text">
                <p class="row-title">{part.name}</p>
                <p class="hint">{part.words}</p>
            </div>
            <span class=class>{part.state.label()}</span>
        </li>
    }
}
