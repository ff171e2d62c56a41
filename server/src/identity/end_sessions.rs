//! Who is signed in, and signing somebody else out. Whoever may make somebody an owner may sign an
//! owner out, and nobody else: an admin never locks out those above them.

use super::device::device_of;
use super::people::People;
use crate::fault;
use contract::identity::{MemberSessions, SessionView};
use contract::{AppError, AppResult, Caller, ErrorCode, MemberId, SessionId, said};
use store::sessions::OwnedSession;
use store::{StoreError, TenantTx};

/// Sessions that the page lists.
const MOST_LISTED: u32 = 500;
/// How the end of one session is recorded.
const ENDED: &str = "session.ended_for";
/// How the end of all sessions of a person is recorded.
const ENDED_ALL: &str = "session.ended_all_for";

impl People {
    /// Everybody's sessions, by person: the caller first, then whoever was here last.
    pub(super) async fn read_sessions(&self, caller: &Caller) -> AppResult<Vec<MemberSessions>> {
        require_session_rights(caller)?;
        let listed = async {
            let mut tx = self.store.tenant(caller).await?;
            let rows = store::sessions::list_of_everybody(&mut tx, MOST_LISTED).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(rows)
        };
        let rows = listed
            .await
            .map_err(|error| fault::internal("listing everybody's sessions", error))?;
        Ok(by_person(caller, rows))
    }

    /// Ends one session of anybody whom the caller may sign out.
    pub async fn sign_out_browser(&self, caller: &Caller, id: SessionId) -> AppResult<()> {
        require_session_rights(caller)?;
        self.alter_sessions(caller, ENDED, async |tx| {
            let Some(member) = store::sessions::owner_of(tx, id).await? else {
                return Ok(Err(AppError::not_found()));
            };
            let email = match allowed(tx, caller, member).await? {
                Ok(email) => email,
                Err(refused) => return Ok(Err(refused)),
            };
            let ended = store::sessions::remove(tx, id, member).await?;
            Ok(if ended {
                Ok(email)
            } else {
                Err(AppError::not_found())
            })
        })
        .await
    }

    /// Ends every session of somebody whom the caller may sign out.
    pub async fn sign_out_person(&self, caller: &Caller, member: MemberId) -> AppResult<()> {
        require_session_rights(caller)?;
        self.alter_sessions(caller, ENDED_ALL, async |tx| {
            let email = match allowed(tx, caller, member).await? {
                Ok(email) => email,
                Err(refused) => return Ok(Err(refused)),
            };
            store::sessions::remove_all(tx, member, None).await?;
            Ok(Ok(email))
        })
        .await
    }

    /// Does it and records it together, or does neither.
    async fn alter_sessions(
        &self,
        caller: &Caller,
        action: &str,
        alter: impl AsyncFnOnce(&mut TenantTx) -> Result<AppResult<String>, StoreError>,
    ) -> AppResult<()> {
        let altered = async {
            let mut tx = self.store.tenant(caller).await?;
            let email = match alter(&mut tx).await? {
                Ok(email) => email,
                Err(refused) => return Ok(Err(refused)),
            };
            let who = (Some(caller.member()), caller.name());
            store::audit::append(&mut tx, who, action, &email).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(Ok(()))
        };
        altered
            .await
            .map_err(|error| fault::internal("ending somebody's session", error))?
    }
}

fn require_session_rights(caller: &Caller) -> AppResult<()> {
    if caller.role().may_end_sessions() {
        return Ok(());
    }
    Err(AppError::new(
        ErrorCode::Denied,
        "Who is signed in is for owners and admins of this workspace.",
    ))
}

/// The address of somebody whom the caller may sign out, with the role they have now.
async fn allowed(
    tx: &mut TenantTx,
    caller: &Caller,
    member: MemberId,
) -> Result<AppResult<String>, StoreError> {
    let Some(person) = store::members::get(tx, member).await? else {
        return Ok(Err(AppError::not_found()));
    };
    if caller.role().may_sign_out(person.role) {
        return Ok(Ok(person.email));
    }
    Ok(Err(AppError::new(
        ErrorCode::Denied,
        said!(
            "{name} is an owner of this workspace. Only an owner can sign an owner out.",
            name = &person.name
        ),
    )))
}

fn by_person(caller: &Caller, rows: Vec<OwnedSession>) -> Vec<MemberSessions> {
    let mut people: Vec<MemberSessions> = Vec::new();
    for row in rows {
        let session = SessionView {
            current: row.session.id == caller.session(),
            id: row.session.id,
            device: device_of(&row.session.user_agent),
            created_ms: row.session.created_ms,
            seen_ms: row.session.seen_ms,
            expires_ms: row.session.expires_ms,
        };
        let known = people.iter_mut().find(|it| it.member == row.member_id);
        match known {
            Some(person) => person.sessions.push(session),
            None => people.push(MemberSessions {
                member: row.member_id,
                name: row.name,
                email: row.email,
                role: row.role,
                may_end: caller.role().may_sign_out(row.role),
                sessions: vec![session],
            }),
        }
    }
    // A stable order: everybody else stays in the order of their last use.
    people.sort_by_key(|person| person.member != caller.member());
    people
}
