//! Migrating: at once from two sides, past a broken workspace, and after being killed.

use crate::rig::{count, create, execute, member, on_database};
use contract::TenantId;
use sqlx::PgConnection;
use std::time::Duration;
use store::{Migrations, StoreError, StoreOptions, members};

fn options(steps: &[(&'static str, &'static str)]) -> StoreOptions {
    StoreOptions {
        migrations: Migrations::embedded().with_tenant_steps(steps),
        ..StoreOptions::default()
    }
}

/// The version of a workspace that has had one step more than the program brings.
fn extra_version() -> i32 {
    Migrations::embedded().tenant_version() + 1
}

async fn tables_named_extra(conn: &mut PgConnection) -> i64 {
    count(
        conn,
        "select count(*) from pg_tables where tablename = 'extra'".to_owned(),
    )
    .await
}

#[test]
fn two_processes_may_start_at_once() {
    on_database(async |rig| {
        let one = rig.store_with(StoreOptions::default()).await;
        let two = rig.store_with(StoreOptions::default()).await;
        let (first, second) = tokio::join!(one.migrate(), two.migrate());
        let steps = first.unwrap().platform_steps + second.unwrap().platform_steps;
        let all = Migrations::embedded().platform_steps();
        assert_eq!(steps, all, "each platform step ran once");
        for number in 0..8 {
            create(&one, &format!("w{number}")).await;
        }
        // Running it twice in one workspace would fail.
        let step = [("extra", "create table extra (n integer)")];
        let one = rig.store_with(options(&step)).await;
        let two = rig.store_with(options(&step)).await;
        let (first, second) = tokio::join!(one.migrate(), two.migrate());
        let (first, second) = (first.unwrap(), second.unwrap());
        assert!(first.failed.is_empty() && second.failed.is_empty());
        assert_eq!(first.migrated.len() + second.migrated.len(), 8);
        assert_eq!(tables_named_extra(&mut rig.superuser().await).await, 8);
    });
}

#[test]
fn one_broken_workspace_is_marked_and_stops_no_other() {
    on_database(async |rig| {
        let store = rig.store().await;
        let mut tenants = Vec::new();
        for number in 0..5 {
            tenants.push(create(&store, &format!("w{number}")).await);
        }
        let broken = tenants[2];
        rename(&store, broken, "a name longer than allowed").await;
        let step = "alter table members add constraint short check (length(name) < 12)";
        let store = rig.store_with(options(&[("short names", step)])).await;
        let report = store.migrate().await.unwrap();
        assert_eq!(report.migrated.len(), 4);
        assert_eq!(report.failed.len(), 1);
        assert_eq!(report.failed[0].tenant, broken);
        for row in store.workspaces().await.unwrap() {
            assert_eq!(
                row.migration_error.is_some(),
                row.id == broken,
                "{}",
                row.slug
            );
            let behind = i32::from(row.id == broken);
            assert_eq!(row.tenant_version, extra_version() - behind);
        }
        // Once its data is right it catches up, and the mark goes.
        let mut conn = rig.superuser().await;
        execute(
            &mut conn,
            format!("update t_{broken}.members set name = 'short'"),
        )
        .await;
        assert_eq!(store.migrate().await.unwrap().migrated, [broken]);
        let row = store.workspace(broken).await.unwrap().unwrap();
        assert_eq!(
            (row.tenant_version, row.migration_error),
            (extra_version(), None)
        );
    });
}

async fn rename(store: &store::Store, tenant: TenantId, name: &str) {
    let mut tx = store.enter(tenant).await.unwrap();
    let person = store::NewMemberRow {
        name: name.to_owned(),
        ..member("somebody")
    };
    members::insert(&mut tx, &person).await.unwrap();
    tx.commit().await.unwrap();
}

#[test]
fn a_killed_run_is_finished_by_the_next() {
    on_database(async |rig| {
        let store = rig.store().await;
        for number in 0..12 {
            create(&store, &format!("w{number}")).await;
        }
        let step = [(
            "slow",
            "create table extra (n integer); select pg_sleep(0.2)",
        )];
        let killed = rig.store_with(options(&step)).await;
        let running = tokio::spawn(async move { killed.migrate().await });
        let mut conn = rig.superuser().await;
        // Killed once some workspaces are done and others are under way.
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        while tables_named_extra(&mut conn).await == 0 {
            assert!(
                tokio::time::Instant::now() < deadline,
                "nothing was migrated"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        running.abort();
        assert!(running.await.is_err(), "the run ended before it was killed");
        let kill = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                    where usename = 'livery_owner' and datname = current_database()";
        // Each is gone before anything is counted: what it committed, it committed.
        while count(&mut conn, kill.to_owned()).await > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let done = tables_named_extra(&mut conn).await;
        assert!((1..12).contains(&done), "{done} of 12 were done");
        let recorded = format!(
            "select count(*) from platform.workspaces where tenant_version = {}",
            extra_version()
        );
        assert_eq!(
            count(&mut conn, recorded.clone()).await,
            done,
            "work and record differ"
        );
        let next = rig.store_with(options(&step)).await;
        let report = next.migrate().await.unwrap();
        assert!(report.failed.is_empty());
        assert_eq!(i64::try_from(report.migrated.len()).unwrap(), 12 - done);
        assert_eq!(tables_named_extra(&mut conn).await, 12);
        assert_eq!(count(&mut conn, recorded.clone()).await, 12);
    });
}

#[test]
fn an_edited_step_is_refused() {
    on_database(async |rig| {
        rig.store_with(options(&[("extra", "create table extra (n integer)")]))
            .await
            .migrate()
            .await
            .unwrap();
        let edited = rig
            .store_with(options(&[("extra", "create table extra (n bigint)")]))
            .await;
        let refused = edited.migrate().await.unwrap_err();
        assert!(
            matches!(refused, StoreError::EditedMigration { version, .. } if version == extra_version()),
            "{refused}"
        );
    });
}

#[test]
fn statements_prepared_before_a_migration_work_after_it() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        let read = async || {
            let mut tx = store.enter(tenant).await?;
            let rows = members::list(&mut tx).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(rows.len())
        };
        read().await.unwrap();
        let mut conn = rig.superuser().await;
        // The worst case: a column changes its type under a prepared statement (0A000).
        let change = format!("alter table t_{tenant}.members alter column name type varchar(200)");
        execute(&mut conn, change).await;
        if let Err(error) = read().await {
            assert!(error.to_string().contains("cached plan"), "{error}");
            // The connection that said so has forgotten its statements: once is enough.
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        assert_eq!(read().await.unwrap(), 0);
    });
}
