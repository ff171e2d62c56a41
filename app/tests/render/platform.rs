//! The platform host's pages, and guests in a workspace.

use crate::fakes::{Fixed, caller, tenant};
use crate::{Page, render, visit};
use app::request::{PageNotice, Place, Platform, ShownLink, Theme, Visit};
use async_trait::async_trait;
use contract::staff::{
    AgencyView, ClientFacts, ClientList, ClientRow, ClientSearch, ClientState, ClientView, Grant,
    GuestOffer, GuestsView, HealthPart, HealthState, HealthView, StaffOffer, StayView, Suspension,
};
use contract::{
    AgencyId, AppError, AppResult, Caller, GuestId, GuestsPort, NanoUsd, PlatformPort, Role, Staff,
    StaffId, StaffSessionId, Stay, TenantId,
};
use http::StatusCode;
use uuid::Uuid;

fn agency() -> AgencyId {
    AgencyId::from_uuid(Uuid::from_u128(70))
}

fn staff(grants: Vec<Grant>) -> Staff {
    Staff::new(
        StaffId::from_uuid(Uuid::from_u128(71)),
        StaffSessionId::from_uuid(Uuid::from_u128(72)),
        "Lena Vogt".to_owned(),
        "lena@northlight.example".to_owned(),
        grants,
    )
}

fn of_agency(owner: bool) -> Vec<Grant> {
    vec![Grant {
        agency: Some((agency(), "Northlight".to_owned())),
        owner,
        only: None,
        may_open: true,
    }]
}

fn operator() -> Vec<Grant> {
    vec![Grant {
        agency: None,
        owner: false,
        only: None,
        may_open: false,
    }]
}

fn at(staff: Option<Staff>) -> Visit {
    Visit {
        place: Place::Platform(Platform {
            name: "Northlight Rooms".to_owned(),
            staff,
            ..Platform::default()
        }),
        theme: Theme::System,
        language: contract::Language::English,
        languages: contract::Language::ALL,
        notice: None,
        kit: None,
    }
}

fn row() -> ClientRow {
    ClientRow {
        id: tenant(),
        slug: "nordwind".to_owned(),
        name: "Nordwind <Legal>".to_owned(),
        state: ClientState::Suspended,
        host: Some("ai.nordwind.example".to_owned()),
        address: Some("https://ai.nordwind.example".to_owned()),
        agency: Some("Northlight".to_owned()),
        budget: Some(NanoUsd::from_usd(50)),
        version: (14, 15),
        migration_trouble: true,
        facts: Some(ClientFacts {
            members: 12,
            spent_month: NanoUsd::from_usd(3),
            keys: 2,
            keys_in_trouble: 1,
            last_used_ms: None,
        }),
    }
}

#[async_trait]
impl GuestsPort for Fixed {
    async fn offer(&self, _: TenantId, code: &str) -> AppResult<GuestOffer> {
        if code != "good" {
            return Err(AppError::not_found());
        }
        Ok(GuestOffer {
            name: "Lena Vogt".to_owned(),
            house: "Northlight".to_owned(),
            reason: "to set up routes".to_owned(),
            minutes: 30,
        })
    }

    async fn guests(&self, _: &Caller) -> AppResult<GuestsView> {
        Ok(GuestsView {
            allowed: true,
            stays: vec![stay()],
        })
    }
}

fn stay() -> StayView {
    StayView {
        id: GuestId::from_uuid(Uuid::from_u128(73)),
        name: "Lena Vogt (Northlight)".to_owned(),
        house: "Northlight".to_owned(),
        reason: "to set up routes".to_owned(),
        begun_ms: 0,
        until_ms: 120_000,
        lasts: false,
    }
}

#[async_trait]
impl PlatformPort for Fixed {
    async fn staff_invitation(&self, token: &str) -> AppResult<StaffOffer> {
        if token != "good" {
            return Err(AppError::not_found());
        }
        Ok(StaffOffer {
            email: "lena@northlight.example".to_owned(),
            invited_by: "The operator".to_owned(),
        })
    }

    async fn clients(&self, _: &Staff, _: AgencyId, search: ClientSearch) -> AppResult<ClientList> {
        let rows = if search.text == "none" {
            Vec::new()
        } else {
            vec![row()]
        };
        Ok(ClientList {
            found: if rows.is_empty() { 0 } else { 41 },
            rows,
            per_page: 20,
            month_ms: 0,
        })
    }

    async fn client(&self, _: &Staff, id: TenantId) -> AppResult<ClientView> {
        if id != tenant() {
            return Err(AppError::not_found());
        }
        Ok(ClientView {
            row: row(),
            created_ms: 0,
            hosts: vec!["ai.nordwind.example".to_owned()],
            suspension: Some(Suspension {
                reason: "not paid".to_owned(),
                by: "Lena Vogt".to_owned(),
                since_ms: 0,
            }),
            notes: Vec::new(),
            may_open: true,
            guests_allowed: true,
        })
    }

    async fn team(&self, staff: &Staff, agency: AgencyId) -> AppResult<AgencyView> {
        if !staff.may_run(agency) {
            return Err(AppError::not_found());
        }
        Ok(AgencyView {
            id: agency,
            slug: "northlight".to_owned(),
            name: "Northlight".to_owned(),
            clients: 1,
            people: Vec::new(),
        })
    }

