//! Migrating the `platform` schema.

use crate::connections::platform_tx::PlatformTx;
use crate::connections::store::Store;
use crate::error::{StoreError, StoreResult};
use crate::migrate::Migration;
use crate::schema::statements;
use sqlx::{PgConnection, Row};

/// Where the record of applied steps lives; the only structure outside the migration texts.
const RECORD: &str = "
    create schema if not exists platform;
    create table if not exists platform.schema_migrations (
        version integer primary key,
        name text not null,
        checksum bytea not null,
        applied_at timestamptz not null default now()
    )";

/// Applies what is missing and renews the application login's rights. Returns how many steps ran.
pub(super) async fn migrate_platform(store: &Store) -> StoreResult<usize> {
    let mut tx = store.as_owner().await?;
    sqlx::raw_sql(RECORD).execute(tx.conn()?).await?;
    tx.commit().await?;
    let known = &store.options().migrations.platform;
    let mut applied = 0;
    for migration in known.iter() {
        let mut tx = store.as_owner().await?;
        if apply(tx.conn()?, *migration).await? {
            applied += 1;
        }
        tx.commit().await?;
    }
    let mut tx = store.as_owner().await?;
    refuse_newer(tx.conn()?, known.last().map_or(0, |last| last.version)).await?;
    record_tenant_texts(&mut tx, &store.options().migrations.tenant).await?;
    sqlx::raw_sql(statements::grant_platform(store.app_url().login()))
        .execute(tx.conn()?)
        .await?;
    tx.commit().await?;
    Ok(applied)
}

/// Runs one step with its record, unless it is recorded already.
async fn apply(conn: &mut PgConnection, migration: Migration) -> StoreResult<bool> {
    let same = sqlx::query(
        "select checksum = sha256(convert_to($2, 'UTF8')) as same
         from platform.schema_migrations where version = $1",
    )
    .bind(migration.version)
    .bind(migration.sql)
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(row) = same {
        return if row.try_get("same")? {
            Ok(false)
        } else {
            Err(edited(migration))
        };
    }
    sqlx::raw_sql(migration.sql).execute(&mut *conn).await?;
    sqlx::query(
        "insert into platform.schema_migrations (version, name, checksum)
         values ($1, $2, sha256(convert_to($3, 'UTF8')))",
    )
    .bind(migration.version)
    .bind(migration.name)
    .bind(migration.sql)
    .execute(&mut *conn)
    .await?;
    Ok(true)
}

async fn refuse_newer(conn: &mut PgConnection, known: i32) -> StoreResult<()> {
    let found: i32 =
        sqlx::query("select coalesce(max(version), 0) as found from platform.schema_migrations")
            .fetch_one(conn)
            .await?
            .try_get("found")?;
    if found > known {
        return Err(StoreError::NewerDatabase { found, known });
    }
    Ok(())
}

/// Notes the texts of the workspaces' steps and refuses one that was edited since.
async fn record_tenant_texts(tx: &mut PlatformTx, steps: &[Migration]) -> StoreResult<()> {
    for migration in steps {
        let same: bool = sqlx::query(
            "insert into platform.tenant_migrations (version, name, checksum)
             values ($1, $2, sha256(convert_to($3, 'UTF8')))
             on conflict (version) do update set version = excluded.version
             returning checksum = sha256(convert_to($3, 'UTF8')) as same",
        )
        .bind(migration.version)
        .bind(migration.name)
        .bind(migration.sql)
        .fetch_one(tx.conn()?)
        .await?
        .try_get("same")?;
        if !same {
            return Err(edited(*migration));
        }
    }
    Ok(())
}

fn edited(migration: Migration) -> StoreError {
    StoreError::EditedMigration {
        version: migration.version,
        name: migration.name.to_owned(),
    }
}
