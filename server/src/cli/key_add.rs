//! `livery key add`: seals a provider key that comes on standard input.

use super::{Common, KeyAddArgs, Refused, open, output};
use crate::keys::ends_in;
use crate::vault::Vault;
use contract::{KeyId, TenantId};
use std::io::Read as _;
use store::provider_keys::{KeyState, NewProviderKey};
use uuid::Uuid;
use zeroize::Zeroizing;

/// Longest key accepted, in bytes.
const LONGEST: u64 = 8 * 1024;
/// Address of the API of the provider called `openai`.
const OPENAI: &str = "https://api.openai.com/v1";

pub(super) async fn add(common: &Common, args: KeyAddArgs) -> Result<(), Refused> {
    let base_url = base_url(&args)?;
    let secret = read_secret()?;
    open::with_open(common, async |opened| {
        let row = opened.store.workspace_by_slug(&args.workspace).await?;
        let row = row.ok_or_else(|| format!("there is no workspace `{}`", args.workspace))?;
        let id = KeyId::from_uuid(Uuid::now_v7());
        let key = NewProviderKey {
            id,
            secret_id: id.uuid(),
            state: KeyState::Sealed,
            name: args.name.clone(),
            environment: args.environment.clone(),
            // One dialect serves both: the name only chooses the address.
            provider: "openai-compatible".to_owned(),
            base_url: Some(base_url.clone()),
            place: serde_json::json!({}),
            sealed_secret: seal_key(&opened.vault, row.id, id, secret.as_bytes())?,
            ends_in: ends_in(&secret),
            member: None,
            added_by: None,
            added_by_name: "operator".to_owned(),
            replaces: None,
        };
        let mut tx = opened.store.enter(row.id).await?;
        store::provider_keys::insert(&mut tx, &key).await?;
        store::audit::append(&mut tx, (None, "operator"), "key.added", &args.name).await?;
        tx.commit().await?;
        opened.store.announce_change(row.id).await?;
        if common.json {
            return output::document(&serde_json::json!({ "id": id, "name": args.name }));
        }
        output::line(format_args!(
            "Sealed key {} for {}.",
            args.name, args.workspace
        ))
    })
    .await
}

/// Seals a provider key for the one row it is stored in.
pub(super) fn seal_key(
    vault: &Vault,
    tenant: TenantId,
    id: KeyId,
    secret: &[u8],
) -> Result<Vec<u8>, Refused> {
    let place = vault.context(tenant, "provider_keys", id.uuid(), "sealed_secret");
    Ok(vault.seal(secret, &place)?)
}

fn base_url(args: &KeyAddArgs) -> Result<String, Refused> {
    let url = match (args.provider.as_str(), &args.base_url) {
        ("openai", None) => OPENAI.to_owned(),
        ("openai" | "openai-compatible", Some(url)) => url.trim_end_matches('/').to_owned(),
        ("openai-compatible", None) => {
            return Err("--base-url is needed for openai-compatible".into());
        }
        (other, _) => {
            return Err(format!(
                "provider `{other}` is not known; use openai or openai-compatible"
            )
            .into());
        }
    };
    let parsed = url::Url::parse(&url).map_err(|error| format!("--base-url: {error}"))?;
    if !matches!(parsed.scheme(), "http" | "https") || parsed.host().is_none() {
        return Err("--base-url must be an http or https address".into());
    }
    if !parsed.username().is_empty() || parsed.password().is_some() || parsed.query().is_some() {
        return Err("--base-url must not carry a user, a password or a query".into());
    }
    Ok(url)
}

fn read_secret() -> Result<Zeroizing<String>, Refused> {
    let mut secret = Zeroizing::new(String::new());
    std::io::stdin()
        .lock()
        .take(LONGEST + 1)
        .read_to_string(&mut secret)?;
    let trimmed = Zeroizing::new(secret.trim().to_owned());
    if trimmed.is_empty() {
        return Err("no key on standard input; use: livery key add … < secret".into());
    }
    let length = u64::try_from(trimmed.len())?;
    if length > LONGEST || !trimmed.chars().all(|c| c.is_ascii_graphic()) {
        return Err("what came on standard input is not a key".into());
    }
    Ok(trimmed)
}
