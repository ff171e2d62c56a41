//! Which key pays, where more than one could.
//!
//! A route names a key. A member's own key of the same provider and address goes before it, where
//! the workspace allows that; then their team's. The choice is made once, before anything is sent:
//! nobody's key takes the place of one that fails.

use contract::keys::KeyScope;
use contract::{MemberId, TeamId};
use engine::{Target, TargetKey};
use std::collections::HashMap;
use store::provider_keys::ProviderKeyRow;

/// Keys for one member or one team, by what they open.
#[derive(Default)]
pub struct ScopedKeys {
    by_place: HashMap<(String, String), Vec<TargetKey>>,
}

impl ScopedKeys {
    /// Of `keys` in `environment` those that can be used; members' own ones only where
    /// `member_keys` allows them.
    #[must_use]
    pub fn new(keys: &[ProviderKeyRow], environment: &str, member_keys: bool) -> Self {
        let mut by_place: HashMap<_, Vec<TargetKey>> = HashMap::new();
        let usable = keys.iter().filter(|row| {
            let counts = match row.scope {
                KeyScope::Workspace => false,
                KeyScope::Team(_) => true,
                KeyScope::Member(_) => member_keys,
            };
            counts && !row.disabled && row.environment == environment
        });
        for key in usable.filter_map(super::stored::target_key) {
            by_place.entry(place_of(&key)).or_default().push(key);
        }
        Self { by_place }
    }

    /// Whether `member` has a key of their own that can be used.
    #[must_use]
    pub fn has_own(&self, member: MemberId) -> bool {
        let mut keys = self.by_place.values().flatten();
        keys.any(|key| key.scope == KeyScope::Member(member))
    }

    /// `target` with the key that pays when `member`, who is in `teams`, asks; `None`: none is theirs
    /// to use. A program that is nobody's has no member.
    #[must_use]
    pub fn choose(
        &self,
        target: &Target,
        member: Option<MemberId>,
        teams: &[TeamId],
    ) -> Option<Target> {
        let scoped = match target.key.id {
            Some(_) => self.by_place.get(&place_of(&target.key)),
            None => None,
        };
        let newest = |fits: &dyn Fn(KeyScope) -> bool| {
            let mut scoped = scoped.into_iter().flatten().rev();
            scoped.find(|key| fits(key.scope))
        };
        let own = newest(&|scope| member.is_some_and(|member| scope == KeyScope::Member(member)));
        let of_team = || newest(&|scope| is_of(scope, teams));
        let key = own.or_else(of_team);
        let named = &target.key;
        let key = key.or_else(|| (named.scope == KeyScope::Workspace).then_some(named))?;
        Some(Target {
            key: key.clone(),
            ..target.clone()
        })
    }
}

fn is_of(scope: KeyScope, teams: &[TeamId]) -> bool {
    matches!(scope, KeyScope::Team(team) if teams.contains(&team))
}

fn place_of(key: &TargetKey) -> (String, String) {
    let base = key.base_url.clone().unwrap_or_default();
    (key.provider.as_str().to_owned(), base)
}

#[cfg(test)]
mod tests {
    use super::ScopedKeys;
    use contract::keys::KeyScope;
    use contract::{KeyId, MemberId, TeamId};
    use engine::Target;
    use serde_json::json;
    use store::provider_keys::ProviderKeyRow;
    use uuid::Uuid;

    const ME: MemberId = MemberId::from_uuid(Uuid::from_u128(1));
    const OTHER: MemberId = MemberId::from_uuid(Uuid::from_u128(2));
    const LEGAL: TeamId = TeamId::from_uuid(Uuid::from_u128(3));

    fn row(name: &str, scope: KeyScope, base: &str) -> ProviderKeyRow {
        ProviderKeyRow {
            id: KeyId::from_uuid(Uuid::now_v7()),
            secret_id: Uuid::now_v7(),
            name: name.into(),
            environment: "production".into(),
            provider: "openai".into(),
            base_url: Some(base.into()),
            place: json!({}),
            sealed_secret: Vec::new(),
            ends_in: String::new(),
            account: None,
            scope,
            added_by_name: String::new(),
            replaces: None,
            previous_until_ms: None,
            history: json!([]),
            models: json!([]),
            expires_ms: None,
            rotate_by_ms: None,
            disabled: false,
            created_ms: 0,
        }
    }

    /// Who pays for a target that names the first of `keys`.
    fn payer(keys: &[ProviderKeyRow], allowed: bool, teams: &[TeamId]) -> Option<String> {
        let stored = json!([{"kind": "model", "key": keys[0].id, "model": "m"}]);
        let targets = super::super::targets_from(&stored, keys, "production");
        let scoped = ScopedKeys::new(keys, "production", allowed);
        let chosen = scoped.choose(&targets[0], Some(ME), teams)?;
        assert_eq!(chosen.model, "m");
        Some(chosen.key.name)
    }

    #[test]
    fn ones_own_goes_before_the_teams_and_the_teams_before_the_workspaces() {
        let firm = row("firm", KeyScope::Workspace, "https://a/v1");
        let legal = row("legal", KeyScope::Team(LEGAL), "https://a/v1");
        let mine = row("mine", KeyScope::Member(ME), "https://a/v1");
        let keys = [firm, legal, mine];
        assert_eq!(payer(&keys, true, &[LEGAL]).as_deref(), Some("mine"));
        assert_eq!(payer(&keys, false, &[LEGAL]).as_deref(), Some("legal"));
        assert_eq!(payer(&keys, false, &[]).as_deref(), Some("firm"));
    }

    #[test]
    fn nobody_elses_key_ever_pays() {
        let firm = row("firm", KeyScope::Workspace, "https://a/v1");
        let theirs = row("theirs", KeyScope::Member(OTHER), "https://a/v1");
        let elsewhere = row("elsewhere", KeyScope::Member(ME), "https://b/v1");
        let mut staging = row("staging", KeyScope::Member(ME), "https://a/v1");
        staging.environment = "staging".into();
        let mut off = row("off", KeyScope::Member(ME), "https://a/v1");
        off.disabled = true;
        let keys = [firm, theirs.clone(), elsewhere, staging, off];
        assert_eq!(payer(&keys, true, &[LEGAL]).as_deref(), Some("firm"));
        let legal = [row("legal", KeyScope::Team(LEGAL), "https://a/v1"), theirs];
        assert_eq!(payer(&legal, true, &[]), None);
        assert_eq!(payer(&legal, true, &[LEGAL]).as_deref(), Some("legal"));
    }

    #[test]
    fn the_demo_model_needs_no_key() {
        let mine = [row("mine", KeyScope::Member(ME), "")];
        let scoped = ScopedKeys::new(&mine, "production", true);
        let demo = Target::demo();
        assert_eq!(scoped.choose(&demo, Some(ME), &[]), Some(demo));
    }
}
