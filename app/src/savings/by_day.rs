//! The numbers behind the bars, folded away.

use super::words::grouped;
use crate::people::dates::day_in_words;
use contract::savings::SavingsDay;
use leptos::prelude::*;

const MS_PER_DAY: i64 = 86_400_000;

/// Days with an answer or a saving, the latest first.
#[component]
pub(super) fn ByDay(days: Vec<SavingsDay>) -> impl IntoView {
    let rows = days
        .into_iter()
        .rev()
        .filter(|day| day.answers.all > 0 || day.not_spent.provider_tokens > 0)
        .map(row)
        .collect_view();
    view! {
        <details class="panel fold by-day">
            <summary>"Day by day"</summary>
            <div class="table-panel" tabindex="0" role="region" aria-label="Day by day">
                <table class="records figures-table">
                    <thead>
                        <tr>
                            <th scope="col">"Day"</th>
                            <th scope="col" class="number">"Answers"</th>
                            <th scope="col" class="number">"From the cache"</th>
                            <th scope="col" class="number">"Saved"</th>
                            <th scope="col" class="number">"From provider’s cache"</th>
                            <th scope="col" class="number">"Saved by that"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}

fn row(day: SavingsDay) -> impl IntoView {
    let (answers, not_spent) = (day.answers, day.not_spent);
    view! {
        <tr>
            <th scope="row">{day_in_words(i64::from(day.day) * MS_PER_DAY)}</th>
            <td class="number">{grouped(answers.all)}</td>
            <td class="number">{grouped(answers.from_cache())}</td>
            <td class="number">{not_spent.by_cache.display_usd()}</td>
            <td class="number">{format!("{} tokens", grouped(not_spent.provider_tokens))}</td>
            <td class="number">{not_spent.by_provider.display_usd()}</td>
        </tr>
    }
}
