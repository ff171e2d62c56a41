//! `livery key rotate`: a new secret for a key, the old one kept for a while.

use super::super::{Common, Refused, open, output};
use super::add::read_secret;
use super::{NamedKey, find};
use crate::keys::{ends_in, rotate_key, secret};
use contract::KeyId;
use std::time::Duration;
use store::provider_keys::{KeyState, NewProviderKey};
use uuid::Uuid;

pub(super) async fn rotate(
    common: &Common,
    key: &NamedKey,
    keep_hours: u32,
) -> Result<(), Refused> {
    let typed = read_secret()?;
    open::with_open(common, async |opened| {
        let (tenant, row) = find(opened, key).await?;
        let unlocked = opened.vault.unlock(tenant).await?;
        let secret_id = Uuid::now_v7();
        let draft = NewProviderKey {
            id: KeyId::from_uuid(Uuid::now_v7()),
            secret_id,
            state: KeyState::Checking,
            name: row.name.clone(),
            environment: row.environment.clone(),
            provider: row.provider.clone(),
            base_url: row.base_url.clone(),
            place: row.place.clone(),
            sealed_secret: secret::seal(&unlocked, secret_id, typed.as_bytes())?,
            ends_in: ends_in(&typed),
            scope: row.scope,
            added_by: None,
            added_by_name: "operator".to_owned(),
            replaces: Some(row.id),
        };
        let keep = Duration::from_hours(u64::from(keep_hours));
        let mut tx = opened.store.enter(tenant).await?;
        rotate_key(&mut tx, (None, "operator"), &draft, keep).await?;
        tx.commit().await?;
        opened.store.announce_change(tenant).await?;
        if common.json {
            return output::document(&serde_json::json!({ "id": row.id, "name": row.name }));
        }
        output::line(format_args!(
            "{} has a new secret; the old one can be taken back for {keep_hours} hours.",
            row.name
        ))
    })
    .await
}
