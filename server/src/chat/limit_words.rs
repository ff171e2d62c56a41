//! What a person reads when a limit stops them: whose it is, when they can go on, who can help.
//! Never what others have spent or asked.

use crate::tenancy::TenantSnapshot;
use contract::{AppError, Caller, ErrorCode, LimitScope, Said, said};
use engine::{Reached, What};
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};

/// Whom the words are for, and what they may name.
#[derive(Clone, Debug)]
pub(super) struct LimitReader {
    /// Sees which limit it was.
    pub administers: bool,
    /// The reader's teams, with their names.
    pub team_names: Vec<(LimitScope, String)>,
    /// Who can raise a limit on spending.
    pub raised_by: String,
}

impl LimitReader {
    /// For somebody in the workspace of `snapshot`.
    pub(super) fn of(caller: &Caller, snapshot: &TenantSnapshot) -> Self {
        let named = |team| {
            let name = snapshot.team_names.get(team)?;
            Some((LimitScope::Team(*team), name.clone()))
        };
        Self {
            administers: caller.role().may_manage_members(),
            team_names: caller.teams().iter().filter_map(named).collect(),
            raised_by: snapshot.raised_by.clone(),
        }
    }

    fn team(&self, scope: LimitScope) -> Said {
        let known = self.team_names.iter().find(|(team, _)| *team == scope);
        known.map_or_else(
            || said!("Your team"),
            |(_, name)| said!("Team {name}", name = name),
        )
    }
}

/// Words for a turn that `reached` stopped.
#[must_use]
pub(super) fn limit_words(reached: &Reached, reader: &LimitReader) -> AppError {
    match reached.what {
        What::Spend => spend_words(reached.scope, reader),
        What::Requests | What::Tokens | What::Concurrent => pace_words(reached, reader),
    }
}

/// Words where the month's money of `scope` is used up.
#[must_use]
pub(super) fn spend_words(scope: LimitScope, reader: &LimitReader) -> AppError {
    let what = match scope {
        LimitScope::Workspace => said!("This month's limit of the workspace is used up."),
        LimitScope::Team(_) => said!(
            "This month's limit of {team} is used up.",
            team = reader.team(scope)
        ),
        LimitScope::Member(_) => said!("Your own limit for this month is used up."),
        LimitScope::VirtualKey(_) => said!("This key's limit for this month is used up."),
    };
    AppError::new(
        ErrorCode::OverBudget,
        said!(
            "{what} It begins anew on {day}. Your conversations stay readable and your text is kept. \
             {who} can raise the limit.",
            what = what,
            day = first_of_next_month(Timestamp::now()),
            who = &reader.raised_by
        ),
    )
}

fn pace_words(reached: &Reached, reader: &LimitReader) -> AppError {
    let wait = reached.retry_in.unwrap_or_default();
    let whole = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
    let seconds = whole
        .saturating_add(u32::from(wait.subsec_nanos() > 0))
        .max(1);
    let when = in_words(seconds);
    let what = match (reached.scope, reached.what) {
        (LimitScope::Member(_), What::Concurrent) => said!(
            "Several of your answers are still being written. You can ask again once one of them is \
             finished."
        ),
        (LimitScope::Team(_), What::Concurrent) => said!(
            "{team} has several answers still being written. You can ask again once one of them is \
             finished.",
            team = reader.team(reached.scope)
        ),
        (_, What::Concurrent) => said!(
            "Many answers are still being written here. You can ask again once one of them is finished."
        ),
        (LimitScope::Member(_), _) => said!(
            "You have asked a lot in a short time. You can ask again in {time}.",
            time = when
        ),
        (LimitScope::Team(_), _) => said!(
            "{team} has asked a lot in a short time. You can ask again in {time}.",
            team = reader.team(reached.scope),
            time = when
        ),
        (_, _) => said!(
            "A lot has been asked here in a short time. You can ask again in {time}.",
            time = when
        ),
    };
    let text = if reader.administers {
        said!(
            "{what} Your question is kept. {which}",
            what = what,
            which = which(reached, reader)
        )
    } else {
        said!("{what} Your question is kept.", what = what)
    };
    AppError::new(ErrorCode::Throttled, text).retry_after(seconds)
}

