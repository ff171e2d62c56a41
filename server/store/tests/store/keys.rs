//! Provider keys: from draft to erased secret.

use crate::rig::{count, create, on_database};
use contract::KeyId;
use contract::keys::KeyScope;
use std::time::Duration;
use store::provider_keys;
use store::provider_keys::{KeyState, NewProviderKey, Reminders};
use uuid::Uuid;

pub(crate) fn key(environment: &str, secret: &[u8], state: KeyState) -> NewProviderKey {
    NewProviderKey {
        id: KeyId::from_uuid(Uuid::now_v7()),
        secret_id: Uuid::now_v7(),
        state,
        name: "main".to_owned(),
        environment: environment.to_owned(),
        provider: "openai-compatible".to_owned(),
        base_url: Some("https://models.example/v1".to_owned()),
        place: serde_json::json!({}),
        sealed_secret: secret.to_vec(),
        ends_in: "k7Qd".to_owned(),
        scope: KeyScope::Workspace,
        added_by: None,
        added_by_name: "operator".to_owned(),
        replaces: None,
    }
}

#[test]
fn a_draft_is_checked_and_sealed() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let mut tx = store.enter(tenant).await.unwrap();
        let first = key("production", b"one", KeyState::Checking);
        provider_keys::insert(&mut tx, &first).await.unwrap();
        assert!(
            provider_keys::get(&mut tx, first.id)
                .await
                .unwrap()
                .is_none()
        );
        assert_eq!(provider_keys::list_drafts(&mut tx).await.unwrap().len(), 1);
        let point = serde_json::json!({"at_ms": 1, "outcome": "valid", "reason": "", "next": ""});
        let models = ["b".to_owned()];
        let again = Duration::from_hours(1);
        for _ in 0..70 {
            let kept =
                provider_keys::record_check(&mut tx, first.id, &point, Some("Org"), &models, again);
            assert!(kept.await.unwrap());
        }
        assert!(provider_keys::seal(&mut tx, first.id).await.unwrap());
        assert!(
            !provider_keys::seal(&mut tx, first.id).await.unwrap(),
            "twice"
        );
        let dates = Reminders {
            expires_ms: Some(5),
            rotate_by_ms: None,
        };
        assert!(
            provider_keys::remind(&mut tx, first.id, dates)
                .await
                .unwrap()
        );
        let row = provider_keys::get(&mut tx, first.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.history.as_array().unwrap().len(), 60);
        assert_eq!(
            (row.account.as_deref(), row.expires_ms),
            (Some("Org"), Some(5))
        );
        assert!(
            provider_keys::check_soon(&mut tx, first.id, Duration::ZERO)
                .await
                .unwrap()
        );
        assert!(
            !provider_keys::check_soon(&mut tx, first.id, Duration::ZERO)
                .await
                .unwrap()
        );
        assert_eq!(
            provider_keys::due_for_check(&mut tx, again).await.unwrap(),
            [first.id]
        );
        assert!(
            provider_keys::due_for_check(&mut tx, again)
                .await
                .unwrap()
                .is_empty()
        );
        tx.commit().await.unwrap();
    });
}

#[test]
fn a_key_is_rotated_taken_back_and_erased() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let mut tx = store.enter(tenant).await.unwrap();
        let again = Duration::from_hours(1);
        let first = key("production", b"one", KeyState::Sealed);
        provider_keys::insert(&mut tx, &first).await.unwrap();
        let mut second = key("production", b"two", KeyState::Checking);
        second.replaces = Some(first.id);
        provider_keys::insert(&mut tx, &second).await.unwrap();
        assert!(
            !provider_keys::seal(&mut tx, second.id).await.unwrap(),
            "it replaces another"
        );
        let rotated = provider_keys::rotate(&mut tx, second.id, again)
            .await
            .unwrap();
        assert_eq!(rotated, Some(first.id));
        let row = provider_keys::get(&mut tx, first.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (row.sealed_secret.as_slice(), row.secret_id),
            (&b"two"[..], second.secret_id)
        );
        assert!(row.previous_until_ms.is_some());
        assert_eq!(provider_keys::list_drafts(&mut tx).await.unwrap().len(), 0);

        assert!(provider_keys::take_back(&mut tx, first.id).await.unwrap());
        assert!(
            !provider_keys::take_back(&mut tx, first.id).await.unwrap(),
            "twice"
        );
        let row = provider_keys::get(&mut tx, first.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (row.sealed_secret.as_slice(), row.secret_id),
            (&b"one"[..], first.secret_id)
        );

        assert!(provider_keys::delete(&mut tx, first.id).await.unwrap());
        assert!(
            provider_keys::get(&mut tx, first.id)
                .await
                .unwrap()
                .is_none()
        );
        let again = key("production", b"three", KeyState::Sealed);
        provider_keys::insert(&mut tx, &again).await.unwrap();
        tx.commit().await.unwrap();
        let schema = format!("t_{}", tenant.uuid().simple());
        let mut superuser = rig.superuser().await;
        let left = count(
            &mut superuser,
            format!(
                "select count(*) from {schema}.provider_keys
                 where sealed_secret in ('one', 'two') or sealed_previous in ('one', 'two')"
            ),
        )
        .await;
        assert_eq!(left, 0, "a deleted key leaves no secret behind");
    });
}
