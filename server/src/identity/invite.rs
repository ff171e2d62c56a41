//! Invitations: a link that lets one person in once.

use super::people::People;
use super::token::Token;
use crate::fault;
use contract::{AppError, AppResult, Caller, ErrorCode, InvitationId, MemberId, Role, TenantId};
use secrecy::{ExposeSecret as _, SecretString};
use std::time::Duration;
use store::{NewInvitationRow, TenantTx};
use uuid::Uuid;

/// How long a link is good.
const LIFETIME: Duration = Duration::from_hours(168);

/// An invitation that has just been made. The link exists only here.
pub struct Invitation {
    /// For whom.
    pub email: String,
    /// It is on its way by mail as well.
    pub mailed: bool,
    id: InvitationId,
    token: SecretString,
}

impl Invitation {
    /// The link, below the workspace's address `base` (scheme and authority).
    #[must_use]
    pub fn link(&self, base: &str) -> String {
        format!("{base}/invite/{}", self.token.expose_secret())
    }
}

impl People {
    /// Invites somebody. Only an owner invites owners.
    pub async fn invite(&self, caller: &Caller, email: &str, role: Role) -> AppResult<Invitation> {
        require_member_rights(caller)?;
        if !caller.role().may_grant(role) {
            return Err(AppError::new(
                ErrorCode::Denied,
                "Only an owner of the workspace can invite another owner.",
            ));
        }
        let by = (Some(caller.member()), caller.name());
        self.invite_as(caller.tenant(), by, email, role).await
    }

    /// Invites somebody on behalf of `by`, who is no member: the operator or somebody of the agency, who
    /// invite a new workspace's first owner.
    pub async fn invite_from_outside(
        &self,
        tenant: TenantId,
        by: &str,
        email: &str,
        role: Role,
    ) -> AppResult<Invitation> {
        self.invite_as(tenant, (None, by), email, role).await
    }

    /// Takes an invitation back.
    pub async fn revoke_invitation(&self, caller: &Caller, id: InvitationId) -> AppResult<()> {
        require_member_rights(caller)?;
        let revoked = async {
            let mut tx = self.store.tenant(caller).await?;
            let revoked = store::invitations::revoke(&mut tx, id).await?;
            if revoked {
                let who = (Some(caller.member()), caller.name());
                store::audit::append(&mut tx, who, "invitation.revoked", &id.to_string()).await?;
            }
            tx.commit().await?;
            Ok::<_, store::StoreError>(revoked)
        };
        if revoked
            .await
            .map_err(|error| fault::internal("revoking an invitation", error))?
        {
            Ok(())
        } else {
            Err(AppError::not_found())
        }
    }

    async fn invite_as(
        &self,
        tenant: TenantId,
        who: (Option<MemberId>, &str),
        email: &str,
        role: Role,
    ) -> AppResult<Invitation> {
        let email = address_of(email)?;
        let made = async {
            let mut tx = self.store.enter(tenant).await?;
            let mut made = invite_in(&mut tx, who, &email, role).await?;
            if let Some(invitation) = &mut made {
                invitation.mailed = self.notices.invite(&mut tx, invitation.id).await?;
            }
            tx.commit().await?;
            self.notices.wake();
            Ok::<_, store::StoreError>(made)
        };
        let made = made
            .await
            .map_err(|error| fault::internal("making an invitation", error))?;
        made.ok_or_else(|| {
            AppError::new(
                ErrorCode::Conflict,
                "This person is already in the workspace.",
            )
        })
    }
}

/// Invites `email`, an address as [`address_of`] gives it, in the transaction that records it. `None`:
/// they are in the workspace already.
pub async fn invite_in(
    tx: &mut TenantTx,
    who: (Option<MemberId>, &str),
    email: &str,
    role: Role,
) -> Result<Option<Invitation>, store::StoreError> {
    if store::members::find_by_email(tx, email).await?.is_some() {
        return Ok(None);
    }
    let token = Token::fresh();
    let row = NewInvitationRow {
        id: InvitationId::from_uuid(Uuid::now_v7()),
        token_hash: token.hash(),
        email: email.to_owned(),
        role,
        invited_by: who.0,
        lifetime: LIFETIME,
    };
    store::invitations::insert(tx, &row).await?;
    store::audit::append(tx, who, "invitation.made", email).await?;
    Ok(Some(Invitation {
        email: email.to_owned(),
        mailed: false,
        id: row.id,
        token: token.secret(),
    }))
}

/// Refuses everybody who may not manage members, and says who may.
pub(super) fn require_member_rights(caller: &Caller) -> AppResult<()> {
    if caller.role().may_manage_members() {
        return Ok(());
    }
    Err(AppError::new(
        ErrorCode::Denied,
        "Managing members is for owners and administrators of the workspace.",
    ))
}

/// An address that could receive mail, in lower case.
///
/// # Errors
/// [`ErrorCode::Invalid`]: it is none.
pub fn address_of(text: &str) -> AppResult<String> {
    let email = text.trim().to_lowercase();
    let sound = email.len() <= 254
        && !email.chars().any(|c| c.is_whitespace() || c.is_control())
        && email.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !domain.contains('@')
        });
    if sound {
        return Ok(email);
    }
    Err(AppError::new(
        ErrorCode::Invalid,
        "This does not look like an email address.",
    ))
}
