//! A `LiteLLM` `config.yaml`: `model_list`, `router_settings`, `litellm_settings`, `general_settings`, as
//! docs.litellm.ai/docs/proxy/configs describes them. Written from that description; nothing of it is
//! run here.

mod deployment;
mod settings;

use super::draft::{Draft, alias_of, model_of};
use super::source::{Source, join, shown};
use super::{Converted, Left};
use crate::documents::{LimitPart, ModelPart, Problems};
use deployment::{Deployment, read_deployment};
use settings::Settings;

/// Documents for a file.
///
/// # Errors
/// The file is neither YAML nor JSON.
pub fn from_litellm(text: &str, slug: &str) -> Result<Converted, Problems> {
    let mut source = Source::read(text)?;
    let mut draft = Draft::new(slug, None);
    let settings = Settings::read(&mut source);
    draft.cache.clone_from(&settings.cache);
    if let Some(amount) = &settings.month {
        draft.limit_all(|limit| limit.usd_per_month = Some(amount.clone()));
    }
    let mut secrets = Vec::new();
    let mut groups: Vec<(String, Vec<Deployment>)> = Vec::new();
    for index in 0..source.len("model_list") {
        let path = format!("model_list[{index}]");
        let Some(name) = source.text(&join(&path, "model_name")) else {
            source.tell(path, "it has no model_name");
            continue;
        };
        let read = read_deployment(&mut source, &path, &mut draft, &mut secrets, &settings);
        let Some(deployment) = read else { continue };
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, group)) => group.push(deployment),
            None => groups.push((name, vec![deployment])),
        }
    }
    for (name, group) in &groups {
        let model = model(name, group, &settings, &mut source);
        if let Some(limit) = pace(&model.alias, group) {
            draft.limits.push(limit);
        }
        draft.models.push(model);
    }
    fall_back(&mut draft, &groups, &settings, &mut source);
    rename(&mut draft, &settings, &mut source);
    let left = source.left().into_iter();
    let left = left.map(|one| Left {
        name: shown(&one.name),
        ..one
    });
    Ok(Converted::new(vec![draft.document()], left.collect()))
}

/// One alias of all deployments of a name.
fn model(name: &str, group: &[Deployment], settings: &Settings, source: &mut Source) -> ModelPart {
    let alias = alias_of(name);
    if alias != name {
        source.tell(
            format!("model_name {name}"),
            format!("is called {alias} here"),
        );
    }
    let mut model = model_of(&alias);
    let mut group: Vec<&Deployment> = group.iter().collect();
    let ordered = group.iter().any(|one| one.order.is_some());
    if ordered {
        group.sort_by_key(|one| one.order.unwrap_or(u32::MAX));
    } else if group.len() > 1 {
        model.strategy.clone_from(&settings.strategy);
    }
    model.targets = group.iter().map(|one| one.target.clone()).collect();
    if model.strategy == "weighted" {
        let most = group.iter().filter_map(|one| one.weight).max().unwrap_or(1);
        for (target, one) in model.targets.iter_mut().zip(&group) {
            // Shares are 1,000 at most here.
            let weight = one.weight.unwrap_or(1);
            let share = if most > 1_000 {
                (weight.saturating_mul(1_000) / most).max(1)
            } else {
                weight
            };
            target.weight = u32::try_from(share).ok().filter(|share| *share != 1);
        }
    }
    let mut seen = Vec::new();
    model.targets.retain(|target| {
        let named = (target.key.clone(), target.model.clone());
        let fresh = !seen.contains(&named);
        seen.push(named);
        fresh
    });
    model
}

/// What all deployments of an alias together may be asked: only where each says it.
fn pace(alias: &str, group: &[Deployment]) -> Option<LimitPart> {
    let sum = |of: fn(&Deployment) -> Option<u32>| {
        let each: Option<Vec<u32>> = group.iter().map(of).collect();
        each.map(|each| each.into_iter().fold(0, u32::saturating_add))
    };
    let (requests, tokens) = (sum(|one| one.rpm), sum(|one| one.tpm));
    (requests.is_some() || tokens.is_some()).then(|| LimitPart {
        model: Some(alias.to_owned()),
        requests_per_minute: requests,
        tokens_per_minute: tokens,
        ..LimitPart::default()
    })
}

/// Fallbacks of a group are targets behind its own.
fn fall_back(
    draft: &mut Draft,
    groups: &[(String, Vec<Deployment>)],
    settings: &Settings,
    source: &mut Source,
) {
    for fallback in &settings.fallbacks {
        let name = |name: &str| alias_of(name);
        let known = |name: &String| groups.iter().find(|(known, _)| known == name);
        if known(&fallback.of).is_none() {
            source.tell(
                shown(&fallback.path),
                "it is for a model that is not carried",
            );
            continue;
        }
        let mut behind = Vec::new();
        for to in &fallback.to {
            match known(to) {
                Some((_, group)) => behind.extend(group.iter().map(|one| one.target.clone())),
                None => source.tell(
                    format!("{} to {to}", shown(&fallback.path)),
                    "there is no such model_name",
                ),
            }
        }
        let alias = name(&fallback.of);
        let Some(model) = draft.models.iter_mut().find(|model| model.alias == alias) else {
            continue;
        };
        match fallback.kind {
            settings::FallbackKind::Any => {}
            settings::FallbackKind::Longer => model.allows.longer_elsewhere = true,
            settings::FallbackKind::Declined => model.allows.declined_elsewhere = true,
        }
        for mut target in behind {
            let same = |one: &&crate::documents::TargetPart| {
                one.key == target.key && one.model == target.model
            };
            if model.targets.iter().any(|one| same(&one)) {
                continue;
            }
            target.weight = (model.strategy == "weighted").then_some(0);
            model.targets.push(target);
        }
        if !matches!(model.strategy.as_str(), "weighted" | "priority") {
            let told = format!(
                "they take part in the choice: a route has one strategy, {} here",
                model.strategy
            );
            source.tell(shown(&fallback.path), told);
        } else if fallback.kind != settings::FallbackKind::Any {
            let told = "they are asked after other failures too";
            source.tell(shown(&fallback.path), told);
        }
    }
}

/// `model_group_alias`: another name for the same targets.
fn rename(draft: &mut Draft, settings: &Settings, source: &mut Source) {
    for (another, of) in &settings.aliases {
        let known = draft
            .models
            .iter()
            .find(|model| model.alias == alias_of(of));
        match known.cloned() {
            Some(mut model)
                if !draft
                    .models
                    .iter()
                    .any(|one| one.alias == alias_of(another)) =>
            {
                model.alias = alias_of(another);
                draft.models.push(model);
            }
            _ => source.tell(
                format!("router_settings.model_group_alias.{another}"),
                "it leads nowhere, or the name is taken",
            ),
        }
    }
}
