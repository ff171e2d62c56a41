//! Changing a route: checked whole, stored whole, noted in the same transaction.

use super::{Models, failed, version_of};
use crate::routes::{StoredModel, StoredTarget, next_position};
use crate::tenancy::capitalised;
use contract::keys::{KeyEnvironment, KeyScope};
use contract::models::{
    LABEL_MAX_CHARS, MODEL_MAX_CHARS, NotSaved, RouteDraft, TARGETS_MAX, TargetDraft, WEIGHT_MAX,
    WRONG_FEWEST, WRONG_MOST,
};
use contract::models_shape::check_alias;
use contract::{AppError, AppResult, Caller, ErrorCode, MemberId, Said, said};
use engine::Strategy;
use serde_json::Value;
use store::provider_keys::ProviderKeyRow;
use store::routes::RouteRow;
use store::{StoreError, TenantTx};

impl Models {
    pub(super) async fn save(&self, caller: &Caller, draft: RouteDraft) -> Result<(), NotSaved> {
        let doing = failed("saving a route");
        check(&draft)?;
        let mut tx = self.store.tenant(caller).await.map_err(&doing)?;
        let keys = store::provider_keys::list(&mut tx).await.map_err(&doing)?;
        let environment = draft.environment.as_str();
        // Two people who save the same route come one after the other.
        let routes = store::routes::list_for_change(&mut tx, environment)
            .await
            .map_err(&doing)?;
        let similar = store::routes::similar(&mut tx, environment).await;
        let similar = similar.map_err(&doing)?;
        let row = row_of(&draft, &routes, similar.get(&draft.alias), &keys)?;
        let sharing = sharing_of(&draft, &routes)?;
        let who = (Some(caller.member()), caller.name());
        set_route(&mut tx, who, &row).await.map_err(&doing)?;
        store::routes::set_similar(&mut tx, environment, &row.alias, sharing.as_ref())
            .await
            .map_err(&doing)?;
        tx.commit().await.map_err(&doing)?;
        self.announce(caller).await.map_err(NotSaved::from)
    }

    pub(super) async fn remove(
        &self,
        caller: &Caller,
        environment: KeyEnvironment,
        alias: &str,
    ) -> AppResult<()> {
        let removed = async {
            let mut tx = self.store.tenant(caller).await?;
            let who = (Some(caller.member()), caller.name());
            let removed = remove_route(&mut tx, who, environment.as_str(), alias).await?;
            tx.commit().await?;
            Ok::<_, StoreError>(removed)
        };
        if !removed.await.map_err(failed("removing a route"))? {
            return Err(AppError::not_found());
        }
        self.announce(caller).await
    }

    /// Tells every process that the workspace's models are not what they were.
    async fn announce(&self, caller: &Caller) -> AppResult<()> {
        let told = self.store.announce_change(caller.tenant()).await;
        told.map_err(failed("telling of a changed route"))
    }
}

/// Who does it: the member, where it is one, and their name.
type Who<'a> = (Option<MemberId>, &'a str);

/// Stores a route that was checked, and records it in the same transaction.
pub async fn set_route(tx: &mut TenantTx, who: Who<'_>, row: &RouteRow) -> Result<(), StoreError> {
    store::routes::upsert(tx, row).await?;
    store::audit::append(tx, who, "route.set", &row.alias).await
}

/// Removes an alias, and records it in the same transaction. `false`: there was none.
pub async fn remove_route(
    tx: &mut TenantTx,
    who: Who<'_>,
    environment: &str,
    alias: &str,
) -> Result<bool, StoreError> {
    if !store::routes::remove(tx, environment, alias).await? {
        return Ok(false);
    }
    store::audit::append(tx, who, "route.removed", alias).await?;
    Ok(true)
}

/// What can be said without looking anything up.
fn check(draft: &RouteDraft) -> Result<(), NotSaved> {
    check_alias(&draft.alias).map_err(wrong)?;
    if draft.label.chars().count() > LABEL_MAX_CHARS || draft.label.chars().any(char::is_control) {
        return Err(wrong(said!(
            "The name that members see may have {most} characters, on one line.",
            most = LABEL_MAX_CHARS
        )));
    }
    let strategy = Strategy::parse(&draft.strategy);
    let strategy = strategy.ok_or_else(|| wrong(said!("Choose how a target is chosen.")))?;
    match draft.targets.len() {
        0 => return Err(wrong(said!("Name at least one target: a key and a model."))),
        1..=TARGETS_MAX => {}
        _ => {
            return Err(wrong(said!(
                "An alias has {most} targets at most.",
                most = TARGETS_MAX
            )));
        }
    }
    for (index, target) in draft.targets.iter().enumerate() {
        check_target(target).map_err(|why| about(index, why))?;
        let before = &draft.targets[..index];
        let same = |it: &TargetDraft| it.key == target.key && it.model == target.model;
        if before.iter().any(same) {
            return Err(about(
                index,
                said!("This key and model are named above already."),
            ));
        }
    }
    let all_zero = draft.targets.iter().all(|target| target.weight == 0);
    if strategy == Strategy::Weighted && all_zero {
        return Err(wrong(said!(
            "Give at least one target a weight above 0; those with 0 are for falling back only."
        )));
    }
    Ok(())
}

