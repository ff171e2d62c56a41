//! Forgets a workspace's snapshot when the database says that it changed, and anchors its audit log
//! when the database says that it has grown.

use crate::installation::Installation;
use contract::TenantId;
use engine::Engine;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use store::platform::changes::{Change, Changes};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Runs until the server stops. What is out of date is forgotten at once, so that a revoked key is dead
/// within seconds on every process; what follows from a change asks the database, and waits its turn
/// elsewhere.
pub(super) async fn follow_changes(
    mut changes: Changes,
    installation: Installation,
    engine: Engine,
    stop: CancellationToken,
) {
    let after = Arc::new(Changed::default());
    tokio::spawn(look_after_changed(
        Arc::clone(&after),
        installation.clone(),
        engine.clone(),
        stop.clone(),
    ));
    loop {
        let change = tokio::select! {
            () = stop.cancelled() => return,
            change = changes.next() => change,
        };
        installation.snapshots().heed(change).await;
        match change {
            Change::Everything => installation.live_brands().changed(None),
            // On a task of its own: changes are not kept waiting by the database.
            Change::SlicesCalledIn(tenant) => hand_back(&engine, tenant),
            Change::Log(tenant) => after.add(tenant, What::Log),
            Change::Workspace(tenant) => {
                installation.live_brands().changed(Some(tenant));
                // A limit may have been lowered.
                hand_back(&engine, tenant);
                after.add(tenant, What::Workspace);
            }
        }
    }
}

/// What of a workspace changed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum What {
    Workspace,
    Log,
}

/// Changes that something follows from, each once however often it came.
#[derive(Default)]
struct Changed {
    waiting: Mutex<HashSet<(TenantId, What)>>,
    woken: Notify,
}

impl Changed {
    fn add(&self, tenant: TenantId, what: What) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.insert((tenant, what));
        self.woken.notify_one();
    }

    fn take(&self) -> HashSet<(TenantId, What)> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *waiting)
    }
}

/// One after the other, so that what is newer never comes before what is older.
async fn look_after_changed(
    changed: Arc<Changed>,
    installation: Installation,
    engine: Engine,
    stop: CancellationToken,
) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = changed.woken.notified() => {}
        }
        for (tenant, what) in changed.take() {
            match what {
                What::Log => anchor(&installation, tenant).await,
                What::Workspace => heed(&installation, &engine, tenant).await,
            }
        }
    }
}

/// A workspace that is gone or closed answers nobody any more.
async fn heed(installation: &Installation, engine: &Engine, tenant: TenantId) {
    match installation.snapshots().of_id(tenant).await {
        Ok(Some(snapshot)) if !snapshot.suspended => engine.heed_cache(tenant, &snapshot.cache),
        Ok(Some(_)) => installation.live_turns().stop_workspace(tenant),
        Ok(None) => {
            installation.live_turns().stop_workspace(tenant);
            engine.meters().forget(tenant);
            engine.forget_answers(tenant);
            if let Some(shared) = installation.cache().shared() {
                shared.forget(tenant).await;
            }
        }
        Err(error) => tracing::warn!(%error, "a changed workspace could not be read"),
    }
}

/// Hands back what no turn of the workspace needs of its limits.
fn hand_back(engine: &Engine, tenant: TenantId) {
    let engine = engine.clone();
    tokio::spawn(async move { engine.meters().hand_back(Some(tenant)).await });
}

/// What fails here is made up for by the round over all logs.
async fn anchor(installation: &Installation, tenant: TenantId) {
    if let Err(error) = installation.anchors().place(tenant, 0).await {
        tracing::warn!(%error, workspace = %tenant, "an audit log could not be anchored");
    }
}
