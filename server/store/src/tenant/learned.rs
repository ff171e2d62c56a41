//! What was learned of similar questions: counts of right and wrong answers by likeness.

use crate::columns::Columns;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;

/// Scopes that one workspace keeps; beyond, those that learned nothing for longest go.
pub const SCOPES_MAX: i64 = 512;

/// Right and wrong answers, step by step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LearnedRow {
    /// Right ones.
    pub right: Vec<i32>,
    /// Wrong ones.
    pub wrong: Vec<i32>,
}

/// What is known of a scope. `for_change`: nobody else changes it until this transaction ends.
pub async fn find(
    tx: &mut TenantTx,
    scope: &[u8; 32],
    for_change: bool,
) -> StoreResult<Option<LearnedRow>> {
    if for_change {
        // A scope that is new has no row yet that could be held.
        sqlx::query(
            "insert into learned (scope, right_answers, wrong_answers) values ($1, '{}', '{}')
             on conflict (scope) do nothing",
        )
        .bind(&scope[..])
        .execute(tx.conn()?)
        .await?;
    }
    let read = if for_change {
        "select right_answers, wrong_answers from learned where scope = $1 for update"
    } else {
        "select right_answers, wrong_answers from learned where scope = $1"
    };
    let row = sqlx::query(read)
        .bind(&scope[..])
        .fetch_optional(tx.conn()?)
        .await?;
    row.map(|row| {
        Ok(LearnedRow {
            right: row.get_as("right_answers")?,
            wrong: row.get_as("wrong_answers")?,
        })
    })
    .transpose()
}

/// Puts `row` in the place of what was known of a scope, and keeps to the bound.
pub async fn put(tx: &mut TenantTx, scope: &[u8; 32], row: &LearnedRow) -> StoreResult<()> {
    sqlx::query(
        "update learned set right_answers = $2, wrong_answers = $3, updated_ms = platform.now_ms()
         where scope = $1",
    )
    .bind(&scope[..])
    .bind(&row.right)
    .bind(&row.wrong)
    .execute(tx.conn()?)
    .await?;
    sqlx::query(
        "delete from learned where scope in
           (select scope from learned order by updated_ms desc, scope offset $1)",
    )
    .bind(SCOPES_MAX)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
