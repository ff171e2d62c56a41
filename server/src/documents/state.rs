//! A workspace as it is now, read in one transaction. The document that says so: [`super::describe`].

use crate::brand::Brand;
use crate::chat::sealed_text::SealedText;
use crate::cli::Refused;
use crate::routes::StoredTarget;
use crate::workspace::first_route;
use contract::TenantId;
use contract::keys::KeyEnvironment;
use serde_json::Value;
use std::collections::HashMap;
use store::TenantTx;
use store::invitations::InvitationRow;
use store::limits::LimitRow;
use store::members::MemberRow;
use store::platform::cache::CacheRow;
use store::platform::domains::{self, DomainRow};
use store::platform::price_book::{self, PriceRow};
use store::platform::workspaces::{self, WorkspaceRow, WorkspaceState};
use store::prompts::PromptRow;
use store::provider_keys::ProviderKeyRow;
use store::routes::RouteRow;
use store::teams::TeamRow;
use store::virtual_keys::VirtualKeyRow;
use uuid::Uuid;

/// More virtual keys than a workspace can have alive; those that are come first.
pub(super) const MOST_KEYS: u32 = 4_000;

/// Everything of a workspace that a document can say.
pub(super) struct State {
    pub(super) row: WorkspaceRow,
    pub(super) brand: Brand,
    /// The host below the platform's.
    pub(super) own_host: String,
    pub(super) hosts: Vec<DomainRow>,
    pub(super) teams: Vec<TeamRow>,
    pub(super) members: Vec<MemberRow>,
    pub(super) invitations: Vec<InvitationRow>,
    pub(super) keys: Vec<ProviderKeyRow>,
    pub(super) routes: Vec<RouteRow>,
    pub(super) sharing: HashMap<(String, String), Value>,
    pub(super) limits: Vec<LimitRow>,
    /// Those that are alive.
    pub(super) virtual_keys: Vec<VirtualKeyRow>,
    pub(super) prices: Vec<PriceRow>,
    prompt: Option<PromptRow>,
    /// The instructions, opened; `None`: there are none, or nobody asked for them.
    pub(super) prompt_text: Option<String>,
}

impl State {
    /// Reads all of it. `priced` are models whose prices are asked for beside those of the routes;
    /// with `sealed` the instructions are opened.
    pub(super) async fn read(
        tx: &mut TenantTx,
        platform_host: &str,
        priced: &[(String, String)],
        sealed: Option<&SealedText>,
    ) -> Result<Self, Refused> {
        let row = workspaces::current(tx).await?;
        let row = row.ok_or("the workspace is not there any more")?;
        let (mut routes, mut sharing) = (Vec::new(), HashMap::new());
        for environment in KeyEnvironment::ALL.iter().map(|one| one.as_str()) {
            routes.extend(store::routes::list(tx, environment).await?);
            let similar = store::routes::similar(tx, environment).await?;
            let keyed = similar.into_iter();
            sharing.extend(keyed.map(|(alias, how)| ((environment.to_owned(), alias), how)));
        }
        let mut virtual_keys = store::virtual_keys::list(tx, MOST_KEYS).await?;
        virtual_keys.retain(|row| row.revoked_ms.is_none());
        let mut state = Self {
            brand: serde_json::from_value(row.brand.clone()).unwrap_or_default(),
            own_host: format!("{}.{platform_host}", row.slug),
            row,
            hosts: domains::list(tx).await?,
            teams: store::teams::list(tx).await?,
            members: store::members::list(tx).await?,
            invitations: store::invitations::list_open(tx).await?,
            keys: store::provider_keys::list(tx).await?,
            routes,
            sharing,
            limits: store::limits::list(tx).await?,
            virtual_keys,
            prices: Vec::new(),
            prompt: store::prompts::active(tx).await?,
            prompt_text: None,
        };
        let models: Vec<_> = state.models_used().chain(priced.iter().cloned()).collect();
        state.prices = price_book::prices(tx, &models).await?;
        if let (Some(sealed), Some(prompt)) = (sealed, &state.prompt) {
            state.prompt_text = Some(sealed.open_prompt(prompt.id, &prompt.sealed_body)?);
        }
        Ok(state)
    }

    /// A workspace as it is when it has just been made.
    pub(super) fn fresh(slug: &str, name: &str, platform_host: &str) -> Self {
        let own_host = format!("{slug}.{platform_host}");
        let row = WorkspaceRow {
            id: TenantId::from_uuid(Uuid::nil()),
            slug: slug.to_owned(),
            name: name.to_owned(),
            agency: None,
            state: WorkspaceState::Active,
            brand: Value::Null,
            agency_brand: None,
            budget: None,
            environment: KeyEnvironment::Production.as_str().to_owned(),
            demo: false,
            primary_host: Some(own_host.clone()),
            redirect_hosts: false,
            member_keys: false,
            guests_allowed: true,
            cache: CacheRow::default(),
            tenant_version: 0,
            migration_error: None,
        };
        Self {
            brand: Brand::default(),
            hosts: vec![DomainRow {
                host: own_host.clone(),
                is_primary: true,
            }],
            own_host,
            row,
            teams: Vec::new(),
            members: Vec::new(),
            invitations: Vec::new(),
            keys: Vec::new(),
            routes: vec![first_route()],
            sharing: HashMap::new(),
            limits: Vec::new(),
            virtual_keys: Vec::new(),
            prices: Vec::new(),
            prompt: None,
            prompt_text: None,
        }
    }

    /// Provider and model of every target that a key pays for.
    fn models_used(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let targets = self.routes.iter();
        let targets = targets.flat_map(|route| StoredTarget::all(&route.targets));
        targets.filter_map(|target| {
            let model = target.model()?;
            let key = self.keys.iter().find(|key| key.id == model.key)?;
            Some((key.provider.clone(), model.model.clone()))
        })
    }
}
