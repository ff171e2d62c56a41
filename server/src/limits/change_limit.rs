//! Setting and removing limits: done and recorded in one transaction.

use contract::{LimitScope, MemberId, NanoUsd};
use store::limits::LimitRow;
use store::{StoreError, TenantTx};
use uuid::Uuid;

/// Who does it: the member, where it is one, and their name.
type Who<'a> = (Option<MemberId>, &'a str);

/// Sets what `limit` names and leaves the rest of it as it is; `said` is what the record says.
pub async fn set_limit(
    tx: &mut TenantTx,
    who: Who<'_>,
    limit: &LimitRow,
    said: &str,
) -> Result<(), StoreError> {
    if limit.month.is_some() || !limit.pace.is_free() {
        store::limits::set(tx, Uuid::now_v7(), limit, who.1).await?;
    }
    store::audit::append(tx, who, "limit.set", said).await
}

/// Sets a limit whole: what it does not name is not limited any more.
pub async fn replace_limit(
    tx: &mut TenantTx,
    who: Who<'_>,
    limit: &LimitRow,
    said: &str,
) -> Result<(), StoreError> {
    store::limits::remove(tx, limit.scope, Some(&limit.model)).await?;
    set_limit(tx, who, limit, said).await
}

/// Removes the limits of a scope, those for `model` alone or all of them. Returns how many.
pub async fn remove_limit(
    tx: &mut TenantTx,
    who: Who<'_>,
    (scope, model): (LimitScope, Option<&str>),
    said: &str,
) -> Result<u64, StoreError> {
    let removed = store::limits::remove(tx, scope, model).await?;
    store::audit::append(tx, who, "limit.removed", said).await?;
    Ok(removed)
}

/// What the workspace as a whole may spend in a month; recorded by whoever asks for it.
pub async fn set_workspace_month(
    tx: &mut TenantTx,
    month: Option<NanoUsd>,
) -> Result<(), StoreError> {
    store::platform::workspaces::set_month(tx, month).await
}
