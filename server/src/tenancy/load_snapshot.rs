//! Reads one workspace into a [`TenantSnapshot`].

use super::{
    AliasRoute, EnvironmentRoutes, ListedColours, SealedKey, SealedPrompt, TenantSnapshot,
    capitalised,
};
use crate::brand;
use crate::guests;
use crate::routes::{ScopedKeys, options_from, sharing_from, targets_from};
use crate::virtual_keys::{KnownKeys, MOST_KNOWN};
use contract::chat::ModelAlias;
use contract::{BrandNow, KeyId, Role, TeamId, TenantId};
use engine::{Environment, LimitBook, Provider, Route, Strategy, Target};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use store::platform::workspaces::{WorkspaceRow, WorkspaceState};
use store::{Store, StoreError};

/// A workspace could not be loaded. Cheap to clone: many requests may wait for one load.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SnapshotError {
    /// Storage failed.
    #[error(transparent)]
    Store(Arc<StoreError>),
}

impl From<StoreError> for SnapshotError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

/// `None`: there is no such workspace, or it is being deleted.
pub(super) async fn load_snapshot(
    store: &Store,
    id: TenantId,
) -> Result<Option<TenantSnapshot>, SnapshotError> {
    let Some(row) = store.workspace(id).await? else {
        return Ok(None);
    };
    if row.state == WorkspaceState::Deleting {
        return Ok(None);
    }
    let inside = read_inside(store, &row).await?;
    let prompt = inside.prompt.map(|prompt| SealedPrompt {
        id: prompt.id,
        version: u32::try_from(prompt.version).unwrap_or_default(),
        sealed_body: prompt.sealed_body,
    });
    let all = aliases(store, &inside.routes, &inside.keys).await?;
    let mut elsewhere = by_environment(all, &inside.keys, row.member_keys);
    let own = Environment::parse(&row.environment).unwrap_or(Environment::Production);
    let here = elsewhere.remove(&own).unwrap_or_default();
    let in_use = inside.keys.into_iter().filter(|key| !key.disabled);
    let keys = Keys {
        sealed: in_use.map(|key| (key.id, sealed(key))).collect(),
        known: KnownKeys::new(inside.virtual_keys, &inside.members),
    };
    let guest = inside.guest.filter(|row| !row.noted);
    let guest = guest.map(|row| guests::view(row, guests::now_ms()));
    let limits = Limits {
        book: book_of(&inside.limits),
        team_names: inside
            .teams
            .into_iter()
            .map(|it| (it.id, it.name))
            .collect(),
        raised_by: inside.raised_by,
    };
    let mut snapshot = assemble(row, (here, elsewhere), keys, prompt, limits);
    snapshot.guest = guest;
    Ok(Some(snapshot))
}

fn sealed(key: store::provider_keys::ProviderKeyRow) -> SealedKey {
    SealedKey {
        secret: key.secret_id,
        sealed: key.sealed_secret,
    }
}

struct Keys {
    sealed: HashMap<KeyId, SealedKey>,
    known: KnownKeys,
}

struct Limits {
    book: LimitBook,
    team_names: HashMap<TeamId, String>,
    raised_by: String,
}

fn book_of(rows: &[store::limits::LimitRow]) -> LimitBook {
    let mut book = LimitBook::default();
    for row in rows {
        let model = (!row.model.is_empty()).then_some(row.model.as_str());
        book.set_pace(row.scope, model, row.pace);
        if let Some(cap) = row.month {
            book.set_cap(row.scope, cap);
        }
    }
    book
}

struct Inside {
    routes: Vec<store::routes::SharedRoute>,
    keys: Vec<store::provider_keys::ProviderKeyRow>,
    virtual_keys: Vec<store::virtual_keys::VirtualKeyRow>,
    members: Vec<store::MemberRow>,
    prompt: Option<store::prompts::PromptRow>,
    limits: Vec<store::limits::LimitRow>,
    teams: Vec<store::teams::TeamRow>,
    raised_by: String,
    guest: Option<store::guests::GuestRow>,
}

async fn read_inside(store: &Store, row: &WorkspaceRow) -> Result<Inside, StoreError> {
    let mut tx = store.enter(row.id).await?;
    let routes = store::routes::list_all(&mut tx).await?;
    let virtual_keys = store::virtual_keys::list_known(&mut tx, MOST_KNOWN).await?;
    let keys = store::provider_keys::list(&mut tx).await?;
    let prompt = store::prompts::active(&mut tx).await?;
    let limits = store::limits::list(&mut tx).await?;
    let teams = store::teams::list(&mut tx).await?;
    let members = store::members::list(&mut tx).await?;
    let guest = store::guests::list(&mut tx, 1).await?.pop();
    tx.commit().await?;
    let raised_by = members
        .iter()
        .find(|member| member.role == Role::Owner)
        .map_or_else(
            || "Your administrator".to_owned(),
            |member| member.name.clone(),
        );
    Ok(Inside {
        routes,
        keys,
        virtual_keys,
        members,
        prompt,
        limits,
        teams,
        raised_by,
        guest,
    })
}

