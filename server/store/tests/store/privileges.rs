//! Which logins are refused, and what the accepted one cannot do.

use crate::rig::{Rig, connect, count, create, execute, on_database};
use sqlx::AssertSqlSafe;
use store::{DatabaseUrl, DatabaseUrls, Store, StoreError, StoreOptions};
use uuid::Uuid;

async fn complaint(rig: &Rig, app: DatabaseUrl) -> String {
    let urls = DatabaseUrls {
        app,
        owner: Some(rig.owner()),
    };
    let store = Store::connect(urls, StoreOptions::default()).await.unwrap();
    match store.check_privileges().await {
        Ok(()) => String::new(),
        Err(StoreError::Privileges(text)) => text,
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn logins_that_could_cross_workspaces_are_refused() {
    on_database(async |rig| {
        let store = rig.store().await;
        let tenant = create(&store, "w").await;
        assert_eq!(complaint(rig, rig.app()).await, "");
        assert!(
            complaint(rig, rig.superuser_url())
                .await
                .contains("superuser")
        );
        let owner = complaint(rig, rig.owner()).await;
        assert!(
            owner.contains("INHERIT") || owner.contains("owns"),
            "{owner}"
        );
        let mut conn = rig.superuser().await;
        let login = format!("login_{}", Uuid::now_v7().simple());
        for (rights, grant, expected) in [
            ("noinherit bypassrls", "", "BYPASSRLS"),
            ("inherit", "", "INHERIT"),
            ("noinherit createrole", "", "create roles"),
            ("noinherit replication", "", "replicate"),
            ("noinherit", "grant livery_owner to LOGIN", "no workspace's"),
            (
                "noinherit",
                "grant create on schema platform to LOGIN",
                "create objects",
            ),
            (
                "noinherit",
                "alter table platform.nodes owner to LOGIN",
                "owns a table",
            ),
            (
                "noinherit",
                "alter schema SCHEMA owner to LOGIN",
                "owns a schema",
            ),
        ] {
            execute(
                &mut conn,
                format!("create role {login} login password 'x' {rights}"),
            )
            .await;
            execute(
                &mut conn,
                format!("grant connect on database {} to {login}", rig.name()),
            )
            .await;
            let grant = grant
                .replace("LOGIN", &login)
                .replace("SCHEMA", &format!("t_{tenant}"));
            execute(&mut conn, grant.clone()).await;
            let text = complaint(rig, rig.url(&login, "x")).await;
            execute(
                &mut conn,
                format!("reassign owned by {login} to livery_owner"),
            )
            .await;
            execute(
                &mut conn,
                format!("drop owned by {login}; drop role {login}"),
            )
            .await;
            assert!(text.contains(expected), "{rights} {grant:?}: {text:?}");
        }
    });
}

#[test]
fn the_application_login_reaches_only_what_it_enters() {
    on_database(async |rig| {
        let store = rig.store().await;
        let (own, other) = (create(&store, "own").await, create(&store, "other").await);
        let inside = format!(
            "begin; select set_config('role', 't_{own}', true),
             set_config('search_path', '\"t_{own}\"', true); "
        );
        let mut conn = connect(rig.app().expose()).await;
        let allowed = format!("{inside} select count(*) from members");
        sqlx::raw_sql(AssertSqlSafe(allowed))
            .execute(&mut conn)
            .await
            .unwrap();
        for (inside, statement) in [
            ("", format!("select 1 from t_{own}.members")),
            ("", format!("create table t_{own}.mine (n int)")),
            ("", "create table platform.mine (n int)".to_owned()),
            ("", "delete from platform.workspaces".to_owned()),
            ("", "update platform.deletions set slug = 'x'".to_owned()),
            (&inside, format!("select 1 from t_{other}.members")),
            (&inside, "select 1 from platform.workspaces".to_owned()),
            (&inside, "update audit set action = 'x'".to_owned()),
            (&inside, "delete from audit".to_owned()),
            (&inside, "delete from ledger".to_owned()),
            (&inside, "alter table members add column x int".to_owned()),
            (&inside, "create table platform.mine (n int)".to_owned()),
        ] {
            let mut conn = connect(rig.app().expose()).await;
            let outcome = sqlx::raw_sql(AssertSqlSafe(format!("{inside}{statement}")))
                .execute(&mut conn)
                .await;
            let error = outcome.expect_err(&statement);
            let code = error
                .as_database_error()
                .and_then(sqlx::error::DatabaseError::code)
                .unwrap_or_default();
            assert_eq!(code, "42501", "{statement}: {error}");
        }
    });
}

#[test]
fn a_statement_outside_any_workspace_finds_no_table() {
    on_database(async |rig| {
        let store = rig.store().await;
        create(&store, "w").await;
        let mut conn = connect(rig.app().expose()).await;
        let error = sqlx::raw_sql("select 1 from members")
            .execute(&mut conn)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("does not exist"), "{error}");
        let mut conn = rig.superuser().await;
        let public = "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
                      where n.nspname = 'public'";
        assert_eq!(count(&mut conn, public.to_owned()).await, 0);
    });
}

#[test]
fn passwords_are_not_printed() {
    let url = DatabaseUrl::parse("postgres://somebody:secret-word@localhost/db").unwrap();
    let urls = DatabaseUrls {
        app: url,
        owner: None,
    };
    assert!(!format!("{urls:?}").contains("secret-word"));
    let wrong = DatabaseUrl::parse("mysql://somebody:secret-word@localhost/db").unwrap_err();
    assert!(!format!("{wrong} {wrong:?}").contains("secret-word"));
}
