//! The parts of a running installation, put together once and shared by every request.

use crate::audit::{Anchors, AuditLog};
use crate::branding::{Branding, Drawn, LiveBrands};
use crate::cache::Cache;
use crate::certificates::Certificates;
use crate::chat::Chat;
use crate::chat::live_turns::LiveTurns;
use crate::clients::Clients;
use crate::config::Config;
use crate::domains::Domains;
use crate::fault;
use crate::guests::Guests;
use crate::identity::People;
use crate::keys::Keys;
use crate::kms::Moves;
use crate::limits::Counting;
use crate::mail::Notices;
use crate::models::Models;
use crate::overview::Overviews;
use crate::programs::Programs;
use crate::prompts::Prompts;
use crate::sign_on::SignOn;
use crate::site::Site;
use crate::staff::Roster;
use crate::tenancy::Snapshots;
use crate::vault::Vault;
use crate::virtual_keys::VirtualKeys;
use crate::workspace::Workspaces;
use contract::{AppResult, Ports, TenantId};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::Store;

/// A running installation. Cloning is cheap.
#[derive(Clone)]
pub struct Installation(Arc<Parts>);

/// What an installation is made of.
pub struct Parts {
    /// Settings.
    pub config: Config,
    /// Storage.
    pub store: Store,
    /// The browser half.
    pub site: Site,
    /// Workspaces in memory.
    pub snapshots: Snapshots,
    /// Answers being written.
    pub live: LiveTurns,
    /// Conversations.
    pub chat: Chat,
    /// Certificates of hosts, and which hosts are ours.
    pub certificates: Certificates,
    /// Answers that are given again.
    pub cache: Cache,
    /// People and sessions.
    pub people: People,
    /// Provider keys.
    pub keys: Keys,
    /// Where models lead.
    pub models: Models,
    /// What programs ask.
    pub programs: Programs,
    /// Where audit logs stood.
    pub anchors: Anchors,
    /// The logs, as their people read them.
    pub audit: AuditLog,
    /// Workspaces as wholes.
    pub workspaces: Workspaces,
    /// Names of clients.
    pub domains: Domains,
    /// People of the platform host.
    pub roster: Roster,
    /// Clients as the platform host looks after them.
    pub clients: Clients,
    /// People of the platform host in a workspace.
    pub guests: Guests,
    /// How workspaces fare.
    pub overviews: Overviews,
    /// What models are told.
    pub prompts: Prompts,
    /// Workspaces on their way from one key to another.
    pub moves: Moves,
    /// Keys that programs present.
    pub virtual_keys: VirtualKeys,
    /// Keys of workspaces in memory.
    pub vault: Vault,
    /// How fast is asked.
    pub counting: Counting,
    /// Where troubles that administrators are told about begin and end.
    pub notices: Notices,
    /// What workspaces look like.
    pub branding: Branding,
    /// Identity providers of workspaces.
    pub sign_on: SignOn,
    /// Pages that follow how they look.
    pub live_brands: LiveBrands,
    /// Pictures that were drawn of them.
    pub drawn: Drawn,
    /// Set once the process has been asked to stop.
    pub stopping: AtomicBool,
}

