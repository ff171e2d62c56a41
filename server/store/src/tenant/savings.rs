//! How answers came about and what was saved, by day, model and kind.

use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::NanoUsd;
use sqlx::postgres::PgRow;

/// Answers of one kind by one model on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavingsRow {
    /// Days since 1970-01-01, UTC.
    pub day: i32,
    /// Stored name of the provider that answered, or had answered.
    pub provider: String,
    /// The provider's name of the model.
    pub model: String,
    /// Stored name of the kind.
    pub kind: String,
    /// How many.
    pub answers: i64,
    /// Of how many it is not known what they had cost.
    pub unpriced: i64,
    /// Tokens that were not read again.
    pub saved_input_tokens: i64,
    /// Tokens that were not written again.
    pub saved_output_tokens: i64,
    /// What the priced ones had cost.
    pub saved: NanoUsd,
}

/// Adds to what is counted already. Rows are taken in one order by everybody, so that two processes
/// never wait for each other in a circle.
pub async fn add(tx: &mut TenantTx, mut rows: Vec<SavingsRow>) -> StoreResult<()> {
    rows.sort_by(|one, other| key(one).cmp(&key(other)));
    for row in rows {
        sqlx::query(
            "insert into savings as s
               (day, provider, model, kind, answers, unpriced, saved_input_tokens,
                saved_output_tokens, saved_nano)
             values (date '1970-01-01' + $1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (day, provider, model, kind) do update set
               answers = s.answers + excluded.answers,
               unpriced = s.unpriced + excluded.unpriced,
               saved_input_tokens = s.saved_input_tokens + excluded.saved_input_tokens,
               saved_output_tokens = s.saved_output_tokens + excluded.saved_output_tokens,
               saved_nano = s.saved_nano + excluded.saved_nano",
        )
        .bind(row.day)
        .bind(&row.provider)
        .bind(&row.model)
        .bind(&row.kind)
        .bind(row.answers)
        .bind(row.unpriced)
        .bind(row.saved_input_tokens)
        .bind(row.saved_output_tokens)
        .bind(row.saved.get())
        .execute(tx.conn()?)
        .await?;
    }
    Ok(())
}

/// Everything since the day `since`, oldest first.
pub async fn list(tx: &mut TenantTx, since: i32) -> StoreResult<Vec<SavingsRow>> {
    let rows = sqlx::query(
        "select day - date '1970-01-01' as day, provider, model, kind, answers, unpriced,
                saved_input_tokens, saved_output_tokens, saved_nano
         from savings where day >= date '1970-01-01' + $1
         order by day, provider, model, kind",
    )
    .bind(since)
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, read)
}

fn key(row: &SavingsRow) -> (i32, &str, &str, &str) {
    (row.day, &row.provider, &row.model, &row.kind)
}

fn read(row: &PgRow) -> StoreResult<SavingsRow> {
    Ok(SavingsRow {
        day: row.get_as("day")?,
        provider: row.get_as("provider")?,
        model: row.get_as("model")?,
        kind: row.get_as("kind")?,
        answers: row.get_as("answers")?,
        unpriced: row.get_as("unpriced")?,
        saved_input_tokens: row.get_as("saved_input_tokens")?,
        saved_output_tokens: row.get_as("saved_output_tokens")?,
        saved: row.nano("saved_nano")?,
    })
}
