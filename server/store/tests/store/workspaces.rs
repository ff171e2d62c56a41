//! Creating, finding and deleting workspaces.

use crate::rig::{count, create, new_workspace, on_database, open_turn};
use contract::TenantId;
use sqlx::{AssertSqlSafe, Row as _};
use std::time::Duration;
use store::platform::changes::Change;
use store::platform::workspaces::WorkspaceState;
use store::{Store, StoreError};
use uuid::Uuid;

#[test]
fn a_workspace_is_found_by_its_hosts() {
    on_database(async |rig| {
        let store = rig.store().await;
        let id = create(&store, "nordwind").await;
        store
            .add_domain(id, "Chat.Nordwind.example", true)
            .await
            .unwrap();
        for host in ["nordwind.example", "chat.nordwind.example"] {
            let row = store.workspace_by_host(host).await.unwrap().unwrap();
            assert_eq!((row.id, row.state), (id, WorkspaceState::Active));
            assert_eq!(row.primary_host.as_deref(), Some("chat.nordwind.example"));
        }
        assert!(store.workspace_by_host("example").await.unwrap().is_none());
        let other = create(&store, "other").await;
        let taken = store
            .add_domain(other, "nordwind.example", false)
            .await
            .unwrap_err();
        assert!(matches!(taken, StoreError::Taken(_)), "{taken}");
    });
}

#[test]
fn a_workspace_that_cannot_be_created_leaves_nothing() {
    on_database(async |rig| {
        let store = rig.store().await;
        create(&store, "taken").await;
        let mut conn = rig.superuser().await;
        let objects = "select (select count(*) from pg_namespace where nspname ~ '^t_')
                            + (select count(*) from pg_class)
                            + (select count(*) from platform.workspaces)
                            + (select count(*) from platform.domains)";
        let before = count(&mut conn, objects.to_owned()).await;
        let mut same_host = new_workspace("fresh");
        same_host.host = Some("taken.example".to_owned());
        for refused in [new_workspace("taken"), same_host] {
            let error = store.create_workspace(&refused).await.unwrap_err();
            assert!(matches!(error, StoreError::Taken(_)), "{error}");
            let role = format!(
                "select count(*) from pg_roles where rolname = 't_{}'",
                refused.id
            );
            assert_eq!(count(&mut conn, role).await, 0);
        }
        for slug in [
            "",
            "-a",
            "a_b",
            "a b",
            "ümlaut",
            "x\"; drop schema platform",
            &"a".repeat(64),
        ] {
            let mut new = new_workspace("fine");
            new.slug = slug.to_owned();
            let error = store.create_workspace(&new).await.unwrap_err();
            assert!(
                matches!(error, StoreError::RuleBroken(_)),
                "{slug:?}: {error}"
            );
        }
        assert_eq!(count(&mut conn, objects.to_owned()).await, before);
    });
}

#[test]
fn a_deleted_workspace_leaves_only_its_stub() {
    on_database(async |rig| {
        let store = rig.store().await;
        let (gone, stays) = (create(&store, "gone").await, create(&store, "stays").await);
        let mut tx = store.enter(gone).await.unwrap();
        open_turn(&mut tx, Uuid::now_v7()).await;
        tx.commit().await.unwrap();
        let mut changes = store.changes().await.unwrap();
        assert!(store.delete_workspace(gone, "operator").await.unwrap());
        assert!(
            !store.delete_workspace(gone, "operator").await.unwrap(),
            "twice"
        );
        assert_eq!(changes.next().await, Change::Workspace(gone));
        assert_traces(rig.superuser().await, gone).await;
        assert!(
            store
                .workspace_by_host("gone.example")
                .await
                .unwrap()
                .is_none()
        );
        let refused = store.enter(gone).await.err().unwrap();
        assert!(matches!(refused, StoreError::UnknownWorkspace), "{refused}");
        open_and_close(&store, stays).await;
        // Slug and host are free again.
        create(&store, "gone").await;
    });
}

async fn open_and_close(store: &Store, tenant: TenantId) {
    store.enter(tenant).await.unwrap().commit().await.unwrap();
}

/// Looks for the id in the catalogue and in every row of the platform's tables.
async fn assert_traces(mut conn: sqlx::PgConnection, id: TenantId) {
    for catalogue in [
        format!("select count(*) from pg_namespace where nspname = 't_{id}'"),
        format!("select count(*) from pg_roles where rolname = 't_{id}'"),
    ] {
        assert_eq!(count(&mut conn, catalogue.clone()).await, 0, "{catalogue}");
    }
    let tables =
        sqlx::query("select tablename::text as name from pg_tables where schemaname = 'platform'")
            .fetch_all(&mut conn)
            .await
            .unwrap();
    assert!(tables.len() >= 8, "the platform's tables");
    for table in tables {
        let table: String = table.get("name");
        let sql = format!(
            "select count(*) from platform.{table} x where x::text ~ '{id}|{}|gone'",
            id.uuid()
        );
        let rows: i64 = sqlx::raw_sql(AssertSqlSafe(sql))
            .fetch_one(&mut conn)
            .await
            .unwrap()
            .get(0);
        // The name of its host rests for a while, so that nobody else claims it at once.
        let stays = matches!(table.as_str(), "deletions" | "domain_tombstones");
        assert_eq!(rows, i64::from(stays), "platform.{table}");
    }
}

#[test]
fn changes_are_heard_also_after_the_connection_was_lost() {
    on_database(async |rig| {
        let store = rig.store().await;
        let id = create(&store, "w").await;
        let mut changes = store.changes().await.unwrap();
        store
            .set_workspace_state(id, WorkspaceState::Suspended)
            .await
            .unwrap();
        assert_eq!(next(&mut changes).await, Change::Workspace(id));
        let mut conn = rig.superuser().await;
        let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                   where application_name = 'changes' and datname = current_database()";
        assert_eq!(count(&mut conn, cut.to_owned()).await, 1);
        assert_eq!(next(&mut changes).await, Change::Everything);
        // It listens again by now or very soon; a change after that is heard as itself.
        let again = async {
            loop {
                store.announce_change(id).await.unwrap();
                let heard = tokio::time::timeout(Duration::from_millis(200), changes.next()).await;
                if heard == Ok(Change::Workspace(id)) {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), again)
            .await
            .expect("not heard again");
    });
}

async fn next(changes: &mut store::platform::changes::Changes) -> Change {
    tokio::time::timeout(Duration::from_secs(20), changes.next())
        .await
        .expect("no change heard")
}
