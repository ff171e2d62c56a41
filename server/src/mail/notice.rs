//! Where a trouble begins and ends: once, whoever notices it first, with a letter for each who can do
//! something about it.

use crate::vault::{Vault, VaultError};
use contract::keys::{CheckOutcome, HealthPoint, KeyScope};
use contract::{GuestId, InvitationId, KeyId, MemberId, Role, TenantId};
use std::sync::Arc;
use store::platform::claims::{self, ClaimRow};
use store::platform::letters;
use store::provider_keys::ProviderKeyRow;
use store::{Store, StoreError, TenantTx};
use tokio::sync::Notify;
use uuid::Uuid;

/// The subject of a trouble with the key that seals a workspace.
pub(super) const SEALING: &str = "sealing";
/// How the subject of a trouble with a domain begins; the claim follows.
const DOMAIN: &str = "domain:";
/// What the subject of a letter about a guest begins with; the id of the stay follows.
pub(super) const GUEST: &str = "guest:";
/// The subject of a letter to somebody who is invited; its reader is named by the invitation.
pub(super) const INVITATION: &str = "invitation";
/// Owners and admins who are written to; the longest in the workspace first.
const MOST_READERS: usize = 20;

/// Notices troubles. Cheap to clone. Where there is no mail it does nothing.
#[derive(Clone)]
pub struct Notices(Option<Arc<Parts>>);

struct Parts {
    store: Store,
    vault: Vault,
    woken: Notify,
}

/// What a look at a subject found.
enum Found {
    /// It is wrong.
    Wrong,
    /// It is well.
    Well,
    /// It says neither.
    Open,
    /// There is no such thing to be told about any more.
    Gone,
}

impl Notices {
    /// `mail`: whether there is a server that letters can be handed to.
    #[must_use]
    pub fn new(store: Store, vault: Vault, mail: bool) -> Self {
        let parts = || Parts {
            store,
            vault,
            woken: Notify::new(),
        };
        Self(mail.then(|| Arc::new(parts())))
    }

    /// A key was checked: its trouble begins, ends, or stays what it is. Fails in the log alone.
    pub async fn key_checked(&self, tenant: TenantId, key: KeyId) {
        if let Some(parts) = &self.0 {
            parts.look(tenant, &key.to_string()).await;
        }
    }

    /// A domain was looked at: the trouble that its record is missing begins, ends, or stays what it is.
    /// Fails in the log alone.
    pub async fn domain_looked_at(&self, tenant: TenantId, claim: Uuid) {
        if let Some(parts) = &self.0 {
            parts.look(tenant, &format!("{DOMAIN}{claim}")).await;
        }
    }

    /// The key that seals the workspace was refused.
    pub async fn workspace_sealed(&self, tenant: TenantId) {
        let Some(parts) = &self.0 else {
            return;
        };
        // Told again with every request that is refused: known already, mostly.
        match parts.store.in_trouble(tenant, SEALING).await {
            Ok(true) => {}
            Ok(false) => parts.note(tenant, SEALING, &Found::Wrong).await,
            Err(error) => {
                tracing::warn!(%error, workspace = %tenant, "a trouble could not be read");
            }
        }
    }

    /// A guest opened the workspace: a letter for each owner, with the transaction that records it.
    pub(crate) async fn guest_came(
        &self,
        tx: &mut TenantTx,
        stay: GuestId,
        since_ms: i64,
    ) -> Result<(), StoreError> {
        if self.0.is_none() {
            return Ok(());
        }
        let members = store::members::list(tx).await?;
        let owners = members.iter().filter(|row| row.role.may_receive_guests());
        let owners: Vec<_> = owners.map(|row| row.id).take(MOST_READERS).collect();
        letters::tell(tx, &format!("{GUEST}{stay}"), since_ms, &owners).await
    }

    /// Puts a letter with an invitation there, in the transaction that makes it. `false`: none will be
    /// sent. Call [`Notices::wake`] once it is committed.
    pub async fn invite(
        &self,
        tx: &mut TenantTx,
        invitation: InvitationId,
    ) -> Result<bool, StoreError> {
        if self.0.is_none() {
            return Ok(false);
        }
        letters::put_letter(tx, INVITATION, MemberId::from_uuid(invitation.uuid())).await
    }

    /// Has letters sent that were just put there.
    pub fn wake(&self) {
        if let Some(parts) = &self.0 {
            parts.woken.notify_one();
        }
    }

    /// One round over everything that is in trouble: what is well again, and what is gone.
    pub(super) async fn review(&self) {
        let Some(parts) = &self.0 else {
            return;
        };
        let troubles = match parts.store.troubles().await {
            Ok(troubles) => troubles,
            Err(error) => return tracing::warn!(%error, "troubles could not be listed"),
        };
        for (tenant, subject) in troubles {
            parts.look(tenant, &subject).await;
        }
    }

