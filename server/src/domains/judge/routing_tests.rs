//! Every way a name can lead, and what is said of it.

use super::{Routes, leads_here, routing};
use crate::domains::dns::{Replies, Reply};
use crate::domains::test_pieces::{claim, rules, said};
use contract::domains::FactState;

const OWN: &str = "label0123456789a.target.test";

fn routes(cname: &[&str], a: &[&str], aaaa: &[&str]) -> Routes {
    Routes {
        cname: Replies(vec![said(cname)]),
        a: Replies(vec![said(a)]),
        aaaa: Replies(vec![said(aaaa)]),
        target: Vec::new(),
    }
}

fn judged(cname: &[&str], a: &[&str], aaaa: &[&str]) -> (FactState, usize) {
    let verdict = routing(&claim("ai.client.com"), &rules(), &routes(cname, a, aaaa));
    (verdict.state, verdict.conflicts.len())
}

#[test]
fn what_leads_here_is_confirmed() {
    assert_eq!(
        judged(&[OWN], &["203.0.113.9"], &[]),
        (FactState::Confirmed, 0)
    );
    assert_eq!(
        judged(&[], &["192.0.2.10"], &["2001:db8::10"]),
        (FactState::Confirmed, 0)
    );
    assert_eq!(judged(&[], &["192.0.2.10"], &[]), (FactState::Confirmed, 0));
    assert_eq!(
        judged(&["www.client.com"], &["192.0.2.10"], &[]),
        (FactState::Confirmed, 0)
    );
}

#[test]
fn what_leads_elsewhere_is_listed_record_by_record() {
    assert_eq!(
        judged(&[], &["203.0.113.9", "203.0.113.8"], &[]),
        (FactState::Wrong, 2)
    );
    assert_eq!(
        judged(&[], &["192.0.2.10", "203.0.113.8"], &[]),
        (FactState::Wrong, 1)
    );
    assert_eq!(
        judged(&["shop.example"], &["203.0.113.8"], &[]),
        (FactState::Wrong, 1)
    );
    let forgotten = routing(
        &claim("ai.client.com"),
        &rules(),
        &routes(&[], &["192.0.2.10"], &["2001:db8::99"]),
    );
    assert!(forgotten.conflicts[0].advice.starts_with("Forgotten"));
    // The target of another claim is another's: were it followed, a name that was left behind could be had.
    assert_eq!(
        judged(&["fedcba9876543210.target.test"], &["192.0.2.10"], &[]),
        (FactState::Wrong, 1)
    );
    let proxied = routing(
        &claim("ai.client.com"),
        &rules(),
        &routes(&[], &["104.16.1.1"], &["2606:4700::1"]),
    );
    assert!(
        proxied.evidence.contains("DNS only"),
        "{}",
        proxied.evidence
    );
}

#[test]
fn what_is_not_there_or_not_known_is_neither() {
    assert_eq!(judged(&[], &[], &[]), (FactState::Waiting, 0));
    let silent = || Replies(vec![Reply::Failed("SERVFAIL")]);
    let routes = Routes {
        cname: silent(),
        a: silent(),
        aaaa: silent(),
        target: Vec::new(),
    };
    assert_eq!(
        routing(&claim("ai.client.com"), &rules(), &routes).state,
        FactState::Unknown
    );
    assert_eq!(leads_here(&rules(), &routes), None);
    let mut nothing = rules();
    nothing.target_name.clear();
    nothing.target_addresses.clear();
    let verdict = routing(&claim("ai.client.com"), &nothing, &routes);
    assert!(verdict.evidence.contains("operator"));
}

#[test]
fn servers_that_differ_are_waited_for() {
    let mut routes = routes(&[OWN], &["192.0.2.10"], &[]);
    routes.cname.0.push(said(&[]));
    assert_eq!(
        routing(&claim("ai.client.com"), &rules(), &routes).state,
        FactState::Waiting
    );
}

#[test]
fn a_removed_name_leads_here_by_either_way() {
    assert_eq!(
        leads_here(&rules(), &routes(&["x.target.test"], &[], &[])),
        Some(true)
    );
    assert_eq!(
        leads_here(&rules(), &routes(&[], &["192.0.2.10"], &[])),
        Some(true)
    );
    assert_eq!(
        leads_here(&rules(), &routes(&[], &["203.0.113.1"], &[])),
        Some(false)
    );
    assert_eq!(leads_here(&rules(), &routes(&[], &[], &[])), Some(false));
}
