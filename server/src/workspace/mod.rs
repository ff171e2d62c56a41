//! The workspace as a whole: its beginning, what there is in it, and its end.
//!
//! Owns the order in which a workspace ends: recorded and closed in one transaction, answers stopped,
//! the log anchored, everything removed. Refuses to end what nobody recorded, and whatever is not open.

mod create_workspace;
mod delete_workspace;
mod finish_deletions;
mod read_workspace;

pub(crate) use create_workspace::first_route;
pub use create_workspace::{NotCreated, Wanted, create_workspace};

use crate::audit::Anchors;
use crate::chat::live_turns::LiveTurns;
use crate::identity::People;
use crate::tenancy::Snapshots;
use async_trait::async_trait;
use contract::keys::Proof;
use contract::workspace::{Deletion, WorkspaceView};
use contract::{AppError, AppResult, Caller, ErrorCode, WorkspacePort};
use store::Store;

/// How the end is recorded.
const DELETED: &str = "workspace.deleted";

/// All workspaces, as wholes. Cloning is cheap.
#[derive(Clone)]
pub struct Workspaces {
    store: Store,
    snapshots: Snapshots,
    live: LiveTurns,
    people: People,
    anchors: Anchors,
}

impl Workspaces {
    /// Over `store`. `live` are the answers that this process is writing.
    #[must_use]
    pub fn new(
        store: Store,
        (snapshots, live): (Snapshots, LiveTurns),
        people: People,
        anchors: Anchors,
    ) -> Self {
        Self {
            store,
            snapshots,
            live,
            people,
            anchors,
        }
    }
}

#[async_trait]
impl WorkspacePort for Workspaces {
    async fn workspace(&self, caller: &Caller) -> AppResult<WorkspaceView> {
        require_owner(caller)?;
        self.read_workspace(caller).await
    }

    async fn delete_workspace(
        &self,
        caller: &Caller,
        typed: &str,
        proof: Proof,
    ) -> AppResult<Deletion> {
        require_owner(caller)?;
        self.delete(caller, typed, proof).await
    }
}

/// Refuses everybody who may not end the workspace, and says who may.
fn require_owner(caller: &Caller) -> AppResult<()> {
    if caller.role().may_delete_workspace() {
        return Ok(());
    }
    Err(AppError::new(
        ErrorCode::Denied,
        "This page is for owners of the workspace: only they can delete it.",
    ))
}
