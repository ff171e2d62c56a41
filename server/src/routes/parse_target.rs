//! A target as an operator writes it in a terminal.

use super::{StoredModel, StoredTarget};
use contract::keys::KeyScope;
use contract::models::{ModelFacts, TimeLimits, WEIGHT_MAX};
use contract::models_shape::set_of_target;
use store::provider_keys::ProviderKeyRow;

/// `KEY:MODEL`, with `=WEIGHT` behind it or not, and then limits in time and facts of its own, as in
/// `main:gpt-4.1=2, first=20s, context=128k, images=no, region=eu`; or `demo:demo` for the built-in
/// demo model.
///
/// # Errors
/// A sentence naming what is wrong.
pub fn parse_target(
    text: &str,
    keys: &[ProviderKeyRow],
    environment: &str,
) -> Result<StoredTarget, String> {
    let mut parts = text.split(',');
    let (named, weight) = weighed(parts.next().unwrap_or_default().trim())?;
    let Some((key, model)) = named
        .split_once(':')
        .filter(|(key, model)| !key.is_empty() && !model.is_empty())
    else {
        return Err(format!("`{text}` is not KEY:MODEL"));
    };
    let (mut limits, mut facts) = (TimeLimits::default(), ModelFacts::default());
    for part in parts {
        let pair = part
            .split_once('=')
            .ok_or_else(|| format!("`{}` in `{text}` is not name=value", part.trim()))?;
        set_of_target(pair, &mut limits, &mut facts).map_err(|why| why.to_string())?;
    }
    if key == "demo" && model == "demo" {
        if (limits, facts) != (TimeLimits::default(), ModelFacts::default()) {
            return Err("the demo model has no limits and facts of its own".to_owned());
        }
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
    Ok(StoredTarget::Model(Box::new(StoredModel {
        key: row.id,
        model: model.to_owned(),
        weight,
        limits,
        facts,
    })))
}

/// What is named, and its weight.
fn weighed(text: &str) -> Result<(&str, u32), String> {
    match text.rsplit_once('=') {
        Some((named, weight))
            if !weight.is_empty() && weight.bytes().all(|b| b.is_ascii_digit()) =>
        {
            let weight = weight.parse().ok().filter(|weight| *weight <= WEIGHT_MAX);
            let weight = weight.ok_or_else(|| format!("the weight of `{text}` is too large"))?;
            Ok((named, weight))
        }
        _ => Ok((text, 1)),
    }
}
