//! `livery route set`: points a model alias at an ordered list of provider models.

use super::route_args::Switch;
use super::{Common, Refused, RouteOption, RouteRemoveArgs, RouteSetArgs, open, output};
use crate::limits::nano_usd;
use crate::models::{remove_route, set_route};
use crate::routes::{StoredTarget, moving_name, next_position, parse_target, sharing_from};
use crate::tenancy::capitalised;
use contract::keys::KeyProvider;
use contract::models::{RouteOptions, RouteSharing};
use contract::models_shape::parse_share;
use contract::{NanoUsd, Price};
use engine::Strategy;
use store::platform::price_book::PriceRow;
use store::provider_keys::ProviderKeyRow;
use store::routes::RouteRow;

pub(super) async fn set(common: &Common, args: RouteSetArgs) -> Result<(), Refused> {
    let known = || Strategy::ALL.map(Strategy::as_str).join(", ");
    Strategy::parse(&args.strategy)
        .ok_or_else(|| format!("strategy `{}` is not known; use {}", args.strategy, known()))?;
    let price = args.price.as_deref().map(parse_price).transpose()?;
    let wrong = args
        .semantic_wrong
        .as_deref()
        .map(parse_share)
        .transpose()?;
    open::with_open(common, async |opened| {
        let workspace = opened.workspace(&args.workspace).await?;
        let mut tx = opened.store.enter(workspace.id).await?;
        let keys = store::provider_keys::list(&mut tx).await?;
        let targets = args
            .targets
            .iter()
            .map(|text| parse_target(text, &keys, &args.environment))
            .collect::<Result<Vec<_>, _>>()?;
        let existing = store::routes::list(&mut tx, &args.environment).await?;
        let position = existing
            .iter()
            .find(|row| row.alias == args.alias)
            .map_or_else(|| next_position(&existing), |row| row.position);
        let row = RouteRow {
            alias: args.alias.clone(),
            label: args
                .label
                .clone()
                .unwrap_or_else(|| capitalised(&args.alias)),
            environment: args.environment.clone(),
            strategy: args.strategy.clone(),
            targets: serde_json::to_value(&targets)?,
            options: serde_json::to_value(options(&args))?,
            position,
        };
        set_route(&mut tx, (None, "operator"), &row).await?;
        let similar = store::routes::similar(&mut tx, &args.environment).await?;
        let before = similar.get(&args.alias).and_then(sharing_from);
        let sharing = wished_sharing(before, &args, wrong)?;
        if let Some(alias) = sharing.as_ref().and_then(|it| it.embeddings.as_ref())
            && (*alias == args.alias || !existing.iter().any(|row| row.alias == *alias))
        {
            return Err(format!("--semantic-embeddings: there is no other alias `{alias}`").into());
        }
        let stored = sharing.as_ref().map(serde_json::to_value).transpose()?;
        let (environment, alias) = (&args.environment, &args.alias);
        store::routes::set_similar(&mut tx, environment, alias, stored.as_ref()).await?;
        for target in &targets {
            let (Some(named), Some(price)) = (target.model(), price) else {
                continue;
            };
            let Some(row) = keys.iter().find(|row| row.id == named.key) else {
                continue;
            };
            let price = PriceRow {
                provider: row.provider.clone(),
                model: named.model.clone(),
                price,
            };
            store::platform::price_book::set_price(&mut tx, &price).await?;
        }
        tx.commit().await?;
        opened.store.announce_change(workspace.id).await?;
        let moving = moving(&targets, &keys);
        if common.json {
            return output::document(&serde_json::json!({
                "alias": row.alias,
                "targets": args.targets,
                "notes": moving,
                "semantic": stored,
            }));
        }
        let in_process = sharing.as_ref().is_some_and(|it| it.embeddings.is_none());
        if in_process && opened.config.semantic.model_dir.as_os_str().is_empty() {
            output::line(
                "No similar questions are found until semantic.model_dir names a folder of weights; \
                 `livery models fetch` fills one.",
            )?;
        }
        let shown: Vec<&str> = args
            .targets
            .iter()
            .map(|text| text.split(',').next().unwrap_or_default().trim())
            .collect();
        output::line(format_args!(
            "{} now leads to {}.",
            row.alias,
            shown.join(", then ")
        ))?;
        moving.iter().try_for_each(output::line)
    })
    .await
}

