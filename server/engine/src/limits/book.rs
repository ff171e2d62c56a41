//! Every limit of one workspace.

use crate::limits::asker::{AskerLimits, PaceLimit, SpendCap};
use contract::{LimitScope, MemberId, NanoUsd, Pace, TeamId, VirtualKeyId};
use std::collections::HashMap;
use std::sync::Arc;

/// What administrators set, by whom it is for. The workspace's own spending limit is not in it: that
/// one is the operator's.
#[derive(Clone, Debug, Default)]
pub struct LimitBook {
    scopes: HashMap<LimitScope, ScopeLimits>,
}

#[derive(Clone, Debug, Default)]
struct ScopeLimits {
    cap: Option<NanoUsd>,
    paces: Vec<(Option<Arc<str>>, Pace)>,
}

impl LimitBook {
    /// Enters what `scope` may spend in a calendar month.
    pub fn set_cap(&mut self, scope: LimitScope, cap: NanoUsd) {
        self.scopes.entry(scope).or_default().cap = Some(cap);
    }

    /// Enters how fast `scope` may ask, all models together or one alias.
    pub fn set_pace(&mut self, scope: LimitScope, model: Option<&str>, pace: Pace) {
        if !pace.is_free() {
            let paces = &mut self.scopes.entry(scope).or_default().paces;
            paces.push((model.map(Arc::from), pace));
        }
    }

    /// What `scope` may spend in a calendar month; `None` is no limit.
    #[must_use]
    pub fn cap_of(&self, scope: LimitScope) -> Option<NanoUsd> {
        self.scopes.get(&scope)?.cap
    }

    /// The limits that apply when `member`, in `teams`, asks `alias`. Whoever is in several teams
    /// counts in each of them, and the limits of each hold.
    #[must_use]
    pub fn of(
        &self,
        member: Option<MemberId>,
        teams: &[TeamId],
        virtual_key: Option<VirtualKeyId>,
        alias: &str,
    ) -> AskerLimits {
        let mut limits = AskerLimits {
            teams: teams.to_vec(),
            virtual_key,
            ..AskerLimits::default()
        };
        let member = member.map(LimitScope::Member);
        let teams = teams.iter().copied().map(LimitScope::Team);
        let key = virtual_key.map(LimitScope::VirtualKey);
        let scopes = [LimitScope::Workspace].into_iter().chain(member);
        for scope in scopes.chain(teams).chain(key) {
            let Some(of_scope) = self.scopes.get(&scope) else {
                continue;
            };
            let cap = of_scope.cap.map(|cap| SpendCap { scope, cap });
            limits.caps.extend(cap);
            for (model, pace) in &of_scope.paces {
                if model.as_deref().is_none_or(|model| model == alias) {
                    limits.paces.push(PaceLimit {
                        scope,
                        model: model.clone(),
                        pace: *pace,
                    });
                }
            }
        }
        limits
    }
}

#[cfg(test)]
mod tests {
    use super::LimitBook;
    use contract::{LimitScope, MemberId, NanoUsd, Pace, TeamId, VirtualKeyId};
    use uuid::Uuid;

    #[test]
    fn every_limit_of_the_asker_applies_and_none_of_anybody_else() {
        let member = |id| MemberId::from_uuid(Uuid::from_u128(id));
        let team = |id| TeamId::from_uuid(Uuid::from_u128(id));
        let key = VirtualKeyId::from_uuid(Uuid::from_u128(9));
        let pace = Pace {
            concurrent: Some(1),
            ..Pace::default()
        };
        let mut book = LimitBook::default();
        for scope in [
            LimitScope::Member(member(1)),
            LimitScope::Member(member(2)),
            LimitScope::Team(team(1)),
            LimitScope::Team(team(2)),
            LimitScope::Team(team(3)),
            LimitScope::VirtualKey(key),
        ] {
            book.set_cap(scope, NanoUsd::new(5));
        }
        book.set_pace(LimitScope::Workspace, None, pace);
        book.set_pace(LimitScope::Workspace, Some("fast"), pace);
        book.set_pace(LimitScope::Workspace, Some("careful"), pace);
        book.set_pace(LimitScope::Workspace, None, Pace::default());
        let limits = book.of(Some(member(1)), &[team(1), team(3)], None, "fast");
        let capped: Vec<_> = limits.caps.iter().map(|cap| cap.scope).collect();
        let mine = LimitScope::Member(member(1));
        assert_eq!(
            capped,
            [mine, LimitScope::Team(team(1)), LimitScope::Team(team(3))]
        );
        let models: Vec<_> = limits.paces.iter().map(|it| it.model.as_deref()).collect();
        assert_eq!(models, [None, Some("fast")]);
        let limits = book.of(Some(member(3)), &[], Some(key), "slow");
        assert_eq!((limits.caps.len(), limits.paces.len()), (1, 1));
    }
}
