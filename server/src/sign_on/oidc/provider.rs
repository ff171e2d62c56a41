//! Providers as they are known for the moment: their document and their keys, kept for an hour, and gone
//! with every change of the connection.

use super::discover::{Discovered, discover};
use super::keys::Keys;
use super::settings::OidcSettings;
use super::signed::{Claims, Unjudged};
use crate::sign_on::fault::Fault;
use contract::{ConnectionId, TenantId};
use engine::Egress;
use moka::future::Cache;
use std::sync::Arc;
use std::time::Duration;

/// How long a provider's document and keys are kept.
const KEPT: Duration = Duration::from_hours(1);
/// Providers that are known at once.
const MOST: u64 = 2_000;

/// A provider as it is known.
pub(crate) struct Provider {
    pub(crate) found: Discovered,
    keys: Keys,
}

impl Provider {
    /// The claims of a token that this provider signed, whatever they say.
    pub(crate) async fn open(&self, egress: &Egress, token: Unjudged<'_>) -> Result<Claims, Fault> {
        let keys = self.keys.with(egress, token.key.as_deref()).await?;
        token.proven(&keys)
    }

    /// The keys as they are known.
    pub(crate) fn keys(&self) -> Arc<openidconnect::core::CoreJsonWebKeySet> {
        self.keys.known()
    }
}

/// Which state of which connection.
type Place = (TenantId, ConnectionId, i32);

/// Providers of all workspaces. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Providers {
    egress: Egress,
    known: Cache<Place, Arc<Provider>>,
}

impl Providers {
    pub(crate) fn new(egress: Egress) -> Self {
        let known = Cache::builder().max_capacity(MOST).time_to_live(KEPT);
        Self {
            egress,
            known: known.build(),
        }
    }

    pub(crate) const fn egress(&self) -> &Egress {
        &self.egress
    }

    /// The provider of a connection in the state that `version` counts.
    pub(crate) async fn of(
        &self,
        place: Place,
        settings: &OidcSettings,
    ) -> Result<Arc<Provider>, Fault> {
        let found = async {
            let found = discover(&self.egress, settings).await?;
            let keys = Keys::fetched(&self.egress, &found.jwks_uri).await?;
            Ok(Arc::new(Provider { found, keys }))
        };
        let made = self.known.try_get_with(place, found).await;
        made.map_err(|fault: Arc<Fault>| Fault::clone(&fault))
    }

    /// Asks anew next time: somebody tries whether it works now.
    pub(crate) async fn forget(&self, place: Place) {
        self.known.invalidate(&place).await;
    }
}
