//! A plain map of tenants: each with its providers, models, `requests_per_minute` and plan. As YAML or
//! JSON; the map itself, or below `tenants`, or a list there whose entries have an `id`.
//!
//! What a plan means may stand in `plans`, by name, in the same words as a tenant's own limits.

use super::draft::{Draft, alias_of, key_of, model_of, slug_of, variable_for};
use super::providers::{plain_address, provider_of, provider_of_model, usual_variable};
use super::source::{Source, join, shown};
use super::{Converted, Left};
use crate::documents::{Document, HostPart, Problems, TargetPart};
use contract::keys::KeyProvider;
use serde_json::Value;

/// Documents for a file, one for each tenant.
///
/// # Errors
/// The file is neither YAML nor JSON.
pub fn from_tenants(text: &str) -> Result<Converted, Problems> {
    let mut source = Source::read(text)?;
    let mut documents: Vec<Document> = Vec::new();
    for (path, name) in places(&mut source) {
        let slug = slug_of(&name);
        let taken = |one: &Document| one.workspace.as_deref() == Some(&slug);
        if slug.is_empty() || documents.iter().any(taken) {
            source.tell(path, "its short name is empty, or another tenant has it");
            continue;
        }
        if slug != name {
            source.tell(format!("tenant {name}"), format!("is called {slug} here"));
        }
        documents.push(tenant(&mut source, &path, &slug));
    }
    let left = source.left().into_iter();
    let left = left.map(|one| Left {
        name: shown(&one.name),
        ..one
    });
    Ok(Converted::new(documents, left.collect()))
}

/// Where tenants stand, and their names.
fn places(source: &mut Source) -> Vec<(String, String)> {
    if source.at("tenants").is_array() {
        let list = (0..source.len("tenants")).map(|index| format!("tenants[{index}]"));
        return list
            .map(|path| {
                let mut names = ["id", "slug", "tenant", "name"].into_iter();
                let name = names.find_map(|field| source.text(&join(&path, field)));
                (path, name.unwrap_or_default())
            })
            .collect();
    }
    let below = if source.at("tenants").is_object() {
        "tenants"
    } else {
        ""
    };
    let names = source.names(below).into_iter();
    let names = names.filter(|name| !(below.is_empty() && name == "plans"));
    names.map(|name| (join(below, &name), name)).collect()
}

fn tenant(source: &mut Source, path: &str, slug: &str) -> Document {
    let at = |name: &str| join(path, name);
    let name = source
        .text(&at("name"))
        .or_else(|| source.text(&at("display_name")));
    let mut draft = Draft::new(slug, name);
    limits(source, path, &mut draft);
    if let Some(plan) = source.text(&at("plan")) {
        let known = join("plans", &plan);
        if source.at(&known).is_object() {
            limits(source, &known, &mut draft);
        } else {
            source.tell(
                at("plan"),
                format!("nothing says what the plan `{plan}` allows"),
            );
        }
    }
    for field in ["domain", "host"] {
        if let Some(host) = source.text(&at(field)) {
            draft.hosts.push(HostPart {
                host,
                primary: true,
            });
        }
    }
    for field in ["system_prompt", "prompt"] {
        draft.prompt = draft.prompt.take().or_else(|| source.text(&at(field)));
    }
    let keys = keys(source, path, &mut draft);
    models(source, path, &keys, &mut draft);
    if draft.has_no_keys() {
        source.tell(
            format!("tenant {slug}"),
            "it names no provider that is known here",
        );
    }
    draft.document()
}

/// Limits in the words that people use for them. What is set already stays.
fn limits(source: &mut Source, path: &str, draft: &mut Draft) {
    let mut first = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| source.count(&join(path, name)))
    };
    let requests = first(&["requests_per_minute", "rpm", "rate_limit"]);
    let tokens = first(&["tokens_per_minute", "tpm"]);
    let concurrent = first(&["concurrent", "max_concurrent", "max_parallel_requests"]);
    let month = [
        "usd_per_month",
        "monthly_budget_usd",
        "monthly_budget",
        "budget_usd",
    ];
    let month = month.iter().find_map(|name| source.text(&join(path, name)));
    if requests.or(tokens).or(concurrent).is_none() && month.is_none() {
        return;
    }
    draft.limit_all(|limit| {
        limit.requests_per_minute = limit.requests_per_minute.or(requests);
        limit.tokens_per_minute = limit.tokens_per_minute.or(tokens);
        limit.concurrent = limit.concurrent.or(concurrent);
        limit.usd_per_month = limit.usd_per_month.take().or(month);
    });
}

/// A tenant's key: its provider, and its name in the document.
type Key = (KeyProvider, String);

/// `providers` as a map or a list, or one `provider` of the tenant itself.
fn keys(source: &mut Source, path: &str, draft: &mut Draft) -> Vec<Key> {
    let below = join(path, "providers");
    let mut places: Vec<(String, String)> = Vec::new();
    for name in source.names(&below) {
        places.push((join(&below, &name), name));
    }
    for index in 0..source.len(&below) {
        let place = format!("{below}[{index}]");
        let mut names = [
            join(&place, "name"),
            join(&place, "provider"),
            place.clone(),
        ]
        .into_iter();
        if let Some(name) = names.find_map(|one| source.text(&one)) {
            places.push((place, name));
        }
    }
    if let Some(name) = source.text(&join(path, "provider")) {
        places.push((path.to_owned(), name));
    }
    let mut keys = Vec::new();
    for (place, name) in places {
        let Some(provider) = provider_of(&name) else {
            source.tell(place, format!("the provider `{name}` is not known here"));
            continue;
        };
        let (provider, key) = key(source, &place, provider, draft);
        for model in listed(source, &join(&place, "models")) {
            add_model(draft, &alias_of(&model), &key, &model);
        }
        keys.push((provider, key));
    }
    keys
}

