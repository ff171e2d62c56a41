//! The one place that decides whether a question may be asked.
//!
//! Gathers the facts about caller and workspace and hands them to [`engine::admit`], the only
//! maker of an [`Admission`]; without one no provider is reached.

use crate::routes::engine_sharing;
use crate::tenancy::{AliasRoute, TenantSnapshot};
use contract::{Caller, ConversationId, MessageId};
use engine::{Admission, AdmissionFacts, AskerLimits, CachePolicy, Refusal, Route};
use std::sync::Arc;
use uuid::Uuid;

/// Judges a question of `caller` to the model behind `entry`.
///
/// # Errors
/// The reason for which nobody is asked.
pub fn admit(
    caller: &Caller,
    snapshot: &TenantSnapshot,
    entry: Option<&AliasRoute>,
    turn: MessageId,
    conversation: ConversationId,
    node: Uuid,
) -> Result<Admission, Refusal> {
    engine::admit(AdmissionFacts {
        tenant: caller.tenant(),
        member: caller.member(),
        turn,
        affinity: conversation.uuid(),
        node,
        role: caller.role(),
        workspace_active: !snapshot.suspended,
        environment: snapshot.environment,
        route: entry.map(|entry| route_of(caller, snapshot, entry)),
        budget: snapshot.budget,
        limits: limits_of(caller, snapshot, entry),
        cache: CachePolicy {
            similar: entry.and_then(|entry| entry.similar.as_ref().map(engine_sharing)),
            embeddings: entry.and_then(|entry| embeddings_of(caller, snapshot, entry)),
            ..snapshot.cache.clone()
        },
    })
}

/// The limits that hold for `caller`. Nobody comes with a virtual key yet.
fn limits_of(
    caller: &Caller,
    snapshot: &TenantSnapshot,
    entry: Option<&AliasRoute>,
) -> AskerLimits {
    let alias = entry.map_or("", |entry| entry.model.alias.as_str());
    let limits = &snapshot.limits;
    limits.of(caller.member(), caller.teams(), None, alias)
}

/// The route of the embedding model by which questions to `entry` are compared, with the keys that pay
/// for it when `caller` asks.
fn embeddings_of(
    caller: &Caller,
    snapshot: &TenantSnapshot,
    entry: &AliasRoute,
) -> Option<Arc<Route>> {
    let alias = entry.similar.as_ref()?.embeddings.as_deref()?;
    let named = snapshot.route_of(caller, Some(alias))?;
    Some(Arc::new(route_of(caller, snapshot, named)))
}

/// The route with the keys that pay when `caller` asks; targets of which none is theirs to use stay
/// out.
fn route_of(caller: &Caller, snapshot: &TenantSnapshot, entry: &AliasRoute) -> Route {
    let targets = entry.route.targets.iter();
    let choose = |target| {
        let keys = &snapshot.scoped_keys;
        keys.choose(target, caller.member(), caller.teams())
    };
    let mine = targets.filter_map(choose);
    Route {
        alias: entry.route.alias.clone(),
        strategy: entry.route.strategy,
        targets: mine.collect(),
        options: entry.route.options.clone(),
    }
}
