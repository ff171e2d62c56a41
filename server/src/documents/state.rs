//! A workspace as it is now, read in one transaction, and the document that says so.

use super::normalise::order_of;
use super::shape::{
    AllowsPart, BrandPart, Document, HostPart, KeyPart, LimitPart, MemberPart, ModelPart,
    PricePart, SemanticPart, TargetPart,
};
use crate::brand::Brand;
use crate::cache::keep_in_words;
use crate::chat::sealed_text::SealedText;
use crate::cli::Refused;
use crate::cli::workspace_create::first_route;
use crate::limits::usd_in_words;
use crate::routes::{StoredTarget, options_from, share_in_words, sharing_from};
use crate::tenancy::capitalised;
use contract::keys::{KeyEnvironment, KeyPlace, KeyProvider, KeyScope};
use contract::savings::CacheKeep;
use contract::{LimitScope, TeamId, TenantId};
use engine::{Sharing, key_check};
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
            budget: None,
            environment: KeyEnvironment::Production.as_str().to_owned(),
            demo: false,
            primary_host: Some(own_host.clone()),
            member_keys: false,
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

    /// The document that says how it is. `prompt`: with the instructions, where they were opened.
    #[must_use]
    pub(super) fn document(&self, prompt: bool) -> Document {
        Document {
            workspace: Some(self.row.slug.clone()),
            name: Some(self.row.name.clone()),
            environment: Some(self.row.environment.clone()),
            brand: Some(BrandPart::of(self.brand.clone())),
            hosts: Some(self.host_parts()),
            cache: Some(keep_in_words(self.keep())),
            member_keys: Some(self.row.member_keys),
            prompt: self.prompt_text.clone().filter(|_| prompt),
            teams: Some(self.teams.iter().map(|team| team.name.clone()).collect()),
            members: Some(self.member_parts()),
            keys: Some(self.key_parts()),
            models: Some(self.model_parts()),
            prices: Some(self.prices.iter().map(price_part).collect()),
            limits: Some(self.limit_parts()),
            ..Document::default()
        }
    }

    fn keep(&self) -> CacheKeep {
        match self.row.cache.ttl_s {
            None => CacheKeep::Usual,
            Some(0) => CacheKeep::Off,
            Some(seconds) => CacheKeep::Minutes(u32::try_from(seconds / 60).unwrap_or(1).max(1)),
        }
    }

    fn host_parts(&self) -> Vec<HostPart> {
        let own = self.hosts.iter().filter(|row| row.host != self.own_host);
        let mut parts: Vec<_> = own
            .map(|row| HostPart {
                host: row.host.clone(),
                primary: row.is_primary,
            })
            .collect();
        parts.sort_by(|one, other| one.host.cmp(&other.host));
        parts
    }

    pub(super) fn team_name(&self, id: TeamId) -> Option<String> {
        let team = self.teams.iter().find(|team| team.id == id)?;
        Some(team.name.clone())
    }

    fn member_parts(&self) -> Vec<MemberPart> {
        let mut parts: Vec<_> = self
            .members
            .iter()
            .map(|row| self.member_part(row))
            .collect();
        parts.sort_by(|one, other| one.email.cmp(&other.email));
        parts
    }

    pub(super) fn member_part(&self, row: &MemberRow) -> MemberPart {
        let teams = row.teams.iter().filter_map(|id| self.team_name(*id));
        let mut teams: Vec<String> = teams.collect();
        teams.sort_by_key(|name| (name.to_lowercase(), name.clone()));
        MemberPart {
            email: row.email.clone(),
            role: row.role.as_str().to_owned(),
            teams,
        }
    }

    fn key_parts(&self) -> Vec<KeyPart> {
        let mut parts: Vec<_> = self
            .keys
            .iter()
            .filter_map(|row| self.key_part(row))
            .collect();
        parts.sort_by(|one, other| {
            (&one.environment, &one.name).cmp(&(&other.environment, &other.name))
        });
        parts
    }

    /// A member's own key is theirs, and in no document.
    pub(super) fn key_part(&self, row: &ProviderKeyRow) -> Option<KeyPart> {
        let team = match row.scope {
            KeyScope::Member(_) => return None,
            KeyScope::Workspace => None,
            KeyScope::Team(id) => Some(self.team_name(id)?),
        };
        let place: KeyPlace = serde_json::from_value(row.place.clone()).unwrap_or_default();
        let provider = KeyProvider::parse(&row.provider)?;
        let without = KeyPlace {
            base_url: None,
            ..place.clone()
        };
        let usual = key_check::base_url(provider, &without).ok();
        Some(KeyPart {
            name: row.name.clone(),
            environment: row.environment.clone(),
            provider: row.provider.clone(),
            base_url: row
                .base_url
                .clone()
                .filter(|url| usual.as_ref() != Some(url)),
            deployment: place.deployment,
            api_version: place.api_version,
            region: place.region,
            access_key_id: place.access_key_id,
            organisation: place.organisation,
            project: place.project,
            probe_model: place.probe_model,
            team,
            disabled: row.disabled,
            secret: None,
        })
    }

    /// By environment, place and alias. A target whose key is gone is not told: nothing answers there.
    fn model_parts(&self) -> Vec<ModelPart> {
        let parts = self.routes.iter().map(|row| self.model_part(row));
        parts.filter(|part| !part.targets.is_empty()).collect()
    }

    pub(super) fn model_part(&self, row: &RouteRow) -> ModelPart {
        let options = options_from(&row.options);
        let label = row.label.trim();
        let how = self
            .sharing
            .get(&(row.environment.clone(), row.alias.clone()));
        let targets = StoredTarget::all(&row.targets);
        ModelPart {
            alias: row.alias.clone(),
            label: (!label.is_empty() && label != capitalised(&row.alias))
                .then(|| label.to_owned()),
            environment: row.environment.clone(),
            strategy: row.strategy.clone(),
            position: Some(row.position),
            targets: targets
                .iter()
                .filter_map(|it| self.target_part(it))
                .collect(),
            regions: options.regions,
            allows: AllowsPart {
                declined_elsewhere: options.declined_elsewhere,
                longer_elsewhere: options.longer_elsewhere,
                priced_only: options.priced_only,
                goes_on: options.goes_on,
                instructs_programs: options.instructs_programs,
            },
            semantic: how.and_then(sharing_from).map(semantic_part),
        }
    }

    fn target_part(&self, target: &StoredTarget) -> Option<TargetPart> {
        let Some(model) = target.model() else {
            return Some(TargetPart {
                key: "demo".to_owned(),
                model: "demo".to_owned(),
                ..TargetPart::default()
            });
        };
        let key = self.keys.iter().find(|key| key.id == model.key)?;
        let routable = !matches!(key.scope, KeyScope::Member(_));
        let (name, limits, facts) = (&key.name, &model.limits, &model.facts);
        routable.then(|| TargetPart::new(name, &model.model, model.weight, limits, facts))
    }

    fn limit_parts(&self) -> Vec<LimitPart> {
        // A limit for an alias that is not there limits nothing.
        let there = |row: &&LimitRow| {
            row.model.is_empty() || self.routes.iter().any(|route| route.alias == row.model)
        };
        let stored = self.limits.iter().filter(there);
        let mut parts: Vec<LimitPart> = stored.filter_map(|row| self.limit_part(row)).collect();
        if let Some(month) = self.row.budget {
            let amount = Some(usd_in_words(month));
            match parts.iter_mut().find(|part| part.is_everybodys()) {
                Some(part) => part.usd_per_month = amount,
                None => parts.push(LimitPart {
                    usd_per_month: amount,
                    ..LimitPart::default()
                }),
            }
        }
        parts.sort_by_key(order_of);
        parts
    }

    /// Limits of virtual keys that are not alive limit nothing, and are not told.
    pub(super) fn limit_part(&self, row: &LimitRow) -> Option<LimitPart> {
        let mut part = LimitPart {
            model: (!row.model.is_empty()).then(|| row.model.clone()),
            usd_per_month: row.month.map(usd_in_words),
            requests_per_minute: row.pace.requests_per_minute,
            tokens_per_minute: row.pace.tokens_per_minute,
            concurrent: row.pace.concurrent,
            ..LimitPart::default()
        };
        match row.scope {
            LimitScope::Workspace => {}
            LimitScope::Team(id) => part.team = Some(self.team_name(id)?),
            LimitScope::Member(id) => {
                let member = self.members.iter().find(|member| member.id == id)?;
                part.member = Some(member.email.clone());
            }
            LimitScope::VirtualKey(id) => {
                let key = self.virtual_keys.iter().find(|key| key.id == id)?;
                part.virtual_key = Some(key.name.clone());
                let environment = Some(key.environment.clone());
                part.environment = environment.filter(|name| name != "production");
            }
        }
        Some(part)
    }
}

impl LimitPart {
    /// Of everybody together and for all models.
    pub(super) const fn is_everybodys(&self) -> bool {
        let whose = self.team.is_none() && self.member.is_none() && self.virtual_key.is_none();
        whose && self.model.is_none()
    }

    /// Whether it is a limit of this virtual key.
    pub(super) fn is_of(&self, row: &VirtualKeyRow) -> bool {
        let environment = self.environment.as_deref().unwrap_or("production");
        let named = self.virtual_key.as_ref() == Some(&row.name);
        named && row.environment == environment && row.revoked_ms.is_none()
    }
}

fn semantic_part(sharing: Sharing) -> SemanticPart {
    let usual = sharing.wrong_at_most == Sharing::default().wrong_at_most;
    SemanticPart {
        wrong_at_most: (!usual).then(|| share_in_words(sharing.wrong_at_most)),
        verify: sharing.verify,
    }
}

fn price_part(row: &PriceRow) -> PricePart {
    PricePart {
        provider: row.provider.clone(),
        model: row.model.clone(),
        read: usd_in_words(row.price.input),
        written: usd_in_words(row.price.output),
        cached: row.price.cached.map(usd_in_words),
        put_there: row.price.cache_write.map(usd_in_words),
    }
}
