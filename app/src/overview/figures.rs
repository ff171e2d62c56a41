//! Spend, answers, failed calls, keys and people, each with what it means beside it.

use crate::people::dates;
use crate::savings::share;
use crate::words::{decimal, grouped, money, t};
use contract::overview::{KeysHealth, MonthSpend, OVERVIEW_DAYS, OverviewDay, OverviewView};
use contract::{NanoUsd, Role};
use leptos::prelude::*;

/// Four figures, and the days behind two of them.
#[component]
pub(super) fn Figures(overview: OverviewView, role: Role) -> impl IntoView {
    let sum = |of: fn(&OverviewDay) -> u64| overview.days.iter().map(of).sum::<u64>();
    let answers = sum(|day| day.answers);
    let failed = sum(|day| day.failed_calls);
    let (keys, keys_more) = keys_words(&overview.keys);
    let month = &overview.month;
    let meter = month.limit.map(|limit| meter(month.spent, limit));
    let people = match overview.members {
        1 => t!("1 person").to_owned(),
        count => t!("{count} people", count = grouped(count)),
    };
    let waiting = match overview.invitations.len() {
        0 => people,
        1 => t!("{people}, 1 invited", people = people),
        count => t!("{people}, {count} invited", people = people, count = count),
    };
    let savings = role.may_see_savings().then(|| {
        view! { <p class="hint basis"><a href="/admin/savings">{t!("What giving answers again saved")}</a></p> }
    });
    view! {
        <dl class="panel figures">
            <div>
                <dt>{t!("Spent this month")}</dt>
                <dd>
                    <span class="figure">{money(month.spent)}</span>
                    {meter}
                    <span class="hint">{month_words(month)}</span>
                </dd>
            </div>
            <div>
                <dt>{t!("Answers, last {days} days", days = OVERVIEW_DAYS)}</dt>
                <dd><span class="figure">{grouped(answers)}</span><span class="hint">{waiting}</span></dd>
            </div>
            <div>
                <dt>{t!("Calls that failed")}</dt>
                <dd>
                    <span class="figure">{grouped(failed)}</span>
                    <span class="hint">{t!("Another target may have answered")}</span>
                </dd>
            </div>
            <div>
                <dt>{t!("Provider keys")}</dt>
                <dd><span class="figure">{keys}</span><span class="hint">{keys_more}</span></dd>
            </div>
        </dl>
        <Days days=overview.days.clone()/>
        {savings}
    }
}

/// How far the month's limit is used, as a bar; the words beside it say the same.
fn meter(spent: NanoUsd, limit: NanoUsd) -> impl IntoView {
    let (value, max) = (
        spent.get().max(0).to_string(),
        limit.get().max(1).to_string(),
    );
    view! { <progress class="meter-bar" aria-label=t!("Spent of this month’s limit") value=value max=max></progress> }
}

fn month_words(month: &MonthSpend) -> String {
    let pace = month.pace.map(money);
    let Some(limit) = month.limit else {
        return match pace {
            Some(pace) => t!("no limit for the workspace, pace {pace}", pace = pace),
            None => t!("no limit for the workspace").to_owned(),
        };
    };
    let part = u64::try_from(month.spent.get()).unwrap_or(0);
    let whole = u64::try_from(limit.get()).unwrap_or(0);
    let share = share(part, whole).map(|share| decimal(&share));
    let limit = money(limit);
    match (share, pace) {
        (Some(share), Some(pace)) => t!(
            "{share} of {limit}, pace {pace}",
            share = share,
            limit = limit,
            pace = pace
        ),
        (Some(share), None) => t!("{share} of {limit}", share = share, limit = limit),
        (None, Some(pace)) => t!("of {limit}, pace {pace}", limit = limit, pace = pace),
        (None, None) => t!("of {limit}", limit = limit),
    }
}

/// How many are well, and what the others are.
fn keys_words(keys: &KeysHealth) -> (String, String) {
    if keys.in_use == 0 {
        return (t!("None").to_owned(), t!("no key is sealed yet").to_owned());
    }
    let well = t!(
        "{healthy} of {all}",
        healthy = keys.healthy,
        all = keys.in_use
    );
    let trouble = keys.in_trouble.len();
    let more = match (trouble, keys.unknown) {
        (0, 0) => t!("all healthy").to_owned(),
        (0, unknown) => t!("healthy, {unknown} not checked", unknown = unknown),
        (trouble, 0) => t!("healthy, {refused} refused", refused = trouble),
        (trouble, unknown) => t!(
            "healthy, {refused} refused, {unknown} not checked",
            refused = trouble,
            unknown = unknown
        ),
    };
    (well, more)
}

/// The days as a table: it is small enough to be read, and needs no picture.
#[component]
fn Days(days: Vec<OverviewDay>) -> impl IntoView {
    let nothing = days
        .iter()
        .all(|day| day.answers == 0 && day.failed_calls == 0);
    if nothing {
        let words = t!(
            "Nothing was asked in the last seven days. Once somebody asks, each day stands here with its answers and the calls that failed."
        );
        return view! { <p class="panel empty">{words}</p> }.into_any();
    }
    let most = days.iter().map(|day| day.answers).max().unwrap_or(1).max(1);
    let rows = days
        .into_iter()
        .rev()
        .map(|day| {
            let (value, max) = (day.answers.to_string(), most.to_string());
            view! {
                <tr>
                    <th scope="row">{dates::day_and_month(day.day_ms)}</th>
                    <td class="bar"><progress class="meter-bar" aria-hidden="true" value=value max=max></progress></td>
                    <td class="number">{grouped(day.answers)}</td>
                    <td class="number">{grouped(day.failed_calls)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="panel table-panel" tabindex="0" role="region" aria-label=t!("The last days")>
            <table class="records figures-table days-table">
                <caption class="sr-only">{t!("Answers and failed calls of each day")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("Day")}</th>
                        <td></td>
                        <th scope="col" class="number">{t!("Answers")}</th>
                        <th scope="col" class="number">{t!("Calls that failed")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::{keys_words, month_words};
    use contract::NanoUsd;
    use contract::overview::{KeysHealth, MonthSpend};

    #[test]
    fn a_month_is_told_with_and_without_a_limit() {
        let month = |limit: Option<i64>, pace: Option<i64>| {
            month_words(&MonthSpend {
                spent: NanoUsd::from_usd(10),
                limit: limit.map(NanoUsd::from_usd),
                pace: pace.map(NanoUsd::from_usd),
                resets: contract::Said::default(),
            })
        };
        assert_eq!(month(Some(40), Some(30)), "25 % of $ 40.00, pace $ 30.00");
        assert_eq!(month(Some(40), None), "25 % of $ 40.00");
        assert_eq!(month(None, None), "no limit for the workspace");
    }

    #[test]
    fn keys_are_counted_by_what_they_are() {
        let keys = |in_use, healthy, refused: usize, unknown| {
            keys_words(&KeysHealth {
                in_use,
                healthy,
                in_trouble: vec![(String::new(), String::new()); refused],
                unknown,
                due: Vec::new(),
            })
        };
        assert_eq!(keys(0, 0, 0, 0).0, "None");
        assert_eq!(keys(3, 3, 0, 0), ("3 of 3".into(), "all healthy".into()));
        assert_eq!(
            keys(3, 1, 1, 1),
            ("1 of 3".into(), "healthy, 1 refused, 1 not checked".into())
        );
    }
}
