//! Spent this month of the limit that leaves the reader least. Turns to a warning in words when little
//! is left.

use crate::chat::space::use_space;
use crate::words::{money, spoken, t};
use contract::NanoUsd;
use contract::chat::{MeterOf, MeterView};
use leptos::prelude::*;

/// One cent.
const CENT: NanoUsd = NanoUsd::new(NanoUsd::PER_USD / 100);

/// Nothing where there is neither limit nor spending.
#[component]
pub(super) fn Meter() -> impl IntoView {
    let space = use_space();
    view! {
        <Transition fallback=|| ()>
            {move || space.side().and_then(|side| side.meter).map(|meter| view! { <Bar meter/> })}
        </Transition>
    }
}

#[component]
fn Bar(meter: MeterView) -> impl IntoView {
    let spent = spent_in_words(meter.spent);
    let whose = whose(&meter.of);
    let label = label(&meter.of);
    let limit = meter
        .limit
        .map(|limit| view! { <span class="faint">{t!("of {limit}", limit = money(limit))}</span> });
    let bar = meter.limit.map(|limit| {
        let percent = percent(meter.spent, limit);
        // A native element: its width needs no inline style.
        view! { <progress class="meter-bar" class:low=is_low(meter.spent, limit) max="100" value=percent.to_string() aria-label=label></progress> }
    });
    let warning = warning(&meter).map(|words| view! { <p class="meter-warning">{words}</p> });
    view! {
        <div class="meter">
            <p class="meter-line"><span class="muted">{whose}</span> <span class="figure">{spent} {limit}</span></p>
            {bar}
            {warning}
        </div>
    }
}

/// Whose spending it is, above the bar.
fn whose(of: &MeterOf) -> String {
    match of {
        MeterOf::Workspace => t!("This month").to_owned(),
        MeterOf::Team(name) => t!("Team {name}, this month", name = name),
        MeterOf::Own => t!("You, this month").to_owned(),
    }
}

/// The bar, for those who hear it.
fn label(of: &MeterOf) -> String {
    match of {
        MeterOf::Workspace => t!("Spent of this month's limit").to_owned(),
        MeterOf::Team(name) => t!("Spent of this month's limit of team {name}", name = name),
        MeterOf::Own => t!("Spent of your own limit this month").to_owned(),
    }
}

/// The limit, in a sentence.
fn named(of: &MeterOf) -> String {
    match of {
        MeterOf::Workspace => t!("The limit").to_owned(),
        MeterOf::Team(name) => t!("The limit of team {name}", name = name),
        MeterOf::Own => t!("Your own limit").to_owned(),
    }
}

/// The sum, without fractions of a cent: beside a monthly limit they would only be noise.
fn spent_in_words(spent: NanoUsd) -> String {
    if spent > NanoUsd::ZERO && spent < CENT {
        t!("under {amount}", amount = money(CENT))
    } else {
        money(spent)
    }
}

/// Whole percent, at most 100.
fn percent(spent: NanoUsd, limit: NanoUsd) -> i64 {
    if limit.get() <= 0 {
        return 100;
    }
    let percent = i128::from(spent.get().max(0)) * 100 / i128::from(limit.get());
    i64::try_from(percent.min(100)).unwrap_or(100)
}

/// Less than a tenth is left.
fn is_low(spent: NanoUsd, limit: NanoUsd) -> bool {
    percent(spent, limit) >= 90
}

/// "$ 3.20 left until 1 December. Mia can raise it."
fn warning(meter: &MeterView) -> Option<String> {
    let limit = meter.limit?;
    if !is_low(meter.spent, limit) {
        return None;
    }
    let left = limit - meter.spent;
    let day = spoken(&meter.resets);
    let what = if left > NanoUsd::ZERO {
        t!(
            "{amount} left until {day}.",
            amount = money(left),
            day = day
        )
    } else {
        t!(
            "{limit} is used up until {day}.",
            limit = named(&meter.of),
            day = day
        )
    };
    if meter.raised_by.is_empty() {
        Some(what)
    } else {
        Some(t!(
            "{what} {name} can raise it.",
            what = what,
            name = &meter.raised_by
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::{percent, spent_in_words, warning, whose};
    use contract::NanoUsd;
    use contract::chat::{MeterOf, MeterView};

    fn meter(spent: i64, limit: Option<i64>) -> MeterView {
        MeterView {
            of: MeterOf::Workspace,
            spent: NanoUsd::new(spent * 10_000_000),
            limit: limit.map(|cents| NanoUsd::new(cents * 10_000_000)),
            resets: "1 December".into(),
            raised_by: "Mia".to_owned(),
        }
    }

    #[test]
    fn the_warning_names_what_is_left_and_who_can_help() {
        assert_eq!(
            warning(&meter(3_180, Some(3_500))).as_deref(),
            Some("$ 3.20 left until 1 December. Mia can raise it.")
        );
        assert_eq!(
            warning(&meter(3_500, Some(3_500))).as_deref(),
            Some("The limit is used up until 1 December. Mia can raise it.")
        );
        assert_eq!(warning(&meter(1_240, Some(4_000))), None);
        assert_eq!(warning(&meter(1_240, None)), None);
    }

    #[test]
    fn a_limit_of_ones_own_and_of_a_team_are_named() {
        let used_up = |of: MeterOf| {
            let meter = MeterView {
                of,
                ..meter(3_500, Some(3_500))
            };
            (whose(&meter.of), warning(&meter).unwrap())
        };
        let (whose, said) = used_up(MeterOf::Own);
        assert_eq!(whose, "You, this month");
        assert_eq!(
            said,
            "Your own limit is used up until 1 December. Mia can raise it."
        );
        let (whose, said) = used_up(MeterOf::Team("Legal".to_owned()));
        assert_eq!(whose, "Team Legal, this month");
        assert!(said.starts_with("The limit of team Legal is used up"));
    }

    #[test]
    fn fractions_of_a_cent_are_told_in_words() {
        assert_eq!(spent_in_words(NanoUsd::ZERO), "$ 0.00");
        assert_eq!(spent_in_words(NanoUsd::new(678_000)), "under $ 0.01");
        assert_eq!(spent_in_words(NanoUsd::new(10_000_000)), "$ 0.01");
    }

    #[test]
    fn the_bar_never_overflows() {
        assert_eq!(percent(NanoUsd::new(5), NanoUsd::new(0)), 100);
        assert_eq!(percent(NanoUsd::new(i64::MAX), NanoUsd::new(1)), 100);
        assert_eq!(percent(NanoUsd::new(-5), NanoUsd::new(10)), 0);
    }
}
