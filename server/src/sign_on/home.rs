//! From an address to the connection of its people, by its domain and nothing else: whether anybody has the
//! address is not looked up.

use super::settle::readable_address;
use super::{SignOn, failed};
use contract::sign_on::ConnectionState;
use contract::{AppResult, ConnectionId, TenantId};
use store::platform::mail_domains;
use store::{StoreError, sign_on_connections};

/// Where an address leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// To this connection.
    Connection(ConnectionId),
    /// Nowhere: no domain that this workspace has proven, or none that is led anywhere.
    Nowhere,
}

impl SignOn {
    /// Where the people of an address sign in.
    pub async fn home_of(&self, tenant: TenantId, email: &str) -> AppResult<Home> {
        let Some((_, domain)) = readable_address(email) else {
            return Ok(Home::Nowhere);
        };
        let found = async {
            let mut tx = self.store.enter(tenant).await?;
            let proven = mail_domains::is_proven(&mut tx, &domain).await?;
            let rows = match proven {
                true => sign_on_connections::list(&mut tx).await?,
                false => Vec::new(),
            };
            tx.commit().await?;
            Ok::<_, StoreError>(rows)
        };
        let rows = found.await.map_err(failed)?;
        let leads = |row: &&sign_on_connections::ConnectionRow| {
            row.state == ConnectionState::On && row.home_domains.contains(&domain)
        };
        Ok(rows
            .iter()
            .find(leads)
            .map_or(Home::Nowhere, |row| Home::Connection(row.id)))
    }
}
