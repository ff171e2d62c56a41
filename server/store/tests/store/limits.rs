//! Limits as administrators set them.

use crate::rig::{create, member, on_database};
use contract::{LimitScope, NanoUsd, Pace, TeamId, VirtualKeyId};
use store::limits::LimitRow;
use store::{StoreError, limits, members, teams, virtual_keys};
use uuid::Uuid;

fn row(scope: LimitScope, model: &str, usd: i64, requests: u32) -> LimitRow {
    LimitRow {
        scope,
        model: model.to_owned(),
        month: (usd > 0).then(|| NanoUsd::from_usd(usd)),
        pace: Pace {
            requests_per_minute: (requests > 0).then_some(requests),
            ..Pace::default()
        },
    }
}

#[test]
fn limits_are_set_part_by_part_and_go_with_whom_they_are_for() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let mut tx = store.enter(tenant).await.unwrap();
        let person = member("asker");
        members::insert(&mut tx, &person).await.unwrap();
        let team = TeamId::from_uuid(Uuid::now_v7());
        teams::insert(&mut tx, team, "Legal").await.unwrap();
        let (team, mine) = (LimitScope::Team(team), LimitScope::Member(person.id));
        let id = VirtualKeyId::from_uuid(Uuid::now_v7());
        let new = crate::virtual_keys::key(id, "report");
        virtual_keys::insert(&mut tx, &new).await.unwrap();
        let key = LimitScope::VirtualKey(id);
        for limit in [
            row(mine, "", 5, 0),
            row(mine, "", 0, 7),
            row(mine, "fast", 0, 3),
            row(team, "", 9, 0),
            row(key, "", 1, 1),
            row(LimitScope::Workspace, "", 0, 100),
        ] {
            let id = Uuid::now_v7();
            limits::set(&mut tx, id, &limit, "operator").await.unwrap();
        }
        let all = limits::list(&mut tx).await.unwrap();
        let expected = [
            row(LimitScope::Workspace, "", 0, 100),
            row(team, "", 9, 0),
            row(mine, "", 5, 7),
            row(mine, "fast", 0, 3),
            row(key, "", 1, 1),
        ];
        assert_eq!(all, expected);
        assert_eq!(
            limits::remove(&mut tx, mine, Some("fast")).await.unwrap(),
            1
        );
        assert_eq!(
            limits::remove(&mut tx, LimitScope::Workspace, None)
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            limits::remove(&mut tx, LimitScope::Workspace, None)
                .await
                .unwrap(),
            0
        );
        let LimitScope::Team(id) = team else {
            unreachable!()
        };
        assert!(teams::remove(&mut tx, id).await.unwrap());
        let left = limits::list(&mut tx).await.unwrap();
        assert_eq!(left, [row(mine, "", 5, 7), row(key, "", 1, 1)]);
        tx.commit().await.unwrap();
        // Money is not limited per model, and the workspace's own limit is not in here.
        for wrong in [
            row(mine, "fast", 5, 0),
            row(LimitScope::Workspace, "", 5, 0),
        ] {
            let mut tx = store.enter(tenant).await.unwrap();
            let set = limits::set(&mut tx, Uuid::now_v7(), &wrong, "operator").await;
            assert!(matches!(set, Err(StoreError::RuleBroken(_))), "{set:?}");
        }
        // A key that is not there cannot be limited.
        let nobody = LimitScope::VirtualKey(VirtualKeyId::from_uuid(Uuid::now_v7()));
        let mut tx = store.enter(tenant).await.unwrap();
        let limit = row(nobody, "", 1, 0);
        let set = limits::set(&mut tx, Uuid::now_v7(), &limit, "operator").await;
        assert!(set.is_err());
    });
}
