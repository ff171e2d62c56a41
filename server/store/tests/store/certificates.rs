//! Certificates: which hosts get one, who works on which, and that limits hold whoever counts.

use crate::rig::{create, on_database};
use std::collections::HashSet;
use store::Store;
use store::platform::certificates::{
    self, ACCOUNT_ORDERS, ACCOUNT_WINDOW_MS, CertificateState, ChallengeKind, ChallengeRow,
    DOMAIN_ORDERS, Failure, HOST_FAILURES, HOST_WINDOW_MS, IssuedRow, NewOrderRow, OrderEnd,
    SAME_ORDERS, Taken, TroubleClass, WEEK_MS,
};
use store::platform::workspaces::WorkspaceState;
use tokio::task::JoinSet;
use uuid::Uuid;

const MINUTE_MS: i64 = 60_000;

fn order(host: &str, registered: &str) -> NewOrderRow {
    NewOrderRow {
        id: Uuid::now_v7(),
        directory: "https://ca.test/dir".to_owned(),
        host: host.to_owned(),
        registered_domain: registered.to_owned(),
        exempt: false,
        node: Uuid::now_v7(),
    }
}

/// Takes a place and has the order end well. The wait, where there is no place.
async fn issue(store: &Store, order: &NewOrderRow, at_ms: i64) -> Option<(i64, String)> {
    match store.take_order(order, Some(at_ms)).await.unwrap() {
        Taken::Yes => {
            let end = store.end_order(order.id, OrderEnd::Issued, Some(at_ms));
            end.await.unwrap();
            None
        }
        Taken::NotBefore { at_ms, why } => Some((at_ms, why)),
    }
}

#[test]
fn three_hundred_domains_stay_within_every_limit() {
    on_database(async |rig| {
        let store = rig.store().await;
        // An agency puts 60 clients under a domain of its own, and 240 have their own.
        let mut waiting: Vec<NewOrderRow> = (0..60)
            .map(|n| order(&format!("c{n}.agency.example"), "agency.example"))
            .chain((0..240).map(|n| order(&format!("ai.c{n}.test"), &format!("c{n}.test"))))
            .collect();
        let (mut now, mut issued) = (1_000_000_000_000, Vec::new());
        let mut waits = HashSet::new();
        while !waiting.is_empty() {
            let mut still = Vec::new();
            let mut next = i64::MAX;
            for order in waiting {
                match issue(&store, &order, now).await {
                    None => issued.push((now, order.registered_domain.clone())),
                    Some((at, why)) => {
                        assert!(at > now, "{at} is no wait");
                        next = next.min(at);
                        waits.insert(why);
                        still.push(order);
                    }
                }
            }
            waiting = still;
            now = now.max(next.min(now + WEEK_MS));
        }
        assert_eq!(issued.len(), 300);
        // Judged apart from the program's own arithmetic: every window that ends with an order.
        for (at, domain) in &issued {
            let within = |window| {
                issued
                    .iter()
                    .filter(move |(t, _)| t <= at && *t > at - window)
            };
            assert!(within(ACCOUNT_WINDOW_MS).count() <= 300);
            let same = within(WEEK_MS).filter(|(_, other)| other == domain);
            assert!(same.count() <= 50);
        }
        assert!(waits.iter().any(|why| why.contains("agency.example")));
        assert!(now >= 1_000_000_000_000 + WEEK_MS, "ten had to wait a week");
    });
}

