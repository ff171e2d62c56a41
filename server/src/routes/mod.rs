//! Routes from model aliases to provider models, as stored and as the engine wants them, and the
//! key that pays for each.

mod choose_key;
mod explain;
mod similar;

pub use choose_key::ScopedKeys;
pub use explain::{Judged, Place, explain, in_words};
pub use similar::{parse_share, sharing_from, stored_sharing};

use contract::KeyId;
use contract::keys::{KeyProvider, KeyScope};
use engine::{Provider, Target, TargetKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::provider_keys::ProviderKeyRow;

/// The stored form of one target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StoredTarget {
    /// The built-in demo model.
    Demo,
    /// A pinned model behind a key.
    Model {
        /// The key.
        key: KeyId,
        /// The provider's name of the model.
        model: String,
        /// Its share where conversations are shared out by weight.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        weight: u32,
    },
}

const fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks for it")]
const fn is_one(weight: &u32) -> bool {
    *weight == 1
}

/// Targets of a stored route, best first; those whose key is gone or disabled are left out.
#[must_use]
pub fn targets_from(stored: &Value, keys: &[ProviderKeyRow]) -> Vec<Target> {
    let stored: Vec<StoredTarget> = serde_json::from_value(stored.clone()).unwrap_or_default();
    stored
        .into_iter()
        .filter_map(|target| match target {
            StoredTarget::Demo => Some(Target::demo()),
            StoredTarget::Model { key, model, weight } => {
                let row = keys.iter().find(|row| row.id == key && !row.disabled)?;
                Some(Target {
                    key: target_key(row)?,
                    model,
                    price: None,
                    max_output: None,
                    weight,
                })
            }
        })
        .collect()
}

/// The key as the engine wants it. `None`: its provider is not known to this program.
fn target_key(row: &ProviderKeyRow) -> Option<TargetKey> {
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

/// A target as an operator writes it: `KEY:MODEL`, with `=WEIGHT` behind it or not, or `demo:demo`
/// for the built-in demo model.
///
/// # Errors
/// A sentence naming what is wrong.
pub fn parse_target(
    text: &str,
    keys: &[ProviderKeyRow],
    environment: &str,
) -> Result<StoredTarget, String> {
    let (named, weight) = match text.rsplit_once('=') {
        Some((named, weight))
            if !weight.is_empty() && weight.bytes().all(|b| b.is_ascii_digit()) =>
        {
            let weight = weight
                .parse()
                .map_err(|_| format!("the weight of `{text}` is too large"))?;
            (named, weight)
        }
        _ => (text, 1),
    };
    let Some((key, model)) = named
        .split_once(':')
        .filter(|(key, model)| !key.is_empty() && !model.is_empty())
    else {
        return Err(format!("`{text}` is not KEY:MODEL"));
    };
    if key == "demo" && model == "demo" {
        return Ok(StoredTarget::Demo);
    }
    let row = keys
        .iter()
        .find(|row| {
            let routable = !matches!(row.scope, KeyScope::Member(_)) && !row.disabled;
            row.name == key && row.environment == environment && routable
        })
        .ok_or_else(|| {
            format!("there is no key `{key}` in environment {environment}; add it first")
        })?;
    Ok(StoredTarget::Model {
        key: row.id,
        model: model.to_owned(),
        weight,
    })
}
