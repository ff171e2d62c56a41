//! The one place that decides whether a question may be asked.
//!
//! Gathers the facts about caller and workspace and hands them to [`engine::admit`], the only
//! maker of an [`Admission`]; without one no provider is reached.

use crate::routes::{ScopedKeys, engine_sharing};
use crate::tenancy::{AliasRoute, TenantSnapshot};
use crate::virtual_keys::Program;
use contract::{Caller, ConversationId, MemberId, MessageId, Role, TeamId};
use engine::{Admission, AdmissionFacts, AskerLimits, CachePolicy, Environment, Refusal, Route};
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
        member: Some(caller.member()),
        turn,
        affinity: conversation.uuid(),
        node,
        role: caller.role(),
        workspace_active: !snapshot.suspended,
        environment: snapshot.environment,
        route: entry.map(|entry| {
            let keys = &snapshot.scoped_keys;
            route_of((Some(caller.member()), caller.teams()), keys, entry)
        }),
        budget: snapshot.budget,
        limits: limits_of(caller, snapshot, entry),
        cache: CachePolicy {
            similar: entry.and_then(|entry| entry.similar.as_ref().map(engine_sharing)),
            embeddings: entry.and_then(|entry| {
                let asker = (Some(caller.member()), caller.teams());
                embeddings_of(asker, snapshot, snapshot.environment, entry)
            }),
            ..snapshot.cache.clone()
        },
    })
}

/// The limits that hold for `caller`, who comes without a virtual key.
fn limits_of(
    caller: &Caller,
    snapshot: &TenantSnapshot,
    entry: Option<&AliasRoute>,
) -> AskerLimits {
    let alias = entry.map_or("", |entry| entry.model.alias.as_str());
    let limits = &snapshot.limits;
    limits.of(Some(caller.member()), caller.teams(), None, alias)
}

/// Judges a request of `program` to the model behind `entry`, which is of the program's environment.
///
/// # Errors
/// The reason for which nobody is asked.
pub fn admit_program(
    program: &Program,
    snapshot: &TenantSnapshot,
    entry: &AliasRoute,
    turn: MessageId,
    affinity: Uuid,
    node: Uuid,
) -> Result<Admission, Refusal> {
    let (member, teams) = (program.member, &*program.teams);
    let nobodys = ScopedKeys::default();
    let keys = snapshot.scoped_keys_in(program.environment);
    let keys = keys.unwrap_or(&nobodys);
    let alias = entry.model.alias.as_str();
    engine::admit(AdmissionFacts {
        tenant: snapshot.id,
        member,
        turn,
        affinity,
        node,
        // A program that is nobody's has the rights of its key: which models, from where, for how
        // much.
        role: program.role.unwrap_or(Role::Member),
        workspace_active: !snapshot.suspended,
        environment: program.environment,
        route: Some(route_of((member, teams), keys, entry)),
        budget: snapshot.budget,
        limits: snapshot.limits.of(member, teams, Some(program.id), alias),
        cache: CachePolicy {
            similar: entry.similar.as_ref().map(engine_sharing),
            embeddings: embeddings_of((member, teams), snapshot, program.environment, entry),
            ..snapshot.cache.clone()
        },
    })
}

/// The route of the embedding model by which questions to `entry` are compared, with the keys that pay
/// for it when `member` of `teams` asks.
fn embeddings_of(
    asker: (Option<MemberId>, &[TeamId]),
    snapshot: &TenantSnapshot,
    environment: Environment,
    entry: &AliasRoute,
) -> Option<Arc<Route>> {
    let alias = entry.similar.as_ref()?.embeddings.as_deref()?;
    let named = snapshot.route_in(environment, alias)?;
    let keys = snapshot.scoped_keys_in(environment)?;
    Some(Arc::new(route_of(asker, keys, named)))
}

/// The route with the keys that pay when `member` of `teams` asks; targets of which none is theirs to
/// use stay out.
fn route_of(
    (member, teams): (Option<MemberId>, &[TeamId]),
    keys: &ScopedKeys,
    entry: &AliasRoute,
) -> Route {
    let targets = entry.route.targets.iter();
    let mine = targets.filter_map(|target| keys.choose(target, member, teams));
    Route {
        alias: entry.route.alias.clone(),
        strategy: entry.route.strategy,
        targets: mine.collect(),
        options: entry.route.options.clone(),
    }
}