#[test]
fn each_limit_says_from_when_on_there_is_a_place() {
    on_database(async |rig| {
        let store = rig.store().await;
        let begin = 1_000_000_000_000;
        // The same host: five in a week.
        for n in 0..SAME_ORDERS {
            let again = order("a.one.test", "one.test");
            assert_eq!(issue(&store, &again, begin + n * MINUTE_MS).await, None);
        }
        let sixth = order("a.one.test", "one.test");
        let wait = issue(&store, &sixth, begin + 10 * MINUTE_MS).await.unwrap();
        assert_eq!(wait.0, begin + WEEK_MS);
        // Failures: five in an hour, counted from when they ended.
        for n in 0..HOST_FAILURES {
            let failed = order("b.two.test", "two.test");
            let at = begin + n * MINUTE_MS;
            assert_eq!(
                store.take_order(&failed, Some(at)).await.unwrap(),
                Taken::Yes
            );
            let end = store.end_order(failed.id, OrderEnd::Failed, Some(at));
            end.await.unwrap();
        }
        let next = order("b.two.test", "two.test");
        let wait = issue(&store, &next, begin + 10 * MINUTE_MS).await.unwrap();
        assert_eq!(wait.0, begin + HOST_WINDOW_MS);
        assert!(wait.1.contains("failed"), "{}", wait.1);
        // The account: three hundred in three hours, whatever became of them.
        let already = SAME_ORDERS + HOST_FAILURES;
        for n in already..ACCOUNT_ORDERS {
            let other = order(&format!("c{n}.test"), &format!("c{n}.test"));
            assert_eq!(
                issue(&store, &other, begin + 20 * MINUTE_MS).await,
                None,
                "{n}"
            );
        }
        let last = order("d.test", "d.test");
        let wait = issue(&store, &last, begin + 30 * MINUTE_MS).await.unwrap();
        assert_eq!(wait.0, begin + ACCOUNT_WINDOW_MS);
        // A renewal in the authority's window counts against nothing.
        let exempt = NewOrderRow {
            exempt: true,
            ..order("a.one.test", "one.test")
        };
        assert_eq!(issue(&store, &exempt, begin + 30 * MINUTE_MS).await, None);
    });
}

#[test]
fn many_that_ask_at_once_do_not_exceed_a_limit() {
    on_database(async |rig| {
        let store = rig.store().await;
        let mut asking = JoinSet::new();
        for n in 0..80 {
            let store = store.clone();
            asking.spawn(async move {
                let order = order(&format!("c{n}.agency.example"), "agency.example");
                store.take_order(&order, None).await.unwrap() == Taken::Yes
            });
        }
        let taken = asking
            .join_all()
            .await
            .into_iter()
            .filter(|yes| *yes)
            .count();
        assert_eq!(i64::try_from(taken).unwrap(), DOMAIN_ORDERS);
    });
}

#[test]
fn bound_hosts_are_claimed_once_and_unbound_ones_forgotten() {
    on_database(async |rig| {
        let store = rig.store().await;
        let (one, two) = (create(&store, "one").await, create(&store, "two").await);
        for (tenant, host) in [
            (one, "ai.one.test"),
            (two, "ai.two.test"),
            (two, "two.localhost"),
        ] {
            store.add_domain(tenant, host, false).await.unwrap();
        }
        let suspended = WorkspaceState::Suspended;
        store.set_workspace_state(two, suspended).await.unwrap();
        store
            .list_hosts_to_certify(Some("platform.test"))
            .await
            .unwrap();
        let rows = store.certificates().await.unwrap();
        let hosts: Vec<_> = rows.iter().map(|row| row.host.as_str()).collect();
        assert!(hosts.contains(&"ai.one.test") && hosts.contains(&"ai.two.test"));
        assert!(hosts.contains(&"platform.test") && !hosts.contains(&"two.localhost"));
        let mut claiming = JoinSet::new();
        for _ in 0..hosts.len() + 5 {
            let store = store.clone();
            claiming.spawn(async move { store.claim_due_host(Uuid::now_v7()).await.unwrap() });
        }
        let claimed = claiming.join_all().await;
        let claimed: Vec<_> = claimed.into_iter().flatten().map(|due| due.host).collect();
        let apart: HashSet<_> = claimed.iter().collect();
        assert_eq!((claimed.len(), apart.len()), (hosts.len(), hosts.len()));
        let fact = store.certificate_fact("ai.one.test").await.unwrap();
        assert_eq!(fact.state, CertificateState::Ordering);
        store
            .set_workspace_state(two, WorkspaceState::Deleting)
            .await
            .unwrap();
        store
            .list_hosts_to_certify(Some("platform.test"))
            .await
            .unwrap();
        let fact = store.certificate_fact("ai.two.test").await.unwrap();
        assert_eq!(fact.state, CertificateState::None);
        assert_eq!(store.host_row("ai.two.test").await.unwrap(), None);
        assert_eq!(
            store.host_row("ai.one.test").await.unwrap().unwrap().tenant,
            one
        );
    });
}

