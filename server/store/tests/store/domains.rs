//! Claims on names: one proof at a time, tombstones however a name went, turns that nobody takes twice.

use crate::rig::{create, on_database};
use contract::TenantId;
use contract::domains::{Fact, FactState};
use serde_json::json;
use store::platform::claims::change::{self, Bound, Look, NewClaim};
use store::platform::claims::{self, Standing};
use store::platform::domains;
use store::{Store, StoreError};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Ten days in milliseconds.
const QUARANTINE: i64 = 10 * 24 * 60 * 60 * 1_000;

async fn claim(store: &Store, tenant: TenantId, host: &str) -> Uuid {
    let id = Uuid::now_v7();
    let new = NewClaim {
        id,
        host: host.to_owned(),
        token: format!("{}{}", id.simple(), "0".repeat(8)),
        label: id.simple().to_string(),
        begun_by: "Mia".to_owned(),
    };
    let mut tx = store.enter(tenant).await.unwrap();
    change::begin(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn bind(store: &Store, tenant: TenantId, claim: Uuid) -> Bound {
    let mut tx = store.enter(tenant).await.unwrap();
    let bound = change::bind(&mut tx, claim, QUARANTINE).await.unwrap();
    tx.commit().await.unwrap();
    bound
}

async fn standing(store: &Store, tenant: TenantId, host: &str) -> Standing {
    let mut tx = store.enter(tenant).await.unwrap();
    let standing = claims::standing(&mut tx, host, QUARANTINE).await.unwrap();
    tx.commit().await.unwrap();
    standing
}

async fn remove(store: &Store, tenant: TenantId, host: &str) -> bool {
    let mut tx = store.enter(tenant).await.unwrap();
    let removed = change::remove(&mut tx, host).await.unwrap();
    tx.commit().await.unwrap();
    removed
}

fn look(state: FactState, missing: Option<bool>) -> Look {
    Look {
        facts: vec![(Fact::Ownership, state, "what was found".to_owned())],
        conflicts: json!([]),
        next_in_ms: (60_000, 10_000),
        missing,
    }
}

#[test]
fn a_name_is_proven_by_one_whoever_comes_at_once() {
    on_database(async |rig| {
        let store = rig.store().await;
        let mut tenants = Vec::new();
        for slug in ["a", "b", "c", "d"] {
            tenants.push(create(&store, slug).await);
        }
        // The same name, and names below and above it.
        let mut binding = JoinSet::new();
        for (index, tenant) in tenants.iter().copied().enumerate() {
            let host = [
                "ai.client.example",
                "ai.client.example",
                "x.ai.client.example",
                "y.ai.client.example",
            ][index];
            let id = claim(&store, tenant, host).await;
            let store = store.clone();
            binding.spawn(async move { (host, bind(&store, tenant, id).await) });
        }
        let bound = binding.join_all().await;
        let done: Vec<_> = bound.iter().filter(|(_, it)| *it == Bound::Done).collect();
        let apex = done
            .iter()
            .filter(|(host, _)| *host == "ai.client.example")
            .count();
        assert_eq!(apex, 1, "{bound:?}");
        for (_, outcome) in &bound {
            assert!(
                matches!(
                    outcome,
                    Bound::Done | Bound::Refused(Standing::Elsewhere | Standing::BelowElsewhere)
                ),
                "{bound:?}"
            );
        }
        let host = store.workspace_at("ai.client.example").await.unwrap();
        assert!(tenants[..2].contains(&host.unwrap()));
    });
}

#[test]
fn a_claim_is_of_its_workspace_and_there_is_one() {
    on_database(async |rig| {
        let store = rig.store().await;
        let (one, other) = (create(&store, "a").await, create(&store, "b").await);
        let id = claim(&store, one, "ai.client.example").await;
        let mut tx = store.enter(one).await.unwrap();
        let twice = NewClaim {
            id: Uuid::now_v7(),
            host: "ai.client.example".to_owned(),
            token: "t".repeat(40),
            label: "l".repeat(20),
            begun_by: "Mia".to_owned(),
        };
        assert!(matches!(
            change::begin(&mut tx, &twice).await,
            Err(StoreError::Taken(_))
        ));
        drop(tx);
        assert_eq!(
            bind(&store, other, id).await,
            Bound::Gone,
            "a foreign claim was bound"
        );
        let mut tx = store.enter(other).await.unwrap();
        assert!(claims::list(&mut tx).await.unwrap().is_empty());
        assert!(
            claims::get(&mut tx, "ai.client.example")
                .await
                .unwrap()
                .is_none()
        );
        let found = change::record(&mut tx, id, &look(FactState::Confirmed, Some(false))).await;
        assert!(found.unwrap().is_none());
        assert!(
            claims::history(&mut tx, "ai.client.example", 9)
                .await
                .unwrap()
                .is_empty()
        );
        tx.commit().await.unwrap();
        assert!(!remove(&store, other, "ai.client.example").await);
        assert_eq!(
            store.workspace_at("ai.client.example").await.unwrap(),
            None,
            "a claim alone served"
        );
    });
}

#[test]
fn what_was_found_turns_and_is_remembered() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "a").await;
        let id = claim(&store, tenant, "ai.client.example").await;
        let record = async |state, missing| {
            let mut tx = store.enter(tenant).await.unwrap();
            let found = change::record(&mut tx, id, &look(state, missing))
                .await
                .unwrap()
                .unwrap();
            tx.commit().await.unwrap();
            found
        };
        let (row, turned) = record(FactState::Waiting, Some(true)).await;
        assert_eq!(
            (turned.len(), row.quiet_checks, row.missing_ms),
            (1, 0, None),
            "not proven yet"
        );
        let (row, turned) = record(FactState::Waiting, Some(true)).await;
        assert_eq!((turned.len(), row.quiet_checks), (0, 1));
        assert_eq!(bind(&store, tenant, id).await, Bound::Done);
        let (row, turned) = record(FactState::Confirmed, Some(false)).await;
        assert_eq!(turned[0].before, Some(FactState::Waiting));
        assert!(row.bound && row.missing_ms.is_none() && row.quiet_checks == 0);
        let (row, _) = record(FactState::Waiting, Some(true)).await;
        let since = row.missing_ms.unwrap();
        let (row, _) = record(FactState::Unknown, None).await;
        assert_eq!(
            row.missing_ms,
            Some(since),
            "what is not known changes nothing"
        );
        let (row, _) = record(FactState::Confirmed, Some(false)).await;
        assert_eq!(row.missing_ms, None);
        let mut tx = store.enter(tenant).await.unwrap();
        change::unbind(&mut tx, id, "It went.").await.unwrap();
        let events = claims::history(&mut tx, "ai.client.example", 50)
            .await
            .unwrap();
        assert_eq!(events[0].what, "It went.");
        assert!(events.len() >= 7, "{events:?}");
        tx.commit().await.unwrap();
        assert_eq!(store.workspace_at("ai.client.example").await.unwrap(), None);
    });
}

