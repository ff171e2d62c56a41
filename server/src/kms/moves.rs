//! Carrying workspaces from one key to another while they are in use.
//!
//! A move spreads first: for longer than any process keeps keys, nobody wraps under the new key,
//! and everybody learns to open with it. Then new secrets are wrapped under it, and everything else
//! is opened and sealed anew, in memory, a few values at a time. Once nobody can still be wrapping
//! under the old key and a last look finds nothing, the old key is forgotten for good. Each step
//! can be repeated, by any process, at any time.

use super::custody::Custody;
use super::witness::SYSTEM;
use crate::vault::{KEY_REF_AT, Unlocked, Vault, VaultError};
use contract::TenantId;
use std::time::Duration;
use store::platform::sealing::{SealingPhase, SealingRow, SealingState, SealingStep};
use store::resealing::{self, SealedColumn, SealedValue};
use store::{Store, StoreError};
use uuid::Uuid;

/// Values sealed anew in one transaction.
const BATCH: u32 = 100;

/// Seals workspaces anew.
#[derive(Clone)]
pub struct Moves {
    custody: Custody,
    vault: Vault,
}

/// What one look over a workspace found under another key than the current one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Values sealed anew.
    pub moved: u64,
    /// Values that somebody else wrote meanwhile.
    pub raced: u64,
    /// Values that no key opens.
    pub unreadable: u64,
}

/// A move could not be carried on. It goes on later from where it stands.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// The workspace's keys are not to be had.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Moves {
    /// Over its parts.
    #[must_use]
    pub const fn new(custody: Custody, vault: Vault) -> Self {
        Self { custody, vault }
    }

    /// How long a phase lasts at least: longer than any process keeps keys, and uses them.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.vault.longest_held() * 3 / 2 + Duration::from_secs(1)
    }

    /// Carries every move on by what is possible now.
    pub async fn carry_on(&self) {
        let moving = match self.custody.store.moving_workspaces().await {
            Ok(moving) => moving,
            Err(error) => {
                return tracing::warn!(%error, "moving workspaces could not be listed");
            }
        };
        for tenant in moving {
            if let Err(error) = self.step(tenant).await {
                tracing::warn!(%error, workspace = %tenant, "a move to another key waits");
            }
        }
    }

    /// Carries one move on by what is possible now.
    ///
    /// # Errors
    /// What it waits for.
    pub async fn step(&self, tenant: TenantId) -> Result<(), MoveError> {
        // A row that another hand wrote is not carried anywhere.
        let Some(sealing) = self.custody.witnessed(tenant).await? else {
            return Ok(());
        };
        match sealing.phase {
            SealingPhase::Settled => {}
            SealingPhase::Spreading => {
                let becomes = SealingState {
                    phase: Some(SealingPhase::Moving),
                    ..sealing.state()
                };
                let store = &self.custody.store;
                let start = async |step: SealingStep<'_>| {
                    store.start_moving(tenant, self.patience(), &step).await
                };
                self.signed(tenant, "kms.moving", becomes, start).await?;
            }
            SealingPhase::Moving => self.move_on(tenant, &sealing).await?,
        }
        Ok(())
    }

    async fn move_on(&self, tenant: TenantId, sealing: &SealingRow) -> Result<(), MoveError> {
        let found = self.reseal(tenant).await?;
        // Until then another process may still wrap under the old key.
        let over = sealing.phase_age > self.patience();
        if !over || found.moved > 0 || found.raced > 0 {
            return Ok(());
        }
        let settled = SealingState {
            under: sealing.under,
            from: None,
            phase: Some(SealingPhase::Settled),
        };
        let becomes = sealing.under.map_or(SealingState::KEYRING, |_| settled);
        let store = &self.custody.store;
        let settle =
            async |step: SealingStep<'_>| store.settle_move(tenant, found.unreadable, &step).await;
        if self.signed(tenant, "kms.settled", becomes, settle).await? {
            tracing::info!(workspace = %tenant, unreadable = found.unreadable,
                "everything is sealed under the workspace's new key");
        }
        Ok(())
    }

    /// Takes a step of the system's own, with its witness.
    async fn signed(
        &self,
        tenant: TenantId,
        action: &str,
        becomes: SealingState,
        take: impl AsyncFnOnce(SealingStep<'_>) -> Result<bool, StoreError>,
    ) -> Result<bool, MoveError> {
        let signer = self.custody.signer(tenant);
        let witness = |seq| signer.witness(seq, &becomes);
        let step = SealingStep {
            actor: SYSTEM,
            action,
            object: "",
            becomes,
            witness: &witness,
        };
        Ok(take(step).await?)
    }

    /// Seals everything of `tenant` anew that is not under its current key.
    ///
    /// # Errors
    /// When keys or storage are not to be had; what was done until then stays done.
    pub async fn reseal(&self, tenant: TenantId) -> Result<Resealed, MoveError> {
        let mut found = Resealed::default();
        for column in SealedColumn::ALL {
            let mut after = Uuid::nil();
            loop {
                // Anew for each batch: a key that was switched off stops the work at once.
                let unlocked = self.vault.unlock(tenant).await?;
                let last = reseal_batch(
                    &self.custody.store,
                    &unlocked,
                    tenant,
                    (column, after),
                    &mut found,
                )
                .await?;
                match last {
                    Some(last) => after = last,
                    None => break,
                }
            }
        }
        Ok(found)
    }
}

/// Returns the last row that was looked at; `None`: there was none.
async fn reseal_batch(
    store: &Store,
    unlocked: &Unlocked,
    tenant: TenantId,
    (column, after): (SealedColumn, Uuid),
    found: &mut Resealed,
) -> Result<Option<Uuid>, MoveError> {
    let current = unlocked.current().bytes();
    let mut tx = store.enter(tenant).await?;
    let values = resealing::stale(&mut tx, column, (KEY_REF_AT, &current), after, BATCH).await?;
    for value in &values {
        match reseal_value(unlocked, column, value) {
            Ok(sealed) => {
                if resealing::replace(&mut tx, column, value, &sealed).await? {
                    found.moved += 1;
                } else {
                    found.raced += 1;
                }
            }
            Err(error @ (VaultError::Tampered | VaultError::UnknownKey { .. })) => {
                let (table, _) = column.place();
                tracing::warn!(%error, workspace = %tenant, table, row = %value.id,
                    "a sealed value cannot be opened by any key of its workspace");
                found.unreadable += 1;
            }
            Err(error) => return Err(error.into()),
        }
    }
    tx.commit().await?;
    Ok(values.last().map(|value| value.id))
}

fn reseal_value(
    unlocked: &Unlocked,
    column: SealedColumn,
    value: &SealedValue,
) -> Result<Vec<u8>, VaultError> {
    let (table, name) = column.place();
    let place = unlocked.context(table, value.bound_to, name);
    let opened = unlocked.open(&value.sealed, &place)?;
    unlocked.seal(&opened, &place)
}
