//! Gives up what was opened of a workspace whose key was refused, and keys whose time is over; and has
//! its administrators told.

use crate::installation::Installation;
use engine::Engine;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Keys that nobody asks for any more are erased this often.
const SWEEP_EVERY: Duration = Duration::from_secs(5);

/// Runs until the server stops.
pub(super) async fn forget_sealed(
    installation: Installation,
    engine: Engine,
    stop: CancellationToken,
) {
    let vault = installation.vault().clone();
    let mut locked = vault.locked();
    loop {
        let told = tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(SWEEP_EVERY) => {
                vault.sweep().await;
                continue;
            }
            told = locked.recv() => told,
        };
        installation.chat().forget_rendered();
        // Told of so many at once that some were missed: their answers go when their time is over;
        // until then nobody is given them, because a question cannot be asked without the key.
        if let Ok(tenant) = told {
            engine.forget_answers(tenant);
            installation.notices().workspace_sealed(tenant).await;
        }
    }
}
