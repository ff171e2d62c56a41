//! `livery workspace create`: a workspace with its schema, host and, on wish, its first owner.

use super::open::Opened;
use super::{Common, Refused, WorkspaceCreateArgs, open, output};
use crate::brand::Brand;
use crate::http::host_name;
use crate::identity::{People, ThrottleRules, password::Passwords};
use crate::workspace::{self, Wanted};
use contract::{Role, TenantId};
use serde_json::json;
use std::time::Duration;

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
            agency: match &args.agency {
                Some(slug) => Some(opened.agency(slug).await?.id),
                None => None,
            },
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

/// Creates the workspace on behalf of the operator.
pub async fn create_workspace(
    opened: &Opened,
    wanted: Wanted,
) -> Result<(TenantId, String), Refused> {
    let (store, server) = (&opened.store, &opened.config.server);
    let by = ((None, "operator"), None);
    Ok(workspace::create_workspace(store, server, wanted, by).await?)
}

async fn invite_owner(
    opened: &Opened,
    id: TenantId,
    host: &str,
    email: &str,
) -> Result<String, Refused> {
    let people = people(opened)?;
    let invitation = people
        .invite_from_outside(id, "operator", email, Role::Owner)
        .await?;
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
