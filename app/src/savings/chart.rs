//! One bar a day: how many answers, and how many of them from the cache. Drawn without a script and
//! without a library; the same numbers stand in the table below it.

use super::words::grouped;
use crate::people::dates::day_and_month;
use contract::savings::SavingsDay;
use leptos::prelude::*;

/// Width of a day, and of the bar in it.
const SLOT: u64 = 24;
const BAR: u64 = 16;
const HEIGHT: u64 = 120;
const MS_PER_DAY: i64 = 86_400_000;

#[component]
pub(super) fn Chart(days: Vec<SavingsDay>) -> impl IntoView {
    let most = days
        .iter()
        .map(|day| day.answers.all)
        .max()
        .unwrap_or(0)
        .max(1);
    let count = u64::try_from(days.len()).unwrap_or_default();
    let bars = days
        .iter()
        .zip(0..)
        .map(|(day, slot)| bar(*day, slot, most))
        .collect_view();
    let label = |day: Option<&SavingsDay>| {
        day.map(|day| day_and_month(i64::from(day.day) * MS_PER_DAY))
            .unwrap_or_default()
    };
    let (first, last) = (label(days.first()), label(days.last()));
    let from_cache: u64 = days.iter().map(|day| day.answers.from_cache()).sum();
    let all: u64 = days.iter().map(|day| day.answers.all).sum();
    let told = format!(
        "Answers by day from {first} to {last}: {all} in all, {from_cache} from the cache, at most {most} \
         a day. The table below has the numbers."
    );
    view! {
        <section class="panel chart" aria-labelledby="chart-heading">
            <div class="panel-head">
                <h2 id="chart-heading">"Answers by day"</h2>
                <p class="legend hint">
                    <span class="swatch cached"></span> "from the cache "
                    <span class="swatch asked"></span> "asked"
                </p>
            </div>
            <div class="plot">
                <p class="scale hint" aria-hidden="true"><span>{grouped(most)}</span> <span>"0"</span></p>
                <svg
                    viewBox=format!("0 0 {} {HEIGHT}", count * SLOT) preserveAspectRatio="none"
                    role="img" aria-label=told
                >
                    {bars}
                </svg>
                <p class="days hint" aria-hidden="true"><span>{first}</span> <span>{last}</span></p>
            </div>
        </section>
    }
}

fn bar(day: SavingsDay, slot: u64, most: u64) -> impl IntoView {
    let answers = day.answers;
    // Something is never drawn as nothing.
    let tall = |count: u64| (count * HEIGHT / most).max(u64::from(count > 0) * 2);
    let whole = tall(answers.all);
    let cached = tall(answers.from_cache()).min(whole);
    let x = (slot * SLOT + (SLOT - BAR) / 2).to_string();
    let rect = |class: &'static str, from: u64, height: u64| {
        (height > 0).then(|| {
            view! {
                <rect
                    class=class x=x.clone() y=(HEIGHT - from - height).to_string()
                    width=BAR.to_string() height=height.to_string()
                ></rect>
            }
        })
    };
    let told = format!(
        "{}: {} answers, {} from the cache",
        day_and_month(i64::from(day.day) * MS_PER_DAY),
        grouped(answers.all),
        grouped(answers.from_cache())
    );
    view! {
        <g>
            <title>{told}</title>
            {rect("asked", cached, whole - cached)}
            {rect("cached", 0, cached)}
        </g>
    }
}
