//! The deeds of a plan, in the caller's transaction: each by the use case that does it elsewhere too,
//! each with its own record.

mod keys;
mod limits;
mod models;

use super::plan::Grounds;
use super::state::State;
use super::step::Act;
use crate::branding::put_in_force;
use crate::chat::sealed_text::SealedText;
use crate::cli::Refused;
use crate::identity::{self, Invitation};
use contract::savings::CacheKeep;
use keys::{add_key, rotate_key};
use limits::{lift_limit, set_limit};
use models::{set_model, set_price};
use store::platform::{domains, workspaces};
use store::{StoreError, TenantTx, provider_keys};
use uuid::Uuid;

/// Who the record says it was.
pub(super) const OPERATOR: (Option<contract::MemberId>, &str) = (None, "operator");

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
            let brand = part.stored(&state.brand).stored();
            put_in_force(tx, OPERATOR, &brand, None).await?;
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
