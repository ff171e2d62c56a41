//! Teams: made, filled, removed by whoever manages members.

use super::invite::require_member_rights;
use super::people::People;
use crate::fault;
use contract::identity::TEAM_NAME_MAX_CHARS;
use contract::{AppError, AppResult, Caller, ErrorCode, MemberId, TeamId, said};
use store::{StoreError, TenantTx};
use uuid::Uuid;

impl People {
    /// Makes a team.
    pub async fn make_team(&self, caller: &Caller, name: &str) -> AppResult<TeamId> {
        require_member_rights(caller)?;
        let name = team_name(name)?;
        let id = TeamId::from_uuid(Uuid::now_v7());
        self.alter_teams(
            caller,
            "team.made",
            async |tx| match store::teams::insert(tx, id, &name).await {
                Err(StoreError::Taken(_)) => Ok(Err(AppError::new(
                    ErrorCode::Conflict,
                    said!("There is a team called “{name}” already.", name = &name),
                ))),
                made => made.map(|()| Ok(name.clone())),
            },
        )
        .await?;
        Ok(id)
    }

    /// Puts a member into a team, or takes them out.
    pub async fn put_into_team(
        &self,
        caller: &Caller,
        team: TeamId,
        member: MemberId,
        inside: bool,
    ) -> AppResult<()> {
        require_member_rights(caller)?;
        let action = if inside { "team.joined" } else { "team.left" };
        self.alter_teams(caller, action, async |tx| {
            if !store::teams::put(tx, team, member, inside).await? {
                return Ok(Err(AppError::not_found()));
            }
            let person = store::members::get(tx, member).await?;
            let email = person.map(|person| person.email).unwrap_or_default();
            let name = name_of(tx, team).await?;
            Ok(Ok(format!("{name}: {email}")))
        })
        .await
    }

    /// Removes a team that no key is for.
    pub async fn remove_team(&self, caller: &Caller, team: TeamId) -> AppResult<()> {
        require_member_rights(caller)?;
        self.alter_teams(caller, "team.removed", async |tx| {
            let name = name_of(tx, team).await?;
            if store::teams::has_keys(tx, team).await? {
                return Ok(Err(AppError::new(
                    ErrorCode::Conflict,
                    said!(
                        "A provider key is for team “{name}”. Delete the key first: it must not \
                         become everybody’s.",
                        name = &name
                    ),
                )));
            }
            if store::virtual_keys::has_for_team(tx, team).await? {
                return Ok(Err(AppError::new(
                    ErrorCode::Conflict,
                    said!(
                        "A program’s key is for team “{name}”. Revoke the key first: it must not \
                         become everybody’s.",
                        name = &name
                    ),
                )));
            }
            if !store::teams::remove(tx, team).await? {
                return Ok(Err(AppError::not_found()));
            }
            Ok(Ok(name))
        })
        .await
    }

    /// Does it, notes it in the same transaction under the name that `work` gives, and tells every
    /// process.
    async fn alter_teams(
        &self,
        caller: &Caller,
        action: &str,
        work: impl AsyncFnOnce(&mut TenantTx) -> Result<AppResult<String>, StoreError>,
    ) -> AppResult<()> {
        let altered = async {
            let mut tx = self.store.tenant(caller).await?;
            let object = match work(&mut tx).await? {
                Ok(object) => object,
                Err(refused) => return Ok(Err(refused)),
            };
            let who = (Some(caller.member()), caller.name());
            store::audit::append(&mut tx, who, action, &object).await?;
            tx.commit().await?;
            self.store.announce_change(caller.tenant()).await?;
            Ok::<_, StoreError>(Ok(()))
        };
        altered
            .await
            .map_err(|error| fault::internal("changing a team", error))?
    }
}

/// Who does it: the member, where it is one, and their name.
type Who<'a> = (Option<MemberId>, &'a str);

/// Makes a team, and records it in the same transaction. [`StoreError::Taken`]: there is one of this
/// name.
pub async fn make_team(tx: &mut TenantTx, who: Who<'_>, name: &str) -> Result<TeamId, StoreError> {
    let id = TeamId::from_uuid(Uuid::now_v7());
    store::teams::insert(tx, id, name).await?;
    store::audit::append(tx, who, "team.made", name).await?;
    Ok(id)
}

/// Puts a member into a team or takes them out, and records it in the same transaction.
pub async fn put_into_team(
    tx: &mut TenantTx,
    who: Who<'_>,
    (team, name): (TeamId, &str),
    (member, email): (MemberId, &str),
    inside: bool,
) -> Result<(), StoreError> {
    store::teams::put(tx, team, member, inside).await?;
    let action = if inside { "team.joined" } else { "team.left" };
    store::audit::append(tx, who, action, &format!("{name}: {email}")).await
}

/// Removes a team, which has no keys any more, and records it in the same transaction.
pub async fn remove_team(
    tx: &mut TenantTx,
    who: Who<'_>,
    (team, name): (TeamId, &str),
) -> Result<(), StoreError> {
    store::teams::remove(tx, team).await?;
    store::audit::append(tx, who, "team.removed", name).await
}

async fn name_of(tx: &mut TenantTx, team: TeamId) -> Result<String, StoreError> {
    let teams = store::teams::list(tx).await?;
    let found = teams.into_iter().find(|row| row.id == team);
    Ok(found.map(|row| row.name).unwrap_or_default())
}

/// A name without stray spaces.
///
/// # Errors
/// [`ErrorCode::Invalid`]: empty, too long, or not plain text.
pub fn team_name(typed: &str) -> AppResult<String> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = name.chars().count();
    if length == 0 || length > TEAM_NAME_MAX_CHARS || name.contains(char::is_control) {
        let words = said!(
            "Name: use between 1 and {most} characters.",
            most = TEAM_NAME_MAX_CHARS
        );
        return Err(AppError::new(ErrorCode::Invalid, words));
    }
    Ok(name)
}
