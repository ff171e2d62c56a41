//! What a person reads when a limit stops them: whose it is, when they can go on, who can help.
//! Never what others have spent or asked.

use crate::tenancy::TenantSnapshot;
use contract::{AppError, Caller, ErrorCode, LimitScope};
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

    fn team(&self, scope: LimitScope) -> String {
        let known = self.team_names.iter().find(|(team, _)| *team == scope);
        known.map_or_else(
            || "Your team".to_owned(),
            |(_, name)| format!("Team {name}"),
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
        LimitScope::Workspace => "This month's limit of the workspace is used up".to_owned(),
        LimitScope::Team(_) => format!("This month's limit of {} is used up", reader.team(scope)),
        LimitScope::Member(_) => "Your own limit for this month is used up".to_owned(),
        LimitScope::VirtualKey(_) => "This key's limit for this month is used up".to_owned(),
    };
    let resets = first_of_next_month(Timestamp::now());
    let who = &reader.raised_by;
    AppError::new(
        ErrorCode::OverBudget,
        format!(
            "{what}. It begins anew on {resets}. Your conversations stay readable and your text is \
             kept. {who} can raise the limit."
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
        (LimitScope::Member(_), What::Concurrent) => "Several of your answers are still being written. You can ask again once one of them is finished.".to_owned(),
        (LimitScope::Team(_), What::Concurrent) => format!("{} has several answers still being written. You can ask again once one of them is finished.", reader.team(reached.scope)),
        (_, What::Concurrent) => "Many answers are still being written here. You can ask again once one of them is finished.".to_owned(),
        (LimitScope::Member(_), _) => format!("You have asked a lot in a short time. You can ask again in {when}."),
        (LimitScope::Team(_), _) => format!("{} has asked a lot in a short time. You can ask again in {when}.", reader.team(reached.scope)),
        (_, _) => format!("A lot has been asked here in a short time. You can ask again in {when}."),
    };
    let which = if reader.administers {
        format!(" {}", which(reached, reader))
    } else {
        String::new()
    };
    let text = format!("{what} Your question is kept.{which}");
    AppError::new(ErrorCode::Throttled, text).retry_after(seconds)
}

/// For administrators: the limit by name.
fn which(reached: &Reached, reader: &LimitReader) -> String {
    let what = match reached.what {
        What::Requests => "questions a minute",
        What::Tokens => "tokens a minute",
        What::Concurrent => "answers at once",
        What::Spend => "spending",
    };
    let whose = match reached.scope {
        LimitScope::Workspace => "the workspace".to_owned(),
        LimitScope::Team(_) => reader.team(reached.scope),
        LimitScope::Member(_) => "you".to_owned(),
        LimitScope::VirtualKey(_) => "this key".to_owned(),
    };
    let model = reached.model.as_deref();
    let model = model.map_or_else(String::new, |model| format!(" with {model}"));
    format!("The limit: {what} for {whose}{model}.")
}

fn in_words(seconds: u32) -> String {
    match seconds {
        1 => "a second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

/// E.g. "1 December": limits are per calendar month in UTC.
#[must_use]
pub fn first_of_next_month(now: Timestamp) -> String {
    let today = now.to_zoned(TimeZone::UTC).date();
    let next = today
        .first_of_month()
        .checked_add(1.month())
        .unwrap_or(today);
    next.strftime("%-d %B").to_string()
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
            assert!(told.message.starts_with(whose), "{}", told.message);
            assert!(
                told.message.contains("It begins anew on 1 "),
                "{}",
                told.message
            );
            assert!(told.message.ends_with("Mia Brandt can raise the limit."));
            assert!(!told.message.contains('$'), "no amounts: {}", told.message);
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
