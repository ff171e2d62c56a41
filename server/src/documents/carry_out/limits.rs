//! Limits of a document. What the workspace as a whole may spend stands in its row, not in its schema.

use super::super::normalise::{identity_of, usd};
use super::super::shape::LimitPart;
use super::super::state::MOST_KEYS;
use super::super::step::says;
use super::{OPERATOR, gone};
use crate::limits::{remove_limit, replace_limit, set_workspace_month};
use contract::{LimitScope, NanoUsd};
use store::limits::LimitRow;
use store::{StoreError, TenantTx};

/// A limit as it is stored, and what the workspace as a whole may spend, where it says that.
async fn stored_limit(
    tx: &mut TenantTx,
    part: &LimitPart,
) -> Result<(LimitRow, Option<NanoUsd>), StoreError> {
    let scope = match (&part.team, &part.member) {
        _ if part.virtual_key.is_some() => {
            let keys = store::virtual_keys::list(tx, MOST_KEYS).await?;
            let key = keys.iter().find(|row| part.is_of(row));
            LimitScope::VirtualKey(key.ok_or_else(|| gone("virtual key"))?.id)
        }
        (Some(name), _) => {
            let teams = store::teams::list(tx).await?;
            let team = teams.iter().find(|row| row.name == *name);
            LimitScope::Team(team.ok_or_else(|| gone(name))?.id)
        }
        (None, Some(email)) => {
            let member = store::members::find_by_email(tx, email).await?;
            LimitScope::Member(member.ok_or_else(|| gone(email))?.id)
        }
        (None, None) => LimitScope::Workspace,
    };
    let month = part.usd_per_month.as_deref().map(usd);
    let of_workspace = scope == LimitScope::Workspace;
    let row = LimitRow {
        scope,
        model: part.model.clone().unwrap_or_default(),
        month: month.filter(|_| !of_workspace),
        pace: part.pace(),
    };
    Ok((row, month.filter(|_| of_workspace)))
}

pub(super) async fn set_limit(tx: &mut TenantTx, part: &LimitPart) -> Result<(), StoreError> {
    let (row, whole) = stored_limit(tx, part).await?;
    let said = says(
        part,
        &["team", "member", "virtual_key", "environment", "model"],
    );
    let said = format!("{}: {}", identity_of(part), said.join(", "));
    replace_limit(tx, OPERATOR, &row, &said).await?;
    if part.is_everybodys() {
        set_workspace_month(tx, whole).await?;
    }
    Ok(())
}

pub(super) async fn lift_limit(tx: &mut TenantTx, part: &LimitPart) -> Result<(), StoreError> {
    let (row, _) = stored_limit(tx, part).await?;
    let said = identity_of(part);
    remove_limit(tx, OPERATOR, (row.scope, Some(&row.model)), &said).await?;
    if part.is_everybodys() {
        set_workspace_month(tx, None).await?;
    }
    Ok(())
}
