//! Workspaces by host name, and the immutable picture of each that requests work from.
//!
//! A snapshot is loaded on first use, kept in a bounded cache and dropped when the database says
//! that the workspace changed. A warm request asks the database nothing about its workspace.

mod load_snapshot;
mod snapshots;

pub use load_snapshot::SnapshotError;
pub use snapshots::Snapshots;

use crate::brand::Palette;
use crate::routes::ScopedKeys;
use crate::virtual_keys::KnownKeys;
use contract::chat::ModelAlias;
use contract::models::RouteSharing;
use contract::staff::StayView;
use contract::{BrandView, Caller, KeyId, NanoUsd, TeamId, TenantId};
use engine::{CachePolicy, Environment, LimitBook, Route};
use std::collections::HashMap;
use std::sync::Arc;

/// One workspace as it was when it was last loaded.
pub struct TenantSnapshot {
    /// The workspace.
    pub id: TenantId,
    /// Short name in the address.
    pub slug: String,
    /// What it looks like.
    pub brand: Arc<BrandView>,
    /// The same for pages that are open already, as JSON of [`contract::BrandNow`].
    pub brand_now: Arc<str>,
    /// Its colours, for pictures that are drawn.
    pub palette: Palette,
    /// Colours for places that list several workspaces.
    pub colours: ListedColours,
    /// Icon as SVG.
    pub favicon: Arc<str>,
    /// Web manifest as JSON.
    pub manifest: Arc<str>,
    /// Readers at any other host are sent on to this one.
    pub redirect_to: Option<String>,
    /// Nobody may work in it now.
    pub suspended: bool,
    /// Marked as demo.
    pub demo: bool,
    /// Limit per calendar month (UTC).
    pub budget: Option<NanoUsd>,
    /// Every other limit.
    pub limits: LimitBook,
    /// What its teams are called.
    pub team_names: HashMap<TeamId, String>,
    /// The environment its members chat in.
    pub environment: Environment,
    /// Model aliases of that environment, in the order members see them.
    pub aliases: Vec<AliasRoute>,
    /// What the other environments have, which only programs reach.
    pub elsewhere: HashMap<Environment, EnvironmentRoutes>,
    /// Keys that programs may present.
    pub virtual_keys: KnownKeys,
    /// What it wants of the cache of answers.
    pub cache: CachePolicy,
    /// Members may bring keys of their own.
    pub member_keys: bool,
    /// Keys of that environment that only some members can use.
    pub scoped_keys: ScopedKeys,
    /// The credentials of all keys in use, sealed: each attempt opens one for itself.
    pub sealed_keys: HashMap<KeyId, SealedKey>,
    /// The workspace's own instructions to the model, sealed: each turn opens them for itself.
    pub prompt: Option<SealedPrompt>,
    /// Who can raise the limit, by name.
    pub raised_by: String,
    /// The latest stay of a guest that no owner has read about.
    pub guest: Option<StayView>,
}

/// A credential as it lies in storage.
pub struct SealedKey {
    /// What it is bound to.
    pub secret: uuid::Uuid,
    /// The credential.
    pub sealed: store::Sealed,
}

/// A version of the workspace's instructions.
pub struct SealedPrompt {
    /// The row, to which the sealed text is bound.
    pub id: uuid::Uuid,
    /// Counts up with every change.
    pub version: u32,
    /// The text.
    pub sealed_body: store::Sealed,
}

/// The two colours the landing page shows of a workspace, `#rrggbb`.
pub struct ListedColours {
    /// The brand's.
    pub brand: String,
    /// Text on it.
    pub on_brand: String,
}

/// A model alias and where it leads.
pub struct AliasRoute {
    /// As members see it.
    pub model: ModelAlias,
    /// Where it leads.
    pub route: Route,
    /// How its answers are shared among similar questions; `None`: they are not.
    pub similar: Option<RouteSharing>,
    /// It only makes vectors: nobody chats with it.
    pub vectors_only: bool,
}

/// What an environment has.
#[derive(Default)]
pub struct EnvironmentRoutes {
    /// Model aliases, by place.
    pub aliases: Vec<AliasRoute>,
    /// Keys that only some can use.
    pub scoped_keys: ScopedKeys,
}

impl TenantSnapshot {
    /// The aliases of an environment, by place. Nothing of another environment is among them, nor are
    /// targets whose key belongs to another one.
    #[must_use]
    pub fn aliases_in(&self, environment: Environment) -> &[AliasRoute] {
        if environment == self.environment {
            return &self.aliases;
        }
        let there = self.elsewhere.get(&environment);
        there.map_or(&[], |there| &there.aliases)
    }

    /// Where an alias leads in an environment.
    #[must_use]
    pub fn route_in(&self, environment: Environment, alias: &str) -> Option<&AliasRoute> {
        let mut all = self.aliases_in(environment).iter();
        all.find(|entry| entry.model.alias == alias)
    }

    /// The keys of an environment that only some can use. `None`: it has none.
    #[must_use]
    pub fn scoped_keys_in(&self, environment: Environment) -> Option<&ScopedKeys> {
        if environment == self.environment {
            return Some(&self.scoped_keys);
        }
        self.elsewhere.get(&environment).map(|it| &it.scoped_keys)
    }

    /// The models that `caller` can chat with. One without any target is among them, so that members are
    /// told about the key and not about a missing model; one whose keys are all for others is not.
    pub fn models_of(&self, caller: &Caller) -> impl Iterator<Item = &AliasRoute> {
        self.usable_by(caller).filter(|entry| !entry.vectors_only)
    }

    fn usable_by(&self, caller: &Caller) -> impl Iterator<Item = &AliasRoute> {
        self.aliases.iter().filter(|entry| {
            let targets = &entry.route.targets;
            let (keys, teams) = (&self.scoped_keys, caller.teams());
            let member = Some(caller.member());
            let mut theirs = targets.iter();
            targets.is_empty() || theirs.any(|target| keys.choose(target, member, teams).is_some())
        })
    }

    /// The route of an alias for `caller`, one that makes vectors included; the first one to chat with
    /// where none is named.
    #[must_use]
    pub fn route_of(&self, caller: &Caller, alias: Option<&str>) -> Option<&AliasRoute> {
        match alias {
            None => self.models_of(caller).next(),
            Some(alias) => self
                .usable_by(caller)
                .find(|entry| entry.model.alias == alias),
        }
    }

    /// The label of an alias that answered once, even if it is gone by now.
    #[must_use]
    pub fn label_of(&self, alias: &str) -> String {
        self.aliases
            .iter()
            .find(|entry| entry.model.alias == alias)
            .map_or_else(|| capitalised(alias), |entry| entry.model.label.clone())
    }
}

/// `careful` -> `Careful`
#[must_use]
pub fn capitalised(alias: &str) -> String {
    let mut letters = alias.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
