//! What was saved, and what a workspace wants of the cache.

use crate::ledger::{intent, settlement};
use crate::rig::{create, on_database};
use contract::NanoUsd;
use serde_json::json;
use store::ledger::prompt_cache;
use store::ledger::prompt_cache::PromptCacheRow;
use store::platform::cache::{CacheRow, PurgeRow};
use store::platform::changes::Change;
use store::savings;
use store::savings::SavingsRow;
use store::{LedgerWriter, Store};
use tokio::task::JoinSet;
use uuid::Uuid;

fn row(day: i32, kind: &str, answers: i64) -> SavingsRow {
    SavingsRow {
        day,
        provider: "openai".to_owned(),
        model: "m".to_owned(),
        kind: kind.to_owned(),
        answers,
        unpriced: 1,
        saved_input_tokens: 10 * answers,
        saved_output_tokens: answers,
        saved: NanoUsd::new(7 * answers),
    }
}

#[test]
fn counts_of_many_processes_add_up() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let other = create(&store, "other").await;
        let mut processes = JoinSet::new();
        for process in 0..8 {
            let store = store.clone();
            processes.spawn(async move {
                let mut rows = vec![row(20_000, "exact", 2), row(20_001, "miss", 1)];
                if process % 2 == 0 {
                    rows.reverse();
                }
                let mut tx = store.enter(tenant).await.unwrap();
                savings::add(&mut tx, rows).await.unwrap();
                tx.commit().await.unwrap();
            });
        }
        while let Some(done) = processes.join_next().await {
            done.unwrap();
        }
        let mut tx = store.enter(tenant).await.unwrap();
        let all = savings::list(&mut tx, 20_000).await.unwrap();
        let mut expected = vec![row(20_000, "exact", 16), row(20_001, "miss", 8)];
        for row in &mut expected {
            row.unpriced = 8;
        }
        assert_eq!(all, expected);
        assert_eq!(savings::list(&mut tx, 20_001).await.unwrap().len(), 1);
        tx.commit().await.unwrap();
        let mut tx = store.enter(other).await.unwrap();
        assert!(savings::list(&mut tx, 0).await.unwrap().is_empty());
    });
}

#[test]
fn what_providers_caches_saved_is_told_where_both_prices_are_known() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let writer = LedgerWriter::start(store.clone());
        for priced in [true, true, false] {
            let mut intent = intent(tenant, Uuid::now_v7());
            intent.price.as_mut().unwrap().cached = priced.then(|| NanoUsd::new(999_999));
            writer.intend(intent.clone()).await.unwrap();
            writer.settle(settlement(&intent, 1)).await.unwrap();
        }
        let estimated = intent(tenant, Uuid::now_v7());
        let mut guess = settlement(&estimated, 1);
        guess.estimated = true;
        writer.settle(guess).await.unwrap();
        writer.close().await;
        store.drain_ledger().await.unwrap();
        let mut tx = store.enter(tenant).await.unwrap();
        let rows = prompt_cache::by_day(&mut tx, 0).await.unwrap();
        let [row] = &rows[..] else {
            panic!("one day and model, not {rows:?}");
        };
        // 100 tokens at a price that is lower by 999,000,001 nano-USD a million, rounded down twice.
        let expected = PromptCacheRow {
            day: row.day,
            provider: "demo".to_owned(),
            model: "demo-1".to_owned(),
            calls: 3,
            cached_tokens: 300,
            unpriced_tokens: 100,
            saved: NanoUsd::new(2 * 99_900),
        };
        assert_eq!(*row, expected);
        assert!(
            prompt_cache::by_day(&mut tx, i64::MAX)
                .await
                .unwrap()
                .is_empty()
        );
    });
}

#[test]
fn purges_count_up_and_everybody_is_told() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let wishes = async || store.workspace(tenant).await.unwrap().unwrap().cache;
        assert_eq!(
            wishes().await,
            CacheRow {
                purged: json!({}),
                ..CacheRow::default()
            }
        );
        let mut changes = store.changes().await.unwrap();
        assert!(store.set_cache_ttl(tenant, Some(60)).await.unwrap());
        assert_eq!(changes.next().await, Change::Workspace(tenant));
        assert_eq!(wishes().await.ttl_s, Some(60));
        let models = |names: &[&str]| {
            PurgeRow::Models(names.iter().map(|name| (*name).to_owned()).collect())
        };
        for what in [
            models(&["fast", "gpt"]),
            PurgeRow::Prompt(3),
            models(&["gpt"]),
        ] {
            assert!(store.purge_cache(tenant, &what).await.unwrap());
            assert_eq!(changes.next().await, Change::Workspace(tenant));
        }
        let purged = json!({ "models": { "fast": 1, "gpt": 3 }, "prompts": { "3": 2 } });
        assert_eq!((wishes().await.epoch, wishes().await.purged), (3, purged));
        store
            .purge_cache(tenant, &PurgeRow::Everything)
            .await
            .unwrap();
        assert_eq!(wishes().await.purged, json!({ "everything": 4 }));
        assert_eq!(wishes().await.ttl_s, Some(60));
        let nobody = contract::TenantId::from_uuid(Uuid::nil());
        assert!(
            !store
                .purge_cache(nobody, &PurgeRow::Everything)
                .await
                .unwrap()
        );
    });
}

#[test]
fn too_many_names_become_a_purge_of_everything() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let many = PurgeRow::Models((0..200).map(|number| format!("m{number}")).collect());
        store.purge_cache(tenant, &many).await.unwrap();
        let one_more = PurgeRow::Models(vec!["m".to_owned()]);
        store.purge_cache(tenant, &one_more).await.unwrap();
        assert_eq!(purged(&store, tenant).await, json!({ "everything": 2 }));
    });
}

async fn purged(store: &Store, tenant: contract::TenantId) -> serde_json::Value {
    store.workspace(tenant).await.unwrap().unwrap().cache.purged
}
