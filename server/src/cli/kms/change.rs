//! `livery kms access`, `rotate`, `rewrap`, `detach` and `repair`.

use super::super::{Common, Refused, open, output};
use super::attach::read_access;
use super::{Moved, OPERATOR, finish};

pub(super) async fn rotate(common: &Common, moved: &Moved) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let tenant = opened.workspace(&moved.workspace).await?.id;
        let version = opened.custody.rotate(tenant, OPERATOR).await?;
        finish(common, opened, moved).await?;
        if common.json {
            return output::document(&serde_json::json!({ "version": version }));
        }
        output::line(format_args!(
            "The workspace's key is version {version} now."
        ))
    })
    .await
}

pub(super) async fn rewrap(common: &Common, slug: &str) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let tenant = opened.workspace(slug).await?.id;
        opened.custody.rewrap(tenant).await?;
        opened.record(tenant, "kms.rewrapped", "").await?;
        if common.json {
            return output::document(&serde_json::json!({ "rewrapped": true }));
        }
        output::line(
            "The workspace's key is wrapped under the newest version of the service's key.",
        )
    })
    .await
}

pub(super) async fn detach(common: &Common, moved: &Moved) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let tenant = opened.workspace(&moved.workspace).await?.id;
        // Everything has to be opened once more: better refused now than stuck halfway.
        opened.vault.unlock(tenant).await?;
        opened.custody.detach(tenant, OPERATOR).await?;
        finish(common, opened, moved).await?;
        if common.json {
            return output::document(&serde_json::json!({ "detached": true }));
        }
        output::line("The workspace goes back to the installation's keyring.")
    })
    .await
}

pub(super) async fn access(
    common: &Common,
    slug: &str,
    identity: Option<&str>,
) -> Result<(), Refused> {
    let access = read_access()?;
    open::with_open(common, async |opened| {
        let tenant = opened.workspace(slug).await?.id;
        opened
            .custody
            .replace_access(tenant, identity, &access)
            .await?;
        opened
            .record(tenant, "kms.access_replaced", identity.unwrap_or_default())
            .await?;
        if common.json {
            return output::document(&serde_json::json!({ "replaced": true }));
        }
        output::line("The new access opens the workspace's key and is used from now on.")
    })
    .await
}

pub(super) async fn repair(common: &Common, slug: &str) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let tenant = opened.workspace(slug).await?.id;
        let repaired = opened.custody.repair(tenant, OPERATOR).await?;
        if common.json {
            return output::document(&serde_json::json!({ "repaired": repaired }));
        }
        output::line(if repaired {
            "The row says again what was signed last; within seconds the workspace opens as before."
        } else {
            "The row says what was signed last; nothing was changed."
        })
    })
    .await
}
