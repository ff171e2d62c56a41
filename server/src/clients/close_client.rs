//! Closing a client for now, and opening it again: recorded in the workspace's own log and in the
//! platform's, in the transaction that does it. Nothing is lost; the agency keeps its way in.

use super::Clients;
use crate::fault;
use crate::guests::reason_of;
use crate::staff::deed;
use contract::{AppError, AppResult, ErrorCode, MemberId, Said, Staff, TenantId, said};
use secrecy::SecretString;
use serde_json::json;
use store::StoreError;
use store::platform::{clients, staff_log};

/// Longest note, in characters.
const NOTE_CHARS: usize = 2_000;

/// What proves that somebody means it.
pub struct Step {
    /// The client's name, as typed.
    pub name: String,
    /// The password of whoever is signed in.
    pub password: SecretString,
}

impl Clients {
    /// Closes the workspace for now. Its name is typed and the password asked for again.
    pub async fn suspend(
        &self,
        staff: &Staff,
        id: TenantId,
        (reason, step): (&str, Step),
    ) -> AppResult<()> {
        let client = self.reach(staff, id).await?;
        let reason = reason_of(reason)?;
        if step.name.trim() != client.name {
            return Err(AppError::new(
                ErrorCode::Invalid,
                said!(
                    "That is not the name of this client. Nothing was changed. Type “{name}”, exactly as \
                     it stands here.",
                    name = &client.name
                ),
            ));
        }
        self.roster.prove(staff, step.password).await?;
        self.turn(
            staff,
            (id, &client.slug),
            Some(&reason),
            said!("The client is not open, so it cannot be suspended."),
        )
        .await
    }

    /// Opens the workspace again.
    pub async fn resume(&self, staff: &Staff, id: TenantId) -> AppResult<()> {
        let client = self.reach(staff, id).await?;
        self.turn(
            staff,
            (id, &client.slug),
            None,
            said!("The client is not suspended."),
        )
        .await
    }

    async fn turn(
        &self,
        staff: &Staff,
        (id, slug): (TenantId, &str),
        reason: Option<&str>,
        otherwise: Said,
    ) -> AppResult<()> {
        let turned = async {
            let mut tx = self.store.enter(id).await?;
            let (own, of_client) = match reason {
                Some(_) => ("client.suspended", "workspace.suspended"),
                None => ("client.resumed", "workspace.resumed"),
            };
            let done = match reason {
                Some(reason) => clients::suspend(&mut tx, staff.name(), reason).await?,
                None => clients::resume(&mut tx).await?,
            };
            if !done {
                return Ok(false);
            }
            let who = (Some(MemberId::from_uuid(staff.id().uuid())), staff.name());
            let why = reason.unwrap_or_default();
            store::audit::append(&mut tx, who, of_client, why).await?;
            let deed = deed(staff, own, slug).with(json!({ "workspace": id, "reason": why }));
            staff_log::append_with(&mut tx, &deed).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(true)
        };
        let turned = turned
            .await
            .map_err(|error| fault::internal("closing or opening a client", error))?;
        if !turned {
            return Err(AppError::new(ErrorCode::Conflict, otherwise));
        }
        // The other processes are told by the database; this one need not wait for that.
        self.snapshots.forget(id).await;
        Ok(())
    }

    /// Writes something down about a client.
    pub async fn note(&self, staff: &Staff, id: TenantId, text: &str) -> AppResult<()> {
        let client = self.reach(staff, id).await?;
        let text = text.trim();
        let length = text.chars().count();
        let odd = |c: char| c.is_control() && c != '\n' && c != '\r';
        if length == 0 || length > NOTE_CHARS || text.contains(odd) {
            let words = said!(
                "Note: use between 1 and {most} characters.",
                most = NOTE_CHARS
            );
            return Err(AppError::new(ErrorCode::Invalid, words));
        }
        let deed = deed(staff, "client.noted", &client.slug);
        let added = self.store.add_client_note(id, (staff.name(), text), &deed);
        added
            .await
            .map_err(|error| fault::internal("writing a note", error))
    }
}
