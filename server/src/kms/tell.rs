//! What administrators are told about the key that seals their workspace.

use super::custody::Custody;
use crate::vault::{Locked, Vault, VaultError};
use contract::TenantId;
use contract::sealing::SealingView;
use store::StoreError;
use store::platform::sealing::{SealingPhase, SealingRow};

impl Custody {
    /// Under which key the workspace is sealed, and what is wrong with it now.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn tell(
        &self,
        vault: &Vault,
        tenant: TenantId,
        may_change: bool,
    ) -> Result<SealingView, StoreError> {
        let sealing = self.store.sealing(tenant).await?;
        let refused = vault.unlock(tenant).await.err();
        // What the row says is not believed then, and nothing can be changed on the strength of it.
        let believed = refused != Some(VaultError::Unwitnessed);
        let trouble = refused.map(trouble);
        Ok(SealingView {
            statement: if believed {
                statement(sealing.as_ref(), vault)
            } else {
                "Which key seals this workspace is not certain at the moment.".to_owned()
            },
            own_key: sealing
                .as_ref()
                .is_some_and(|sealing| sealing.under.is_some()),
            moving: sealing.is_some_and(|sealing| sealing.phase != SealingPhase::Settled),
            held_seconds: vault.longest_held().as_secs(),
            may_change: may_change && believed,
            trouble: trouble.map(str::to_owned),
        })
    }
}

fn statement(sealing: Option<&SealingRow>, vault: &Vault) -> String {
    let keyring = "Sealed under this workspace’s own key, which is derived from the installation’s \
                   keyring.";
    let Some(sealing) = sealing else {
        return keyring.to_owned();
    };
    let label = sealing.under.and_then(|(id, _)| {
        let service = sealing.services.iter().find(|service| service.id == id);
        service.map(|service| service.label.as_str())
    });
    let held = vault.longest_held().as_secs();
    let settled = sealing.phase == SealingPhase::Settled;
    match (label, settled) {
        (Some(label), true) => format!(
            "Sealed under this workspace’s own key, which only {label} can open. It is kept in \
             memory for at most {held} seconds."
        ),
        (Some(label), false) => format!(
            "On its way to a key that only {label} can open; until everything is sealed anew, in \
             some minutes, the key before it opens too."
        ),
        (None, _) => format!(
            "{keyring} Until everything is sealed anew, in some minutes, the key before it opens \
             too."
        ),
    }
}

/// What is wrong, what is safe, and what to do.
fn trouble(error: VaultError) -> &'static str {
    match error {
        VaultError::Locked(Locked::Disabled) => {
            "The key of this workspace is disabled at your key service, so everything here is \
             sealed: nobody can read, ask or use a provider key. Nothing is lost. Enable it there; \
             within seconds everything is as it was."
        }
        VaultError::Locked(Locked::PendingDeletion) => {
            "The key of this workspace is scheduled for deletion at your key service, so everything \
             here is sealed. Nothing is lost yet. Cancel the deletion there and enable the key: \
             once it is deleted, nobody can ever open this workspace again."
        }
        VaultError::Locked(Locked::Denied) => {
            "Your key service refuses us the key of this workspace, so everything here is sealed. \
             Nothing is lost. A policy, a grant or the access that was attached has been changed \
             there; allow it again, and within seconds everything is as it was."
        }
        VaultError::Locked(Locked::NotFound) => {
            "Your key service has no such key any more, so everything here is sealed. If the key \
             was moved or its access names another account, undo that; if it was deleted for good, \
             nobody can open this workspace again."
        }
        VaultError::Unavailable(_) => {
            "Your key service does not answer. Nothing is lost and there is nothing to do here: \
             what is in memory serves for a while, and we ask again by ourselves."
        }
        VaultError::Unwitnessed => {
            "What is stored about which key seals this workspace was changed or removed, and not by this \
             installation. So that no secret goes under a key you did not choose, nothing is sealed or \
             opened until it is put right. Nothing is lost. Tell the operator of this installation: one \
             command puts it back to what was signed and recorded last."
        }
        VaultError::Tampered | VaultError::UnknownKey { .. } | VaultError::TooLarge => {
            "What is stored about the key of this workspace was changed, and not by this \
             installation, so it is not used. Nothing is lost. Tell the operator of this \
             installation: the log says which row it is."
        }
    }
}
