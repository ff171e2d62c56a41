//! Whose limit it is, and whether they are there.

use super::super::normalise::identity_of;
use super::super::shape::LimitPart;
use super::super::step::Act;
use super::Planner;

/// Whether both limit the same.
pub(super) fn same(one: &LimitPart, other: &LimitPart) -> bool {
    identity_of(one) == identity_of(other)
}

/// What people call it.
pub(super) fn named(limit: &LimitPart) -> String {
    identity_of(limit)
}

impl Planner<'_> {
    /// Whether everything that a limit names is there. `false` also for somebody who has no account
    /// yet: they are told of, and their limit follows.
    pub(super) fn refers(&mut self, path: &str, limit: &LimitPart) -> bool {
        let mut fine = true;
        if let Some(team) = &limit.team {
            fine &= self.check_team(&format!("{path}.team"), team);
        }
        if let Some(model) = &limit.model
            && !self.aliases_after().contains(model.as_str())
        {
            let told = format!("there is no model `{model}`");
            self.problems.add(format!("{path}.model"), told);
            fine = false;
        }
        if let Some(key) = &limit.virtual_key
            && !self.state.virtual_keys.iter().any(|row| limit.is_of(row))
        {
            let told = format!(
                "there is no virtual key `{key}` in {}; make it first: livery virtual-key create",
                limit.environment.as_deref().unwrap_or("production")
            );
            self.problems.add(format!("{path}.virtual_key"), told);
            fine = false;
        }
        let Some(email) = &limit.member else {
            return fine;
        };
        if self.state.members.iter().any(|row| row.email == *email) {
            return fine;
        }
        let mut listed = self.wanted.members.iter().flatten();
        if !listed.any(|part| part.email == *email) {
            let told = format!("there is no member `{email}`");
            self.problems.add(format!("{path}.member"), told);
        }
        false
    }

    pub(super) fn prune_limits(&mut self, before: &[LimitPart], wanted: &[LimitPart]) {
        for old in before {
            let named_still = wanted.iter().any(|limit| same(old, limit));
            let gone = old
                .team
                .as_ref()
                .is_some_and(|team| !self.is_team_after(team));
            if !named_still && !gone {
                let item = format!("limit of {}", named(old));
                self.delete(item, Act::RemoveLimit(old.clone()));
            }
        }
    }
}
