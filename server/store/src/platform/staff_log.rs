//! Who did what on the platform host. Records can be added and read; the application may not change or
//! remove them. The chain is the one of the workspaces' logs ([`hash_of`]), of a workspace that is none.

use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::connections::tenant_tx::TenantTx;
use crate::error::{StoreError, StoreResult};
use crate::tenant::audit::{AuditHash, AuditRow, ChainedRow, hash_of};
use contract::{MemberId, StaffId, TenantId};
use serde_json::{Value, json};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use uuid::Uuid;

/// The log's own name in the chain.
const OWN: TenantId = TenantId::from_uuid(Uuid::nil());

/// Something to be recorded.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Who; `None`: the command line.
    pub actor: Option<StaffId>,
    /// Their name at the time.
    pub actor_name: String,
    /// What, e.g. `client.suspended`.
    pub action: &'static str,
    /// To what.
    pub object: String,
    /// More, never secrets.
    pub detail: Value,
}

impl Deed {
    /// A deed with nothing more to say.
    #[must_use]
    pub fn new(
        actor: Option<StaffId>,
        actor_name: &str,
        action: &'static str,
        object: &str,
    ) -> Self {
        Self {
            actor,
            actor_name: actor_name.to_owned(),
            action,
            object: object.to_owned(),
            detail: json!({}),
        }
    }

    /// The same with more.
    #[must_use]
    pub fn with(self, detail: Value) -> Self {
        Self { detail, ..self }
    }
}

/// Records a deed that is done to a workspace, in the transaction that does it.
pub async fn append_with(tx: &mut TenantTx, deed: &Deed) -> StoreResult<()> {
    tx.on_platform(async |conn| append(conn, deed).await).await
}

/// Inside the caller's transaction. Whoever records waits for others to commit theirs.
pub(crate) async fn append(conn: &mut PgConnection, deed: &Deed) -> StoreResult<()> {
    let last = sqlx::query(
        "select seq, hash, platform.now_ms() as at_ms from platform.staff_log_head for update",
    )
    .fetch_one(&mut *conn)
    .await?;
    let prev = hash_in(&last, "hash")?;
    let row = AuditRow {
        seq: last.get_as::<i64>("seq")? + 1,
        at_ms: last.get_as("at_ms")?,
        actor: deed.actor.map(|id| MemberId::from_uuid(id.uuid())),
        actor_name: deed.actor_name.clone(),
        action: deed.action.to_owned(),
        object: deed.object.clone(),
        detail: deed.detail.clone(),
    };
    let hash = hash_of(OWN, &row, &prev);
    sqlx::query(
        "with added as (
           insert into platform.staff_log
             (seq, at_ms, actor_id, actor_name, action, object, detail, prev_hash, hash)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9))
         update platform.staff_log_head set seq = $1, hash = $9",
    )
    .bind(row.seq)
    .bind(row.at_ms)
    .bind(row.actor.map(MemberId::uuid))
    .bind(&row.actor_name)
    .bind(&row.action)
    .bind(&row.object)
    .bind(&row.detail)
    .bind(prev.as_slice())
    .bind(hash.as_slice())
    .execute(conn)
    .await?;
    Ok(())
}

impl Store {
    /// Records a deed that has no other effect in the database.
    pub async fn record_deed(&self, deed: &Deed) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        append(tx.conn()?, deed).await?;
        tx.commit().await
    }

    /// At most `limit` records after number `after`, in order.
    pub async fn staff_log(&self, after: i64, limit: u32) -> StoreResult<Vec<ChainedRow>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query(
            "select seq, at_ms, actor_id, actor_name, action, object, detail, prev_hash, hash
             from platform.staff_log where seq > $1 order by seq limit $2",
        )
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(tx.conn()?)
        .await?;
        tx.commit().await?;
        read_all(&rows, |row| {
            Ok(ChainedRow {
                row: AuditRow {
                    seq: row.get_as("seq")?,
                    at_ms: row.get_as("at_ms")?,
                    actor: row.id_opt("actor_id")?,
                    actor_name: row.get_as("actor_name")?,
                    action: row.get_as("action")?,
                    object: row.get_as("object")?,
                    detail: row.get_as("detail")?,
                },
                prev: Some(hash_in(row, "prev_hash")?),
                hash: Some(hash_in(row, "hash")?),
            })
        })
    }

    /// The number of the first record that is not as it was, or is missing. `None`: all of them follow
    /// one another up to where the log says it ends.
    pub async fn staff_log_break(&self) -> StoreResult<Option<i64>> {
        let (mut seq, mut hash): (i64, AuditHash) = (0, [0; 32]);
        loop {
            let rows = self.staff_log(seq, 500).await?;
            if rows.is_empty() {
                break;
            }
            for record in rows {
                let own = hash_of(OWN, &record.row, &hash);
                let follows = record.row.seq == seq + 1 && record.prev == Some(hash);
                if !follows || record.hash != Some(own) {
                    return Ok(Some(seq + 1));
                }
                (seq, hash) = (record.row.seq, own);
            }
        }
        let mut tx = self.platform().await?;
        let head = sqlx::query("select seq, hash from platform.staff_log_head")
            .fetch_one(tx.conn()?)
            .await?;
        tx.commit().await?;
        // Records that were added since the last look are not missing.
        let cut = head.get_as::<i64>("seq")? == seq && hash_in(&head, "hash")? != hash;
        let behind = head.get_as::<i64>("seq")? > seq && self.staff_log(seq, 1).await?.is_empty();
        Ok((cut || behind).then_some(seq + 1))
    }
}

fn hash_in(row: &PgRow, column: &str) -> StoreResult<AuditHash> {
    let bytes: Vec<u8> = row.get_as(column)?;
    let broken = |_| StoreError::Inconsistent(format!("{column} of the staff log"));
    bytes.try_into().map_err(broken)
}