/// Whether this can be a provider's name of a model.
///
/// # Errors
/// A sentence naming what is wrong.
pub fn check_model(model: &str) -> Result<(), Said> {
    let model = model.trim();
    if model.is_empty() {
        return Err(said!("Name the model as its provider does."));
    }
    let odd = |c: char| c.is_control() || c.is_whitespace();
    if model.chars().count() > MODEL_MAX_CHARS || model.chars().any(odd) {
        return Err(said!(
            "A model’s name has no spaces and {most} characters at most.",
            most = MODEL_MAX_CHARS
        ));
    }
    Ok(())
}

fn check_target(target: &TargetDraft) -> Result<(), Said> {
    check_model(&target.model)?;
    if target.weight > WEIGHT_MAX {
        return Err(said!(
            "A weight is between 0 and {most}.",
            most = WEIGHT_MAX
        ));
    }
    Ok(())
}

/// The row to store. Ids of another workspace's keys are not found.
fn row_of(
    draft: &RouteDraft,
    routes: &[RouteRow],
    sharing: Option<&Value>,
    keys: &[ProviderKeyRow],
) -> Result<RouteRow, NotSaved> {
    let existing = routes.iter().find(|row| row.alias == draft.alias);
    let changed = match (&draft.changes, existing) {
        (None, None) => false,
        (None, Some(_)) => {
            return Err(wrong(said!(
                "There is an alias of this name already; change that one."
            )));
        }
        (Some(alias), _) if *alias != draft.alias => {
            return Err(wrong(said!(
                "An alias keeps its name; remove it and make another."
            )));
        }
        (Some(_), Some(row)) => version_of(row, sharing) != draft.seen,
        (Some(_), None) => true,
    };
    if changed {
        return Err(NotSaved::from(AppError::new(
            ErrorCode::Conflict,
            "Somebody else changed this alias in the meantime. What you entered is below, and not \
             saved. Look at the models page, then save again if yours is to stay.",
        )));
    }
    let named = existing.map(|row| StoredTarget::all(&row.targets));
    let named = named.unwrap_or_default();
    let targets = draft.targets.iter().enumerate();
    let targets: Vec<StoredTarget> = targets
        .map(|(index, target)| {
            stored(target, draft.environment, keys, &named).map_err(|why| about(index, why))
        })
        .collect::<Result<_, _>>()?;
    let label = draft.label.trim();
    Ok(RouteRow {
        alias: draft.alias.clone(),
        label: if label.is_empty() {
            capitalised(&draft.alias)
        } else {
            label.to_owned()
        },
        environment: draft.environment.as_str().to_owned(),
        strategy: draft.strategy.clone(),
        targets: json_of(&targets)?,
        options: json_of(&draft.options)?,
        position: existing.map_or_else(|| next_position(routes), |row| row.position),
    })
}

/// What is stored of sharing. The embedding model must have a name of its own in the same environment.
fn sharing_of(draft: &RouteDraft, routes: &[RouteRow]) -> Result<Option<Value>, NotSaved> {
    let Some(sharing) = &draft.sharing else {
        return Ok(None);
    };
    if !(WRONG_FEWEST..=WRONG_MOST).contains(&sharing.wrong_at_most) {
        return Err(wrong(said!(
            "The share of wrong answers is between 0.01% and 10%, for example 1%."
        )));
    }
    if let Some(alias) = &sharing.embeddings
        && (*alias == draft.alias || !routes.iter().any(|row| row.alias == *alias))
    {
        return Err(wrong(said!(
            "Choose another name of this environment that leads to an embedding model."
        )));
    }
    json_of(sharing).map(Some)
}

fn stored(
    target: &TargetDraft,
    environment: KeyEnvironment,
    keys: &[ProviderKeyRow],
    named: &[StoredTarget],
) -> Result<StoredTarget, Said> {
    let Some(id) = target.key else {
        return Ok(StoredTarget::Demo);
    };
    let routable =
        |row: &&ProviderKeyRow| row.id == id && !matches!(row.scope, KeyScope::Member(_));
    let row = keys.iter().find(routable);
    let row = row.ok_or(said!("This key is not there any more; choose another."))?;
    if row.environment != environment.as_str() {
        return Err(said!(
            "The key “{name}” belongs to {there}; this alias belongs to {here}.",
            name = &row.name,
            there = &row.environment,
            here = environment.as_str()
        ));
    }
    let mut named = named.iter().filter_map(StoredTarget::model);
    if row.disabled && !named.any(|model| model.key == id) {
        return Err(said!("The key “{name}” is disabled.", name = &row.name));
    }
    Ok(StoredTarget::Model(Box::new(StoredModel {
        key: id,
        model: target.model.trim().to_owned(),
        weight: target.weight,
        limits: target.limits,
        facts: target.facts.clone(),
    })))
}

fn json_of(value: &impl serde::Serialize) -> Result<Value, NotSaved> {
    serde_json::to_value(value)
        .map_err(|error| NotSaved::from(crate::fault::internal("writing a route", error)))
}

fn wrong(why: impl Into<Said>) -> NotSaved {
    NotSaved::from(AppError::new(ErrorCode::Invalid, why))
}

fn about(index: usize, why: impl Into<Said>) -> NotSaved {
    NotSaved {
        target: Some(index),
        ..wrong(why)
    }
}

#[cfg(test)]
#[path = "save_route_tests.rs"]
mod tests;
