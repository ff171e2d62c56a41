//! Disabling, enabling, taking back and deleting a key.

use super::super::{Common, Refused, open, output};
use super::{NamedKey, find};
use contract::KeyId;
use store::{StoreError, TenantTx, provider_keys};

pub(super) async fn disable(common: &Common, key: &NamedKey) -> Result<(), Refused> {
    alter(common, key, "key.disabled", async |tx, id| {
        provider_keys::enable_or_disable(tx, id, true).await
    })
    .await
}

pub(super) async fn enable(common: &Common, key: &NamedKey) -> Result<(), Refused> {
    alter(common, key, "key.enabled", async |tx, id| {
        provider_keys::enable_or_disable(tx, id, false).await
    })
    .await
}

pub(super) async fn take_back(common: &Common, key: &NamedKey) -> Result<(), Refused> {
    alter(common, key, "key.taken_back", async |tx, id| {
        provider_keys::take_back(tx, id).await
    })
    .await
}

pub(super) async fn delete(common: &Common, key: &NamedKey, confirm: &str) -> Result<(), Refused> {
    if confirm != key.name {
        return Err("--confirm must repeat the key's name: nothing brings it back".into());
    }
    alter(common, key, "key.deleted", async |tx, id| {
        provider_keys::delete(tx, id).await
    })
    .await
}

/// Lets members bring keys of their own, or not.
pub(super) async fn members(common: &Common, slug: &str, allowed: bool) -> Result<(), Refused> {
    let (action, words) = if allowed {
        ("member_keys.allowed", "may bring keys of their own")
    } else {
        ("member_keys.forbidden", "may bring no keys of their own")
    };
    open::with_open(common, async |opened| {
        let tenant = opened.workspace(slug).await?.id;
        let mut tx = opened.store.enter(tenant).await?;
        store::platform::workspaces::allow_member_keys(&mut tx, allowed).await?;
        store::audit::append(&mut tx, (None, "operator"), action, "members' own keys").await?;
        tx.commit().await?;
        if common.json {
            return output::document(&serde_json::json!({ "member_keys": allowed }));
        }
        output::line(format_args!("Members of {slug} {words}."))
    })
    .await
}

async fn alter(
    common: &Common,
    key: &NamedKey,
    action: &str,
    work: impl AsyncFnOnce(&mut TenantTx, KeyId) -> Result<bool, StoreError>,
) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let (tenant, row) = find(opened, key).await?;
        let mut tx = opened.store.enter(tenant).await?;
        if !work(&mut tx, row.id).await? {
            return Err("there is nothing to go back to: no rotation is that recent".into());
        }
        store::audit::append(&mut tx, (None, "operator"), action, &row.name).await?;
        tx.commit().await?;
        opened.store.announce_change(tenant).await?;
        if common.json {
            return output::document(&serde_json::json!({ "id": row.id, "done": action }));
        }
        output::line(format_args!("{}: {action}.", row.name))
    })
    .await
}
