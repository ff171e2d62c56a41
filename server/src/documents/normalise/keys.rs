//! Provider keys in one form.

use super::super::problem::Problems;
use super::super::shape::{KeyPart, SecretPart};
use super::{tidy_team, unique};
use crate::keys::{key_name, key_place};
use contract::keys::{KeyPlace, KeyProvider};
use engine::key_check;

pub(super) fn tidy(problems: &mut Problems, keys: &mut [KeyPart]) {
    for (index, key) in keys.iter_mut().enumerate() {
        let path = format!("keys[{index}]");
        let name = key_name(&key.name).map_err(|error| error.message.to_string());
        if let Some(name) = problems.keep(&format!("{path}.name"), name) {
            key.name = name;
        }
        if let Some(team) = &mut key.team {
            tidy_team(problems, &format!("{path}.team"), team);
        }
        if let Some(secret) = &key.secret {
            check_secret(problems, &format!("{path}.secret"), secret);
        }
        let Some(provider) = KeyProvider::parse(&key.provider) else {
            continue;
        };
        let place = key_place(provider, place_of(key)).map_err(|error| error.message.to_string());
        if let Some(place) = problems.keep(&path, place)
            && let Some(address) = problems.keep(&path, key_check::base_url(provider, &place))
        {
            write_place(key, provider, place, &address);
        }
    }
    let named = keys
        .iter()
        .map(|key| (format!("{} in {}", key.name, key.environment), ".name"));
    unique(problems, "keys", named);
}

/// Writes down where the key is used; an address that is its provider's usual one is left out.
fn write_place(key: &mut KeyPart, provider: KeyProvider, place: KeyPlace, address: &str) {
    let without = KeyPlace {
        base_url: None,
        ..place.clone()
    };
    let usual = key_check::base_url(provider, &without);
    key.base_url = (usual.as_deref() != Ok(address)).then(|| address.to_owned());
    key.deployment = place.deployment;
    key.api_version = place.api_version;
    key.region = place.region;
    key.access_key_id = place.access_key_id;
    key.organisation = place.organisation;
    key.project = place.project;
    key.probe_model = place.probe_model;
}

/// What the provider needs besides the secret.
pub(in super::super) fn place_of(key: &KeyPart) -> KeyPlace {
    KeyPlace {
        base_url: key.base_url.clone(),
        deployment: key.deployment.clone(),
        api_version: key.api_version.clone(),
        region: key.region.clone(),
        access_key_id: key.access_key_id.clone(),
        organisation: key.organisation.clone(),
        project: key.project.clone(),
        probe_model: key.probe_model.clone(),
    }
}

fn check_secret(problems: &mut Problems, path: &str, secret: &SecretPart) {
    let named = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match (&secret.env, &secret.file) {
        (Some(name), None) => {
            let sound = name.chars().all(named) && !name.starts_with(|c: char| c.is_ascii_digit());
            if name.is_empty() || name.len() > 200 || !sound {
                // What stands here may be the secret itself, so it is not repeated.
                let told = "is not the name of an environment variable; never write a secret here";
                problems.add(format!("{path}.env"), told);
            }
        }
        (None, Some(file)) if !file.trim().is_empty() => {}
        _ => problems.add(path, "names one place: `env` or `file`"),
    }
}
