//! Sign-in with e-mail and password.
//!
//! The answer to a wrong password and to an unknown account is the same, in words and in time:
//! both are counted, both look the account up, both check one argon2id hash.

use super::people::{NewSession, People};
use crate::fault;
use contract::{AppError, AppResult, ErrorCode, TenantId};
use secrecy::SecretString;
use std::net::IpAddr;
use store::SessionOrigin;

/// What came with the sign-in form.
pub struct SignIn {
    /// As typed.
    pub email: String,
    /// As typed.
    pub password: SecretString,
    /// Where from.
    pub address: IpAddr,
    /// The browser's own description.
    pub user_agent: String,
}

impl People {
    /// Begins a session, or says why not.
    pub async fn sign_in(&self, tenant: TenantId, attempt: SignIn) -> AppResult<NewSession> {
        let email = attempt.email.trim().to_lowercase();
        self.throttle
            .admit(&self.store, tenant, &email, attempt.address)
            .await?;
        let member = self.find_member(tenant, &email).await?;
        // Somebody who may not come in any more is an account that there is not.
        let member = member.filter(|member| member.deactivated_ms.is_none());
        let hash = member
            .as_ref()
            .and_then(|member| member.password_hash.clone());
        let fits = self
            .passwords
            .check(attempt.password, hash)
            .await
            .map_err(|error| fault::internal("checking a password", error))?;
        if let Some(known) = member.as_ref().filter(|_| !fits) {
            self.note_refusal(tenant, known.email.clone());
        }
        if let Some(member) = member.filter(|_| fits) {
            self.refuse_passwords(tenant, &member).await?;
            let begun = async {
                let mut tx = self.store.enter(tenant).await?;
                self.throttle
                    .forgive(&mut tx, &email, attempt.address)
                    .await?;
                let origin = SessionOrigin {
                    strength: vec!["pwd".to_owned()],
                    ..SessionOrigin::default()
                };
                let session = self
                    .begin_session(&mut tx, member.id, &attempt.user_agent, origin)
                    .await?;
                let who = (Some(member.id), member.name.as_str());
                store::audit::append(&mut tx, who, "session.begun", &member.email).await?;
                tx.commit().await?;
                Ok::<_, store::StoreError>(session)
            };
            begun
                .await
                .map_err(|error| fault::internal("beginning a session", error))
        } else {
            Err(AppError::new(
                ErrorCode::Invalid,
                "The email or the password is not right. Check both and try again.",
            ))
        }
    }

    /// Refuses a password that is right where everybody but the owners signs in through an identity
    /// provider. Said only to whoever has shown that the account is theirs.
    async fn refuse_passwords(&self, tenant: TenantId, member: &store::MemberRow) -> AppResult<()> {
        if member.role == contract::Role::Owner {
            return Ok(());
        }
        let asked = async {
            let mut tx = self.store.enter(tenant).await?;
            let enforced = store::sign_on_connections::is_enforced(&mut tx).await?;
            tx.commit().await?;
            Ok::<_, store::StoreError>(enforced)
        };
        let enforced = asked.await;
        if !enforced.map_err(|error| fault::internal("reading how people sign in", error))? {
            return Ok(());
        }
        Err(AppError::new(
            ErrorCode::Denied,
            "This workspace signs in through its identity provider. Use the button for it on this page.",
        ))
    }

    /// Records a wrong password for an account that exists; bounded, because tries are. On a task of
    /// its own: how long an answer takes must not tell which accounts there are.
    fn note_refusal(&self, tenant: TenantId, email: String) {
        let store = self.store.clone();
        tokio::spawn(async move {
            let noted = async {
                let mut tx = store.enter(tenant).await?;
                let who = (None, "somebody");
                store::audit::append(&mut tx, who, "session.refused", &email).await?;
                tx.commit().await
            };
            if let Err(error) = noted.await {
                tracing::error!(%error, "a refused sign-in could not be recorded");
            }
        });
    }

    async fn find_member(
        &self,
        tenant: TenantId,
        email: &str,
    ) -> AppResult<Option<store::MemberRow>> {
        let found = async {
            let mut tx = self.store.enter(tenant).await?;
            let found = store::members::find_by_email(&mut tx, email).await?;
            tx.commit().await?;
            Ok::<_, store::StoreError>(found)
        };
        found
            .await
            .map_err(|error| fault::internal("looking up a member", error))
    }
}
