//! Where aliases lead.

use crate::rig::{create, on_database};
use serde_json::json;
use store::routes::{self, RouteRow};

fn row(alias: &str, strategy: &str) -> RouteRow {
    RouteRow {
        alias: alias.to_owned(),
        label: alias.to_owned(),
        environment: "production".to_owned(),
        strategy: strategy.to_owned(),
        targets: json!([]),
        options: json!({}),
        position: 1,
    }
}

#[test]
fn what_an_alias_shares_stays_when_its_targets_change() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let mut tx = store.enter(tenant).await.unwrap();
        let sharing = json!({"wrong_at_most": 5_000, "verify": true});
        for alias in ["lab", "desk"] {
            routes::upsert(&mut tx, &row(alias, "priority"))
                .await
                .unwrap();
        }
        let set = routes::set_similar(&mut tx, "production", "lab", Some(&sharing)).await;
        assert!(set.unwrap());
        routes::upsert(&mut tx, &row("lab", "weighted"))
            .await
            .unwrap();
        let shared = routes::similar(&mut tx, "production").await.unwrap();
        assert_eq!((shared.len(), shared.get("lab")), (1, Some(&sharing)));
        assert!(
            routes::similar(&mut tx, "staging")
                .await
                .unwrap()
                .is_empty()
        );
        for (environment, alias) in [("staging", "lab"), ("production", "gone")] {
            let set = routes::set_similar(&mut tx, environment, alias, Some(&sharing)).await;
            assert!(!set.unwrap());
        }
        let off = routes::set_similar(&mut tx, "production", "lab", None).await;
        assert!(off.unwrap());
        assert!(
            routes::similar(&mut tx, "production")
                .await
                .unwrap()
                .is_empty()
        );
        tx.commit().await.unwrap();
    });
}
