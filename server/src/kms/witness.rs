//! The signed witness of a workspace's key: what the row in the platform's table has to say.
//!
//! That row decides under which key new secrets are sealed. Whoever can write to the database could
//! change or remove it, and secrets would go under the keyring while its owner relies on their own
//! key. So each step of a move is recorded in the workspace's audit log, in the same transaction, with
//! the row as it then is and the keyring's signature. The record's number is signed with it: a copy of
//! it proves nothing at another place, and the log itself cannot be shortened unnoticed.

use super::custody::Custody;
use super::sign::Signer;
use crate::audit::{hex, unhex};
use crate::vault::VaultError;
use contract::{MemberId, TenantId};
use serde_json::{Value, json};
use store::StoreError;
use store::platform::sealing::{SealedUnder, SealingPhase, SealingRow, SealingState, SealingStep};
use uuid::Uuid;

/// A step that is under way is seen by one of the two reads and not by the other; then again.
const READINGS: u32 = 3;

/// Who begins a move: id, where it is a member, and name.
pub type By<'a> = (Option<MemberId>, &'a str);

/// Somebody who is not a person.
pub(super) const SYSTEM: By<'static> = (None, "system");

impl Custody {
    /// The workspace's row, where it says what was signed last.
    ///
    /// # Errors
    /// [`VaultError::Unwitnessed`]: it says something else, or the record is not genuine.
    pub(super) async fn witnessed(
        &self,
        tenant: TenantId,
    ) -> Result<Option<SealingRow>, VaultError> {
        let mut found = None;
        for _ in 0..READINGS {
            let (row, witness) = self.both(tenant).await.map_err(|error| {
                tracing::warn!(%error, workspace = %tenant, "where its key is could not be read");
                VaultError::Unavailable("the database does not answer")
            })?;
            let Some((seq, detail)) = witness else {
                // Attached before steps were signed, or never.
                return Ok(row);
            };
            let said = row
                .as_ref()
                .map_or(SealingState::KEYRING, SealingRow::state);
            let signed = self.signer(tenant).read_witness(seq, &detail);
            if signed == Some(said) {
                return Ok(row);
            }
            found = Some((seq, said, signed));
        }
        if let Some((seq, said, signed)) = found {
            tracing::error!(workspace = %tenant, record = seq, ?said, ?signed,
                "platform.workspace_sealing does not say what was signed of it: nothing is sealed or \
                 opened until it does (livery kms repair)");
        }
        Err(VaultError::Unwitnessed)
    }

    async fn both(
        &self,
        tenant: TenantId,
    ) -> Result<(Option<SealingRow>, Option<(i64, Value)>), StoreError> {
        let row = self.store.sealing(tenant).await?;
        let mut tx = self.store.enter(tenant).await?;
        let witness = store::audit::sealing_witness(&mut tx).await?;
        tx.commit().await?;
        Ok((row, witness))
    }

    /// Puts the row back to what was signed last. `false`: it says so already.
    ///
    /// # Errors
    /// [`VaultError::Unwitnessed`]: nothing genuine says what it was.
    pub async fn repair(&self, tenant: TenantId, by: By<'_>) -> Result<bool, RepairError> {
        let (row, witness) = self.both(tenant).await?;
        let said = row
            .as_ref()
            .map_or(SealingState::KEYRING, SealingRow::state);
        let signer = self.signer(tenant);
        let genuine = witness.and_then(|(seq, detail)| signer.read_witness(seq, &detail));
        let becomes = genuine.ok_or(VaultError::Unwitnessed)?;
        if said == becomes {
            return Ok(false);
        }
        let witness = |seq| signer.witness(seq, &becomes);
        let step = SealingStep {
            actor: by,
            action: "kms.repaired",
            object: "",
            becomes,
            witness: &witness,
        };
        Ok(self.store.restore_sealing(tenant, &step).await?)
    }
}

/// A row could not be put back.
#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    /// Nothing genuine says what it was.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Storage failed; the service or the key that it names may be gone as well.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Signer {
    /// What a record says: the row as it is after the step, signed for the record's number.
    pub(super) fn witness(&self, seq: i64, state: &SealingState) -> Value {
        json!({
            "sealing": {
                "under": state.under.map(named),
                "from": state.from.map(named),
                "phase": state.phase.map(SealingPhase::as_str),
            },
            "signature": hex(&self.sign_witness(seq, &bytes_of(state))),
        })
    }

    /// What a record with this number says; `None`: it is not genuine.
    pub(super) fn read_witness(&self, seq: i64, detail: &Value) -> Option<SealingState> {
        let said = detail.get("sealing")?;
        let state = SealingState {
            under: under_in(said.get("under")?)?,
            from: under_in(said.get("from")?)?,
            phase: match said.get("phase")? {
                Value::Null => None,
                phase => Some(SealingPhase::parse(phase.as_str()?).ok()?),
            },
        };
        let signature = unhex(detail.get("signature")?.as_str()?)?;
        self.has_signed_witness(seq, &bytes_of(&state), &signature)
            .then_some(state)
    }
}

fn named((service, version): (Uuid, u32)) -> Value {
    json!({ "service": service, "version": version })
}

/// `None`: it cannot be read; `Some(None)`: the keyring.
fn under_in(value: &Value) -> Option<SealedUnder> {
    if value.is_null() {
        return Some(None);
    }
    let service = value.get("service")?.as_str()?.parse().ok()?;
    let version = value.get("version")?.as_u64()?.try_into().ok()?;
    Some(Some((service, version)))
}

/// Every field at its place, whatever the others hold.
fn bytes_of(state: &SealingState) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64);
    for under in [state.under, state.from] {
        let (service, version) = under.unwrap_or((Uuid::nil(), 0));
        bytes.push(u8::from(under.is_some()));
        bytes.extend_from_slice(service.as_bytes());
        bytes.extend_from_slice(&version.to_be_bytes());
    }
    bytes.extend_from_slice(state.phase.map_or("", SealingPhase::as_str).as_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::Signer;
    use store::platform::sealing::{SealingPhase, SealingState};
    use uuid::Uuid;
    use zeroize::Zeroizing;

    fn signer(byte: u8) -> Signer {
        Signer::of(Zeroizing::new([byte; 32]))
    }

    fn own(phase: SealingPhase) -> SealingState {
        SealingState {
            under: Some((Uuid::from_u128(7), 2)),
            from: None,
            phase: Some(phase),
        }
    }

    #[test]
    fn what_was_signed_is_read_back_and_nothing_else() {
        let (signer, neighbour) = (signer(1), signer(2));
        for state in [
            SealingState::KEYRING,
            own(SealingPhase::Spreading),
            own(SealingPhase::Settled),
            SealingState {
                under: None,
                from: Some((Uuid::from_u128(7), 2)),
                phase: Some(SealingPhase::Moving),
            },
        ] {
            let witness = signer.witness(12, &state);
            assert_eq!(signer.read_witness(12, &witness), Some(state));
            assert_eq!(signer.read_witness(13, &witness), None, "a copy");
            assert_eq!(neighbour.read_witness(12, &witness), None);
            let mut other = witness.clone();
            other["sealing"] = signer.witness(12, &own(SealingPhase::Moving))["sealing"].clone();
            assert_eq!(signer.read_witness(12, &other), None, "another state");
        }
        let mut cut = signer.witness(12, &SealingState::KEYRING);
        cut["signature"] = "".into();
        assert_eq!(signer.read_witness(12, &cut), None);
    }
}
