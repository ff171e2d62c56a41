//! A sealed key, put down or given a new secret: done and recorded in one transaction.

use contract::MemberId;
use std::time::Duration;
use store::provider_keys::NewProviderKey;
use store::{StoreError, TenantTx, provider_keys};

/// Who does it: the member, where it is one, and their name.
type Who<'a> = (Option<MemberId>, &'a str);

/// Stores a key that is sealed already.
pub async fn add_key(
    tx: &mut TenantTx,
    who: Who<'_>,
    key: &NewProviderKey,
) -> Result<(), StoreError> {
    provider_keys::insert(tx, key).await?;
    store::audit::append(tx, who, "key.added", &key.name).await
}

/// Gives the key that `draft` replaces its secret and place; the old secret can be taken back within
/// `keep`.
pub async fn rotate_key(
    tx: &mut TenantTx,
    who: Who<'_>,
    draft: &NewProviderKey,
    keep: Duration,
) -> Result<(), StoreError> {
    provider_keys::insert(tx, draft).await?;
    provider_keys::rotate(tx, draft.id, keep).await?;
    store::audit::append(tx, who, "key.rotated", &draft.name).await
}
