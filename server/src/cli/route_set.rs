//! `livery route set`: points a model alias at an ordered list of provider models.

use super::limit_set::nano_usd;
use super::{Common, Refused, RouteSetArgs, Switch, open, output};
use crate::routes::{StoredTarget, parse_share, parse_target, sharing_from, stored_sharing};
use crate::tenancy::capitalised;
use contract::{NanoUsd, Price};
use engine::{Sharing, Strategy};
use store::platform::price_book::PriceRow;
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
            position,
        };
        store::routes::upsert(&mut tx, &row).await?;
        let similar = store::routes::similar(&mut tx, &args.environment).await?;
        let before = similar.get(&args.alias).and_then(sharing_from);
        let sharing = wished_sharing(before, &args, wrong)?;
        let stored = sharing.map(stored_sharing).transpose()?;
        let (environment, alias) = (&args.environment, &args.alias);
        store::routes::set_similar(&mut tx, environment, alias, stored.as_ref()).await?;
        store::audit::append(&mut tx, (None, "operator"), "route.set", &args.alias).await?;
        tx.commit().await?;
        for target in &targets {
            let (StoredTarget::Model { key, model, .. }, Some(price)) = (target, price) else {
                continue;
            };
            let Some(row) = keys.iter().find(|row| row.id == *key) else {
                continue;
            };
            let price = PriceRow {
                provider: row.provider.clone(),
                model: model.clone(),
                price,
            };
            opened.store.set_price(&price).await?;
        }
        opened.store.announce_change(workspace.id).await?;
        if common.json {
            return output::document(&serde_json::json!({
                "alias": row.alias,
                "targets": args.targets,
                "semantic": stored,
            }));
        }
        if sharing.is_some() && opened.config.semantic.model_dir.as_os_str().is_empty() {
            output::line(
                "No similar questions are found until semantic.model_dir names a folder of weights; \
                 `livery models fetch` fills one.",
            )?;
        }
        output::line(format_args!(
            "{} now leads to {}.",
            row.alias,
            args.targets.join(", then ")
        ))
    })
    .await
}

/// How answers are to be shared among similar questions: as it was, with what was asked for on top.
fn wished_sharing(
    before: Option<Sharing>,
    args: &RouteSetArgs,
    wrong: Option<u32>,
) -> Result<Option<Sharing>, Refused> {
    let on = args
        .semantic
        .map_or(before.is_some(), |switch| switch == Switch::On);
    if !on {
        return match (wrong, args.semantic_verify) {
            (None, None) => Ok(None),
            _ => Err("--semantic-wrong and --semantic-verify need --semantic on".into()),
        };
    }
    let mut sharing = before.unwrap_or_default();
    sharing.wrong_at_most = wrong.unwrap_or(sharing.wrong_at_most);
    sharing.verify = args
        .semantic_verify
        .map_or(sharing.verify, |switch| switch == Switch::On);
    Ok(Some(sharing))
}

/// Routes set by hand come before the demo model that a new workspace starts with.
fn next_position(existing: &[RouteRow]) -> i32 {
    let last = existing
        .iter()
        .map(|row| row.position)
        .filter(|position| *position < 1_000)
        .max();
    last.unwrap_or(0) + 1
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