    async fn workspaces(&self, staff: &Staff, search: ClientSearch) -> AppResult<ClientList> {
        if !staff.is_operator() {
            return Err(AppError::not_found());
        }
        self.clients(staff, agency(), search).await
    }

    async fn agencies(&self, staff: &Staff) -> AppResult<Vec<AgencyView>> {
        if !staff.is_operator() {
            return Err(AppError::not_found());
        }
        Ok(Vec::new())
    }

    async fn health(&self, staff: &Staff) -> AppResult<HealthView> {
        if !staff.is_operator() {
            return Err(AppError::not_found());
        }
        Ok(HealthView {
            parts: vec![HealthPart {
                name: "Database",
                state: HealthState::Down,
                words: "It did not answer in time.".to_owned(),
            }],
            at_ms: 0,
        })
    }
}

const PAGES: [&str; 5] = [
    "/agency",
    "/agency/clients/new",
    "/operator",
    "/operator/agencies",
    "/operator/health",
];

#[tokio::test]
async fn the_platforms_pages_are_nobodys_and_nothing_on_a_workspaces_host() {
    let page = render("/sign-in", at(None)).await;
    assert_eq!(page.status, StatusCode::OK);
    page.is_plain()
        .shows("Northlight Rooms")
        .hides("Nordwind")
        .hides("Livery");
    for path in PAGES {
        let signed_out = render(path, at(None)).await;
        assert_eq!(signed_out.status, StatusCode::NOT_FOUND, "{path}");
        let member = render(path, visit(Some(Role::Owner))).await;
        assert_eq!(member.status, StatusCode::NOT_FOUND, "{path}");
        member.shows("Nordwind Legal").hides("Northlight");
    }
}

#[tokio::test]
async fn an_agency_sees_clients_and_no_operators_page() {
    let lena = || at(Some(staff(of_agency(true))));
    render("/agency", lena())
        .await
        .is_plain()
        .shows("Nordwind &lt;Legal&gt;")
        .shows("Suspended")
        .shows("1 of 2 refused")
        .shows("1–1 of 41")
        .shows("page=2")
        .hides(r#"href="/operator""#);
    render("/agency?q=none", lena())
        .await
        .shows("No client is called that.");
    for path in ["/operator", "/operator/agencies", "/operator/health"] {
        let page = render(path, lena()).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
    let other = render("/agency?of=00000000000000000000000000000099", lena()).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    let client = format!("/agency/clients/{}", tenant());
    render(&client, lena())
        .await
        .is_plain()
        .shows("not paid")
        .shows("Resume")
        .shows("Stuck at 14 of 15");
    let staff_only = at(Some(staff(of_agency(false))));
    for path in ["/agency/clients/new", "/agency/team"] {
        let page: Page = render(path, staff_only.clone()).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn an_operator_sees_everything() {
    let root = || at(Some(staff(operator())));
    render("/operator", root())
        .await
        .is_plain()
        .shows("Stuck at 14 of 15")
        .hides(r#"href="/agency""#);
    render("/operator/agencies", root())
        .await
        .shows("There is no agency yet.");
    render("/operator/health", root())
        .await
        .shows("Does not work");
}

#[tokio::test]
async fn a_link_is_shown_once_and_a_refusal_beside_its_form() {
    let mut shown = at(Some(staff(of_agency(true))));
    shown.notice = Some(PageNotice::Invited(Box::new(ShownLink {
        email: "tom@northlight.example".to_owned(),
        url: Some("https://rooms.example/invite/once".to_owned()),
        mailed: false,
        mail_failed: true,
    })));
    render("/agency/team", shown)
        .await
        .is_plain()
        .shows("https://rooms.example/invite/once")
        .shows("did not take the letter");
    let page = render("/invite/good", at(None)).await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("The operator invited you.").hides("Nordwind");
    let page = render("/invite/other", at(None)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_guest_is_told_so_on_every_page_and_has_no_chat() {
    let mut guest = visit(None);
    if let Place::Workspace(place) = &mut guest.place {
        place.suspended = true;
        place.caller = Some(caller(Role::Admin).as_guest(Stay {
            house: "Northlight".to_owned(),
            until_ms: i64::MAX,
        }));
    }
    for path in ["/", "/admin/models", "/admin/members", "/nowhere"] {
        render(path, guest.clone())
            .await
            .is_plain()
            .shows("You are in Nordwind Legal as an administrator")
            .shows(r#"action="/guest/leave""#);
    }
    let page = render("/admin/members", guest.clone()).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    render("/", guest)
        .await
        .shows("Conversations stay with the members");
}

#[tokio::test]
async fn owners_read_who_was_here_and_nobody_else_does() {
    for (role, told) in [(Role::Owner, true), (Role::Admin, false)] {
        let mut seen = visit(Some(role));
        if let Place::Workspace(place) = &mut seen.place {
            place.guest = Some(stay());
        }
        let page = render("/account", seen).await;
        if told {
            page.shows("Lena Vogt (Northlight) was in this workspace")
                .shows("I have read this");
        } else {
            page.hides("Lena Vogt");
        }
    }
    render("/guest/good", visit(None))
        .await
        .is_plain()
        .shows("Come in as an administrator")
        .shows("to set up routes");
    let page = render("/guest/other", visit(None)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}
