//! Reads everything the branding page shows.

use super::{Branding, failed, may_manage, seen_of};
use crate::brand::{self, Brand, Rgb};
use contract::branding::{BrandChange, BrandFields, BrandVersion, BrandingView};
use contract::{AppError, AppResult, Caller};
use store::StoreError;
use store::brand_versions::BrandVersionRow;
use store::platform::workspaces::{self, WorkspaceRow};

impl Branding {
    /// What the page shows, and the look itself.
    ///
    /// # Errors
    /// [`contract::ErrorCode::Denied`]: not for this role.
    pub async fn look(
        &self,
        caller: &Caller,
        typed: Option<BrandFields>,
    ) -> AppResult<(BrandingView, Brand)> {
        may_manage(caller)?;
        let found = async {
            let mut tx = self.store.tenant(caller).await?;
            let row = workspaces::current(&mut tx).await?;
            let versions = store::brand_versions::list(&mut tx).await?;
            tx.commit().await?;
            Ok::<_, StoreError>((row, versions))
        };
        let (row, versions) = found.await.map_err(failed("reading the look"))?;
        let row = row.ok_or_else(AppError::not_found)?;
        Ok(self.view(&row, &versions, typed))
    }

    fn view(
        &self,
        row: &WorkspaceRow,
        rows: &[BrandVersionRow],
        typed: Option<BrandFields>,
    ) -> (BrandingView, Brand) {
        let published: Brand = serde_json::from_value(row.brand.clone()).unwrap_or_default();
        let draft = rows.iter().find(|row| row.version.is_none());
        let kept = draft.map_or_else(
            || published.clone(),
            |draft| brand::worn(&draft.brand, None),
        );
        let fields = typed.unwrap_or_else(|| brand::fields_of(&kept));
        let agency = row.agency_brand.as_ref();
        let agency = agency.map(|brand| brand::worn(brand, None).inheritable());
        let mut shown = readable(brand::brand_of(&fields), &published);
        if let Some(agency) = &agency {
            shown = shown.over(agency);
        }
        let given = agency.as_ref().map(brand::fields_of).unwrap_or_default();
        let view = BrandingView {
            has_agency: agency.is_some_and(|it| it != Brand::default()),
            agency: given,
            fields,
            workspace_name: row.name.clone(),
            seen: seen_of(rows),
            draft: draft.map(change_of),
            versions: rows.iter().filter_map(version_of).collect(),
            look: shown.view(&row.name, row.demo),
            contrast: brand::contrast_report(&shown),
            mail_from: self.mail_from.clone(),
        };
        (view, shown)
    }
}

/// While a colour is being typed it is none: the published one is shown until it is.
fn readable(mut typed: Brand, published: &Brand) -> Brand {
    let unread = |colour: &str| !colour.is_empty() && colour.parse::<Rgb>().is_err();
    if unread(&typed.colour) {
        typed.colour.clone_from(&published.colour);
    }
    if unread(&typed.second_colour) {
        typed.second_colour.clone_from(&published.second_colour);
    }
    typed
}

fn change_of(row: &BrandVersionRow) -> BrandChange {
    BrandChange {
        by: row.by.clone(),
        at_ms: row.changed_ms,
    }
}

fn version_of(row: &BrandVersionRow) -> Option<BrandVersion> {
    let number = |it: i32| u32::try_from(it).ok();
    Some(BrandVersion {
        version: number(row.version?)?,
        change: change_of(row),
        restored_from: row.restored_from.and_then(number),
        colour: brand::worn(&row.brand, None).palette().asked().to_string(),
    })
}
