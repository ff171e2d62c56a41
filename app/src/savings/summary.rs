//! Four figures: how many answers, how many from the cache, and what both kinds of cache saved.

use super::words::{grouped, share};
use contract::savings::SavingsDay;
use leptos::prelude::*;

#[component]
pub(super) fn Summary(total: SavingsDay) -> impl IntoView {
    let (answers, not_spent) = (total.answers, total.not_spent);
    let of_all = share(answers.from_cache(), answers.all).unwrap_or_default();
    let kinds = [
        (answers.shared, "while the same was being answered"),
        (answers.similar, "from a similar question"),
    ];
    let kinds = kinds
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{} of them {words}", grouped(count)));
    let kinds: Vec<String> = kinds.collect();
    let fresh =
        (answers.fresh > 0).then(|| format!("{} asked anew on purpose", grouped(answers.fresh)));
    let tokens = format!("{} tokens not asked for", grouped(not_spent.cache_tokens));
    let cached = format!("{} tokens from it", grouped(not_spent.provider_tokens));
    view! {
        <dl class="panel figures">
            <Figure term="Answers" value=grouped(answers.all) more=fresh.unwrap_or_default()/>
            <Figure
                term="From the cache"
                value=format!("{} · {of_all}", grouped(answers.from_cache()))
                more=kinds.join(", ")
            />
            <Figure term="Saved by the cache" value=not_spent.by_cache.display_usd() more=tokens/>
            <Figure
                term="Saved by providers’ caches" value=not_spent.by_provider.display_usd() more=cached
            />
        </dl>
    }
}

#[component]
fn Figure(term: &'static str, value: String, more: String) -> impl IntoView {
    view! {
        <div>
            <dt>{term}</dt>
            <dd>
                <span class="figure">{value}</span>
                <span class="hint">{more}</span>
            </dd>
        </div>
    }
}
