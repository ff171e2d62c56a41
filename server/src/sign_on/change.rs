//! What people of a workspace do with a connection. Each change asks for a proof that it is they who act,
//! and is recorded in its transaction.

use super::begin::oidc_settings;
use super::typed::{Typed, TypedAdmission};
use super::{SignOn, require_rights};
use contract::keys::Proof;
use contract::sign_on::{ConnectionKind, ConnectionState};
use contract::{AppError, AppResult, Caller, ConnectionId, ErrorCode, Role, Said, TenantId};
use store::sessions::OfConnection;
use store::sign_on_connections::{self as connections, NewConnection, SecretChange};
use store::{StoreError, TenantTx};
use uuid::Uuid;

/// Connections of one workspace.
const MOST: usize = 20;

fn conflict(words: impl Into<Said>) -> AppError {
    AppError::new(ErrorCode::Conflict, words)
}

fn name_taken() -> AppError {
    conflict("There is a connection of this name already. Give this one another.")
}

impl SignOn {
    /// Adds a connection over OpenID Connect, as a draft.
    pub async fn make_oidc(
        &self,
        caller: &Caller,
        typed: &Typed,
        proof: Proof,
    ) -> AppResult<ConnectionId> {
        require_rights(caller)?;
        let (name, settings, secret) = typed.read()?;
        self.people.prove(caller, proof).await?;
        let id = ConnectionId::from_uuid(Uuid::now_v7());
        let sealed_secret = match secret {
            Some(secret) => Some(self.seal_secret(caller.tenant(), id, secret).await?),
            None => None,
        };
        let new = NewConnection {
            id,
            kind: ConnectionKind::Oidc,
            name,
            settings: serde_json::to_value(settings)
                .map_err(|error| crate::fault::internal("adding a connection", error))?,
            sealed_secret,
        };
        self.make(caller, &new).await?;
        Ok(id)
    }

    /// Stores a new connection of any protocol. The proof is the caller's to ask for.
    pub(crate) async fn make(&self, caller: &Caller, new: &NewConnection) -> AppResult<()> {
        self.alter(caller.tenant(), async |tx| {
            if connections::list(tx).await?.len() >= MOST {
                return Ok(Err(conflict(
                    "There are 20 connections here, and no more can be added.",
                )));
            }
            match connections::insert(tx, new).await {
                Err(StoreError::Taken(_)) => return Ok(Err(name_taken())),
                made => made?,
            }
            record(tx, caller, "sign_on.made", &new.name).await?;
            Ok(Ok(()))
        })
        .await
    }

    /// Changes a connection over OpenID Connect. Where what it trusts changes, its sessions end, its links
    /// are frozen, and it has to be tried again before it is switched on.
    pub async fn change_oidc(
        &self,
        caller: &Caller,
        id: ConnectionId,
        typed: &Typed,
        proof: Proof,
    ) -> AppResult<()> {
        require_rights(caller)?;
        let (name, settings, secret) = typed.read()?;
        let before = oidc_settings(&self.connection_of(caller.tenant(), id).await?)?;
        self.people.prove(caller, proof).await?;
        let secret = match secret {
            Some(secret) => {
                let sealed = self.seal_secret(caller.tenant(), id, secret).await?;
                SecretChange::Put(Some(sealed))
            }
            None => SecretChange::Keep,
        };
        let trust = settings.trusts_otherwise(&before);
        let settings = serde_json::to_value(settings)
            .map_err(|error| crate::fault::internal("changing a connection", error))?;
        self.change(caller, id, (&name, &settings), &secret, trust)
            .await
    }

    /// Stores a change of a connection of any protocol. The proof is the caller's to ask for.
    pub(crate) async fn change(
        &self,
        caller: &Caller,
        id: ConnectionId,
        (name, settings): (&str, &serde_json::Value),
        secret: &SecretChange,
        trust: bool,
    ) -> AppResult<()> {
        self.alter(caller.tenant(), async |tx| {
            let Some(row) = connections::get_for_change(tx, id).await? else {
                return Ok(Err(AppError::not_found()));
            };
            match connections::change(tx, id, (name, settings), secret, trust).await {
                Err(StoreError::Taken(_)) => return Ok(Err(name_taken())),
                changed => changed?,
            };
            if trust {
                store::sessions::remove_of_connection(tx, id, OfConnection::Every).await?;
                if row.state == ConnectionState::On {
                    connections::set_state(tx, id, ConnectionState::Off).await?;
                }
            }
            record(tx, caller, "sign_on.changed", name).await?;
            Ok(Ok(()))
        })
        .await
    }

    /// Says who is taken in.
    pub async fn set_admission(
        &self,
        caller: &Caller,
        id: ConnectionId,
        typed: &TypedAdmission,
        proof: Proof,
    ) -> AppResult<()> {
        require_rights(caller)?;
        let admission = typed.read(self.rules.test_names)?;
        self.people.prove(caller, proof).await?;
        self.alter(caller.tenant(), async |tx| {
            let Some(row) = connections::get_for_change(tx, id).await? else {
                return Ok(Err(AppError::not_found()));
            };
            connections::set_admission(tx, id, &admission).await?;
            record(tx, caller, "sign_on.admission_changed", &row.name).await?;
            Ok(Ok(()))
        })
        .await
    }

