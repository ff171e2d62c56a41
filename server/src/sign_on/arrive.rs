//! Letting somebody in of whom a provider has said who they are: the last step of every protocol.

use super::settle::{Refusal, Vouched, settle_identity};
use super::{SignOn, failed};
use crate::fault;
use crate::identity::NewSession;
use contract::{AppError, AppResult, ErrorCode, TenantId};
use std::time::Duration;
use store::sign_on_connections::ConnectionRow;
use store::{SessionOrigin, StoreError};

/// Refusals of one workspace that are recorded within the window.
const MOST_RECORDED: u32 = 200;
/// The window.
const WINDOW: Duration = Duration::from_mins(15);
/// How strongly somebody proved who they are, as a provider says it: that many words.
const MOST_STRENGTH: usize = 10;

/// What the provider says of the strength, so that it is never taken for a proof of ours.
#[must_use]
pub(super) fn strength_of(said: &[String]) -> Vec<String> {
    let plain = |word: &&String| word.len() <= 32 && word.bytes().all(|it| it.is_ascii_graphic());
    let words = said.iter().filter(plain).take(MOST_STRENGTH);
    words.map(|word| format!("idp:{word}")).collect()
}

impl SignOn {
    /// Begins a session of the person whom the connection means, or says why not.
    ///
    /// # Errors
    /// Storage; the inner one is a refusal, which has changed nothing.
    pub async fn let_in(
        &self,
        tenant: TenantId,
        connection: &ConnectionRow,
        vouched: &Vouched,
        user_agent: &str,
    ) -> AppResult<Result<NewSession, Refusal>> {
        let done = async {
            let mut tx = self.store.enter(tenant).await?;
            let settled = match settle_identity(&mut tx, connection, vouched).await? {
                Ok(settled) => settled,
                Err(refused) => return Ok(Err(refused)),
            };
            let origin = SessionOrigin {
                connection: Some(connection.id),
                idp_session: vouched.idp_session.clone(),
                strength: strength_of(&vouched.strength),
            };
            let member = settled.member;
            let session = self
                .people
                .begin_session(&mut tx, member.id, user_agent, origin)
                .await?;
            let who = (Some(member.id), member.name.as_str());
            let said = format!("{}: {}", connection.name, member.email);
            store::audit::append(&mut tx, who, "session.begun_by_sign_on", &said).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(Ok(session))
        };
        match done.await {
            Ok(done) => Ok(done),
            // Two of one subject at once: the second one is let in when it comes again.
            Err(StoreError::Taken(_)) => Err(AppError::new(
                ErrorCode::Conflict,
                "You were signed in twice at the same moment. Try again.",
            )),
            Err(error) => Err(failed(error)),
        }
    }

    /// Records that somebody was not let in, and gives the error for the person at the door. Bounded: a
    /// flood of them is counted, not written.
    pub(crate) async fn refuse(
        &self,
        tenant: TenantId,
        connection: &str,
        (code, explained): (&str, &str),
        said: &'static str,
    ) -> AppError {
        let reference = fault::reference();
        tracing::warn!(%reference, code, "a sign-on was refused");
        let about = format!("{connection}: {explained} ({code}, {reference})");
        let noted = async {
            let mut tx = self.store.enter(tenant).await?;
            let count = store::throttle::record(&mut tx, "sign-on refused", WINDOW).await?;
            if count <= MOST_RECORDED {
                let who = (None, "somebody");
                store::audit::append(&mut tx, who, "session.sign_on_refused", &about).await?;
            }
            tx.commit().await
        };
        if let Err(error) = noted.await {
            tracing::error!(%error, "a refused sign-on could not be recorded");
        }
        AppError::new(ErrorCode::Denied, said).with_reference(reference)
    }
}

#[cfg(test)]
mod tests {
    use super::strength_of;

    #[test]
    fn what_a_provider_says_is_never_a_proof_of_ours() {
        let said = ["mfa", "pwd", "a b", ""].map(str::to_owned);
        assert_eq!(strength_of(&said), ["idp:mfa", "idp:pwd", "idp:"]);
        assert_eq!(strength_of(&vec!["x".to_owned(); 50]).len(), 10);
    }
}
