//! Puts a look in force: for everybody, on every process, with its place in the history.

use super::save_draft::{begin, refuse_unknown_pictures, sound};
use super::{Branding, failed};
use crate::brand::Brand;
use contract::branding::{BrandFields, BrandRefusal};
use contract::{AppError, AppResult, Caller};
use serde_json::Value;
use store::brand_versions::{self, Who};
use store::platform::workspaces;
use store::{StoreError, TenantTx, audit, brand_assets};

impl Branding {
    pub(super) async fn publish_fields(
        &self,
        caller: &Caller,
        seen: &str,
        fields: &BrandFields,
    ) -> Result<(), BrandRefusal> {
        let brand = sound(fields)?;
        let mut tx = begin(self, caller, seen).await?;
        refuse_unknown_pictures(&mut tx, &brand).await?;
        let published = async {
            let who = (caller.author(), caller.name());
            let version = put_in_force(&mut tx, who, &brand.stored(), None).await?;
            brand_versions::remove_draft(&mut tx).await?;
            let object = format!("version {version}");
            audit::append(&mut tx, who, "brand.published", &object).await?;
            let kept = brand.pictures().into_iter().filter_map(|(_, it)| it);
            let kept: Vec<String> = kept.map(str::to_owned).collect();
            brand_assets::prune(&mut tx, &kept).await?;
            tx.commit().await
        };
        published.await.map_err(failed("publishing a look"))?;
        // The page that follows shows it; other processes hear of it by themselves.
        self.snapshots.forget(caller.tenant()).await;
        Ok(())
    }

    pub(super) async fn publish_again(&self, caller: &Caller, version: u32) -> AppResult<()> {
        let doing = "going back to an older look";
        let restored = async {
            let mut tx = self.store.tenant(caller).await?;
            workspaces::hold_row(&mut tx).await?;
            let rows = brand_versions::list(&mut tx).await?;
            let wanted = i32::try_from(version).ok();
            let found = rows
                .into_iter()
                .find(|row| row.version.is_some() && row.version == wanted);
            let Some(found) = found else {
                return Ok(false);
            };
            let who = (caller.author(), caller.name());
            let new = put_in_force(&mut tx, who, &found.brand, found.version).await?;
            let object = format!("version {version} as version {new}");
            audit::append(&mut tx, who, "brand.rolled_back", &object).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(true)
        };
        if !restored.await.map_err(failed(doing))? {
            return Err(AppError::not_found());
        }
        self.snapshots.forget(caller.tenant()).await;
        Ok(())
    }
}

impl Brand {
    /// As it is stored.
    #[must_use]
    pub fn stored(&self) -> Value {
        // Plain texts; serialising them cannot fail.
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// Makes `brand` the workspace's look and adds it to the history, in the transaction that records it.
/// What was there before the history began becomes its first version. Returns the version's number.
pub async fn put_in_force(
    tx: &mut TenantTx,
    who: Who<'_>,
    brand: &Value,
    restored_from: Option<i32>,
) -> Result<i32, StoreError> {
    workspaces::hold_row(tx).await?;
    let rows = brand_versions::list(tx).await?;
    if rows.iter().all(|row| row.version.is_none())
        && let Some(before) = workspaces::current(tx).await?
        && before.brand != serde_json::json!({})
    {
        brand_versions::add(tx, (None, ""), None, &before.brand).await?;
    }
    workspaces::set_brand(tx, brand).await?;
    brand_versions::add(tx, who, restored_from, brand).await
}
