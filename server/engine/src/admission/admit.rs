//! The decision.
//!
//! Owns the only constructor of [`Admission`]. Refuses whatever is missing: no route, no key, no
//! price under a budget.

use crate::admission::route::{Provider, Route, Target};
use crate::cache::CachePolicy;
use crate::limits::{AskerLimits, PaceLimit, SpendCap};
use contract::{LimitScope, MemberId, MessageId, NanoUsd, Role, TenantId};
use uuid::Uuid;

/// What the decision is made from. Stated by the backend, never by a browser.
#[derive(Clone, Debug)]
pub struct AdmissionFacts {
    /// The workspace.
    pub tenant: TenantId,
    /// Who asks; `None`: a program that is nobody's.
    pub member: Option<MemberId>,
    /// The answer's id, which names the turn.
    pub turn: MessageId,
    /// Turns with the same one meet the same target where they can: the conversation.
    pub affinity: Uuid,
    /// The process that runs the turn, so that another can close what a dead one left open.
    pub node: Uuid,
    /// The member's role.
    pub role: Role,
    /// The workspace is not suspended.
    pub workspace_active: bool,
    /// Where keys and routes belong to.
    pub environment: Environment,
    /// What the chosen alias points at; `None` where there is no such alias.
    pub route: Option<Route>,
    /// The workspace's limit of the month; `None` is no limit.
    pub budget: Option<NanoUsd>,
    /// Every other limit that applies, and whom the asker counts as.
    pub limits: AskerLimits,
    /// What the workspace wants of the cache.
    pub cache: CachePolicy,
}

/// The environment that a key, a route and a turn belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Environment {
    /// For trying things out.
    Development,
    /// For rehearsals.
    Staging,
    /// For people's work.
    Production,
}

impl Environment {
    /// The stored name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }

    /// Reads a stored name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Development, Self::Staging, Self::Production]
            .into_iter()
            .find(|environment| environment.as_str() == name)
    }
}

/// Why nobody is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The workspace is suspended.
    #[error("the workspace is suspended")]
    Suspended,
    /// The role does not include chatting.
    #[error("the role does not include chatting")]
    RoleMayNotChat,
    /// The alias points nowhere.
    #[error("the alias has no route")]
    NoRoute,
    /// No target of the route has a key of this workspace.
    #[error("no target of the route has a key")]
    NoKey,
    /// The limit is zero.
    #[error("a limit leaves nothing to spend")]
    OverBudget {
        /// Whose limit.
        scope: LimitScope,
    },
    /// A limit is set and no target of the route has a price.
    #[error("a limit applies and no target of the route has a price")]
    Unpriced,
}

/// Leave to ask. Without it nothing reaches a provider.
#[derive(Clone, Debug)]
pub struct Admission {
    tenant: TenantId,
    member: Option<MemberId>,
    turn: MessageId,
    affinity: Uuid,
    node: Uuid,
    environment: Environment,
    route: Route,
    /// The model of the route's first target as it was written, whether or not that one can be used.
    leads: String,
    limits: AskerLimits,
    /// Every scope that money is counted in, with its cap; the workspace first.
    purses: Vec<(LimitScope, Option<NanoUsd>)>,
    cache: CachePolicy,
}

/// Judges the facts. Targets that cannot be used (no key, or no price under a limit) are taken out
/// of the route; when none remains, the reason is told.
pub fn admit(facts: AdmissionFacts) -> Result<Admission, Refusal> {
    if !facts.workspace_active {
        return Err(Refusal::Suspended);
    }
    if !facts.role.may_chat() {
        return Err(Refusal::RoleMayNotChat);
    }
    let mut route = facts.route.ok_or(Refusal::NoRoute)?;
    let first = route.targets.first().ok_or(Refusal::NoRoute)?;
    let leads = first.model.clone();
    route.targets.retain(has_key);
    if route.targets.is_empty() {
        return Err(Refusal::NoKey);
    }
    let purses = purses(facts.budget, &facts.limits);
    if purses.iter().any(|(_, cap)| cap.is_some()) {
        let mut empty = purses.iter();
        if let Some((scope, _)) = empty.find(|(_, cap)| cap.is_some_and(|cap| cap <= NanoUsd::ZERO))
        {
            return Err(Refusal::OverBudget { scope: *scope });
        }
        route.targets.retain(|target| target.price.is_some());
        if route.targets.is_empty() {
            return Err(Refusal::Unpriced);
        }
    }
    Ok(Admission {
        tenant: facts.tenant,
        member: facts.member,
        turn: facts.turn,
        affinity: facts.affinity,
        node: facts.node,
        environment: facts.environment,
        route,
        leads,
        limits: facts.limits,
        purses,
        cache: facts.cache,
    })
}

/// Every scope once, the workspace first. Where two caps are for the same, the lower one holds.
fn purses(budget: Option<NanoUsd>, limits: &AskerLimits) -> Vec<(LimitScope, Option<NanoUsd>)> {
    let mut purses = vec![(LimitScope::Workspace, budget)];
    for SpendCap { scope, cap } in &limits.caps {
        match purses.iter_mut().find(|(known, _)| known == scope) {
            Some((_, known)) => *known = Some(known.map_or(*cap, |known| known.min(*cap))),
            None => purses.push((*scope, Some(*cap))),
        }
    }
    purses
}

const fn has_key(target: &Target) -> bool {
    match target.key.provider {
        Provider::Demo => true,
        Provider::Keyed(_) => target.key.id.is_some() && target.key.base_url.is_some(),
    }
}

impl Admission {
    /// The workspace.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The turn.
    #[must_use]
    pub const fn turn(&self) -> MessageId {
        self.turn
    }

    /// Leave to have vectors made for this turn: the same asker, turn and money, and the route of the
    /// workspace's embedding model. `None`: there is none, or no target of it can be used.
    pub(crate) fn for_vectors(&self) -> Option<Self> {
        let mut route = Route::clone(self.cache.embeddings.as_ref()?);
        let leads = route.targets.first()?.model.clone();
        let capped = self.is_capped();
        let usable = |target: &Target| has_key(target) && (!capped || target.price.is_some());
        route.targets.retain(usable);
        (!route.targets.is_empty()).then(|| Self {
            route,
            leads,
            ..self.clone()
        })
    }

    pub(crate) const fn member(&self) -> Option<MemberId> {
        self.member
    }

    pub(crate) const fn affinity(&self) -> Uuid {
        self.affinity
    }

    pub(crate) const fn node(&self) -> Uuid {
        self.node
    }

    pub(crate) const fn environment(&self) -> Environment {
        self.environment
    }

    pub(crate) const fn route(&self) -> &Route {
        &self.route
    }

    /// The model of the route's first target as an administrator wrote it.
    pub(crate) fn leading_model(&self) -> &str {
        &self.leads
    }

    /// Every scope that money is counted in, with its cap.
    pub(crate) fn purses(&self) -> &[(LimitScope, Option<NanoUsd>)] {
        &self.purses
    }

    /// Whether any limit on spending applies.
    pub(crate) fn is_capped(&self) -> bool {
        self.purses.iter().any(|(_, cap)| cap.is_some())
    }

    pub(crate) fn paces(&self) -> &[PaceLimit] {
        &self.limits.paces
    }

    pub(crate) const fn limits(&self) -> &AskerLimits {
        &self.limits
    }

    pub(crate) const fn cache(&self) -> &CachePolicy {
        &self.cache
    }
}

#[cfg(test)]
#[path = "admit_tests.rs"]
mod tests;
