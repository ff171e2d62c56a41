//! `livery keyring …`: the installation's own keys.

use super::open::Opened;
use super::{Common, Refused, open, output};
use clap::Subcommand;
use contract::TenantId;
use serde_json::json;
use store::platform::sealing::SealingPhase;

/// `livery keyring`
#[derive(Subcommand)]
pub(super) enum KeyringCommand {
    /// Say which versions there are
    Status,
    /// Add a version, seal everything anew under it, and let no older one open anything; goes on
    /// where an interrupted one stopped
    Rotate,
}

pub(super) async fn run(common: &Common, command: KeyringCommand) -> Result<(), Refused> {
    match command {
        KeyringCommand::Status => status(common).await,
        KeyringCommand::Rotate => rotate(common).await,
    }
}

async fn status(common: &Common) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let keyring = &opened.keyring;
        let (current, floor) = (keyring.current_version(), keyring.floor().max(1));
        let newest = keyring.newest_version();
        if common.json {
            return output::document(&json!({
                "current": current, "floor": floor, "newest": newest,
            }));
        }
        output::line(format_args!(
            "Secrets are wrapped under version {current}; versions {floor} to {newest} open."
        ))
    })
    .await
}

async fn rotate(common: &Common) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let keyring = &opened.keyring;
        let say = |text: String| {
            if common.json {
                Ok(())
            } else {
                output::line(text)
            }
        };
        let patience = opened.moves().patience();
        let finished = keyring.floor().max(1) == keyring.newest_version();
        if finished {
            let version = keyring.add_version()?;
            say(format!("Added version {version}."))?;
        }
        if keyring.current_version() < keyring.newest_version() {
            say(format!(
                "Waiting {} seconds, until every process has it.",
                patience.as_secs()
            ))?;
            tokio::time::sleep(patience).await;
            keyring.make_newest_current()?;
        }
        say(format!(
            "Sealing under version {}; waiting {} seconds, until no process uses an older one.",
            keyring.current_version(),
            patience.as_secs()
        ))?;
        tokio::time::sleep(patience).await;
        let (moved, unreadable) = reseal_all(opened).await?;
        keyring.raise_floor()?;
        let version = keyring.current_version();
        if common.json {
            return output::document(&json!({
                "version": version, "moved": moved, "unreadable": unreadable,
            }));
        }
        output::line(format_args!(
            "Done: {moved} values sealed anew under version {version}; nothing older opens. \
             {unreadable} values could be opened by no key."
        ))
    })
    .await
}

/// Returns how many values were sealed anew, and how many no key opened.
async fn reseal_all(opened: &Opened) -> Result<(u64, u64), Refused> {
    let (mut moved, mut unreadable) =
        crate::certificates::reseal(&opened.store, &opened.keyring).await?;
    for workspace in opened.store.workspaces().await? {
        opened.custody.reseal_access(workspace.id).await?;
        if is_settled_elsewhere(opened, workspace.id).await? {
            continue;
        }
        let told = |error| format!("workspace {}: {error}", workspace.slug);
        loop {
            let found = opened.moves().reseal(workspace.id).await.map_err(told)?;
            moved += found.moved;
            if found.moved == 0 && found.raced == 0 {
                unreadable += found.unreadable;
                break;
            }
        }
    }
    Ok((moved, unreadable))
}

/// Whether nothing of the workspace is under the keyring.
async fn is_settled_elsewhere(opened: &Opened, tenant: TenantId) -> Result<bool, Refused> {
    let sealing = opened.store.sealing(tenant).await?;
    Ok(sealing
        .is_some_and(|sealing| sealing.under.is_some() && sealing.phase == SealingPhase::Settled))
}
