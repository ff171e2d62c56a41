//! The deeds of a plan, in the caller's transaction: each by the use case that does it elsewhere too,
//! each with its own record.

use super::normalise::{place_of, sharing_of, targets_of, usd};
use super::plan::Grounds;
use super::shape::{KeyPart, LimitPart, ModelPart, PricePart, TargetPart};
use super::state::{MOST_KEYS, State};
use super::step::Act;
use crate::chat::sealed_text::SealedText;
use crate::cli::Refused;
use crate::identity::{self, Invitation};
use crate::keys::{ends_in, secret};
use crate::limits::{remove_limit, replace_limit, set_workspace_month};
use crate::routes::{StoredModel, StoredTarget, next_position, stored_sharing};
use crate::tenancy::capitalised;
use contract::keys::{KeyProvider, KeyScope};
use contract::models::RouteOptions;
use contract::savings::CacheKeep;
use contract::{KeyId, LimitScope, NanoUsd, Price};
use engine::key_check;
use std::time::Duration;
use store::limits::LimitRow;
use store::platform::price_book::PriceRow;
use store::platform::{domains, price_book, workspaces};
use store::provider_keys::{self, KeyState, NewProviderKey};
use store::routes::RouteRow;
use store::{StoreError, TenantTx};
use uuid::Uuid;

/// Who the record says it was.
pub(super) const OPERATOR: (Option<contract::MemberId>, &str) = (None, "operator");
/// How long a secret before an apply can be taken back.
const KEEP: Duration = Duration::from_hours(24);

/// Does it. An invitation's link comes out once.
pub(super) async fn carry_out(
    tx: &mut TenantTx,
    act: &Act,
    state: &State,
    grounds: &Grounds<'_>,
) -> Result<Option<Invitation>, Refused> {
    match act {
        Act::Invite(email, role) => {
            return Ok(identity::invite_in(tx, OPERATOR, email, *role).await?);
        }
        Act::AddKey(part) => add_key(tx, part, grounds).await?,
        Act::RotateKey(id, part) => rotate_key(tx, *id, part, grounds).await?,
        Act::Prompt(text) => set_prompt(tx, text, grounds).await?,
        Act::SetModel(part) => set_model(tx, part).await?,
        Act::SetLimit(part) => set_limit(tx, part).await?,
        Act::RemoveLimit(part) => lift_limit(tx, part).await?,
        Act::Brand(part) => {
            let brand = serde_json::to_value(part.stored(&state.brand))?;
            workspaces::set_brand(tx, &brand).await?;
            record(tx, "brand.set", &part.colour.clone().unwrap_or_default()).await?;
        }
        plain => carry_out_plain(tx, plain).await?,
    }
    Ok(None)
}

