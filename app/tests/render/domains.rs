//! The pages of domains, for everybody who may open them and those who may not.

use crate::fakes::Fixed;
use crate::{render, visit};
use app::request::PageNotice;
use async_trait::async_trait;
use contract::domains::{
    Conflict, DnsRecord, DomainEvent, DomainOrigin, DomainPage, DomainTargets, DomainView,
    DomainsView, Fact, FactState, FactView,
};
use contract::{AppError, AppResult, Caller, DomainsPort, ErrorCode, Role};
use http::StatusCode;

const PAGE: &str = "/admin/domains";
/// When everything here happened: 22 November 2026, 14:05 UTC.
const AT: i64 = 1_795_356_300_000;

fn fact(fact: Fact, state: FactState) -> FactView {
    FactView {
        fact,
        state,
        since_ms: AT,
        checked_ms: Some(AT),
        evidence: format!("What <b>{}</b> showed.", fact.as_str()),
    }
}

fn domain(host: &str, origin: DomainOrigin) -> DomainView {
    DomainView {
        host: host.to_owned(),
        unicode: None,
        origin,
        bound: true,
        is_primary: origin == DomainOrigin::Installation,
        facts: Vec::new(),
        next_check_ms: None,
        off_at_ms: None,
        begun_ms: None,
    }
}

fn waiting() -> DomainView {
    DomainView {
        unicode: Some("ki.münchen.example".to_owned()),
        bound: false,
        facts: vec![
            fact(Fact::Ownership, FactState::Waiting),
            fact(Fact::Routing, FactState::Wrong),
            fact(Fact::Certificate, FactState::Unknown),
            fact(Fact::Serving, FactState::Waiting),
        ],
        next_check_ms: Some(AT),
        begun_ms: Some(AT),
        ..domain("ki.xn--mnchen-3ya.example", DomainOrigin::Claimed)
    }
}

fn may(caller: &Caller) -> AppResult<()> {
    if caller.role().may_manage_domains() {
        return Ok(());
    }
    Err(AppError::new(ErrorCode::Denied, "Owners and admins only."))
}

#[async_trait]
impl DomainsPort for Fixed {
    async fn domains(&self, caller: &Caller) -> AppResult<DomainsView> {
        may(caller)?;
        Ok(DomainsView {
            domains: vec![
                domain("nordwind.platform.example", DomainOrigin::Installation),
                waiting(),
            ],
            redirect: false,
            targets: DomainTargets::default(),
        })
    }

    async fn domain(&self, caller: &Caller, host: &str) -> AppResult<DomainPage> {
        may(caller)?;
        if host != "ki.xn--mnchen-3ya.example" {
            return Err(AppError::not_found());
        }
        let record = DnsRecord {
            kind: "TXT".to_owned(),
            name: "_workspace-verify.ki".to_owned(),
            full_name: format!("_workspace-verify.{host}"),
            value: "0123456789abcdef".to_owned(),
            ttl_s: 300,
            purpose: "Proves that the name is yours".to_owned(),
            fact: Fact::Ownership,
        };
        Ok(DomainPage {
            domain: waiting(),
            zone: "xn--mnchen-3ya.example".to_owned(),
            is_apex: false,
            records: vec![record],
            instead: None,
            conflicts: vec![Conflict {
                record: format!("{host}  A  <i>203.0.113.9</i>"),
                advice: "Leads elsewhere.".to_owned(),
            }],
            history: vec![DomainEvent {
                at_ms: AT,
                what: "Claimed by Mia.".to_owned(),
            }],
            targets: DomainTargets::default(),
            instructions: "Please set these records.".to_owned(),
            kept_because: None,
            primary_host: Some("nordwind.platform.example".to_owned()),
        })
    }

    async fn claim(&self, _: &Caller, _: &str) -> AppResult<String> {
        Err(AppError::not_found())
    }

    async fn look(&self, _: &Caller, _: &str) -> AppResult<()> {
        Err(AppError::not_found())
    }

    async fn make_primary(&self, _: &Caller, _: &str) -> AppResult<()> {
        Err(AppError::not_found())
    }

    async fn redirect(&self, _: &Caller, _: bool) -> AppResult<()> {
        Err(AppError::not_found())
    }

    async fn remove(&self, _: &Caller, _: &str, _: &str) -> AppResult<()> {
        Err(AppError::not_found())
    }
}

#[tokio::test]
async fn the_list_shows_four_facts_apart_and_what_the_operator_has_to_set() {
    for role in [Role::Owner, Role::Admin] {
        let page = render(PAGE, visit(Some(role))).await;
        assert_eq!(page.status, StatusCode::OK);
        page.is_plain()
            .shows("ki.xn--mnchen-3ya.example")
            .shows("ki.münchen.example")
            .shows("Not right")
            .shows("Could not check")
            .shows("domains.target_name")
            .shows("data-live=\"3\"")
            .shows("href=\"/admin/domains\" aria-current=\"page\"")
            .hides("<b>");
    }
}

#[tokio::test]
async fn a_name_shows_what_to_set_and_what_is_in_the_way() {
    let page = render(
        &format!("{PAGE}/ki.xn--mnchen-3ya.example"),
        visit(Some(Role::Owner)),
    )
    .await;
    assert_eq!(page.status, StatusCode::OK);
    page.is_plain()
        .shows("_workspace-verify.ki")
        .shows("data-copy=\"0123456789abcdef\"")
        .shows("aria-label=\"Copy the value of the TXT record\"")
        .shows("&lt;i&gt;203.0.113.9&lt;/i&gt;")
        .shows("Leads elsewhere.")
        .shows("In its own letters: ")
        .shows("Claimed by Mia.")
        .shows("action=\"/admin/domains/ki.xn--mnchen-3ya.example/check\"")
        .shows("Remove this domain")
        // It does not serve yet, so links cannot be written with it.
        .hides("Make it the primary domain")
        .hides("<b>")
        .hides("<i>203");
}

#[tokio::test]
async fn nobody_else_finds_or_opens_them() {
    for role in [Role::Member, Role::Auditor] {
        let page = render(PAGE, visit(Some(role))).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{role:?}");
        page.hides("<form").hides("mnchen");
        let account = render("/account", visit(Some(role))).await;
        account.hides("href=\"/admin/domains\"");
    }
    let page = render(&format!("{PAGE}/another.example"), visit(Some(Role::Owner))).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_refusal_keeps_what_was_typed() {
    let mut refused = visit(Some(Role::Owner));
    refused.notice = Some(PageNotice::DomainRefused {
        typed: "<script>.example".to_owned(),
        message: "That is not a host name.".into(),
    });
    render(PAGE, refused)
        .await
        .shows("That is not a host name.")
        .shows("role=\"alert\"")
        .shows("value=\"&lt;script&gt;.example\"")
        .hides("<script>.example");
}