    /// Returns when letters were put there by this process.
    pub(super) async fn woken(&self) {
        match &self.0 {
            Some(parts) => parts.woken.notified().await,
            None => std::future::pending().await,
        }
    }
}

impl Parts {
    async fn look(&self, tenant: TenantId, subject: &str) {
        if let Some(claim) = claim_of(subject) {
            return match self.claim(tenant, claim).await {
                Ok(row) => {
                    self.note(tenant, subject, &domain_fares(row.as_ref()))
                        .await
                }
                Err(error) => {
                    tracing::warn!(%error, workspace = %tenant, "a domain could not be read");
                }
            };
        }
        let found = match subject.parse() {
            Ok(key) => match self.key(tenant, key).await {
                Ok(row) => key_fares(row.as_ref()),
                Err(error) => {
                    return tracing::warn!(%error, workspace = %tenant, "a key could not be read");
                }
            },
            Err(_) => match self.vault.unlock(tenant).await {
                Ok(_) => Found::Well,
                Err(VaultError::Unavailable(_)) => Found::Open,
                Err(_) => Found::Wrong,
            },
        };
        self.note(tenant, subject, &found).await;
    }

    async fn claim(&self, tenant: TenantId, claim: Uuid) -> Result<Option<ClaimRow>, StoreError> {
        let mut tx = self.store.enter(tenant).await?;
        let row = claims::of_id(&mut tx, claim).await?;
        tx.commit().await?;
        Ok(row)
    }

    async fn key(
        &self,
        tenant: TenantId,
        key: KeyId,
    ) -> Result<Option<ProviderKeyRow>, StoreError> {
        let mut tx = self.store.enter(tenant).await?;
        let row = store::provider_keys::get(&mut tx, key).await?;
        tx.commit().await?;
        Ok(row)
    }

    async fn note(&self, tenant: TenantId, subject: &str, found: &Found) {
        let noted = async {
            let mut tx = self.store.enter(tenant).await?;
            let told = match found {
                Found::Open => false,
                Found::Wrong => {
                    let readers = readers(&mut tx).await?;
                    letters::begin_trouble(&mut tx, subject, &readers).await?
                }
                Found::Well => {
                    let readers = readers(&mut tx).await?;
                    letters::end_trouble(&mut tx, subject, &readers).await?
                }
                Found::Gone => letters::end_trouble(&mut tx, subject, &[]).await?,
            };
            tx.commit().await?;
            Ok::<_, StoreError>(told)
        };
        match noted.await {
            Ok(true) => self.woken.notify_one(),
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(%error, workspace = %tenant, "a trouble could not be noted");
            }
        }
    }
}

/// Who can do something about it.
async fn readers(tx: &mut TenantTx) -> Result<Vec<MemberId>, StoreError> {
    let members = store::members::list(tx).await?;
    let able = members.into_iter().filter(|member| is_reader(member.role));
    Ok(able.map(|member| member.id).take(MOST_READERS).collect())
}

/// Whether somebody with this role is written to.
pub(super) const fn is_reader(role: Role) -> bool {
    matches!(role, Role::Owner | Role::Admin)
}

/// The claim that a subject is about; `None`: it is about something else.
pub(super) fn claim_of(subject: &str) -> Option<Uuid> {
    subject.strip_prefix(DOMAIN)?.parse().ok()
}

/// A name that serves is in trouble while its record is missing; once it stopped, its page says so.
fn domain_fares(row: Option<&ClaimRow>) -> Found {
    match row {
        None => Found::Gone,
        Some(row) if !row.bound => Found::Open,
        Some(row) if row.missing_ms.is_some() => Found::Wrong,
        Some(_) => Found::Well,
    }
}

/// What the last check says, as far as administrators are concerned: a member's own key is told to
/// its member, on their page.
fn key_fares(row: Option<&ProviderKeyRow>) -> Found {
    let Some(row) = row.filter(|row| !matches!(row.scope, KeyScope::Member(_))) else {
        return Found::Gone;
    };
    if row.disabled {
        // Out of use is no trouble, and no end of one.
        return Found::Open;
    }
    match last_outcome(row) {
        Some(outcome) if outcome.is_refusal() => Found::Wrong,
        Some(outcome) if outcome.may_be_sealed() => Found::Well,
        _ => Found::Open,
    }
}

/// How the last check of a key ended; `None`: it was never checked.
pub(super) fn last_outcome(row: &ProviderKeyRow) -> Option<CheckOutcome> {
    let last = row.history.as_array()?.last()?.clone();
    let point: HealthPoint = serde_json::from_value(last).ok()?;
    Some(point.outcome)
}
