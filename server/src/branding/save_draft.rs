//! Keeps what was typed as the workspace's draft, or throws it away.

use super::{Branding, failed, troubles_of, unchanged};
use crate::brand::{self, Brand};
use contract::branding::{BrandFields, BrandRefusal, BrandTrouble};
use contract::{AppResult, Caller, said};
use store::{StoreError, TenantTx, audit, brand_assets, brand_versions};

impl Branding {
    pub(super) async fn keep_draft(
        &self,
        caller: &Caller,
        seen: &str,
        fields: &BrandFields,
    ) -> Result<(), BrandRefusal> {
        let doing = "keeping a draft of the look";
        let brand = sound(fields)?;
        let mut tx = begin(self, caller, seen).await?;
        refuse_unknown_pictures(&mut tx, &brand).await?;
        let kept = async {
            let who = (caller.author(), caller.name());
            brand_versions::put_draft(&mut tx, who, &brand.stored()).await?;
            audit::append(&mut tx, who, "brand.drafted", "").await?;
            tx.commit().await
        };
        kept.await
            .map_err(failed(doing))
            .map_err(BrandRefusal::from)
    }

    pub(super) async fn throw_draft_away(&self, caller: &Caller) -> AppResult<()> {
        let removed = async {
            let mut tx = self.store.tenant(caller).await?;
            if brand_versions::remove_draft(&mut tx).await? {
                let who = (caller.author(), caller.name());
                audit::append(&mut tx, who, "brand.draft_discarded", "").await?;
            }
            tx.commit().await
        };
        removed
            .await
            .map_err(failed("throwing a draft of the look away"))
    }
}

/// The brand that the fields describe, when nothing of it has to be corrected.
pub(super) fn sound(fields: &BrandFields) -> Result<Brand, BrandRefusal> {
    let brand = brand::brand_of(fields);
    let troubles = troubles_of(&brand);
    if troubles.is_empty() {
        return Ok(brand);
    }
    Err(BrandRefusal::Troubles(troubles))
}

/// A transaction that holds the workspace, made from what the form has seen.
pub(super) async fn begin(
    branding: &Branding,
    caller: &Caller,
    seen: &str,
) -> Result<TenantTx, BrandRefusal> {
    let begun = async {
        let mut tx = branding.store.tenant(caller).await?;
        store::platform::workspaces::hold_row(&mut tx).await?;
        let rows = brand_versions::list(&mut tx).await?;
        Ok::<_, StoreError>((tx, rows))
    };
    let (tx, rows) = begun.await.map_err(failed("reading the look"))?;
    unchanged(&rows, seen)?;
    Ok(tx)
}

/// A picture is named by its hash: one that this workspace never uploaded is nobody's.
pub(super) async fn refuse_unknown_pictures(
    tx: &mut TenantTx,
    brand: &Brand,
) -> Result<(), BrandRefusal> {
    let mut troubles = Vec::new();
    for (field, picture) in brand.pictures() {
        let Some(hash) = picture.and_then(brand::sha256_of) else {
            continue;
        };
        let known = brand_assets::exists(tx, &hash).await;
        if !known.map_err(failed("looking for a picture"))? {
            troubles.push(BrandTrouble {
                field: field.to_owned(),
                message: said!("This picture is not here any more. Upload it again."),
            });
        }
    }
    if troubles.is_empty() {
        return Ok(());
    }
    Err(BrandRefusal::Troubles(troubles))
}