impl Installation {
    /// Shares the parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Storage.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The browser half.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.0.site
    }

    /// Workspaces in memory.
    #[must_use]
    pub fn snapshots(&self) -> &Snapshots {
        &self.0.snapshots
    }

    /// Answers being written.
    #[must_use]
    pub fn live_turns(&self) -> &LiveTurns {
        &self.0.live
    }

    /// Conversations.
    #[must_use]
    pub fn chat(&self) -> &Chat {
        &self.0.chat
    }

    /// Answers that are given again.
    #[must_use]
    pub fn cache(&self) -> &Cache {
        &self.0.cache
    }

    /// Certificates of hosts, and which hosts are ours.
    #[must_use]
    pub fn certificates(&self) -> &Certificates {
        &self.0.certificates
    }

    /// Workspaces on their way from one key to another.
    #[must_use]
    pub fn moves(&self) -> &Moves {
        &self.0.moves
    }

    /// Keys of workspaces in memory.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Where troubles that administrators are told about begin and end.
    #[must_use]
    pub fn notices(&self) -> &Notices {
        &self.0.notices
    }

    /// What programs ask.
    #[must_use]
    pub fn programs(&self) -> &Programs {
        &self.0.programs
    }

    /// People and sessions.
    #[must_use]
    pub fn people(&self) -> &People {
        &self.0.people
    }

    /// Provider keys.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// Keys that programs present.
    #[must_use]
    pub fn virtual_keys(&self) -> &VirtualKeys {
        &self.0.virtual_keys
    }

    /// How fast is asked.
    #[must_use]
    pub fn counting(&self) -> &Counting {
        &self.0.counting
    }

    /// Where models lead.
    #[must_use]
    pub fn models(&self) -> &Models {
        &self.0.models
    }

    /// Where audit logs stood.
    #[must_use]
    pub fn anchors(&self) -> &Anchors {
        &self.0.anchors
    }

    /// The logs, as their people read them.
    #[must_use]
    pub fn audit(&self) -> &AuditLog {
        &self.0.audit
    }

    /// Names of clients.
    #[must_use]
    pub fn domains(&self) -> &Domains {
        &self.0.domains
    }

    /// Workspaces as wholes.
    #[must_use]
    pub fn workspaces(&self) -> &Workspaces {
        &self.0.workspaces
    }

    /// People of the platform host.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.0.roster
    }

    /// Clients as the platform host looks after them.
    #[must_use]
    pub fn clients(&self) -> &Clients {
        &self.0.clients
    }

    /// People of the platform host in a workspace.
    #[must_use]
    pub fn guests(&self) -> &Guests {
        &self.0.guests
    }

    /// How workspaces fare.
    #[must_use]
    pub fn overviews(&self) -> &Overviews {
        &self.0.overviews
    }

    /// What models are told.
    #[must_use]
    pub fn prompts(&self) -> &Prompts {
        &self.0.prompts
    }

    /// What workspaces look like.
    #[must_use]
    pub fn branding(&self) -> &Branding {
        &self.0.branding
    }

    /// Identity providers of workspaces.
    #[must_use]
    pub fn sign_on(&self) -> &SignOn {
        &self.0.sign_on
    }

    /// Pages that follow how they look.
    #[must_use]
    pub fn live_brands(&self) -> &LiveBrands {
        &self.0.live_brands
    }

    /// Pictures that were drawn of them.
    #[must_use]
    pub fn drawn(&self) -> &Drawn {
        &self.0.drawn
    }

    /// What pages may ask.
    #[must_use]
    pub fn ports(&self) -> Ports {
        Ports {
            chat: Arc::new(self.0.chat.clone()),
            people: Arc::new(self.0.people.clone()),
            keys: Arc::new(self.0.keys.clone()),
            sealing: Arc::new(self.0.keys.clone()),
            savings: Arc::new(self.0.cache.clone()),
            models: Arc::new(self.0.models.clone()),
            programs: Arc::new(self.0.virtual_keys.clone()),
            audit: Arc::new(self.0.audit.clone()),
            workspace: Arc::new(self.0.workspaces.clone()),
            domains: Arc::new(self.0.domains.clone()),
            guests: Arc::new(self.0.guests.clone()),
            platform: Arc::new(self.0.clients.clone()),
            overview: Arc::new(self.0.overviews.clone()),
            prompt: Arc::new(self.0.prompts.clone()),
            branding: Arc::new(self.0.branding.clone()),
            sign_on: Arc::new(self.0.sign_on.clone()),
        }
    }

    /// Whether the process has been asked to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Relaxed)
    }

    /// From now on `/readyz` says no, so that a balancer sends nobody any more.
    pub fn begin_stopping(&self) {
        self.0.stopping.store(true, Ordering::Relaxed);
        self.0.live_brands.close();
    }

    /// A logo of a workspace by its SHA-256.
    pub async fn logo_of(&self, tenant: TenantId, sha256: [u8; 32]) -> AppResult<Option<Vec<u8>>> {
        let found = async {
            let mut tx = self.store().enter(tenant).await?;
            let found = store::brand_assets::get(&mut tx, &sha256).await?;
            tx.commit().await?;
            Ok::<_, store::StoreError>(found)
        };
        let found = found
            .await
            .map_err(|error| fault::internal("reading a logo", error))?;
        Ok(found.map(|asset| asset.content))
    }
}