#[test]
fn however_a_name_goes_it_leaves_a_tombstone() {
    on_database(async |rig| {
        let store = rig.store().await;
        let (one, other) = (create(&store, "a").await, create(&store, "b").await);
        let host = "ai.client.example";
        let id = claim(&store, one, host).await;
        assert_eq!(bind(&store, one, id).await, Bound::Done);
        assert_eq!(standing(&store, other, host).await, Standing::Elsewhere);
        assert_eq!(
            standing(&store, other, "x.ai.client.example").await,
            Standing::BelowElsewhere
        );
        assert_eq!(
            standing(&store, other, "client.example").await,
            Standing::Free
        );
        assert!(remove(&store, one, host).await);
        assert_eq!(standing(&store, other, host).await, Standing::Buried);
        assert_eq!(
            standing(&store, one, host).await,
            Standing::Free,
            "its own workspace waits for nothing"
        );
        // One that began while it was free does not slip through.
        let theirs = claim(&store, other, host).await;
        assert_eq!(
            bind(&store, other, theirs).await,
            Bound::Refused(Standing::Buried)
        );
        let tombstone = store.take_tombstone(60_000).await.unwrap().unwrap();
        assert_eq!((tombstone.host.as_str(), tombstone.tenant), (host, one));
        assert_eq!(
            store.take_tombstone(60_000).await.unwrap(),
            None,
            "it is taken once"
        );
        store.end_quarantine(&tombstone).await.unwrap();
        assert_eq!(bind(&store, other, theirs).await, Bound::Done);
        // The end of a workspace is one way to go; what the operator sets is there at once.
        store.delete_workspace(other, "operator").await.unwrap();
        assert_eq!(standing(&store, one, host).await, Standing::Buried);
        store.add_domain(one, host, false).await.unwrap();
        assert_eq!(standing(&store, one, host).await, Standing::Free);
        store.end_old_quarantines(0).await.unwrap();
    });
}