/// Deeds that can only fail in storage.
async fn carry_out_plain(tx: &mut TenantTx, act: &Act) -> Result<(), StoreError> {
    match act {
        Act::Name(name) => {
            workspaces::set_name(tx, name).await?;
            record(tx, "workspace.renamed", name).await
        }
        Act::Environment(environment) => {
            workspaces::set_environment(tx, environment).await?;
            record(tx, "workspace.environment_set", environment).await
        }
        Act::Cache(keep) => {
            let (ttl, words) = stored_keep(*keep);
            crate::cache::keep_for(tx, OPERATOR, ttl, &words).await
        }
        Act::MemberKeys(allowed) => {
            workspaces::allow_member_keys(tx, *allowed).await?;
            let verb = if *allowed { "allowed" } else { "forbidden" };
            record(tx, &format!("member_keys.{verb}"), "members' own keys").await
        }
        Act::AddHost(host) => {
            domains::add(tx, host).await?;
            record(tx, "workspace.host_added", host).await
        }
        Act::PrimaryHost(host) => {
            domains::make_primary(tx, host).await?;
            record(tx, "workspace.host_made_primary", host).await
        }
        Act::RemoveHost(host) => {
            domains::remove(tx, host).await?;
            record(tx, "workspace.host_removed", host).await
        }
        Act::MakeTeam(name) => identity::make_team(tx, OPERATOR, name).await.map(drop),
        Act::RemoveTeam(id, name) => identity::remove_team(tx, OPERATOR, (*id, name)).await,
        Act::Role(id, email, role) => identity::give_role(tx, OPERATOR, (*id, email), *role).await,
        Act::JoinOrLeave {
            member,
            email,
            team,
            inside,
        } => {
            let teams = store::teams::list(tx).await?;
            let found = teams.iter().find(|row| row.name == *team);
            let found = found.ok_or_else(|| gone(team))?;
            let who = (*member, email.as_str());
            identity::put_into_team(tx, OPERATOR, (found.id, team), who, *inside).await
        }
        Act::UseKey(id, name, used) => {
            provider_keys::enable_or_disable(tx, *id, !used).await?;
            let action = if *used { "key.enabled" } else { "key.disabled" };
            record(tx, action, name).await
        }
        Act::DeleteKey(id, name) => {
            provider_keys::delete(tx, *id).await?;
            record(tx, "key.deleted", name).await
        }
        Act::RemoveModel(environment, alias) => {
            let removed = crate::models::remove_route(tx, OPERATOR, environment, alias);
            removed.await.map(drop)
        }
        Act::SetPrice(part) => set_price(tx, part).await,
        Act::Invite(..)
        | Act::AddKey(_)
        | Act::RotateKey(..)
        | Act::Prompt(_)
        | Act::SetModel(_)
        | Act::SetLimit(_)
        | Act::RemoveLimit(_)
        | Act::Brand(_) => Ok(()),
    }
}

pub(super) async fn record(tx: &mut TenantTx, action: &str, of: &str) -> Result<(), StoreError> {
    store::audit::append(tx, OPERATOR, action, of).await
}

/// Something that the plan saw is not there. Locks make this impossible; it fails the transaction.
fn gone(what: &str) -> StoreError {
    StoreError::Inconsistent(format!("`{what}` went while a document was applied"))
}

fn stored_keep(keep: CacheKeep) -> (Option<i64>, String) {
    match keep {
        CacheKeep::Usual => (None, "as the installation is set".to_owned()),
        CacheKeep::Off => (Some(0), "off".to_owned()),
        CacheKeep::Minutes(minutes) => (Some(i64::from(minutes) * 60), format!("{minutes} min")),
    }
}

async fn set_prompt(tx: &mut TenantTx, text: &str, grounds: &Grounds<'_>) -> Result<(), Refused> {
    let unlocked = grounds.unlocked.ok_or("the workspace is not unlocked")?;
    let id = Uuid::now_v7();
    let sealed = SealedText::new(unlocked.clone()).seal_prompt(id, text)?;
    let version = store::prompts::insert_version(tx, id, &sealed, None).await?;
    record(tx, "prompt.set", &format!("version {version}")).await?;
    Ok(())
}

async fn add_key(tx: &mut TenantTx, part: &KeyPart, grounds: &Grounds<'_>) -> Result<(), Refused> {
    let mut key = sealed_key(tx, part, grounds).await?;
    key.state = KeyState::Sealed;
    crate::keys::add_key(tx, OPERATOR, &key).await?;
    if part.disabled {
        provider_keys::enable_or_disable(tx, key.id, true).await?;
        record(tx, "key.disabled", &part.name).await?;
    }
    Ok(())
}

async fn rotate_key(
    tx: &mut TenantTx,
    id: KeyId,
    part: &KeyPart,
    grounds: &Grounds<'_>,
) -> Result<(), Refused> {
    let draft = NewProviderKey {
        replaces: Some(id),
        ..sealed_key(tx, part, grounds).await?
    };
    crate::keys::rotate_key(tx, OPERATOR, &draft, KEEP).await?;
    Ok(())
}

