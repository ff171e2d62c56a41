//! The end of a workspace, by one of its owners.

use super::Workspaces;
use crate::audit::AnchorError;
use crate::fault;
use contract::keys::Proof;
use contract::workspace::Deletion;
use contract::{AppError, AppResult, Caller, ErrorCode, Said, TenantId, said};
use std::time::Duration;
use store::StoreError;
use store::platform::workspaces::WorkspaceState;
use tokio::time::{Instant, sleep};

/// Answers that are being written, on any process, may take so long to stop.
const ANSWERS_STOP_WITHIN: Duration = Duration::from_secs(10);
/// Wait between two looks at them.
const LOOK_EVERY: Duration = Duration::from_millis(100);

impl Workspaces {
    pub(super) async fn delete(
        &self,
        caller: &Caller,
        typed: &str,
        proof: Proof,
    ) -> AppResult<Deletion> {
        let tenant = caller.tenant();
        let row = self.store.workspace(tenant).await.map_err(failed)?;
        let row = row.ok_or_else(AppError::not_found)?;
        if !self.store.has_owner() {
            return Err(refused(
                ErrorCode::Conflict,
                said!(
                    "The server of this installation cannot delete workspaces by itself; its operator \
                 can. Nothing was changed."
                ),
            ));
        }
        if row.state != WorkspaceState::Active {
            return Err(refused(
                ErrorCode::Suspended,
                said!(
                    "The workspace is not open, so it cannot be deleted from here. Nothing was changed."
                ),
            ));
        }
        if typed.trim() != row.name {
            let words = said!(
                "That is not the name of this workspace. Nothing was changed. Type “{name}”, exactly as it \
                 stands here.",
                name = &row.name
            );
            return Err(refused(ErrorCode::Invalid, words));
        }
        self.people.prove(caller, proof).await?;
        if !self.close(caller, &row.slug).await.map_err(failed)? {
            return Err(AppError::not_found());
        }
        // Nothing takes it back from here on, and a browser that goes away does not stop it.
        let (this, slug) = (self.clone(), row.slug);
        let removed = tokio::spawn(async move {
            this.snapshots.forget(tenant).await;
            this.stop_answers(tenant).await;
            this.remove(tenant, "owner").await
        });
        match removed.await {
            Ok(Ok(())) => {
                tracing::info!(workspace = %tenant, slug, "a workspace was deleted by its owner");
                Ok(Deletion::Done)
            }
            Ok(Err(error)) => {
                tracing::error!(%error, workspace = %tenant, "a closed workspace could not be removed yet");
                Ok(Deletion::GoingOn)
            }
            Err(error) => {
                let error = fault::of_task(&error);
                tracing::error!(error, workspace = %tenant, "a closed workspace could not be removed yet");
                Ok(Deletion::GoingOn)
            }
        }
    }

    /// Recorded, closed, and everybody signed out: all of it or nothing. `false`: it is not open.
    async fn close(&self, caller: &Caller, slug: &str) -> Result<bool, StoreError> {
        let mut tx = self.store.tenant(caller).await?;
        if !store::platform::workspaces::begin_deletion(&mut tx).await? {
            return Ok(false);
        }
        store::sessions::remove_of_everybody(&mut tx).await?;
        let who = (Some(caller.member()), caller.name());
        store::audit::append(&mut tx, who, super::DELETED, slug).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Stops what this process writes, and waits a while for the others, who were told as well: an
    /// answer that has stopped is in the books before they are gone.
    async fn stop_answers(&self, tenant: TenantId) {
        let until = Instant::now() + ANSWERS_STOP_WITHIN;
        loop {
            self.live.stop_workspace(tenant);
            match self.any_being_written(tenant).await {
                Ok(true) if Instant::now() < until => sleep(LOOK_EVERY).await,
                Ok(_) => return,
                Err(error) => {
                    return tracing::warn!(%error, "whether answers have stopped is not known");
                }
            }
        }
    }

    async fn any_being_written(&self, tenant: TenantId) -> Result<bool, StoreError> {
        let mut tx = self.store.enter(tenant).await?;
        let written = store::messages::any_being_written(&mut tx).await?;
        tx.commit().await?;
        Ok(written)
    }

    /// Anchors the log where it ends and removes everything. Doing it twice does no harm.
    pub(super) async fn remove(&self, tenant: TenantId, by: &str) -> Result<(), AnchorError> {
        // The log goes with the workspace; where it stood at the end is kept, signed.
        self.anchors.place(tenant, 0).await?;
        self.store.delete_workspace(tenant, by).await?;
        self.snapshots.forget(tenant).await;
        Ok(())
    }
}

fn refused(code: ErrorCode, words: impl Into<Said>) -> AppError {
    AppError::new(code, words)
}

fn failed(error: StoreError) -> AppError {
    fault::internal("deleting a workspace", error)
}
