//! From the state of a workspace to the document that says so.

use super::normalise::order_of;
use super::shape::{
    AllowsPart, BrandPart, Document, HostPart, KeyPart, LimitPart, MemberPart, ModelPart,
    PricePart, SemanticPart, TargetPart,
};
use super::state::State;
use crate::cache::keep_in_words;
use crate::limits::usd_in_words;
use crate::routes::{StoredTarget, options_from, sharing_from};
use crate::tenancy::capitalised;
use contract::keys::{KeyPlace, KeyProvider, KeyScope};
use contract::models::RouteSharing;
use contract::models_shape::share_in_words;
use contract::savings::CacheKeep;
use contract::{LimitScope, TeamId};
use engine::key_check;
use store::limits::LimitRow;
use store::members::MemberRow;
use store::platform::price_book::PriceRow;
use store::provider_keys::ProviderKeyRow;
use store::routes::RouteRow;
use store::virtual_keys::VirtualKeyRow;

impl State {
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

fn semantic_part(sharing: RouteSharing) -> SemanticPart {
    let usual = sharing.wrong_at_most == RouteSharing::default().wrong_at_most;
    SemanticPart {
        wrong_at_most: (!usual).then(|| share_in_words(sharing.wrong_at_most)),
        verify: sharing.verify,
        embeddings: sharing.embeddings,
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
