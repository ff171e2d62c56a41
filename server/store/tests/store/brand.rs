//! Looks: versions that stay, one draft, pictures that go when nothing names them; what an agency gives;
//! and an invitation's second link.

use crate::rig::{create, new_workspace, on_database};
use contract::{AgencyId, InvitationId, Role};
use serde_json::json;
use std::time::Duration;
use store::platform::agencies::AgencyRow;
use store::platform::changes::Change;
use store::{NewInvitationRow, brand_assets, brand_versions, invitations};
use uuid::Uuid;

const NOBODY: brand_versions::Who<'static> = (None, "Mia");

#[test]
fn versions_count_on_and_the_draft_is_one() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let mut tx = store.enter(tenant).await.unwrap();
        for (version, colour) in [(1, "#111111"), (2, "#222222")] {
            let brand = json!({ "colour": colour });
            let added = brand_versions::add(&mut tx, NOBODY, None, &brand).await;
            assert_eq!(added.unwrap(), version);
        }
        for tagline in ["one", "two"] {
            let draft = json!({ "tagline": tagline });
            brand_versions::put_draft(&mut tx, NOBODY, &draft)
                .await
                .unwrap();
        }
        let rows = brand_versions::list(&mut tx).await.unwrap();
        let versions: Vec<_> = rows.iter().map(|row| row.version).collect();
        assert_eq!(versions, [None, Some(2), Some(1)]);
        assert_eq!(rows[0].brand, json!({ "tagline": "two" }));
        assert_eq!(rows[1].by, "Mia");
        assert!(brand_versions::remove_draft(&mut tx).await.unwrap());
        assert!(!brand_versions::remove_draft(&mut tx).await.unwrap());
        for _ in 0..brand_versions::MOST_VERSIONS {
            brand_versions::add(&mut tx, NOBODY, Some(1), &json!({}))
                .await
                .unwrap();
        }
        let rows = brand_versions::list(&mut tx).await.unwrap();
        let most = usize::try_from(brand_versions::MOST_VERSIONS).unwrap();
        assert_eq!(rows.len(), most, "the oldest go");
        assert_eq!(rows[0].version, Some(102));
        tx.commit().await.unwrap();
    });
}

#[test]
fn a_picture_is_kept_for_as_long_as_a_look_names_it() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let name = |byte: u8| format!("{byte:02x}").repeat(32);
        let mut tx = store.enter(tenant).await.unwrap();
        for byte in [1, 2, 3] {
            let (kind, hash) = (name(byte), [byte; 32]);
            let put = brand_assets::put(&mut tx, &kind, "image/png", &[byte], &hash).await;
            assert!(put.unwrap());
            assert!(
                brand_assets::put(&mut tx, &kind, "image/png", &[byte], &hash)
                    .await
                    .unwrap()
            );
        }
        let brand = json!({ "icon": name(1) });
        brand_versions::add(&mut tx, NOBODY, None, &brand)
            .await
            .unwrap();
        brand_assets::prune(&mut tx, &[]).await.unwrap();
        assert!(
            brand_assets::exists(&mut tx, &[3; 32]).await.unwrap(),
            "it is young"
        );
        tx.commit().await.unwrap();
        let mut superuser = rig.superuser().await;
        let schema = format!("t_{}", tenant.uuid().simple());
        let age = format!("update \"{schema}\".brand_assets set created_ms = 0");
        crate::rig::execute(&mut superuser, age).await;
        let mut tx = store.enter(tenant).await.unwrap();
        brand_assets::prune(&mut tx, &[name(2)]).await.unwrap();
        for (byte, there) in [(1, true), (2, true), (3, false)] {
            let found = brand_assets::exists(&mut tx, &[byte; 32]).await.unwrap();
            assert_eq!(found, there, "{byte}");
        }
        tx.commit().await.unwrap();
    });
}

#[test]
fn what_an_agency_gives_reaches_its_workspaces_and_every_process() {
    on_database(async |rig| {
        let store = rig.store().await;
        let agency = AgencyRow {
            id: AgencyId::from_uuid(Uuid::now_v7()),
            slug: "agency".to_owned(),
            name: "Agency".to_owned(),
            demo: false,
        };
        store.upsert_agency(&agency).await.unwrap();
        let of_agency = store::platform::workspaces::NewWorkspace {
            agency: Some(agency.id),
            ..new_workspace("theirs")
        };
        store.create_workspace(&of_agency).await.unwrap();
        let other = create(&store, "other").await;
        let mut changes = store.changes().await.unwrap();
        let given = json!({ "colour": "#123456" });
        assert!(store.set_agency_brand(agency.id, &given).await.unwrap());
        assert_eq!(changes.next().await, Change::Workspace(of_agency.id));
        assert_eq!(
            store.agency_brand(agency.id).await.unwrap(),
            Some(given.clone())
        );
        let row = store.workspace(of_agency.id).await.unwrap().unwrap();
        assert_eq!(row.agency_brand, Some(given));
        assert_eq!(
            store.workspace(other).await.unwrap().unwrap().agency_brand,
            None
        );
        let nobody = AgencyId::from_uuid(Uuid::now_v7());
        assert!(!store.set_agency_brand(nobody, &json!({})).await.unwrap());
        assert_eq!(store.agency_brand(nobody).await.unwrap(), None);
    });
}

#[test]
fn an_invitation_opens_by_either_link_and_once() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let mut tx = store.enter(tenant).await.unwrap();
        let invitation = NewInvitationRow {
            id: InvitationId::from_uuid(Uuid::now_v7()),
            token_hash: [1; 32],
            email: "nora@w.example".to_owned(),
            role: Role::Member,
            invited_by: None,
            lifetime: Duration::from_hours(1),
        };
        invitations::insert(&mut tx, &invitation).await.unwrap();
        for hash in [[2; 32], [3; 32]] {
            invitations::set_mailed_hash(&mut tx, invitation.id, &hash)
                .await
                .unwrap();
        }
        assert!(
            invitations::open(&mut tx, invitation.id)
                .await
                .unwrap()
                .is_some()
        );
        for (hash, good) in [([1; 32], true), ([2; 32], false), ([3; 32], true)] {
            let found = invitations::find(&mut tx, &hash).await.unwrap();
            assert_eq!(found.is_some(), good, "{hash:?}");
        }
        assert!(
            invitations::accept(&mut tx, &[3; 32])
                .await
                .unwrap()
                .is_some()
        );
        assert!(
            invitations::accept(&mut tx, &[1; 32])
                .await
                .unwrap()
                .is_none()
        );
        assert!(
            invitations::open(&mut tx, invitation.id)
                .await
                .unwrap()
                .is_none()
        );
        tx.commit().await.unwrap();
    });
}
