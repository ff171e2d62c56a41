//! How a workspace fares as a whole, and its guided start.
//!
//! Owns what counts as done: always what is there now, never what somebody ticked off. A step that was
//! left out stands in the record, and nowhere else. Refuses to read a whole ledger for a page.

mod read_overview;
mod skip_step;

use crate::keys::Keys;
use crate::tenancy::Snapshots;
use async_trait::async_trait;
use contract::overview::{GuideStep, OverviewView};
use contract::{AppError, AppResult, Caller, ErrorCode, OverviewPort, Said, said};
use engine::Engine;
use std::sync::Arc;
use store::Store;

/// How a left-out step is recorded.
const SKIPPED: &str = "guide.skipped";
/// How it is recorded that it was taken up again.
const TAKEN_UP: &str = "guide.taken_up";

/// Overviews of all workspaces. Cloning is cheap.
#[derive(Clone)]
pub struct Overviews {
    store: Store,
    engine: Engine,
    snapshots: Snapshots,
    keys: Keys,
    platform_host: Arc<str>,
}

impl Overviews {
    /// Over its parts. Hosts at and below `platform_host` are the installation's own.
    #[must_use]
    pub fn new(
        store: Store,
        engine: Engine,
        (snapshots, keys): (Snapshots, Keys),
        platform_host: &str,
    ) -> Self {
        Self {
            store,
            engine,
            snapshots,
            keys,
            platform_host: platform_host.into(),
        }
    }
}

#[async_trait]
impl OverviewPort for Overviews {
    async fn overview(&self, caller: &Caller) -> AppResult<OverviewView> {
        if !caller.role().may_see_overview() {
            return Err(denied(said!(
                "The overview is for owners, admins and auditors of this workspace."
            )));
        }
        self.read_overview(caller).await
    }

    async fn skip_step(&self, caller: &Caller, step: GuideStep, skip: bool) -> AppResult<()> {
        if !caller.role().may_manage_members() {
            return Err(denied(said!(
                "What is left out of the start is decided by owners and admins of this workspace."
            )));
        }
        self.skip(caller, step, skip).await
    }
}

fn denied(words: impl Into<Said>) -> AppError {
    AppError::new(ErrorCode::Denied, words)
}
