//! What needs somebody: troubles first, then what waits. Nothing there is said in one line.

use crate::people::dates;
use crate::words::{money, t};
use contract::Role;
use contract::overview::OverviewView;
use leptos::prelude::*;

/// A class, what it is, more about it, and where to go.
struct Need {
    class: &'static str,
    title: String,
    more: String,
    way: Option<(&'static str, &'static str)>,
}

/// The panel; nothing at all while the start is being made and all is well.
#[component]
pub(super) fn Needs(overview: OverviewView, role: Role) -> impl IntoView {
    let needs = needs_of(&overview, role);
    if needs.is_empty() && overview.is_starting() {
        return ().into_any();
    }
    if needs.is_empty() {
        return view! { <p class="panel empty">{t!("Nothing needs you at the moment.")}</p> }
            .into_any();
    }
    let rows = needs.into_iter().map(row).collect_view();
    view! {
        <section class="panel" aria-labelledby="needs-heading">
            <div class="panel-head"><h2 id="needs-heading">{t!("What needs you")}</h2></div>
            <ul class="rows">{rows}</ul>
        </section>
    }
    .into_any()
}

fn row(need: Need) -> impl IntoView {
    let label = need.title.clone();
    let way = need.way.map(|(words, href)| {
        let name = t!("{action}: {what}", action = words, what = &label);
        view! { <a class="button small" href=href aria-label=name>{words}</a> }
    });
    let (class, word) = match need.class {
        "bad" => ("chip dot bad", t!("Trouble")),
        "warn" => ("chip dot warn", t!("Soon")),
        _ => ("chip", t!("Waits")),
    };
    view! {
        <li class="row">
            <div class="row-text">
                <p class="row-title">{need.title} " " <span class=class>{word}</span></p>
                <p class="hint">{need.more}</p>
            </div>
            {way}
        </li>
    }
}

fn needs_of(overview: &OverviewView, role: Role) -> Vec<Need> {
    let keys = role.may_see_keys().then_some((t!("See it"), "/admin/keys"));
    let sealing = overview.sealing_trouble.iter().map(|words| Need {
        class: "bad",
        title: t!("The key that seals this workspace").to_owned(),
        more: words.clone(),
        way: keys,
    });
    let refused = overview.keys.in_trouble.iter().map(|(name, what)| Need {
        class: "bad",
        title: t!("Provider key {name}", name = name),
        more: t!(
            "{what}. Questions that only this key pays for are not answered.",
            what = what
        ),
        way: keys,
    });
    let over = over_limit(overview);
    let due = overview.keys.due.iter().map(|(name, due)| Need {
        class: "warn",
        title: t!("Provider key {name}", name = name),
        more: t!("To be rotated by {day}.", day = dates::day_in_words(*due)),
        way: keys,
    });
    let members = role
        .may_manage_members()
        .then_some((t!("Members"), "/admin/members"));
    let waiting = overview.invitations.iter().map(|(email, until)| Need {
        class: "",
        title: t!("Invitation for {email}", email = email),
        more: t!(
            "Not accepted yet, good until {day}.",
            day = dates::day_in_words(*until)
        ),
        way: members,
    });
    sealing
        .chain(refused)
        .chain(over)
        .chain(due)
        .chain(waiting)
        .collect()
}

/// The month's limit is used up, or will be at this pace.
fn over_limit(overview: &OverviewView) -> Option<Need> {
    let month = &overview.month;
    let limit = month.limit?;
    if month.spent >= limit {
        return Some(Need {
            class: "bad",
            title: t!("This month’s limit is used up").to_owned(),
            more: t!(
                "Nothing is answered that costs money until {day}.",
                day = month.resets.clone()
            ),
            way: None,
        });
    }
    let pace = month.pace.filter(|pace| *pace > limit)?;
    Some(Need {
        class: "warn",
        title: t!("This month’s limit will not last").to_owned(),
        more: t!(
            "At this pace {pace} are spent by {day}, of {limit}.",
            pace = money(pace),
            day = month.resets.clone(),
            limit = money(limit)
        ),
        way: None,
    })
}

#[cfg(test)]
mod tests {
    use super::over_limit;
    use contract::NanoUsd;
    use contract::keys::KeyEnvironment;
    use contract::overview::{KeysHealth, MonthSpend, OverviewView};

    fn spent(spent: i64, limit: Option<i64>, pace: Option<i64>) -> OverviewView {
        OverviewView {
            steps: Vec::new(),
            may_skip: true,
            environment: KeyEnvironment::Production,
            month: MonthSpend {
                spent: NanoUsd::from_usd(spent),
                limit: limit.map(NanoUsd::from_usd),
                pace: pace.map(NanoUsd::from_usd),
                resets: "1 December".into(),
            },
            days: Vec::new(),
            keys: KeysHealth::default(),
            members: 1,
            invitations: Vec::new(),
            sealing_trouble: None,
        }
    }

    #[test]
    fn a_limit_is_told_when_it_is_used_up_and_when_it_will_not_last() {
        let class = |overview| over_limit(&overview).map(|need| need.class);
        assert_eq!(class(spent(500, None, Some(900))), None);
        assert_eq!(class(spent(10, Some(40), None)), None);
        assert_eq!(class(spent(10, Some(40), Some(30))), None);
        assert_eq!(class(spent(10, Some(40), Some(60))), Some("warn"));
        assert_eq!(class(spent(40, Some(40), Some(60))), Some("bad"));
    }
}