/// The key as a draft, with its secret sealed.
async fn sealed_key(
    tx: &mut TenantTx,
    part: &KeyPart,
    grounds: &Grounds<'_>,
) -> Result<NewProviderKey, Refused> {
    let unlocked = grounds.unlocked.ok_or("the workspace is not unlocked")?;
    let typed = grounds
        .secrets
        .of(part)
        .ok_or("there is no secret for it")?;
    let provider = KeyProvider::parse(&part.provider).ok_or("the provider is not known")?;
    let (place, secret_id) = (place_of(part), Uuid::now_v7());
    let scope = match &part.team {
        None => KeyScope::Workspace,
        Some(name) => {
            let teams = store::teams::list(tx).await?;
            let team = teams.iter().find(|row| row.name == *name);
            KeyScope::Team(team.ok_or_else(|| gone(name))?.id)
        }
    };
    Ok(NewProviderKey {
        id: KeyId::from_uuid(Uuid::now_v7()),
        secret_id,
        state: KeyState::Checking,
        name: part.name.clone(),
        environment: part.environment.clone(),
        provider: part.provider.clone(),
        base_url: Some(key_check::base_url(provider, &place)?),
        place: serde_json::to_value(&place)?,
        sealed_secret: secret::seal(unlocked, secret_id, typed.as_bytes())?,
        ends_in: ends_in(typed),
        scope,
        added_by: None,
        added_by_name: OPERATOR.1.to_owned(),
        replaces: None,
    })
}

async fn set_model(tx: &mut TenantTx, part: &ModelPart) -> Result<(), Refused> {
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
    let sharing = sharing.map(stored_sharing).transpose()?;
    store::routes::set_similar(tx, &row.environment, &row.alias, sharing.as_ref()).await?;
    Ok(())
}

async fn set_price(tx: &mut TenantTx, part: &PricePart) -> Result<(), StoreError> {
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

/// A limit as it is stored, and what the workspace as a whole may spend, where it says that.
async fn stored_limit(
    tx: &mut TenantTx,
    part: &LimitPart,
) -> Result<(LimitRow, Option<NanoUsd>), StoreError> {
    let scope = match (&part.team, &part.member) {
        _ if part.virtual_key.is_some() => {
            let keys = store::virtual_keys::list(tx, MOST_KEYS).await?;
            let key = keys.iter().find(|row| part.is_of(row));
            LimitScope::VirtualKey(key.ok_or_else(|| gone("virtual key"))?.id)
        }
        (Some(name), _) => {
            let teams = store::teams::list(tx).await?;
            let team = teams.iter().find(|row| row.name == *name);
            LimitScope::Team(team.ok_or_else(|| gone(name))?.id)
        }
        (None, Some(email)) => {
            let member = store::members::find_by_email(tx, email).await?;
            LimitScope::Member(member.ok_or_else(|| gone(email))?.id)
        }
        (None, None) => LimitScope::Workspace,
    };
    let month = part.usd_per_month.as_deref().map(usd);
    let of_workspace = scope == LimitScope::Workspace;
    let row = LimitRow {
        scope,
        model: part.model.clone().unwrap_or_default(),
        month: month.filter(|_| !of_workspace),
        pace: part.pace(),
    };
    Ok((row, month.filter(|_| of_workspace)))
}

async fn set_limit(tx: &mut TenantTx, part: &LimitPart) -> Result<(), StoreError> {
    let (row, whole) = stored_limit(tx, part).await?;
    let said = super::step::says(
        part,
        &["team", "member", "virtual_key", "environment", "model"],
    );
    let said = format!(
        "{}: {}",
        super::normalise::identity_of(part),
        said.join(", ")
    );
    replace_limit(tx, OPERATOR, &row, &said).await?;
    if part.is_everybodys() {
        set_workspace_month(tx, whole).await?;
    }
    Ok(())
}

async fn lift_limit(tx: &mut TenantTx, part: &LimitPart) -> Result<(), StoreError> {
    let (row, _) = stored_limit(tx, part).await?;
    let said = super::normalise::identity_of(part);
    remove_limit(tx, OPERATOR, (row.scope, Some(&row.model)), &said).await?;
    if part.is_everybodys() {
        set_workspace_month(tx, None).await?;
    }
    Ok(())
}
