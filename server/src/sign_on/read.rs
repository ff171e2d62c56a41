//! The pages' view of sign-on: the [`SignOnPort`].

use super::begin::{callback, oidc_settings};
use super::change::has_break_glass;
use super::mail_domains::{record_of, value_of};
use super::role_map::{RoleMap, may_be_mapped};
use super::typed::{admission_fields, fields_of};
use super::{SignOn, failed, require_rights};
use async_trait::async_trait;
use contract::ports::SignOnPort;
use contract::sign_on::{
    ConnectionKind, ConnectionPage, ConnectionState, ConnectionView, CopyValue, LinkView,
    MailDomainView, SignOnDoor, SignOnDoors, SignOnView,
};
use contract::{AppResult, Caller, ConnectionId, Role, TenantId};
use store::platform::{domains, mail_domains};
use store::sign_on_connections::{self as connections, ConnectionRow};
use store::{StoreError, TenantTx};
use url::Url;

#[async_trait]
impl SignOnPort for SignOn {
    async fn doors(&self, tenant: TenantId) -> AppResult<SignOnDoors> {
        let read = async {
            let mut tx = self.store.enter(tenant).await?;
            let rows = connections::list(&mut tx).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(rows)
        };
        let rows = read.await.map_err(failed)?;
        let on: Vec<_> = rows
            .into_iter()
            .filter(|row| row.state == ConnectionState::On)
            .collect();
        Ok(SignOnDoors {
            leads_home: on.iter().any(|row| !row.home_domains.is_empty()),
            enforced: on.iter().any(|row| row.enforced),
            doors: on.into_iter().map(door).collect(),
        })
    }

    async fn sign_on(&self, caller: &Caller) -> AppResult<SignOnView> {
        require_rights(caller)?;
        let read = async {
            let mut tx = self.store.tenant(caller).await?;
            let mut connections = Vec::new();
            for row in connections::list(&mut tx).await? {
                connections.push(view(&mut tx, &row).await?);
            }
            let rows = mail_domains::list(&mut tx).await?;
            tx.commit().await?;
            Ok::<_, StoreError>((connections, rows))
        };
        let (connections, rows) = read.await.map_err(failed)?;
        let domain = |row: mail_domains::MailDomainRow| MailDomainView {
            record: record_of(&row),
            value: value_of(&row),
            proven_ms: row.proven_ms,
            checked_ms: row.checked_ms,
            found: row.found,
            missing: row.missing_ms.is_some(),
            domain: row.domain,
        };
        Ok(SignOnView {
            connections,
            domains: rows.into_iter().map(domain).collect(),
        })
    }

    async fn connection(&self, caller: &Caller, id: ConnectionId) -> AppResult<ConnectionPage> {
        require_rights(caller)?;
        let row = self.connection_of(caller.tenant(), id).await?;
        let read = async {
            let mut tx = self.store.tenant(caller).await?;
            let connection = view(&mut tx, &row).await?;
            let hosts = domains::list(&mut tx).await?;
            let break_glass = has_break_glass(&mut tx).await?;
            tx.commit().await?;
            Ok::<_, StoreError>((connection, hosts, break_glass))
        };
        let (connection, hosts, break_glass) = read.await.map_err(failed)?;
        let oidc = match row.kind {
            ConnectionKind::Oidc => Some(fields_of(&row.name, &oidc_settings(&row)?)),
            ConnectionKind::Saml => None,
        };
        let mut values = Vec::new();
        if oidc.is_some() {
            for host in &hosts {
                values.extend(self.values_of(&host.host, id));
            }
        }
        let map = RoleMap::read(&row.role_map);
        let roles = Role::ALL.into_iter().filter(|role| may_be_mapped(*role));
        Ok(ConnectionPage {
            admission: admission_fields(row.jit, &map, row.seats, &row.home_domains),
            roles: roles.map(|role| role.as_str().to_owned()).collect(),
            has_secret: row.sealed_secret.is_some(),
            connection,
            oidc,
            values,
            break_glass,
        })
    }

    async fn links(&self, caller: &Caller) -> AppResult<Vec<LinkView>> {
        if caller.stay().is_some() {
            return Ok(Vec::new());
        }
        let read = async {
            let mut tx = self.store.tenant(caller).await?;
            let rows = connections::list(&mut tx).await?;
            let links = store::identities::of_member(&mut tx, caller.member()).await?;
            tx.commit().await?;
            Ok::<_, StoreError>((rows, links))
        };
        let (rows, links) = read.await.map_err(failed)?;
        let link = |row: ConnectionRow| {
            let linked = links.iter().find(|link| link.connection == row.id);
            let shown = linked.is_some() || row.state == ConnectionState::On;
            shown.then(|| LinkView {
                linked_ms: linked.map(|link| link.linked_ms),
                id: row.id,
                name: row.name,
            })
        };
        Ok(rows.into_iter().filter_map(link).collect())
    }
}

impl SignOn {
    /// What a provider has to be told about one host.
    fn values_of(&self, host: &str, id: ConnectionId) -> [CopyValue; 3] {
        let address = self.rules.address_of(host);
        let value = |label: &str, value: String| CopyValue {
            label: label.to_owned(),
            value,
        };
        [
            value("Redirect URI", callback(&address)),
            value("Post-logout redirect URI", format!("{address}/sign-in")),
            value(
                "Back-channel logout URI",
                format!("{address}/auth/oidc/logout/{id}"),
            ),
        ]
    }
}

fn door(row: ConnectionRow) -> SignOnDoor {
    SignOnDoor {
        goes_to: host_of(&row),
        id: row.id,
        name: row.name,
    }
}

/// Whom a connection trusts, in a few letters.
fn host_of(row: &ConnectionRow) -> String {
    let address = match row.kind {
        ConnectionKind::Oidc => row.settings.get("issuer"),
        ConnectionKind::Saml => row.settings.get("sso_url"),
    };
    let address = address.and_then(serde_json::Value::as_str);
    let url = address.and_then(|address| Url::parse(address).ok());
    url.and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default()
}

async fn view(tx: &mut TenantTx, row: &ConnectionRow) -> Result<ConnectionView, StoreError> {
    Ok(ConnectionView {
        people: store::identities::count(tx, row.id).await?,
        id: row.id,
        kind: row.kind,
        name: row.name.clone(),
        state: row.state,
        enforced: row.enforced,
        tested_ms: row.is_tested().then_some(row.tested_ms).flatten(),
        frozen: row.frozen_ms.is_some(),
        about: host_of(row),
    })
}
