//! What administrators are told by mail: troubles, and the letters about them that wait.
//!
//! Refuses words and addresses: a letter names its workspace, its reader and what it is about, and is
//! written when it is sent.

use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::{MemberId, TenantId};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use uuid::Uuid;

/// Letters of one workspace that wait at once; what comes on top is not written.
pub const MOST_WAITING: i64 = 200;
/// The first wait after a letter could not be delivered, in milliseconds; then twice as long each time.
const FIRST_WAIT_MS: i64 = 5_000;
/// The longest wait between two tries, in milliseconds.
const LONGEST_WAIT_MS: i64 = 60 * 60 * 1_000;

/// A letter whose time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterRow {
    /// The letter; the same at every try.
    pub id: Uuid,
    /// The workspace it is about.
    pub tenant: TenantId,
    /// Who is to read it; of an invitation its id.
    pub member: MemberId,
    /// `sealing`, `invitation`, the id of a provider key, or `guest:` and the id of a stay.
    pub subject: String,
    /// The trouble is over.
    pub over: bool,
    /// When the trouble began.
    pub since_ms: i64,
    /// Tries, this one included.
    pub attempts: i32,
    /// When it was put here.
    pub created_ms: i64,
}

/// What waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Letters.
    pub letters: u64,
    /// Those that were tried and not delivered.
    pub tried: u64,
    /// When the oldest was put here.
    pub oldest_ms: Option<i64>,
}

/// Begins a trouble of the workspace, with a letter for each of `readers`. `false`: it had begun.
pub async fn begin_trouble(
    tx: &mut TenantTx,
    subject: &str,
    readers: &[MemberId],
) -> StoreResult<bool> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        let since: Option<i64> = sqlx::query_scalar(
            "insert into platform.troubles (workspace_id, subject) values ($1, $2)
             on conflict do nothing returning since_ms",
        )
        .bind(tenant.uuid())
        .bind(subject)
        .fetch_optional(&mut *conn)
        .await?;
        let Some(since) = since else {
            return Ok(false);
        };
        put(conn, (tenant, subject, since), false, readers).await?;
        Ok(true)
    })
    .await
}

/// Ends a trouble, with a letter for each of `readers`. `false`: there was none.
pub async fn end_trouble(
    tx: &mut TenantTx,
    subject: &str,
    readers: &[MemberId],
) -> StoreResult<bool> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        let since: Option<i64> = sqlx::query_scalar(
            "delete from platform.troubles where workspace_id = $1 and subject = $2
             returning since_ms",
        )
        .bind(tenant.uuid())
        .bind(subject)
        .fetch_optional(&mut *conn)
        .await?;
        let Some(since) = since else {
            return Ok(false);
        };
        put(conn, (tenant, subject, since), true, readers).await?;
        Ok(true)
    })
    .await
}

/// A letter for each of `readers` about something that is no trouble and needs no end.
pub async fn tell(
    tx: &mut TenantTx,
    subject: &str,
    since_ms: i64,
    readers: &[MemberId],
) -> StoreResult<()> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| put(conn, (tenant, subject, since_ms), true, readers).await)
        .await?;
    Ok(())
}

/// Puts one letter there about something that is no trouble. `false`: too many wait already.
pub async fn put_letter(tx: &mut TenantTx, subject: &str, reader: MemberId) -> StoreResult<bool> {
    let tenant = tx.tenant();
    tx.on_platform(async |conn| {
        let now = sqlx::query_scalar("select platform.now_ms()");
        let now: i64 = now.fetch_one(&mut *conn).await?;
        Ok(put(conn, (tenant, subject, now), false, &[reader]).await? > 0)
    })
    .await
}

/// Returns how many were put there.
async fn put(
    conn: &mut PgConnection,
    (tenant, subject, since): (TenantId, &str, i64),
    over: bool,
    readers: &[MemberId],
) -> StoreResult<u64> {
    let mut count = 0;
    for reader in readers {
        let done = sqlx::query(
            "insert into platform.letters (id, workspace_id, member_id, subject, over, since_ms)
             select $1, $2, $3, $4, $5, $6
             where (select count(*) from platform.letters where workspace_id = $2) < $7",
        )
        .bind(Uuid::now_v7())
        .bind(tenant.uuid())
        .bind(reader.uuid())
        .bind(subject)
        .bind(over)
        .bind(since)
        .bind(MOST_WAITING)
        .execute(&mut *conn)
        .await?;
        count += done.rows_affected();
    }
    Ok(count)
}

fn read(row: &PgRow) -> StoreResult<LetterRow> {
    Ok(LetterRow {
        id: row.get_as("id")?,
        tenant: row.id("workspace_id")?,
        member: row.id("member_id")?,
        subject: row.get_as("subject")?,
        over: row.get_as("over")?,
        since_ms: row.get_as("since_ms")?,
        attempts: row.get_as("attempts")?,
        created_ms: row.get_as("created_ms")?,
    })
}

impl Store {
    /// Whether this trouble has begun.
    pub async fn in_trouble(&self, tenant: TenantId, subject: &str) -> StoreResult<bool> {
        let mut tx = self.platform().await?;
        let found = sqlx::query_scalar(
            "select exists (
                 select from platform.troubles where workspace_id = $1 and subject = $2)",
        )
        .bind(tenant.uuid())
        .bind(subject)
        .fetch_one(tx.conn()?)
        .await?;
        tx.commit().await?;
        Ok(found)
    }

    /// Everything that is in trouble: the workspace, and what.
    pub async fn troubles(&self) -> StoreResult<Vec<(TenantId, String)>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query("select workspace_id, subject from platform.troubles")
            .fetch_all(tx.conn()?)
            .await?;
        tx.commit().await?;
        read_all(&rows, |row| {
            Ok((row.id("workspace_id")?, row.get_as("subject")?))
        })
    }

    /// Takes the letter that has been due for longest, and puts it off, so that nobody else takes it
    /// and it is tried again if this process dies with it.
    pub async fn take_letter(&self) -> StoreResult<Option<LetterRow>> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(
            "update platform.letters set attempts = attempts + 1,
                 due_ms = platform.now_ms()
                     + least($1::bigint * (1::bigint << least(attempts, 20)), $2::bigint)
             where id = (select id from platform.letters where due_ms <= platform.now_ms()
                         order by due_ms limit 1 for update skip locked)
             returning id, workspace_id, member_id, subject, over, since_ms, attempts, created_ms",
        )
        .bind(FIRST_WAIT_MS)
        .bind(LONGEST_WAIT_MS)
        .fetch_optional(tx.conn()?)
        .await?;
        tx.commit().await?;
        row.as_ref().map(read).transpose()
    }

    /// Removes a letter: it was delivered, or never will be.
    pub async fn remove_letter(&self, id: Uuid) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query("delete from platform.letters where id = $1")
            .bind(id)
            .execute(tx.conn()?)
            .await?;
        tx.commit().await
    }

    /// What waits, of all workspaces.
    pub async fn waiting_letters(&self) -> StoreResult<Waiting> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(
            "select count(*) as letters, count(*) filter (where attempts > 0) as tried,
                    min(created_ms) as oldest_ms
             from platform.letters",
        )
        .fetch_one(tx.conn()?)
        .await?;
        tx.commit().await?;
        let (letters, tried): (i64, i64) = (row.get_as("letters")?, row.get_as("tried")?);
        Ok(Waiting {
            letters: u64::try_from(letters).unwrap_or_default(),
            tried: u64::try_from(tried).unwrap_or_default(),
            oldest_ms: row.get_as("oldest_ms")?,
        })
    }
}