/// Routes with their keys and prices, beside the environment of each. A target whose key is gone stays
/// out; a route without any target stays in, so that members are told about the key and not about a
/// missing model.
async fn aliases(
    store: &Store,
    routes: &[store::routes::SharedRoute],
    keys: &[store::provider_keys::ProviderKeyRow],
) -> Result<Vec<(Environment, AliasRoute)>, StoreError> {
    let read = routes.iter().filter_map(|(row, sharing)| {
        let environment = Environment::parse(&row.environment)?;
        Some((environment, alias(row, sharing.as_ref(), keys)))
    });
    let mut entries: Vec<(Environment, AliasRoute)> = read.collect();
    mark_vectors(&mut entries);
    let models: Vec<(String, String)> = entries
        .iter()
        .flat_map(|(_, entry)| models_of(&entry.route))
        .collect();
    let prices = store.prices(&models).await?;
    for (_, entry) in &mut entries {
        for target in &mut entry.route.targets {
            let known = prices.iter().find(|price| {
                price.provider == target.key.provider.as_str() && price.model == target.model
            });
            target.price = target.price.or(known.map(|price| price.price));
        }
        entry.model.demo = entry
            .route
            .targets
            .first()
            .is_some_and(|target| target.key.provider == Provider::Demo);
    }
    Ok(entries)
}

/// Marks the aliases that are there to make vectors: those that others of the same environment compare
/// questions by, and those whose every model is one for embeddings by its name.
fn mark_vectors(entries: &mut [(Environment, AliasRoute)]) {
    let named: HashSet<(Environment, String)> = entries
        .iter()
        .filter_map(|(there, entry)| Some((*there, entry.similar.as_ref()?.embeddings.clone()?)))
        .collect();
    for (there, entry) in entries {
        let targets = &entry.route.targets;
        let by_name = targets.iter().all(|target| target.model.contains("embed"));
        let is_named = named.contains(&(*there, entry.model.alias.clone()));
        entry.vectors_only = is_named || (by_name && !targets.is_empty());
    }
}

fn alias(
    row: &store::routes::RouteRow,
    sharing: Option<&Value>,
    keys: &[store::provider_keys::ProviderKeyRow],
) -> AliasRoute {
    let label = if row.label.is_empty() {
        capitalised(&row.alias)
    } else {
        row.label.clone()
    };
    AliasRoute {
        model: ModelAlias {
            alias: row.alias.clone(),
            label,
            demo: false,
        },
        route: Route {
            alias: row.alias.clone(),
            strategy: Strategy::parse(&row.strategy).unwrap_or(Strategy::Priority),
            targets: targets_from(&row.targets, keys, &row.environment),
            options: options_from(&row.options),
        },
        similar: sharing.and_then(sharing_from),
        vectors_only: false,
    }
}

/// Every environment with its routes, and its keys that only some can use.
fn by_environment(
    routes: Vec<(Environment, AliasRoute)>,
    keys: &[store::provider_keys::ProviderKeyRow],
    member_keys: bool,
) -> HashMap<Environment, EnvironmentRoutes> {
    let all = [
        Environment::Development,
        Environment::Staging,
        Environment::Production,
    ];
    let scoped = |environment: Environment| EnvironmentRoutes {
        aliases: Vec::new(),
        scoped_keys: ScopedKeys::new(keys, environment.as_str(), member_keys),
    };
    let mut found: HashMap<_, _> = all.map(|it| (it, scoped(it))).into();
    for (environment, entry) in routes {
        if let Some(there) = found.get_mut(&environment) {
            there.aliases.push(entry);
        }
    }
    found
}

fn models_of(route: &Route) -> Vec<(String, String)> {
    let pair = |target: &Target| {
        (
            target.key.provider.as_str().to_owned(),
            target.model.clone(),
        )
    };
    route.targets.iter().map(pair).collect()
}

fn assemble(
    row: WorkspaceRow,
    (here, elsewhere): (EnvironmentRoutes, HashMap<Environment, EnvironmentRoutes>),
    keys: Keys,
    prompt: Option<SealedPrompt>,
    limits: Limits,
) -> TenantSnapshot {
    let dress = brand::worn(&row.brand, row.agency_brand.as_ref());
    let palette = dress.palette();
    let view = dress.view(&row.name, row.demo);
    // Plain texts; serialising them cannot fail.
    let now = serde_json::to_string(&BrandNow::from(&view)).unwrap_or_default();
    TenantSnapshot {
        id: row.id,
        slug: row.slug,
        favicon: brand::favicon(&view.mark, &palette).into(),
        manifest: brand::manifest(&view.name, &palette, &view.version)
            .to_string()
            .into(),
        palette: palette.clone(),
        brand_now: now.into(),
        colours: ListedColours {
            brand: palette.light().brand.to_string(),
            on_brand: palette.light().on_brand.to_string(),
        },
        brand: Arc::new(view),
        redirect_to: row.primary_host.filter(|_| row.redirect_hosts),
        suspended: row.state == WorkspaceState::Suspended,
        demo: row.demo,
        budget: row.budget,
        limits: limits.book,
        team_names: limits.team_names,
        environment: Environment::parse(&row.environment).unwrap_or(Environment::Production),
        aliases: here.aliases,
        elsewhere,
        virtual_keys: keys.known,
        cache: crate::cache::policy_of(&row.cache),
        member_keys: row.member_keys,
        scoped_keys: here.scoped_keys,
        sealed_keys: keys.sealed,
        prompt,
        raised_by: limits.raised_by,
        guest: None,
    }
}
