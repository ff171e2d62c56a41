//! Keys of a document, sealed on the way in.

use super::super::normalise::place_of;
use super::super::plan::Grounds;
use super::super::shape::KeyPart;
use super::{OPERATOR, gone, record};
use crate::cli::Refused;
use crate::keys::{ends_in, secret};
use contract::KeyId;
use contract::keys::{KeyProvider, KeyScope};
use engine::key_check;
use std::time::Duration;
use store::TenantTx;
use store::provider_keys::{self, KeyState, NewProviderKey};
use uuid::Uuid;

/// How long a secret before an apply can be taken back.
const KEEP: Duration = Duration::from_hours(24);

pub(super) async fn add_key(
    tx: &mut TenantTx,
    part: &KeyPart,
    grounds: &Grounds<'_>,
) -> Result<(), Refused> {
    let mut key = sealed_key(tx, part, grounds).await?;
    key.state = KeyState::Sealed;
    crate::keys::add_key(tx, OPERATOR, &key).await?;
    if part.disabled {
        provider_keys::enable_or_disable(tx, key.id, true).await?;
        record(tx, "key.disabled", &part.name).await?;
    }
    Ok(())
}

pub(super) async fn rotate_key(
    tx: &mut TenantTx,
    id: KeyId,
    part: &KeyPart,
    grounds: &Grounds<'_>,
) -> Result<(), Refused> {
    let draft = NewProviderKey {
        replaces: Some(id),
        ..sealed_key(tx, part, grounds).await?
    };
    crate::keys::rotate_key(tx, OPERATOR, &draft, KEEP).await?;
    Ok(())
}

/// The key as a draft, with its secret sealed.
async fn sealed_key(
    tx: &mut TenantTx,
    part: &KeyPart,
    grounds: &Grounds<'_>,
) -> Result<NewProviderKey, Refused> {
    let unlocked = grounds.unlocked.ok_or("the workspace is not unlocked")?;
    let typed = grounds
        .secrets
        .of(part)
        .ok_or("there is no secret for it")?;
    let provider = KeyProvider::parse(&part.provider).ok_or("the provider is not known")?;
    let (place, secret_id) = (place_of(part), Uuid::now_v7());
    let scope = match &part.team {
        None => KeyScope::Workspace,
        Some(name) => {
            let teams = store::teams::list(tx).await?;
            let team = teams.iter().find(|row| row.name == *name);
            KeyScope::Team(team.ok_or_else(|| gone(name))?.id)
        }
    };
    Ok(NewProviderKey {
        id: KeyId::from_uuid(Uuid::now_v7()),
        secret_id,
        state: KeyState::Checking,
        name: part.name.clone(),
        environment: part.environment.clone(),
        provider: part.provider.clone(),
        base_url: Some(key_check::base_url(provider, &place)?),
        place: serde_json::to_value(&place)?,
        sealed_secret: secret::seal(unlocked, secret_id, typed.as_bytes())?,
        ends_in: ends_in(typed),
        scope,
        added_by: None,
        added_by_name: OPERATOR.1.to_owned(),
        replaces: None,
    })
}
