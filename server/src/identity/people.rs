//! People of all workspaces: what the HTTP edge and the pages ask about them.

use super::password::Passwords;
use super::throttle::ThrottleRules;
use super::token::Token;
use crate::fault;
use crate::mail::Notices;
use contract::{AppError, AppResult, Caller, MemberId, SessionId, TenantId};
use secrecy::SecretString;
use std::time::Duration;
use store::{NewSessionRow, SessionOrigin, Store, TenantTx};
use uuid::Uuid;

/// Longest user agent kept, in characters.
const AGENT_CHARS: usize = 300;

/// Identity of all workspaces.
#[derive(Clone)]
pub struct People {
    pub(super) store: Store,
    pub(super) passwords: Passwords,
    pub(super) throttle: ThrottleRules,
    pub(super) notices: Notices,
    session_life: Duration,
}

/// A session that has just begun.
pub struct NewSession {
    /// For the cookie; stored nowhere else.
    pub token: SecretString,
    /// How long the cookie may live.
    pub max_age_seconds: u64,
}

impl People {
    /// Over `store`; sessions end after `session_life` however much they are used. Invitations are mailed
    /// where `notices` has mail.
    #[must_use]
    pub const fn new(
        store: Store,
        passwords: Passwords,
        throttle: ThrottleRules,
        notices: Notices,
        session_life: Duration,
    ) -> Self {
        Self {
            store,
            passwords,
            throttle,
            notices,
            session_life,
        }
    }

    /// What checks passwords here, for whoever else has some: the bound on memory is one for all.
    #[must_use]
    pub fn passwords(&self) -> Passwords {
        self.passwords.clone()
    }

    /// How often one may guess.
    #[must_use]
    pub const fn rules(&self) -> ThrottleRules {
        self.throttle
    }

    /// The person behind a session token on the host of `tenant`. A token of another workspace is
    /// looked up here and found nowhere: nobody.
    pub async fn caller_of(&self, tenant: TenantId, token: &Token) -> AppResult<Option<Caller>> {
        let found = async {
            let mut tx = self.store.enter(tenant).await?;
            let found = store::sessions::find(&mut tx, &token.hash()).await?;
            if let Some(session) = &found {
                store::sessions::touch(&mut tx, session.id).await?;
            }
            tx.commit().await?;
            Ok::<_, store::StoreError>(found)
        };
        let found = found
            .await
            .map_err(|error| fault::internal("reading a session", error))?;
        Ok(found.map(|session| {
            Caller::new(
                tenant,
                session.member_id,
                session.id,
                session.role,
                session.name,
                session.email,
            )
            .in_teams(session.teams)
            .signed_on(session.connection, session.strength)
        }))
    }

    /// Ends one session of the caller.
    pub async fn end_session(&self, caller: &Caller, id: SessionId) -> AppResult<()> {
        let removed = async {
            let mut tx = self.store.tenant(caller).await?;
            let removed = store::sessions::remove(&mut tx, id, caller.member()).await?;
            tx.commit().await?;
            Ok::<_, store::StoreError>(removed)
        };
        if removed
            .await
            .map_err(|error| fault::internal("ending a session", error))?
        {
            Ok(())
        } else {
            Err(AppError::not_found())
        }
    }

    /// Ends every session of the caller, this one included.
    pub async fn sign_out_everywhere(&self, caller: &Caller) -> AppResult<()> {
        if caller.stay().is_some() {
            return Err(AppError::not_found());
        }
        let ended = async {
            let mut tx = self.store.tenant(caller).await?;
            store::sessions::remove_all(&mut tx, caller.member(), None).await?;
            let who = (Some(caller.member()), caller.name());
            store::audit::append(&mut tx, who, "session.ended_everywhere", caller.email()).await?;
            tx.commit().await
        };
        ended
            .await
            .map_err(|error| fault::internal("signing out everywhere", error))
    }

    /// Begins a session inside `tx`; the caller notes it in the audit record.
    pub(crate) async fn begin_session(
        &self,
        tx: &mut TenantTx,
        member: MemberId,
        user_agent: &str,
        origin: SessionOrigin,
    ) -> Result<NewSession, store::StoreError> {
        let token = Token::fresh();
        let row = NewSessionRow {
            id: SessionId::from_uuid(Uuid::now_v7()),
            token_hash: token.hash(),
            member_id: member,
            user_agent: kept_agent(user_agent),
            lifetime: self.session_life,
            origin,
        };
        store::sessions::insert(tx, &row).await?;
        Ok(NewSession {
            token: token.secret(),
            max_age_seconds: self.session_life.as_secs(),
        })
    }

    /// Signs in as a demo person without a password. The edge asks only for demo workspaces in
    /// demo mode. `None`: there is no such person.
    pub async fn sign_in_as_demo(
        &self,
        tenant: TenantId,
        email: &str,
        user_agent: &str,
    ) -> AppResult<Option<NewSession>> {
        let signed_in = async {
            let mut tx = self.store.enter(tenant).await?;
            let found = store::members::find_by_email(&mut tx, email).await?;
            let Some(member) = found.filter(|member| member.deactivated_ms.is_none()) else {
                return Ok(None);
            };
            let origin = SessionOrigin::default();
            let session = self
                .begin_session(&mut tx, member.id, user_agent, origin)
                .await?;
            let who = (Some(member.id), member.name.as_str());
            store::audit::append(&mut tx, who, "session.begun_as_demo", &member.email).await?;
            tx.commit().await?;
            Ok::<_, store::StoreError>(Some(session))
        };
        signed_in
            .await
            .map_err(|error| fault::internal("signing in as a demo person", error))
    }
}

/// A browser's description of itself, as it is stored.
pub(crate) fn kept_agent(user_agent: &str) -> String {
    let plain = user_agent.chars().filter(|c| !c.is_control());
    plain.take(AGENT_CHARS).collect()
}
