//! Models of a document, and what they cost.

use super::super::normalise::{sharing_of, targets_of, usd};
use super::super::shape::{ModelPart, PricePart, TargetPart};
use super::{OPERATOR, gone, record};
use crate::cli::Refused;
use crate::routes::{StoredModel, StoredTarget, next_position};
use crate::tenancy::capitalised;
use contract::Price;
use contract::keys::KeyScope;
use contract::models::RouteOptions;
use store::platform::price_book::{self, PriceRow};
use store::provider_keys;
use store::routes::RouteRow;
use store::{StoreError, TenantTx};

pub(super) async fn set_model(tx: &mut TenantTx, part: &ModelPart) -> Result<(), Refused> {
    let keys = provider_keys::list(tx).await?;
    let stored = |target: &TargetPart| {
        if target.is_demo() {
            return Ok(StoredTarget::Demo);
        }
        let same = |row: &&provider_keys::ProviderKeyRow| {
            row.name == target.key
                && row.environment == part.environment
                && !matches!(row.scope, KeyScope::Member(_))
        };
        let row = keys.iter().find(same).ok_or_else(|| gone(&target.key))?;
        let (limits, facts) = targets_of(target);
        Ok::<_, StoreError>(StoredTarget::Model(Box::new(StoredModel {
            key: row.id,
            model: target.model.clone(),
            weight: target.weight.unwrap_or(1),
            limits,
            facts,
        })))
    };
    let targets: Vec<StoredTarget> = part.targets.iter().map(stored).collect::<Result<_, _>>()?;
    let existing = store::routes::list(tx, &part.environment).await?;
    let before = existing.iter().find(|row| row.alias == part.alias);
    let place = || before.map_or_else(|| next_position(&existing), |row| row.position);
    let options = RouteOptions {
        regions: part.regions.clone(),
        declined_elsewhere: part.allows.declined_elsewhere,
        longer_elsewhere: part.allows.longer_elsewhere,
        priced_only: part.allows.priced_only,
        goes_on: part.allows.goes_on,
        instructs_programs: part.allows.instructs_programs,
    };
    let label = part.label.clone();
    let row = RouteRow {
        alias: part.alias.clone(),
        label: label.unwrap_or_else(|| capitalised(&part.alias)),
        environment: part.environment.clone(),
        strategy: part.strategy.clone(),
        targets: serde_json::to_value(&targets)?,
        options: serde_json::to_value(&options)?,
        position: part.position.unwrap_or_else(place),
    };
    crate::models::set_route(tx, OPERATOR, &row).await?;
    let sharing = part.semantic.as_ref().map(sharing_of);
    let sharing = sharing.as_ref().map(serde_json::to_value).transpose()?;
    store::routes::set_similar(tx, &row.environment, &row.alias, sharing.as_ref()).await?;
    Ok(())
}

pub(super) async fn set_price(tx: &mut TenantTx, part: &PricePart) -> Result<(), StoreError> {
    let price = Price {
        cached: part.cached.as_deref().map(usd),
        cache_write: part.put_there.as_deref().map(usd),
        ..Price::new(usd(&part.read), usd(&part.written))
    };
    let row = PriceRow {
        provider: part.provider.clone(),
        model: part.model.clone(),
        price,
    };
    price_book::set_price(tx, &row).await?;
    let said = format!(
        "{} of {}: {} / {}",
        part.model, part.provider, part.read, part.written
    );
    record(tx, "price.set", &said).await
}
