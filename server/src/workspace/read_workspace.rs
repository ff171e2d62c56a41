//! What there is in a workspace, for whoever thinks of ending it.

use super::Workspaces;
use crate::fault;
use contract::workspace::WorkspaceView;
use contract::{AppError, AppResult, Caller};
use store::StoreError;

impl Workspaces {
    pub(super) async fn read_workspace(&self, caller: &Caller) -> AppResult<WorkspaceView> {
        let read = async {
            let tenant = caller.tenant();
            let Some(row) = self.store.workspace(tenant).await? else {
                return Ok(None);
            };
            let domains = self.store.domains(tenant).await?;
            let sealing = self.store.sealing(tenant).await?;
            let mut tx = self.store.tenant(caller).await?;
            let extent = store::extent::read(&mut tx).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(Some(WorkspaceView {
                name: row.name,
                hosts: domains.into_iter().map(|domain| domain.host).collect(),
                members: extent.members.unsigned_abs(),
                conversations: extent.conversations.unsigned_abs(),
                keys: extent.keys.unsigned_abs(),
                records: extent.records.unsigned_abs(),
                own_key: sealing.is_some_and(|sealing| sealing.under.is_some()),
                may_be_deleted: self.store.has_owner(),
            }))
        };
        read.await
            .map_err(|error| fault::internal("reading a workspace", error))?
            .ok_or_else(AppError::not_found)
    }
}
