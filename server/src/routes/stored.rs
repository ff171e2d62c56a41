//! A route as it is stored, and as the engine wants it.

use super::known_models::known_facts;
use contract::KeyId;
use contract::keys::KeyProvider;
use contract::models::{ModelFacts, RouteOptions, TimeLimits};
use engine::{Facts, Prefill, Provider, Target, TargetKey, TargetLimits};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;
use store::provider_keys::ProviderKeyRow;
use store::routes::RouteRow;

/// The stored form of one target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StoredTarget {
    /// The built-in demo model.
    Demo,
    /// A pinned model behind a key.
    Model(Box<StoredModel>),
}

/// A pinned model behind a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredModel {
    /// The key.
    pub key: KeyId,
    /// The provider's name of the model.
    pub model: String,
    /// Its share where conversations are shared out by weight.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub weight: u32,
    /// Limits in time of its own.
    #[serde(default, skip_serializing_if = "none")]
    pub limits: TimeLimits,
    /// What the workspace declares of it.
    #[serde(default, skip_serializing_if = "none")]
    pub facts: ModelFacts,
}

const fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks for it")]
const fn is_one(weight: &u32) -> bool {
    *weight == 1
}

fn none<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl StoredTarget {
    /// Every target of a stored route, best first. What cannot be read is no target.
    #[must_use]
    pub fn all(stored: &Value) -> Vec<Self> {
        serde_json::from_value(stored.clone()).unwrap_or_default()
    }

    /// The model behind a key; `None`: the demo model.
    #[must_use]
    pub fn model(&self) -> Option<&StoredModel> {
        match self {
            Self::Demo => None,
            Self::Model(model) => Some(model),
        }
    }
}

/// Where a new alias stands in the picker: before the demo model that a workspace starts with.
#[must_use]
pub fn next_position(existing: &[RouteRow]) -> i32 {
    let positions = existing.iter().map(|row| row.position);
    let last = positions.filter(|position| *position < 1_000).max();
    last.unwrap_or(0) + 1
}

/// Options of a stored route.
#[must_use]
pub fn options_from(stored: &Value) -> RouteOptions {
    serde_json::from_value(stored.clone()).unwrap_or_default()
}

/// Targets of a stored route, best first; those whose key is gone, disabled or of another
/// environment are left out.
#[must_use]
pub fn targets_from(stored: &Value, keys: &[ProviderKeyRow], environment: &str) -> Vec<Target> {
    let all = StoredTarget::all(stored).into_iter();
    all.filter_map(|target| match target {
        StoredTarget::Demo => Some(Target::demo()),
        StoredTarget::Model(model) => {
            let row = keys.iter().find(|row| row.id == model.key)?;
            let usable = !row.disabled && row.environment == environment;
            target_from(&model, row).filter(|_| usable)
        }
    })
    .collect()
}

/// The target as the engine wants it. `None`: its provider is not known to this program.
pub(super) fn target_from(model: &StoredModel, row: &ProviderKeyRow) -> Option<Target> {
    let key = target_key(row)?;
    let facts = facts_of(model, &key);
    Some(Target {
        key,
        model: model.model.clone(),
        price: None,
        max_output: None,
        weight: model.weight,
        limits: limits_of(model.limits),
        facts,
    })
}

/// The key as the engine wants it. `None`: its provider is not known to this program.
pub(super) fn target_key(row: &ProviderKeyRow) -> Option<TargetKey> {
    let provider = Provider::Keyed(KeyProvider::parse(&row.provider)?);
    Some(TargetKey {
        id: Some(row.id),
        secret: row.secret_id,
        name: row.name.clone(),
        provider,
        base_url: row.base_url.clone(),
        place: serde_json::from_value(row.place.clone()).unwrap_or_default(),
        scope: row.scope,
    })
}

/// What the workspace declares goes before what is known of the model anywhere.
fn facts_of(model: &StoredModel, key: &TargetKey) -> Facts {
    let said = &model.facts;
    let Provider::Keyed(provider) = key.provider else {
        return Facts::default();
    };
    let known = known_facts(provider, &model.model);
    let base = key.base_url.as_deref().unwrap_or_default();
    let documented = Prefill::known(provider, base, &model.model);
    let declared = said.prefill.as_deref().and_then(Prefill::parse);
    Facts {
        context: said.context.or(known.context),
        images: said.images.or(known.images),
        tools: said.tools.or(known.tools),
        structured: said.structured.or(known.structured),
        reasoning: said.reasoning.or(known.reasoning),
        region: said.region.clone(),
        prefill: declared.or(documented),
    }
}

fn limits_of(limits: TimeLimits) -> TargetLimits {
    let time = |millis: Option<u64>| millis.map(Duration::from_millis);
    TargetLimits {
        connect: time(limits.connect_ms),
        head: time(limits.head_ms),
        first_text: time(limits.first_text_ms),
        stall: time(limits.stall_ms),
        total: time(limits.total_ms),
    }
}

#[cfg(test)]
mod tests {
    use super::{StoredTarget, options_from};
    use contract::models::RouteOptions;
    use serde_json::json;

    #[test]
    fn routes_that_were_stored_before_read_as_ever_and_store_no_more_than_is_said() {
        let id = "00000000-0000-0000-0000-000000000007";
        let old =
            json!([{"kind": "demo"}, {"kind": "model", "key": id, "model": "m", "weight": 3}]);
        let read = StoredTarget::all(&old);
        assert_eq!(read.len(), 2);
        assert_eq!(read[1].model().unwrap().weight, 3);
        assert_eq!(serde_json::to_value(&read).unwrap(), old);
        assert_eq!(options_from(&json!({})), RouteOptions::default());
        let none = serde_json::to_value(RouteOptions::default()).unwrap();
        assert_eq!(none, json!({}));
    }
}