fn key(source: &mut Source, place: &str, provider: KeyProvider, draft: &mut Draft) -> Key {
    let mut first = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| source.text(&join(place, name)))
    };
    let address = first(&["base_url", "api_base", "endpoint", "url"]);
    let version = first(&["api_version"]);
    let region = first(&["region", "aws_region"]);
    let named = first(&["api_key_env", "key_env", "env"]);
    let address = address.and_then(|address| plain_address(&address));
    let provider = match (provider, &address) {
        (KeyProvider::OpenAi, Some(base)) if !base.contains("api.openai.com") => {
            KeyProvider::OpenAiCompatible
        }
        _ => provider,
    };
    let clear = ["api_key", "key", "token"].map(|name| join(place, name));
    let clear = clear.into_iter().find(|path| source.at(path).is_string());
    // What is written as a name of a variable, `$NAME` or `${NAME}`, is one.
    let referred = clear.as_ref().and_then(|path| reference(source.at(path)));
    let variable = named.or(referred.clone()).unwrap_or_else(|| {
        let usual = usual_variable(provider);
        if clear.is_some() {
            variable_for(draft.slug(), provider, 1)
        } else {
            // Tenants have keys of their own, so each has a variable of its own.
            format!(
                "{}_{usual}",
                draft.slug().to_ascii_uppercase().replace('-', "_")
            )
        }
    });
    if let Some(path) = clear {
        source.take(&path);
        if referred.is_none() {
            source.tell(
                path,
                format!("it is a secret in the clear: put it into {variable}"),
            );
        }
    }
    let mut key = key_of(provider, &variable);
    key.base_url = address.filter(|_| provider != KeyProvider::OpenAi);
    key.api_version = version.filter(|_| provider == KeyProvider::Azure);
    key.region = region;
    (provider, draft.key(key))
}

fn reference(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    let name = text
        .strip_prefix("os.environ/")
        .or_else(|| text.strip_prefix("env:"))
        .or_else(|| text.strip_prefix("${")?.strip_suffix('}'))
        .or_else(|| text.strip_prefix('$'))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (!name.is_empty() && name.chars().all(plain)).then(|| name.to_owned())
}

/// Names in a list, or in a text with commas.
fn listed(source: &mut Source, path: &str) -> Vec<String> {
    match source.at(path) {
        Value::Array(items) if items.iter().all(Value::is_string) => {}
        Value::String(_) => {}
        _ => return Vec::new(),
    }
    match source.take(path) {
        Value::Array(items) => items
            .into_iter()
            .filter_map(|item| item.as_str().map(ToOwned::to_owned))
            .collect(),
        Value::String(text) => {
            let parts = text
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty());
            parts.map(ToOwned::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// `models` of the tenant itself: a list of names, or aliases that lead to them.
fn models(source: &mut Source, path: &str, keys: &[Key], draft: &mut Draft) {
    let below = join(path, "models");
    let mut wanted: Vec<(String, String, String)> = listed(source, &below)
        .into_iter()
        .map(|model| {
            (
                below.clone(),
                model.rsplit('/').next().unwrap_or(&model).to_owned(),
                model,
            )
        })
        .collect();
    for alias in source.names(&below) {
        let place = join(&below, &alias);
        if let Some(model) = source
            .text(&place)
            .or_else(|| source.text(&join(&place, "model")))
        {
            wanted.push((place, alias, model));
        }
    }
    for (place, alias, model) in wanted {
        match key_for(&model, keys) {
            Some((key, model)) => add_model(draft, &alias_of(&alias), &key, &model),
            None => source.tell(
                format!("{place}\u{1f}{model}"),
                "write it as provider/model: whose it is cannot be told",
            ),
        }
    }
}

/// The key that pays for a model: by its prefix, by its name, or the only one there is.
fn key_for(model: &str, keys: &[Key]) -> Option<(String, String)> {
    let of = |provider: KeyProvider| keys.iter().find(|(one, _)| *one == provider);
    if let Some((prefix, rest)) = model.split_once('/')
        && let Some((_, key)) = provider_of(prefix).and_then(of)
    {
        return Some((key.clone(), rest.to_owned()));
    }
    if let Some((_, key)) = provider_of_model(model).and_then(of) {
        return Some((key.clone(), model.to_owned()));
    }
    let [(_, key)] = keys else { return None };
    Some((key.clone(), model.to_owned()))
}

/// One more target behind an alias.
fn add_model(draft: &mut Draft, alias: &str, key: &str, model: &str) {
    let target = TargetPart {
        key: key.to_owned(),
        model: model.to_owned(),
        ..TargetPart::default()
    };
    match draft.models.iter_mut().find(|one| one.alias == alias) {
        Some(known) if !known.targets.contains(&target) => known.targets.push(target),
        Some(_) => {}
        None => {
            let mut fresh = model_of(alias);
            fresh.targets.push(target);
            draft.models.push(fresh);
        }
    }
}
