//! Finding what is sealed under an older key, in every column there is, and replacing it.
//!
//! The only list of all sealed columns of a workspace: a new one belongs here too.

use crate::Sealed;
use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use uuid::Uuid;

/// A column with sealed values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedColumn {
    /// Titles of conversations.
    Titles,
    /// Questions and answers.
    Bodies,
    /// The workspace's instructions.
    Prompts,
    /// Answers that programs go on from.
    Responses,
    /// Provider keys.
    Secrets,
    /// Provider keys before their last rotation.
    PreviousSecrets,
    /// Secrets that identity providers know us by.
    SignOn,
}

/// A sealed value and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedValue {
    /// Primary key of the row.
    pub id: Uuid,
    /// The id that the value is bound to.
    pub bound_to: Uuid,
    /// The value.
    pub sealed: Sealed,
}

/// Stale values of one column behind a row, and the replacement of one.
macro_rules! statements {
    ($table:literal, $bound:literal, $column:literal) => {
        (
            concat!(
                "select id, ",
                $bound,
                " as bound_to, ",
                $column,
                " as sealed from ",
                $table,
                " where id > $1 and substring(",
                $column,
                " from $2 for 20) <> $3 order by id limit $4"
            ),
            concat!(
                "update ",
                $table,
                " set ",
                $column,
                " = $3 where id = $1 and ",
                $column,
                " = $2"
            ),
        )
    };
}

impl SealedColumn {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Secrets,
        Self::PreviousSecrets,
        Self::Prompts,
        Self::Titles,
        Self::Bodies,
        Self::Responses,
        Self::SignOn,
    ];

    /// Table and column, as they are bound into the values.
    #[must_use]
    pub const fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::Titles => ("conversations", "sealed_title"),
            Self::Bodies => ("messages", "sealed_body"),
            Self::Prompts => ("prompts", "sealed_body"),
            Self::Responses => ("stored_responses", "sealed_body"),
            Self::SignOn => ("sign_on_connections", "sealed_secret"),
            // A rotation moves the value aside without sealing it anew.
            Self::Secrets | Self::PreviousSecrets => ("provider_keys", "sealed_secret"),
        }
    }

    const fn statements(self) -> (&'static str, &'static str) {
        match self {
            Self::Titles => statements!("conversations", "id", "sealed_title"),
            Self::Bodies => statements!("messages", "id", "sealed_body"),
            Self::Prompts => statements!("prompts", "id", "sealed_body"),
            Self::Responses => statements!("stored_responses", "id", "sealed_body"),
            Self::SignOn => statements!("sign_on_connections", "id", "sealed_secret"),
            Self::Secrets => statements!("provider_keys", "secret_id", "sealed_secret"),
            Self::PreviousSecrets => statements!(
                "provider_keys",
                "(previous->>'secret_id')::uuid",
                "sealed_previous"
            ),
        }
    }
}

/// Values behind row `after` that name another key than `current`, in the order of their rows.
/// `key_at`: where a sealed value names its key, in bytes from its beginning.
pub async fn stale(
    tx: &mut TenantTx,
    column: SealedColumn,
    (key_at, current): (usize, &[u8; 20]),
    after: Uuid,
    limit: u32,
) -> StoreResult<Vec<SealedValue>> {
    let rows = sqlx::query(column.statements().0)
        .bind(after)
        .bind(i32::try_from(key_at + 1).unwrap_or(i32::MAX))
        .bind(current.as_slice())
        .bind(i64::from(limit))
        .fetch_all(tx.conn()?)
        .await?;
    read_all(&rows, |row| {
        Ok(SealedValue {
            id: row.get_as("id")?,
            bound_to: row.get_as("bound_to")?,
            sealed: row.get_as("sealed")?,
        })
    })
}

/// Puts `sealed` in the place of `value`. `false`: somebody wrote there meanwhile, under whatever
/// key was current then.
pub async fn replace(
    tx: &mut TenantTx,
    column: SealedColumn,
    value: &SealedValue,
    sealed: &[u8],
) -> StoreResult<bool> {
    let done = sqlx::query(column.statements().1)
        .bind(value.id)
        .bind(&value.sealed)
        .bind(sealed)
        .execute(tx.conn()?)
        .await?;
    Ok(done.rows_affected() > 0)
}
