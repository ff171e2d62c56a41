//! Signing in on the platform host, and proving it again before something is destroyed or closed.
//!
//! The answer to a wrong password and to an unknown account is the same, in words and in time: both are
//! counted, both look the account up, both check one argon2id hash.

use super::{IDLE, LONGEST, Roster};
use crate::fault;
use crate::identity::throttle::{WINDOW, account, place, too_many};
use crate::identity::token::Token;
use crate::identity::{NewSession, SignIn, kept_agent};
use contract::{AppError, AppResult, ErrorCode, Staff, StaffId, StaffSessionId, said};
use secrecy::SecretString;
use store::StoreError;
use store::platform::staff::NewStaffSession;
use store::platform::staff_log::Deed;
use uuid::Uuid;

/// Wrong proofs of one person within a quarter of an hour before they have to wait.
const PROOFS: u32 = 5;

impl Roster {
    /// The person behind a session token on the platform host.
    pub async fn staff_of(&self, token: &Token) -> AppResult<Option<Staff>> {
        let found = self.store.staff_of_session(&token.hash(), IDLE).await;
        found.map_err(|error| fault::internal("reading a staff session", error))
    }

    /// Begins a session, or says why not.
    pub async fn sign_in(&self, attempt: SignIn) -> AppResult<NewSession> {
        let email = attempt.email.trim().to_lowercase();
        let (account, place) = (account(&email), place(attempt.address));
        let subjects = [
            (place.as_str(), self.rules.per_address),
            (account.as_str(), self.rules.per_account),
        ];
        let within = self.store.count_staff_try(&subjects, WINDOW).await;
        if !within.map_err(|error| fault::internal("counting a sign-in", error))? {
            return Err(too_many(said!(
                "Too many attempts. Wait fifteen minutes and try again."
            )));
        }
        let found = self.store.staff_by_email(&email).await;
        let found = found.map_err(|error| fault::internal("looking up staff", error))?;
        let hash = found.as_ref().and_then(|row| row.password_hash.clone());
        let fits = self.passwords.check(attempt.password, hash).await;
        let fits = fits.map_err(|error| fault::internal("checking a password", error))?;
        match found {
            Some(row) if fits => {
                let begun = async {
                    self.store.forgive_staff_try(Some(&place), &account).await?;
                    let deed = Deed::new(Some(row.id), &row.name, "staff.signed_in", &row.email);
                    self.begin_session(row.id, &attempt.user_agent, &deed).await
                };
                begun
                    .await
                    .map_err(|error| fault::internal("beginning a staff session", error))
            }
            known => {
                if let Some(row) = known {
                    self.note_refusal(row.email);
                }
                Err(AppError::new(
                    ErrorCode::Invalid,
                    "The email or the password is not right. Check both and try again.",
                ))
            }
        }
    }

    /// Ends the session that this request came with.
    pub async fn sign_out(&self, staff: &Staff) -> AppResult<()> {
        let ended = self.store.end_staff_session(staff.session()).await;
        ended.map_err(|error| fault::internal("ending a staff session", error))
    }

    /// Checks the password of whoever is signed in. Counted before it is judged, per person.
    ///
    /// # Errors
    /// [`ErrorCode::Denied`] when it is not right, [`ErrorCode::Throttled`] after too many tries.
    pub async fn prove(&self, staff: &Staff, password: SecretString) -> AppResult<()> {
        let subject = format!("proof{}", staff.id());
        let failed = |error: StoreError| fault::internal("counting a proof", error);
        let subjects = [(subject.as_str(), PROOFS)];
        let within = self.store.count_staff_try(&subjects, WINDOW).await;
        if !within.map_err(failed)? {
            return Err(too_many(said!(
                "Too many attempts. Nothing was changed. Wait fifteen minutes and try again."
            )));
        }
        let row = self.store.staff_by_email(staff.email()).await;
        let hash = row.map_err(failed)?.and_then(|row| row.password_hash);
        let fits = self.passwords.check(password, hash).await;
        if !fits.map_err(|error| fault::internal("checking a password", error))? {
            return Err(AppError::new(
                ErrorCode::Denied,
                "That password is not right. Nothing was changed. Try again.",
            ));
        }
        let forgiven = self.store.forgive_staff_try(None, &subject).await;
        forgiven.map_err(failed)
    }

    pub(super) async fn begin_session(
        &self,
        staff: StaffId,
        user_agent: &str,
        deed: &Deed,
    ) -> Result<NewSession, StoreError> {
        let token = Token::fresh();
        let row = NewStaffSession {
            id: StaffSessionId::from_uuid(Uuid::now_v7()),
            token_hash: token.hash(),
            staff,
            user_agent: kept_agent(user_agent),
            lifetime: LONGEST,
        };
        self.store.begin_staff_session(&row, deed).await?;
        Ok(NewSession {
            token: token.secret(),
            max_age_seconds: LONGEST.as_secs(),
        })
    }

    /// On a task of its own: how long an answer takes must not tell which accounts there are.
    fn note_refusal(&self, email: String) {
        let store = self.store.clone();
        tokio::spawn(async move {
            let deed = Deed::new(None, "somebody", "staff.refused", &email);
            if let Err(error) = store.record_deed(&deed).await {
                tracing::error!(%error, "a refused staff sign-in could not be recorded");
            }
        });
    }
}
