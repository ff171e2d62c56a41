//! `livery workspace logo`: gives a workspace its logo, for light and for dark pages.

use super::open;
use super::{Common, Refused, WorkspaceLogoArgs, output};
use crate::brand::{Brand, Logo, accept_logo, sha256_of};
use crate::branding::put_in_force;
use std::path::Path;
use store::TenantTx;

/// Who the record says it was.
const OPERATOR: (Option<contract::MemberId>, &str) = (None, "operator");

pub(super) async fn set(common: &Common, args: &WorkspaceLogoArgs) -> Result<(), Refused> {
    let light = args.light.as_deref().map(read).transpose()?;
    let dark = args.dark.as_deref().map(read).transpose()?;
    open::with_open(common, async |opened| {
        let row = opened.workspace(&args.slug).await?;
        let mut tx = opened.store.enter(row.id).await?;
        store::platform::workspaces::hold_row(&mut tx).await?;
        let current = store::platform::workspaces::current(&mut tx).await?;
        let current = current.ok_or("the workspace is gone")?;
        let mut brand: Brand = serde_json::from_value(current.brand).unwrap_or_default();
        if let Some(logo) = &light {
            put(&mut tx, "logo_light", logo).await?;
            brand.logo_light = Some(logo.sha256.clone());
        }
        if let Some(logo) = &dark {
            put(&mut tx, "logo_dark", logo).await?;
            brand.logo_dark = Some(logo.sha256.clone());
        }
        put_in_force(&mut tx, OPERATOR, &brand.stored(), None).await?;
        tx.commit().await?;
        if common.json {
            let hash = |logo: &Option<Logo>| logo.as_ref().map(|logo| logo.sha256.clone());
            return output::document(
                &serde_json::json!({ "light": hash(&light), "dark": hash(&dark) }),
            );
        }
        output::line(format_args!("{} has a new logo.", row.name))
    })
    .await
}

/// Reads and re-encodes a picture; nothing but its pixels is kept.
fn read(path: &Path) -> Result<Logo, Refused> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    accept_logo(&bytes).map_err(|problem| format!("{}: {problem}", path.display()).into())
}

async fn put(tx: &mut TenantTx, field: &str, logo: &Logo) -> Result<(), Refused> {
    let hash = sha256_of(&logo.sha256).ok_or("the picture has no hash")?;
    let (name, media) = (&logo.sha256, logo.content_type);
    if !store::brand_assets::put(tx, name, media, &logo.bytes, &hash).await? {
        return Err(
            "the workspace has too many pictures; those that no look uses go after a day".into(),
        );
    }
    store::audit::append(tx, OPERATOR, "brand.logo_set", field).await?;
    Ok(())
}