#[test]
fn what_came_of_a_claim_is_told_and_a_lost_claim_changes_nothing() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "one").await;
        store
            .add_domain(tenant, "ai.one.test", false)
            .await
            .unwrap();
        store.list_hosts_to_certify(None).await.unwrap();
        let node = Uuid::now_v7();
        while let Some(due) = store.claim_due_host(node).await.unwrap() {
            let failure = Failure {
                class: TroubleClass::Caa,
                words: "They do not allow it.".to_owned(),
                due_ms: due.now_ms + MINUTE_MS,
            };
            store
                .note_failed(&due.host, Uuid::now_v7(), &failure)
                .await
                .unwrap();
            let untouched = store.certificate_fact(&due.host).await.unwrap();
            assert_eq!(untouched.state, CertificateState::Ordering);
            store.note_failed(&due.host, node, &failure).await.unwrap();
        }
        let fact = store.certificate_fact("ai.one.test").await.unwrap();
        let words = "They do not allow it.".to_owned();
        assert_eq!(fact.state, CertificateState::RefusedByCaa { words });
        assert!(fact.next_ms > fact.failed_ms);
        assert!(store.renew_now("ai.one.test").await.unwrap());
        let due = store.claim_due_host(node).await.unwrap().unwrap();
        assert_eq!((due.host.as_str(), due.failures), ("ai.one.test", 1));
        let issued = IssuedRow {
            sealed: vec![1, 2, 3],
            issuer: "A test".to_owned(),
            ari_id: Some("a.b".to_owned()),
            time_ms: (due.now_ms, due.now_ms + 90 * MINUTE_MS),
            renew_ms: due.now_ms + 60 * MINUTE_MS,
            method: ChallengeKind::Http01,
        };
        let stranger = Uuid::now_v7();
        assert!(
            !store
                .keep_certificate(&due.host, stranger, &issued)
                .await
                .unwrap()
        );
        assert!(
            store
                .keep_certificate(&due.host, node, &issued)
                .await
                .unwrap()
        );
        let stored = store
            .sealed_certificate("ai.one.test")
            .await
            .unwrap()
            .unwrap();
        assert_eq!((stored.sealed, stored.tenant), (vec![1, 2, 3], tenant));
        store
            .note_served(&[("ai.one.test".to_owned(), 7)])
            .await
            .unwrap();
        let mut tx = store.enter(tenant).await.unwrap();
        let rows = certificates::of_workspace(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let row = rows.iter().find(|row| row.host == "ai.one.test").unwrap();
        let until_ms = issued.time_ms.1;
        assert_eq!(row.fact.state, CertificateState::Issued { until_ms });
        assert_eq!((row.fact.served_ms, row.failures), (Some(7), 0));
    });
}

#[test]
fn questions_are_answered_until_the_order_ends() {
    on_database(async |rig| {
        let store = rig.store().await;
        let row = ChallengeRow {
            host: "ai.one.test".to_owned(),
            kind: ChallengeKind::Http01,
            token: "t".to_owned(),
            answer: "t.k".to_owned(),
        };
        store.put_challenge(&row).await.unwrap();
        let found = store
            .challenge("ai.one.test", ChallengeKind::Http01)
            .await
            .unwrap();
        assert_eq!(found, Some(("t".to_owned(), "t.k".to_owned())));
        let other = store
            .challenge("ai.one.test", ChallengeKind::TlsAlpn01)
            .await
            .unwrap();
        assert_eq!(other, None);
        store.drop_challenges("ai.one.test").await.unwrap();
        let gone = store
            .challenge("ai.one.test", ChallengeKind::Http01)
            .await
            .unwrap();
        assert_eq!(gone, None);
        // Of two keys for one account, the first one counts.
        let first = store
            .acme_account("https://ca.test/dir", b"one")
            .await
            .unwrap();
        let second = store
            .acme_account("https://ca.test/dir", b"two")
            .await
            .unwrap();
        assert_eq!(
            (first.sealed_key, second.sealed_key),
            (b"one".to_vec(), b"one".to_vec())
        );
    });
}