/// `livery route remove`
pub(super) async fn remove(common: &Common, args: &RouteRemoveArgs) -> Result<(), Refused> {
    open::with_open(common, async |opened| {
        let workspace = opened.workspace(&args.workspace).await?;
        let mut tx = opened.store.enter(workspace.id).await?;
        let operator = (None, "operator");
        if !remove_route(&mut tx, operator, &args.environment, &args.alias).await? {
            return Err(
                format!("there is no alias `{}` in {}", args.alias, args.environment).into(),
            );
        }
        tx.commit().await?;
        opened.store.announce_change(workspace.id).await?;
        if common.json {
            return output::document(&serde_json::json!({ "alias": args.alias }));
        }
        output::line(format_args!("{} leads nowhere any more.", args.alias))
    })
    .await
}

/// How answers are to be shared among similar questions: as it was, with what was asked for on top.
fn wished_sharing(
    before: Option<RouteSharing>,
    args: &RouteSetArgs,
    wrong: Option<u32>,
) -> Result<Option<RouteSharing>, Refused> {
    let on = args
        .semantic
        .map_or(before.is_some(), |switch| switch == Switch::On);
    if !on {
        return match (wrong, args.semantic_verify, &args.semantic_embeddings) {
            (None, None, None) => Ok(None),
            _ => Err(
                "--semantic-wrong, --semantic-verify and --semantic-embeddings need --semantic on"
                    .into(),
            ),
        };
    }
    let mut sharing = before.unwrap_or_default();
    sharing.wrong_at_most = wrong.unwrap_or(sharing.wrong_at_most);
    sharing.verify = args
        .semantic_verify
        .map_or(sharing.verify, |switch| switch == Switch::On);
    match args.semantic_embeddings.as_deref() {
        None => {}
        Some("in-process") => sharing.embeddings = None,
        Some(alias) => sharing.embeddings = Some(alias.to_owned()),
    }
    Ok(Some(sharing))
}

fn options(args: &RouteSetArgs) -> RouteOptions {
    let has = |option| args.options.contains(&option);
    RouteOptions {
        regions: args.regions.clone(),
        declined_elsewhere: has(RouteOption::DeclinedElsewhere),
        longer_elsewhere: has(RouteOption::LongerElsewhere),
        priced_only: has(RouteOption::PricedOnly),
        goes_on: has(RouteOption::GoesOn),
        instructs_programs: has(RouteOption::InstructsPrograms),
    }
}

/// A word for every name that its provider lets move.
fn moving(targets: &[StoredTarget], keys: &[ProviderKeyRow]) -> Vec<String> {
    let models = targets.iter().filter_map(StoredTarget::model);
    models
        .filter_map(|model| {
            let row = keys.iter().find(|row| row.id == model.key)?;
            moving_name(KeyProvider::parse(&row.provider)?, &model.model)
        })
        .collect()
}

/// `0.15/0.60`: USD per million tokens read and written; `3/15/0.3/3.75`: the last two are for tokens
/// from the provider's prompt cache and for those put there.
fn parse_price(text: &str) -> Result<Price, Refused> {
    let amounts = text.split('/').map(nano_usd);
    let amounts: Vec<NanoUsd> = amounts.collect::<Result<_, _>>()?;
    let [input, output, ref cache @ ..] = amounts[..] else {
        return Err("--price must look like 0.15/0.60, or 3/15/0.3/3.75".into());
    };
    if cache.len() > 2 {
        return Err("--price has four amounts at most: read, written, cached, put there".into());
    }
    Ok(Price {
        cached: cache.first().copied(),
        cache_write: cache.get(1).copied(),
        ..Price::new(input, output)
    })
}

#[cfg(test)]
mod tests {
    use super::parse_price;
    use contract::{NanoUsd, Price};

    #[test]
    fn two_to_four_amounts_make_a_price() {
        let plain = Price::new(NanoUsd::from_usd(3), NanoUsd::from_usd(15));
        assert_eq!(parse_price("3/15").unwrap(), plain);
        let whole = Price {
            cached: Some(NanoUsd::new(300_000_000)),
            cache_write: Some(NanoUsd::new(3_750_000_000)),
            ..plain
        };
        assert_eq!(parse_price("3/15/0.3/3.75").unwrap(), whole);
        for wrong in ["3", "", "3/", "3/x", "1/2/3/4/5"] {
            assert!(parse_price(wrong).is_err(), "{wrong}");
        }
    }
}
