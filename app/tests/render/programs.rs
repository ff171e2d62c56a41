//! The page of programs, for everybody who may open it and those who may not.

use crate::fakes::Fixed;
use crate::{render, visit};
use app::request::{PageNotice, ProgramFields, ShownToken};
use async_trait::async_trait;
use contract::keys::{KeyEnvironment, TypedSecret};
use contract::programs::{ProgramFor, ProgramState, ProgramView, ProgramsView};
use contract::{
    AppError, AppResult, Caller, ErrorCode, MemberId, NanoUsd, Pace, ProgramsPort, Role, TeamId,
    VirtualKeyId,
};
use http::StatusCode;
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
        expires_ms: Some(4_102_444_800_000),
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

const PAGE: &str = "/admin/virtual-keys";

#[tokio::test]
async fn an_owner_sees_every_key_and_what_became_of_it() {
    let page = render(PAGE, visit(Some(Role::Owner))).await;
    page.is_plain()
        .shows("Nightly &lt;report&gt;")
        .shows("lv_dev_0a1b2c")
        .shows("class=\"chip environment development\"")
        .shows("class=\"chip environment production\"")
        .shows("for Mia &lt;Berg&gt; in Research")
        .shows("$ 2.00 of $ 5.00")
        .shows(">Rotating<")
        .shows(">Live<")
        .shows(">Expired<")
        .shows(">Member gone<")
        .shows(">Revoked<")
        .shows("Make a key")
        .shows("Production: careful.")
        .shows("href=\"/admin/virtual-keys\" aria-current=\"page\"")
        .hides("id=\"fresh-token\"")
        .hides("style=\"");
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn before_the_first_key_the_form_is_open() {
    let page = render(PAGE, visit(Some(Role::Admin))).await;
    page.shows("No program has a key yet. Make one above")
        .shows("<details open class=\"panel fold\">")
        .hides("<table");
}

#[tokio::test]
async fn an_auditor_looks_and_a_member_does_not() {
    let page = render(PAGE, visit(Some(Role::Auditor))).await;
    page.shows("Website").hides("<form");
    let key = format!("{PAGE}/{}", Uuid::from_u128(1).simple());
    let page = render(&key, visit(Some(Role::Auditor))).await;
    page.shows("10.0.0.0/8").hides("<form");
    for path in [PAGE, key.as_str()] {
        let page = render(path, visit(Some(Role::Member))).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        page.hides("Website").hides("href=\"/admin/virtual-keys\"");
    }
}

#[tokio::test]
async fn a_key_has_a_page_with_everything_and_one_that_is_not_there_has_none() {
    let key = |number: u128| format!("{PAGE}/{}", Uuid::from_u128(number).simple());
    let page = render(&key(1), visit(Some(Role::Owner))).await;
    page.is_plain()
        .shows("production is out of its reach")
        .shows("fast, careful")
        .shows("10.0.0.0/8")
        .shows("60 questions a minute")
        .shows("$ 2.00 of $ 5.00 in 1204 calls")
        .shows("Good until <!>23 November 2026, 14:05 UTC")
        .shows("1 January 2100, 00:00 UTC")
        .shows("name=\"seen\" value=\"x-Q7\"")
        .shows("/rotate\"")
        .shows("/revoke\"");
    let page = render(&key(5), visit(Some(Role::Owner))).await;
    page.shows("Revoked 22 November 2026, 14:05 UTC by Anna Lorenz")
        .hides("/rotate\"");
    for wrong in [key(9), format!("{PAGE}/nonsense")] {
        let page = render(&wrong, visit(Some(Role::Owner))).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_token_is_shown_by_its_notice_alone() {
    let token = ShownToken {
        name: "Nightly <report>".to_owned(),
        environment: KeyEnvironment::Development,
        token: TypedSecret::new("lv_dev_shown-once".to_owned()),
        base_url: "https://ai.nordwind.example/v1".to_owned(),
        previous_until_ms: Some(AT),
        expires_ms: None,
    };
    assert!(!format!("{token:?}").contains("shown-once"));
    let mut told = visit(Some(Role::Owner));
    told.notice = Some(PageNotice::TokenIssued(Box::new(token)));
    render(PAGE, told.clone())
        .await
        .shows("value=\"lv_dev_shown-once\"")
        .shows("value=\"https://ai.nordwind.example/v1\"")
        .shows("class=\"panel notice fresh-token development\"")
        .shows("stays good until <!>22 November 2026, 14:05 UTC");
    render("/account/tokens", told)
        .await
        .shows("value=\"lv_dev_shown-once\"");
}

#[tokio::test]
async fn what_was_typed_stays_when_it_is_refused() {
    let mut refused = visit(Some(Role::Owner));
    let fields = ProgramFields {
        name: "Report \"7\"".to_owned(),
        environment: "development".to_owned(),
        networks: "ten".to_owned(),
        ..ProgramFields::default()
    };
    refused.notice = Some(PageNotice::ProgramNotMade {
        fields: Box::new(fields),
        message: "Networks: `ten` is not a network.".into(),
    });
    render(PAGE, refused)
        .await
        .shows("Networks: `ten` is not a network.")
        .shows("value=\"Report &quot;7&quot;\"")
        .shows("value=\"ten\"")
        .shows("<details open class=\"fold narrow\">");
}

#[tokio::test]
async fn a_token_of_ones_own_is_for_whoever_may_ask() {
    let page = render("/account/tokens", visit(Some(Role::Member))).await;
    page.is_plain().shows("action=\"/account/tokens\"");
    page.shows("https://ai.nordwind.example/v1/chat/completions");
    let page = render("/account/tokens", visit(Some(Role::Auditor))).await;
    page.shows("your role asks none").hides("<form");
    let page = render("/account", visit(Some(Role::Member))).await;
    page.shows("href=\"/account/tokens\"");
}
