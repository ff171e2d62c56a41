//! The sign-on pages, and the ways in on the sign-in page.

use crate::fakes::Fixed;
use crate::{render, visit};
use async_trait::async_trait;
use contract::ports::SignOnPort;
use contract::sign_on::{
    AdmissionFields, ConnectionKind, ConnectionPage, ConnectionState, ConnectionView, LinkView,
    OidcFields, SignOnDoor, SignOnDoors, SignOnView,
};
use contract::{AppResult, Caller, ConnectionId, Role, TenantId};
use uuid::Uuid;

fn id() -> ConnectionId {
    ConnectionId::from_uuid(Uuid::from_u128(0x51))
}

fn connection() -> ConnectionView {
    ConnectionView {
        id: id(),
        kind: ConnectionKind::Oidc,
        name: "Company".to_owned(),
        state: ConnectionState::Draft,
        enforced: false,
        tested_ms: None,
        frozen: true,
        people: 3,
        about: "login.client.example".to_owned(),
    }
}

#[async_trait]
impl SignOnPort for Fixed {
    async fn doors(&self, _: TenantId) -> AppResult<SignOnDoors> {
        Ok(SignOnDoors {
            doors: vec![SignOnDoor {
                id: id(),
                name: "Company".to_owned(),
                goes_to: "login.client.example".to_owned(),
            }],
            leads_home: true,
            enforced: false,
        })
    }

    async fn sign_on(&self, _: &Caller) -> AppResult<SignOnView> {
        Ok(SignOnView {
            connections: vec![connection()],
            domains: Vec::new(),
        })
    }

    async fn connection(&self, _: &Caller, _: ConnectionId) -> AppResult<ConnectionPage> {
        Ok(ConnectionPage {
            connection: connection(),
            oidc: Some(OidcFields {
                name: "Company".to_owned(),
                issuer: "https://login.client.example".to_owned(),
                ..OidcFields::default()
            }),
            has_secret: true,
            admission: AdmissionFields::default(),
            roles: vec!["admin".to_owned(), "member".to_owned()],
            values: Vec::new(),
            break_glass: true,
        })
    }

    async fn links(&self, _: &Caller) -> AppResult<Vec<LinkView>> {
        Ok(Vec::new())
    }
}

#[tokio::test]
async fn the_door_names_where_it_leads_and_keeps_the_password() {
    let page = render("/sign-in", visit(None)).await;
    for part in [
        "Sign in with ",
        "login.client.example",
        "Continue with your company account",
        "name=\"password\"",
    ] {
        assert!(page.html.contains(part), "{part}");
    }
}

#[tokio::test]
async fn a_connection_that_nobody_tried_cannot_be_switched_on() {
    let path = format!("/admin/sign-on/{}", id());
    let page = render(&path, visit(Some(Role::Owner))).await;
    assert!(page.html.contains("Test sign-in"), "{}", page.html);
    assert!(page.html.contains("The people are the same"));
    assert!(!page.html.contains("value=\"on\""));
}

#[tokio::test]
async fn members_and_auditors_are_refused() {
    for role in [Role::Member, Role::Auditor] {
        let page = render("/admin/sign-on", visit(Some(role))).await;
        assert!(!page.html.contains("login.client.example"), "{role:?}");
    }
}
