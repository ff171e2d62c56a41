//! The other end of an invitation link: choose a name and a password, and be in.

use super::password::PasswordError;
use super::people::{NewSession, People};
use super::token::Token;
use crate::fault;
use contract::identity::InvitationOffer;
use contract::{AppError, AppResult, ErrorCode, MemberId, TenantId, said};
use secrecy::SecretString;
use store::{NewMemberRow, SessionOrigin};
use uuid::Uuid;

/// Longest display name, in characters.
const NAME_CHARS: usize = 80;

impl People {
    /// What a link offers. Unknown, used, revoked and expired links look the same.
    pub async fn read_invitation(
        &self,
        tenant: TenantId,
        token: &str,
    ) -> AppResult<InvitationOffer> {
        let Some(token) = Token::presented(token) else {
            return Err(gone());
        };
        let found = async {
            let mut tx = self.store.enter(tenant).await?;
            let found = store::invitations::find(&mut tx, &token.hash()).await?;
            let inviter = match found.as_ref().and_then(|row| row.invited_by) {
                Some(member) => store::members::get(&mut tx, member).await?,
                None => None,
            };
            tx.commit().await?;
            Ok::<_, store::StoreError>(found.map(|row| (row, inviter)))
        };
        let found = found
            .await
            .map_err(|error| fault::internal("reading an invitation", error))?;
        let (row, inviter) = found.ok_or_else(gone)?;
        Ok(InvitationOffer {
            email: row.email,
            role: row.role,
            invited_by: inviter
                .map_or_else(|| "your administrator".to_owned(), |member| member.name),
        })
    }

    /// Makes the account and signs it in. The link works exactly once.
    pub async fn accept_invitation(
        &self,
        tenant: TenantId,
        token: &str,
        name: &str,
        password: SecretString,
        user_agent: &str,
    ) -> AppResult<NewSession> {
        let Some(token) = Token::presented(token) else {
            return Err(gone());
        };
        let name = name_of(name)?;
        // Looked at before hashing, so that guessing links is not a way to make us work.
        self.read_invitation_row(tenant, &token).await?;
        let password_hash = self
            .passwords
            .hash(password)
            .await
            .map_err(|error| match error {
                PasswordError::Unsuitable(text) => AppError::new(ErrorCode::Invalid, text),
                PasswordError::Failed(text) => fault::internal("hashing a password", text),
            })?;
        let accepted = async {
            let mut tx = self.store.enter(tenant).await?;
            let Some(row) = store::invitations::accept(&mut tx, &token.hash()).await? else {
                return Ok(None);
            };
            if store::members::find_by_email(&mut tx, &row.email)
                .await?
                .is_some()
            {
                return Ok(None);
            }
            let provider = store::sign_on_connections::is_enforced(&mut tx).await?;
            if provider && row.role != contract::Role::Owner {
                return Ok(Some(Err(through_provider())));
            }
            let member = NewMemberRow {
                id: MemberId::from_uuid(Uuid::now_v7()),
                email: row.email,
                name,
                role: row.role,
                password_hash: Some(password_hash),
            };
            store::members::insert(&mut tx, &member).await?;
            let who = (Some(member.id), member.name.as_str());
            store::audit::append(&mut tx, who, "invitation.accepted", &member.email).await?;
            let origin = SessionOrigin {
                strength: vec!["pwd".to_owned()],
                ..SessionOrigin::default()
            };
            let session = self
                .begin_session(&mut tx, member.id, user_agent, origin)
                .await?;
            tx.commit().await?;
            Ok::<_, store::StoreError>(Some(Ok(session)))
        };
        accepted
            .await
            .map_err(|error| fault::internal("accepting an invitation", error))?
            .ok_or_else(gone)?
    }

    async fn read_invitation_row(&self, tenant: TenantId, token: &Token) -> AppResult<()> {
        let found = async {
            let mut tx = self.store.enter(tenant).await?;
            let found = store::invitations::find(&mut tx, &token.hash()).await?;
            tx.commit().await?;
            Ok::<_, store::StoreError>(found.is_some())
        };
        if found
            .await
            .map_err(|error| fault::internal("reading an invitation", error))?
        {
            Ok(())
        } else {
            Err(gone())
        }
    }
}

fn through_provider() -> AppError {
    AppError::new(
        ErrorCode::Denied,
        "This workspace signs in through its identity provider, so no password can be chosen. Open the \
         sign-in page and use the button for it.",
    )
}

fn gone() -> AppError {
    AppError::new(
        ErrorCode::NotFound,
        "This invitation is not valid any more. It works once and for seven days. Ask the person \
         who invited you for a new one.",
    )
}

/// A person's name without stray spaces.
///
/// # Errors
/// [`ErrorCode::Invalid`]: empty, too long, or not plain text.
pub(crate) fn name_of(text: &str) -> AppResult<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = name.chars().count();
    if length == 0 || length > NAME_CHARS || name.chars().any(char::is_control) {
        return Err(AppError::new(
            ErrorCode::Invalid,
            said!(
                "Enter your name, at most {most} characters.",
                most = NAME_CHARS
            ),
        ));
    }
    Ok(name)
}