    /// Switches a connection on or off. One that nobody tried since it was changed is not switched on.
    pub async fn switch(
        &self,
        caller: &Caller,
        id: ConnectionId,
        on: bool,
        proof: Proof,
    ) -> AppResult<()> {
        require_rights(caller)?;
        self.people.prove(caller, proof).await?;
        let who = (Some(caller.member()), caller.name());
        self.switch_for(caller.tenant(), who, id, on).await
    }

    /// The same for whoever may: the operator, at the command line.
    pub async fn switch_for(
        &self,
        tenant: TenantId,
        who: crate::domains::Who<'_>,
        id: ConnectionId,
        on: bool,
    ) -> AppResult<()> {
        self.alter(tenant, async |tx| {
            let Some(row) = connections::get_for_change(tx, id).await? else {
                return Ok(Err(AppError::not_found()));
            };
            if on && !row.is_tested() {
                return Ok(Err(conflict(
                    "Nobody has tried this connection as it is now. Press “Test sign-in” first.",
                )));
            }
            let (state, action) = if on {
                (ConnectionState::On, "sign_on.switched_on")
            } else {
                (ConnectionState::Off, "sign_on.switched_off")
            };
            if row.state != state {
                connections::set_state(tx, id, state).await?;
                if !on {
                    store::sessions::remove_of_connection(tx, id, OfConnection::Every).await?;
                }
                store::audit::append(tx, who, action, &row.name).await?;
            }
            Ok(Ok(()))
        })
        .await
    }

    /// Makes everybody but the owners sign in through connections, or lets passwords be again. Somebody
    /// must be left who gets in without: an owner with a password.
    pub async fn enforce(
        &self,
        caller: &Caller,
        id: ConnectionId,
        on: bool,
        proof: Proof,
    ) -> AppResult<()> {
        require_rights(caller)?;
        self.people.prove(caller, proof).await?;
        self.alter(caller.tenant(), async |tx| {
            let Some(row) = connections::get_for_change(tx, id).await? else {
                return Ok(Err(AppError::not_found()));
            };
            if on && !has_break_glass(tx).await? {
                return Ok(Err(conflict(
                    "No owner has a password. Somebody has to be left who gets in when the provider is down.",
                )));
            }
            if !connections::set_enforced(tx, id, on).await? {
                return Ok(Err(conflict("Switch the connection on first.")));
            }
            let action = if on {
                "sign_on.enforced"
            } else {
                "sign_on.not_enforced"
            };
            record(tx, caller, action, &row.name).await?;
            Ok(Ok(()))
        })
        .await
    }

    /// Says that the people of a connection are the same as before what it trusts was changed.
    pub async fn confirm_people(
        &self,
        caller: &Caller,
        id: ConnectionId,
        proof: Proof,
    ) -> AppResult<()> {
        require_rights(caller)?;
        self.people.prove(caller, proof).await?;
        self.alter(caller.tenant(), async |tx| {
            let Some(row) = connections::get_for_change(tx, id).await? else {
                return Ok(Err(AppError::not_found()));
            };
            if connections::thaw(tx, id).await? {
                record(tx, caller, "sign_on.people_confirmed", &row.name).await?;
            }
            Ok(Ok(()))
        })
        .await
    }

    /// Removes a connection with its links. Its sessions end.
    pub async fn remove(&self, caller: &Caller, id: ConnectionId, proof: Proof) -> AppResult<()> {
        require_rights(caller)?;
        self.people.prove(caller, proof).await?;
        self.alter(caller.tenant(), async |tx| {
            let Some(row) = connections::get_for_change(tx, id).await? else {
                return Ok(Err(AppError::not_found()));
            };
            store::sessions::remove_of_connection(tx, id, OfConnection::Every).await?;
            connections::remove(tx, id).await?;
            record(tx, caller, "sign_on.removed", &row.name).await?;
            Ok(Ok(()))
        })
        .await
    }

    /// Takes the caller's own link away; their sessions through it end, but not the one they act in.
    pub async fn unlink(&self, caller: &Caller, id: ConnectionId) -> AppResult<()> {
        self.alter(caller.tenant(), async |tx| {
            let Some(row) = connections::get(tx, id).await? else {
                return Ok(Err(AppError::not_found()));
            };
            let person = store::members::get(tx, caller.member()).await?;
            let has_password = person.is_some_and(|person| person.password_hash.is_some());
            let links = store::identities::of_member(tx, caller.member()).await?;
            if !has_password && links.len() < 2 {
                return Ok(Err(conflict(
                    "This is the only way in you have. Link another one first.",
                )));
            }
            if !store::identities::unlink(tx, id, caller.member()).await? {
                return Ok(Err(AppError::not_found()));
            }
            record(tx, caller, "sign_on.unlinked", &row.name).await?;
            Ok(Ok(()))
        })
        .await
    }
}

/// Whether an owner has a password, who may come in.
pub(super) async fn has_break_glass(tx: &mut TenantTx) -> Result<bool, StoreError> {
    let people = store::members::list(tx).await?;
    Ok(people.iter().any(|person| {
        person.role == Role::Owner
            && person.password_hash.is_some()
            && person.deactivated_ms.is_none()
    }))
}

async fn record(
    tx: &mut TenantTx,
    caller: &Caller,
    action: &str,
    about: &str,
) -> Result<(), StoreError> {
    let who = (Some(caller.member()), caller.name());
    store::audit::append(tx, who, action, about).await
}