#[test]
fn the_primary_host_is_followed_by_the_oldest_that_is_left() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "a").await;
        store
            .add_domain(tenant, "first.client.example", false)
            .await
            .unwrap();
        store
            .add_domain(tenant, "second.client.example", true)
            .await
            .unwrap();
        assert!(remove(&store, tenant, "second.client.example").await);
        let mut tx = store.enter(tenant).await.unwrap();
        let left = domains::list(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(
            left.iter().filter(|row| row.is_primary).count(),
            1,
            "{left:?}"
        );
    });
}

#[test]
fn claims_that_are_due_are_taken_once_and_oldest_first() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "a").await;
        for number in 0..30 {
            claim(&store, tenant, &format!("n{number}.client.example")).await;
        }
        let mut taking = JoinSet::new();
        for _ in 0..6 {
            let store = store.clone();
            taking.spawn(async move { store.take_claims(5, 60_000).await.unwrap() });
        }
        let taken: Vec<Uuid> = taking
            .join_all()
            .await
            .into_iter()
            .flatten()
            .map(|row| row.id)
            .collect();
        let mut once = taken.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!((taken.len(), once.len()), (30, 30));
        assert!(store.take_claims(5, 60_000).await.unwrap().is_empty());
        let mut tx = store.enter(tenant).await.unwrap();
        let asked = change::take_turn(&mut tx, "n1.client.example", 60_000)
            .await
            .unwrap();
        assert!(asked.is_some());
        let again = change::take_turn(&mut tx, "n1.client.example", 60_000)
            .await
            .unwrap();
        assert!(again.is_none(), "asked for twice within its gap");
        tx.commit().await.unwrap();
    });
}

#[test]
fn the_suffix_of_an_agency_leads_to_its_own_workspaces_alone() {
    on_database(async |rig| {
        let store = rig.store().await;
        let agency = store::platform::agencies::AgencyRow {
            id: contract::AgencyId::from_uuid(Uuid::now_v7()),
            slug: "kontor".to_owned(),
            name: "Kontor".to_owned(),
            demo: false,
        };
        store.upsert_agency(&agency).await.unwrap();
        let foreign = create(&store, "foreign").await;
        let own = store::platform::workspaces::NewWorkspace {
            id: TenantId::from_uuid(Uuid::now_v7()),
            slug: "client".to_owned(),
            name: "Client".to_owned(),
            agency: Some(agency.id),
            host: None,
            brand: json!({}),
            budget: None,
            environment: "production".to_owned(),
            demo: false,
        };
        store.create_workspace(&own).await.unwrap();
        store
            .add_base_domain("ai.kontor.example", agency.id)
            .await
            .unwrap();
        assert!(matches!(
            store.add_base_domain("ai.kontor.example", agency.id).await,
            Err(StoreError::Taken(_))
        ));
        let at = async |host: &str| store.workspace_at(host).await.unwrap();
        assert_eq!(at("client.ai.kontor.example").await, Some(own.id));
        for nobody in [
            "foreign.ai.kontor.example",
            "ai.kontor.example",
            "a.client.ai.kontor.example",
            "client",
        ] {
            assert_eq!(at(nobody).await, None, "{nobody}");
        }
        for taken in ["ai.kontor.example", "x.ai.kontor.example", "kontor.example"] {
            assert_eq!(
                standing(&store, foreign, taken).await,
                Standing::OfAnAgency,
                "{taken}"
            );
        }
        // A row of its own comes first.
        store
            .add_domain(foreign, "client.ai.kontor.example", false)
            .await
            .unwrap();
        assert_eq!(at("client.ai.kontor.example").await, Some(foreign));
        assert!(store.remove_base_domain("ai.kontor.example").await.unwrap());
        assert!(!store.remove_base_domain("ai.kontor.example").await.unwrap());
    });
}