/// For administrators: the limit by name.
fn which(reached: &Reached, reader: &LimitReader) -> Said {
    let what = match reached.what {
        What::Requests => said!("questions a minute"),
        What::Tokens => said!("tokens a minute"),
        What::Concurrent => said!("answers at once"),
        What::Spend => said!("spending"),
    };
    let whose = match reached.scope {
        LimitScope::Workspace => said!("the workspace"),
        LimitScope::Team(_) => reader.team(reached.scope),
        LimitScope::Member(_) => said!("you"),
        LimitScope::VirtualKey(_) => said!("this key"),
    };
    match reached.model.as_deref() {
        Some(model) => said!(
            "The limit: {what} for {whose} with {model}.",
            what = what,
            whose = whose,
            model = model
        ),
        None => said!("The limit: {what} for {whose}.", what = what, whose = whose),
    }
}

fn in_words(seconds: u32) -> Said {
    match seconds {
        1 => said!("a second"),
        2..=90 => said!("{seconds} seconds", seconds = seconds),
        _ => said!("{minutes} minutes", minutes = seconds.div_ceil(60)),
    }
}

/// E.g. "1 December": limits are per calendar month in UTC.
#[must_use]
pub fn first_of_next_month(now: Timestamp) -> Said {
    let today = now.to_zoned(TimeZone::UTC).date();
    let next = today
        .first_of_month()
        .checked_add(1.month())
        .unwrap_or(today);
    let (day, month) = (next.day(), next.month());
    said!(
        "{day} {month}",
        day = i32::from(day),
        month = contract::words::month(u8::try_from(month).unwrap_or(1))
    )
}

#[cfg(test)]
mod tests {
    use super::{LimitReader, first_of_next_month, limit_words};
    use contract::{ErrorCode, LimitScope, MemberId, TeamId};
    use engine::{Reached, What};
    use std::time::Duration;
    use uuid::Uuid;

    fn reached(scope: LimitScope, what: What, seconds: u64) -> Reached {
        Reached {
            scope,
            model: Some("fast".into()),
            what,
            retry_in: (seconds > 0).then(|| Duration::from_millis(seconds * 1_000 - 400)),
        }
    }

    fn reader(administers: bool) -> LimitReader {
        LimitReader {
            administers,
            team_names: vec![(team(), "Legal".to_owned())],
            raised_by: "Mia Brandt".to_owned(),
        }
    }

    fn team() -> LimitScope {
        LimitScope::Team(TeamId::from_uuid(Uuid::from_u128(1)))
    }

    fn member() -> LimitScope {
        LimitScope::Member(MemberId::from_uuid(Uuid::from_u128(1)))
    }

    #[test]
    fn members_read_plain_words_and_administrators_which_limit() {
        let told = limit_words(&reached(member(), What::Requests, 20), &reader(false));
        assert_eq!(
            told.message,
            "You have asked a lot in a short time. You can ask again in 20 seconds. Your question is kept."
        );
        assert_eq!(
            (told.code, told.retry_after_seconds),
            (ErrorCode::Throttled, Some(20))
        );
        let told = limit_words(&reached(team(), What::Tokens, 600), &reader(true));
        assert_eq!(
            told.message,
            "Team Legal has asked a lot in a short time. You can ask again in 10 minutes. Your \
             question is kept. The limit: tokens a minute for Team Legal with fast."
        );
    }

    #[test]
    fn a_used_up_limit_says_whose_it_is_until_when_and_who_can_raise_it() {
        for (scope, whose) in [
            (
                LimitScope::Workspace,
                "This month's limit of the workspace is used up",
            ),
            (team(), "This month's limit of Team Legal is used up"),
            (member(), "Your own limit for this month is used up"),
        ] {
            let told = limit_words(&reached(scope, What::Spend, 0), &reader(false));
            assert!(
                told.message.to_string().starts_with(whose),
                "{}",
                told.message
            );
            assert!(
                told.message.to_string().contains("It begins anew on 1 "),
                "{}",
                told.message
            );
            assert!(
                told.message
                    .to_string()
                    .ends_with("Mia Brandt can raise the limit.")
            );
            assert!(
                !told.message.to_string().contains('$'),
                "no amounts: {}",
                told.message
            );
            assert_eq!(told.code, ErrorCode::OverBudget);
        }
    }

    #[test]
    fn limits_reset_on_the_first() {
        let at = |text: &str| first_of_next_month(text.parse().unwrap());
        assert_eq!(at("2026-11-22T10:00:00Z"), "1 December");
        assert_eq!(at("2026-12-31T23:59:59Z"), "1 January");
        assert_eq!(at("2028-01-31T00:00:00Z"), "1 February");
    }
}
