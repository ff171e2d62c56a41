//! Clients as the platform host looks after them: lists, the page of one, making one, closing and opening
//! one; and, for operators, how the installation fares.
//!
//! Owns the order of things: what a list shows is read from at most a page of workspaces, a few at a
//! time. Refuses what somebody has no grant for as if it were not there, and never reads what people of
//! a workspace wrote.

mod close_client;
mod create_client;
mod read_clients;
mod read_health;

pub use close_client::Step;
pub use create_client::{ClientDraft, Made};

use crate::config::ServerSection;
use crate::identity::People;
use crate::mail::Mailer;
use crate::redis::Redis;
use crate::staff::Roster;
use crate::tenancy::Snapshots;
use contract::{AppError, AppResult, Staff, TenantId};
use store::Store;
use store::platform::clients::ClientRecord;

/// Clients of the installation. Cheap to clone.
#[derive(Clone)]
pub struct Clients {
    store: Store,
    server: ServerSection,
    people: People,
    roster: Roster,
    snapshots: Snapshots,
    mailer: Option<Mailer>,
    redis: Option<Redis>,
}

impl Clients {
    /// Over `store`. `people` make invitations, `roster` proves who acts.
    #[must_use]
    pub fn new(
        (store, server): (Store, ServerSection),
        (people, roster): (People, Roster),
        snapshots: Snapshots,
        (mailer, redis): (Option<Mailer>, Option<Redis>),
    ) -> Self {
        Self {
            store,
            server,
            people,
            roster,
            snapshots,
            mailer,
            redis,
        }
    }

    /// The client, where `staff` looks after it.
    pub async fn reach(&self, staff: &Staff, id: TenantId) -> AppResult<ClientRecord> {
        let found = self.store.client(id).await;
        let found = found.map_err(|error| crate::fault::internal("looking up a client", error))?;
        found
            .filter(|row| staff.grant_for(row.agency, row.id).is_some())
            .ok_or_else(AppError::not_found)
    }

    /// Scheme, host and port of a workspace's host.
    #[must_use]
    pub fn address_of(&self, host: &str) -> String {
        self.server.address_of(host)
    }
}
