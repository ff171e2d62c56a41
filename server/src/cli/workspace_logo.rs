//! `livery workspace logo`: gives a workspace its logo, for light and for dark pages.

use super::open::{self, Opened};
use super::{Common, Refused, WorkspaceLogoArgs, output};
use crate::brand::{Brand, Logo, accept_logo};
use contract::TenantId;
use std::path::Path;

pub(super) async fn set(common: &Common, args: &WorkspaceLogoArgs) -> Result<(), Refused> {
    let light = args.light.as_deref().map(read).transpose()?;
    let dark = args.dark.as_deref().map(read).transpose()?;
    open::with_open(common, async |opened| {
        let row = opened.workspace(&args.slug).await?;
        let mut brand: Brand = serde_json::from_value(row.brand).unwrap_or_default();
        if let Some(logo) = &light {
            put(opened, row.id, "logo_light", logo).await?;
            brand.logo_light = Some(logo.sha256.clone());
        }
        if let Some(logo) = &dark {
            put(opened, row.id, "logo_dark", logo).await?;
            brand.logo_dark = Some(logo.sha256.clone());
        }
        let brand = serde_json::to_value(&brand)?;
        opened.store.set_brand(row.id, &brand).await?;
        opened.store.announce_change(row.id).await?;
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

async fn put(opened: &Opened, tenant: TenantId, kind: &str, logo: &Logo) -> Result<(), Refused> {
    use sha2::Digest as _;
    let hash: [u8; 32] = sha2::Sha256::digest(&logo.bytes).into();
    let mut tx = opened.store.enter(tenant).await?;
    store::brand_assets::put(&mut tx, kind, logo.content_type, &logo.bytes, &hash).await?;
    store::audit::append(&mut tx, (None, "operator"), "brand.logo_set", kind).await?;
    tx.commit().await?;
    Ok(())
}
