//! The pages' view of people: the [`PeoplePort`].

use super::device::device_of;
use super::invite::require_member_rights;
use super::people::People;
use crate::fault;
use async_trait::async_trait;
use contract::identity::{
    InvitationOffer, InvitationView, MemberSessions, MemberView, SessionView, TeamView,
};
use contract::ports::PeoplePort;
use contract::{AppResult, Caller, TenantId};
use store::StoreError;

#[async_trait]
impl PeoplePort for People {
    async fn sessions(&self, caller: &Caller) -> AppResult<Vec<SessionView>> {
        let listed = async {
            let mut tx = self.store.tenant(caller).await?;
            let rows = store::sessions::list(&mut tx, caller.member()).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(rows)
        };
        let rows = listed
            .await
            .map_err(|error| fault::internal("listing sessions", error))?;
        let view = |row: store::SessionRow| SessionView {
            current: row.id == caller.session(),
            id: row.id,
            device: device_of(&row.user_agent),
            created_ms: row.created_ms,
            seen_ms: row.seen_ms,
            expires_ms: row.expires_ms,
        };
        Ok(rows.into_iter().map(view).collect())
    }

    async fn everybodys_sessions(&self, caller: &Caller) -> AppResult<Vec<MemberSessions>> {
        self.read_sessions(caller).await
    }

    async fn members(&self, caller: &Caller) -> AppResult<Vec<MemberView>> {
        require_member_rights(caller)?;
        let listed = async {
            let mut tx = self.store.tenant(caller).await?;
            let rows = store::members::list(&mut tx).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(rows)
        };
        let rows = listed
            .await
            .map_err(|error| fault::internal("listing members", error))?;
        let view = |row: store::MemberRow| MemberView {
            id: row.id,
            name: row.name,
            email: row.email,
            role: row.role,
            teams: row.teams,
        };
        Ok(rows.into_iter().map(view).collect())
    }

    async fn teams(&self, caller: &Caller) -> AppResult<Vec<TeamView>> {
        require_member_rights(caller)?;
        let listed = async {
            let mut tx = self.store.tenant(caller).await?;
            let rows = store::teams::list(&mut tx).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(rows)
        };
        let rows = listed
            .await
            .map_err(|error| fault::internal("listing teams", error))?;
        let view = |row: store::teams::TeamRow| TeamView {
            id: row.id,
            name: row.name,
        };
        Ok(rows.into_iter().map(view).collect())
    }

    async fn invitations(&self, caller: &Caller) -> AppResult<Vec<InvitationView>> {
        require_member_rights(caller)?;
        let listed = async {
            let mut tx = self.store.tenant(caller).await?;
            let rows = store::invitations::list_open(&mut tx).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(rows)
        };
        let rows = listed
            .await
            .map_err(|error| fault::internal("listing invitations", error))?;
        let view = |row: store::InvitationRow| InvitationView {
            id: row.id,
            email: row.email,
            role: row.role,
            expires_ms: row.expires_ms,
        };
        Ok(rows.into_iter().map(view).collect())
    }

    async fn invitation(&self, tenant: TenantId, token: String) -> AppResult<InvitationOffer> {
        self.read_invitation(tenant, &token).await
    }
}
