//! A workspace comes into being, by whoever makes one: schema, hosts, first route, record.

use crate::brand::Brand;
use crate::config::ServerSection;
use crate::http::host_name;
use contract::{AgencyId, MemberId, NanoUsd, TenantId};
use serde_json::json;
use store::platform::staff_log::{self, Deed};
use store::platform::workspaces::NewWorkspace;
use store::routes::RouteRow;
use store::{Store, StoreError};
use uuid::Uuid;

/// What makes a workspace.
pub struct Wanted {
    /// Short name in the address.
    pub slug: String,
    /// The client's name.
    pub name: String,
    /// Its dress.
    pub brand: Brand,
    /// Who sells it.
    pub agency: Option<AgencyId>,
    /// A host of its own, which links are written with.
    pub extra_host: Option<String>,
    /// Limit per calendar month.
    pub budget: Option<NanoUsd>,
    /// Invented for the demo.
    pub demo: bool,
}

/// Why there is no workspace.
#[derive(Debug, thiserror::Error)]
pub enum NotCreated {
    /// What is wrong with the dress.
    #[error("{0}")]
    Brand(String),
    /// The short name cannot be one.
    #[error("`{0}` cannot be part of a host name")]
    Slug(String),
    /// The brand could not be written down.
    #[error(transparent)]
    Unwritten(#[from] serde_json::Error),
    /// Storage: taken, or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Creates the workspace with the demo model as its first route, so that it never starts empty. `who` is
/// recorded in the workspace's own log, `deed` on the platform host as well. Returns the workspace and
/// the host that links are written with.
///
/// # Errors
/// What cannot be used, and failures of storage.
pub async fn create_workspace(
    store: &Store,
    server: &ServerSection,
    wanted: Wanted,
    (who, deed): ((Option<MemberId>, &str), Option<&Deed>),
) -> Result<(TenantId, String), NotCreated> {
    let problems = wanted.brand.problems();
    if !problems.is_empty() {
        let lines: Vec<_> = problems
            .iter()
            .map(|problem| format!("{}: {}", problem.field, problem.message))
            .collect();
        return Err(NotCreated::Brand(lines.join("; ")));
    }
    let host = format!("{}.{}", wanted.slug, server.platform_host);
    if host_name(&host).as_ref() != Some(&host) {
        return Err(NotCreated::Slug(wanted.slug));
    }
    let id = TenantId::from_uuid(Uuid::now_v7());
    let new = NewWorkspace {
        id,
        slug: wanted.slug,
        name: wanted.name,
        agency: wanted.agency,
        host: Some(host.clone()),
        brand: serde_json::to_value(&wanted.brand)?,
        budget: wanted.budget,
        environment: "production".to_owned(),
        demo: wanted.demo,
    };
    store.create_workspace(&new).await?;
    if let Some(extra) = &wanted.extra_host {
        store.add_domain(id, extra, true).await?;
    }
    let mut tx = store.enter(id).await?;
    store::routes::upsert(&mut tx, &first_route()).await?;
    store::audit::append(&mut tx, who, "workspace.created", &new.slug).await?;
    if let Some(deed) = deed {
        staff_log::append_with(&mut tx, deed).await?;
    }
    tx.commit().await?;
    Ok((id, wanted.extra_host.unwrap_or(host)))
}

/// The route that a new workspace has.
pub(crate) fn first_route() -> RouteRow {
    RouteRow {
        alias: "demo".to_owned(),
        label: "Demo".to_owned(),
        environment: "production".to_owned(),
        strategy: "priority".to_owned(),
        targets: json!([{ "kind": "demo" }]),
        options: json!({}),
        position: 1_000,
    }
}
