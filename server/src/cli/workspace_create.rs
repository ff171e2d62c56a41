//! `livery workspace create`: a workspace with its schema, host and, on wish, its first owner.

use super::open::Opened;
use super::{Common, Refused, WorkspaceCreateArgs, open, output};
use crate::brand::Brand;
use crate::http::host_name;
use crate::identity::{People, ThrottleRules, password::Passwords};
use contract::{AgencyId, NanoUsd, Role, TenantId};
use serde_json::json;
use std::time::Duration;
use store::platform::workspaces::NewWorkspace;
use store::routes::RouteRow;
use uuid::Uuid;

/// What makes a workspace.
pub struct Wanted {
    pub slug: String,
    pub name: String,
    pub brand: Brand,
    pub agency: Option<AgencyId>,
    pub extra_host: Option<String>,
    pub budget: Option<NanoUsd>,
    pub demo: bool,
}

pub async fn create(common: &Common, args: WorkspaceCreateArgs) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let mut brand = Brand::default();
        if let Some(colour) = &args.colour {
            brand.colour.clone_from(colour);
        }
        let extra_host = match &args.host {
            Some(host) => Some(host_name(host).ok_or_else(|| format!("`{host}` is not a host name"))?),
            None => None,
        };
        let wanted = Wanted {
            slug: args.slug.clone(),
            name: args.name.clone(),
            brand,
            agency: None,
            extra_host,
            budget: None,
            demo: false,
        };
        let (id, host) = create_workspace(opened, wanted).await?;
        let invitation = match &args.owner_email {
            Some(email) => Some(invite_owner(opened, id, &host, email).await?),
            None => None,
        };
        if common.json {
            let document = json!({
                "id": id, "slug": args.slug, "name": args.name, "host": host, "invitation": invitation,
            });
            return output::document(&document);
        }
        output::line(format_args!("Created {} at {host}.", args.name))?;
        match invitation {
            Some(link) => output::line(format_args!("The owner's invitation, good for seven days: {link}")),
            None => Ok(()),
        }
    })
    .await
}

/// Creates the workspace with the demo model as its first route, so that it never starts empty.
pub async fn create_workspace(
    opened: &Opened,
    wanted: Wanted,
) -> Result<(TenantId, String), Refused> {
    let problems = wanted.brand.problems();
    if !problems.is_empty() {
        let lines: Vec<_> = problems
            .iter()
            .map(|problem| format!("{}: {}", problem.field, problem.message))
            .collect();
        return Err(lines.join("; ").into());
    }
    let host = format!("{}.{}", wanted.slug, opened.config.server.platform_host);
    if host_name(&host).as_ref() != Some(&host) {
        return Err(format!("`{}` cannot be part of a host name", wanted.slug).into());
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
    opened.store.create_workspace(&new).await?;
    if let Some(extra) = &wanted.extra_host {
        opened.store.add_domain(id, extra, true).await?;
    }
    let mut tx = opened.store.enter(id).await?;
    store::routes::upsert(&mut tx, &first_route()).await?;
    store::audit::append(&mut tx, (None, "operator"), "workspace.created", &new.slug).await?;
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

async fn invite_owner(
    opened: &Opened,
    id: TenantId,
    host: &str,
    email: &str,
) -> Result<String, Refused> {
    let people = people(opened)?;
    let invitation = people.invite_by_operator(id, email, Role::Owner).await?;
    Ok(invitation.link(&opened.config.server.address_of(host)))
}

/// Identity as the command line uses it.
pub fn people(opened: &Opened) -> Result<People, Refused> {
    let session = &opened.config.session;
    let rules = ThrottleRules {
        per_account: session.failures_per_account,
        per_address: session.failures_per_address,
    };
    let life = Duration::from_secs(u64::from(session.max_days) * 24 * 60 * 60);
    Ok(People::new(
        opened.store.clone(),
        Passwords::new()?,
        rules,
        opened.notices.clone(),
        life,
    ))
}
