//! Forgets a workspace's snapshot when the database says that it changed, and anchors its audit log
//! when the database says that it has grown.

use crate::installation::Installation;
use contract::TenantId;
use engine::Engine;
use store::platform::changes::{Change, Changes};
use tokio_util::sync::CancellationToken;

/// Runs until the server stops.
pub(super) async fn follow_changes(
    mut changes: Changes,
    installation: Installation,
    engine: Engine,
    stop: CancellationToken,
) {
    loop {
        let change = tokio::select! {
            () = stop.cancelled() => return,
            change = changes.next() => change,
        };
        let snapshots = installation.snapshots();
        match change {
            Change::Everything => snapshots.forget_all(),
            // On a task of its own: changes are not kept waiting by the database.
            Change::SlicesCalledIn(tenant) => hand_back(&engine, tenant),
            Change::Log(tenant) => anchor(&installation, tenant).await,
            Change::Workspace(tenant) => {
                snapshots.forget(tenant).await;
                // A limit may have been lowered.
                hand_back(&engine, tenant);
                // A workspace that is gone or closed answers nobody any more.
                match snapshots.of_id(tenant).await {
                    Ok(Some(snapshot)) if !snapshot.suspended => {
                        engine.heed_cache(tenant, &snapshot.cache);
                    }
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
        }
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
