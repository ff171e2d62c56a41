//! The page of programs, for everybody who may open it and those who may not.

use crate::fakes::Fixed;
use async_trait::async_trait;
use contract::keys::KeyEnvironment;
use contract::programs::{ProgramFor, ProgramState, ProgramView, ProgramsView};
use contract::{
    AppError, AppResult, Caller, ErrorCode, MemberId, NanoUsd, Pace, ProgramsPort, Role, TeamId,
    VirtualKeyId,
};
use uuid::Uuid;

/// When everything here happened: 22 November 2026, 14:05 UTC.
const AT: i64 = 1_795_356_300_000;

/// A key that is good for everything.
fn key(number: u128, name: &str, state: ProgramState) -> ProgramView {
    ProgramView {
        id: VirtualKeyId::from_uuid(Uuid::from_u128(number)),
        name: name.to_owned(),
        environment: KeyEnvironment::Production,
        begins_with: "lv_0a1b2c".to_owned(),
        ends_in: "x-Q7".to_owned(),
        state,
        member: None,
        team: None,
        models: None,
        networks: None,
        made_by: "operator".to_owned(),
        made_ms: AT,
        rotated_ms: None,
        previous_until_ms: None,
        expires_ms: None,
        last_used_ms: None,
        month: NanoUsd::ZERO,
        month_calls: 0,
        cap: None,
        pace: Pace::default(),
    }
}

/// A key with everything that can be said of one.
fn narrow() -> ProgramView {
    ProgramView {
        environment: KeyEnvironment::Development,
        begins_with: "lv_dev_0a1b2c".to_owned(),
        member: Some("Mia <Berg>".to_owned()),
        team: Some("Research".to_owned()),
        models: Some(vec!["fast".to_owned(), "careful".to_owned()]),
        networks: Some(vec!["10.0.0.0/8".to_owned()]),
        rotated_ms: Some(AT),
        previous_until_ms: Some(AT + 86_400_000),
        expires_ms: Some(AT + 864_000_000),
        last_used_ms: Some(AT),
        month: NanoUsd::from_usd(2),
        month_calls: 1_204,
        cap: Some(NanoUsd::from_usd(5)),
        pace: Pace {
            requests_per_minute: Some(60),
            ..Pace::default()
        },
        ..key(1, "Nightly <report>", ProgramState::Live)
    }
}

/// An owner has keys of every kind, an admin none yet, an auditor looks.
#[async_trait]
impl ProgramsPort for Fixed {
    async fn programs(&self, caller: &Caller) -> AppResult<ProgramsView> {
        if !caller.role().may_see_keys() {
            return Err(AppError::new(ErrorCode::Denied, "Keys are for owners."));
        }
        let revoked = ProgramState::Revoked {
            at_ms: AT,
            by: "Anna Lorenz".to_owned(),
        };
        let programs = vec![
            narrow(),
            key(2, "Website", ProgramState::Live),
            key(3, "Trial", ProgramState::Expired),
            key(4, "Old laptop", ProgramState::MemberGone),
            key(5, "Leaked", revoked),
        ];
        Ok(ProgramsView {
            programs: if caller.role() == Role::Admin {
                Vec::new()
            } else {
                programs
            },
            environment: KeyEnvironment::Production,
            models: vec![
                (KeyEnvironment::Production, "careful".to_owned()),
                (KeyEnvironment::Development, "fast".to_owned()),
            ],
            members: vec![ProgramFor {
                id: MemberId::from_uuid(Uuid::from_u128(1)),
                name: "Mia Berg, mia@nordwind.example".to_owned(),
            }],
            teams: vec![ProgramFor {
                id: TeamId::from_uuid(Uuid::from_u128(7)),
                name: "Research".to_owned(),
            }],
            may_change: caller.role().may_manage_keys(),
        })
    }
}
