//! `livery key add`: seals a provider key that comes on standard input.

use super::super::{Common, Refused, open, output};
use super::{AddArgs, environment};
use crate::keys::{add_key, ends_in, secret};
use contract::KeyId;
use contract::keys::{KEY_MAX_BYTES, KeyProvider, KeyScope};
use engine::key_check;
use std::io::Read as _;
use store::TenantTx;
use store::provider_keys::{KeyState, NewProviderKey};
use uuid::Uuid;
use zeroize::Zeroizing;

pub(super) async fn add(common: &Common, args: AddArgs) -> Result<(), Refused> {
    let provider = KeyProvider::parse(&args.provider)
        .ok_or_else(|| format!("provider `{}` is not known; see --help", args.provider))?;
    let place = args.place();
    let base_url = key_check::base_url(provider, &place)?;
    let environment = environment(&args.key.environment)?;
    let typed = read_secret()?;
    open::with_open(common, async |opened| {
        let tenant = opened.workspace(&args.key.workspace).await?.id;
        let unlocked = opened.vault.unlock(tenant).await?;
        let (id, secret_id) = (KeyId::from_uuid(Uuid::now_v7()), Uuid::now_v7());
        let mut tx = opened.store.enter(tenant).await?;
        let scope = scope(&mut tx, args.team.as_deref()).await?;
        let key = NewProviderKey {
            id,
            secret_id,
            state: KeyState::Sealed,
            name: args.key.name.clone(),
            environment: environment.as_str().to_owned(),
            provider: provider.as_str().to_owned(),
            base_url: Some(base_url.clone()),
            place: serde_json::to_value(&place)?,
            sealed_secret: secret::seal(&unlocked, secret_id, typed.as_bytes())?,
            ends_in: ends_in(&typed),
            scope,
            added_by: None,
            added_by_name: "operator".to_owned(),
            replaces: None,
        };
        add_key(&mut tx, (None, "operator"), &key).await?;
        tx.commit().await?;
        opened.store.announce_change(tenant).await?;
        if common.json {
            return output::document(&serde_json::json!({ "id": id, "name": key.name }));
        }
        output::line(format_args!(
            "Sealed key {} for {}.",
            key.name, args.key.workspace
        ))
    })
    .await
}

/// For everybody, or for the team with this name.
async fn scope(tx: &mut TenantTx, team: Option<&str>) -> Result<KeyScope, Refused> {
    let Some(name) = team else {
        return Ok(KeyScope::Workspace);
    };
    let teams = store::teams::list(tx).await?;
    let team = teams.iter().find(|team| team.name == name);
    let team = team.ok_or_else(|| format!("there is no team `{name}`; see livery team list"))?;
    Ok(KeyScope::Team(team.id))
}

/// Reads a key from standard input, trimmed.
pub(super) fn read_secret() -> Result<Zeroizing<String>, Refused> {
    let mut secret = Zeroizing::new(String::new());
    let longest = u64::try_from(KEY_MAX_BYTES)?;
    std::io::stdin()
        .lock()
        .take(longest + 1)
        .read_to_string(&mut secret)?;
    let trimmed = Zeroizing::new(secret.trim().to_owned());
    if trimmed.is_empty() {
        return Err("no key on standard input; use: livery key add … < secret".into());
    }
    if trimmed.len() > KEY_MAX_BYTES || !trimmed.chars().all(|c| c.is_ascii_graphic()) {
        return Err("what came on standard input is not a key".into());
    }
    Ok(trimmed)
}
