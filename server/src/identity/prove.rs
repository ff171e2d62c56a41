//! Step-up: proving again that the person who signed in is the one who acts now.
//!
//! The proof comes with the one action it is for and is checked there and then, so there is no
//! token that could be used for another action, another object or another session.

use super::people::People;
use crate::fault;
use contract::keys::Proof;
use contract::{AppError, AppResult, Caller, ErrorCode};
use secrecy::SecretString;
use std::time::Duration;
use store::StoreError;

/// Wrong proofs of one person within the window before they have to wait.
const TRIES: u32 = 5;
/// The window.
const WINDOW: Duration = Duration::from_mins(15);

impl People {
    /// Checks `proof`. Counted before it is judged, per person and not per session.
    ///
    /// # Errors
    /// [`ErrorCode::Denied`] when it is not right, [`ErrorCode::Throttled`] after too many tries.
    pub async fn prove(&self, caller: &Caller, proof: Proof) -> AppResult<()> {
        let Proof::Password(password) = proof;
        let subject = format!("proof{}", caller.member());
        let counted = async {
            let mut tx = self.store.tenant(caller).await?;
            let tries = store::throttle::record(&mut tx, &subject, WINDOW).await?;
            let member = store::members::get(&mut tx, caller.member()).await?;
            tx.commit().await?;
            Ok::<_, StoreError>((tries, member))
        };
        let (tries, member) = counted
            .await
            .map_err(|error| fault::internal("counting a proof", error))?;
        if tries > TRIES {
            let seconds = u32::try_from(WINDOW.as_secs()).unwrap_or(u32::MAX);
            return Err(AppError::new(
                ErrorCode::Throttled,
                "Too many attempts. Nothing was changed. Wait fifteen minutes and try again.",
            )
            .retry_after(seconds));
        }
        let hash = member.and_then(|member| member.password_hash);
        let password = SecretString::from(password.expose().to_owned());
        let fits = self
            .passwords
            .check(password, hash)
            .await
            .map_err(|error| fault::internal("checking a password", error))?;
        if !fits {
            return Err(AppError::new(
                ErrorCode::Denied,
                "That password is not right. Nothing was changed. Try again.",
            ));
        }
        let forgiven = async {
            let mut tx = self.store.tenant(caller).await?;
            store::throttle::clear(&mut tx, &subject).await?;
            tx.commit().await
        };
        forgiven
            .await
            .map_err(|error| fault::internal("forgetting wrong proofs", error))
    }
}
