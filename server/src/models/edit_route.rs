//! What the form for a route is made from.

use super::{Models, failed, version_of};
use crate::routes::{StoredTarget, in_words, options_from, sharing_from};
use contract::keys::{KeyEnvironment, KeyProvider, KeyScope};
use contract::models::{RoutableKey, RouteDraft, RouteForm, RouteOptions, TargetDraft};
use contract::{AppError, AppResult, Caller};
use engine::Strategy;
use serde_json::Value;
use store::StoreError;
use store::provider_keys::ProviderKeyRow;
use store::routes::RouteRow;

impl Models {
    pub(super) async fn form(
        &self,
        caller: &Caller,
        which: Option<(KeyEnvironment, String)>,
    ) -> AppResult<RouteForm> {
        let doing = failed("reading a route");
        let workspace = self.store.workspace(caller.tenant()).await;
        let workspace = workspace.map_err(&doing)?.ok_or_else(AppError::not_found)?;
        let chats_in = KeyEnvironment::parse(&workspace.environment);
        let environment = which.as_ref().map(|(environment, _)| *environment);
        let environment = environment
            .or(chats_in)
            .unwrap_or(KeyEnvironment::Production);
        let read = async {
            let mut tx = self.store.tenant(caller).await?;
            let routes = store::routes::list(&mut tx, environment.as_str()).await?;
            let similar = store::routes::similar(&mut tx, environment.as_str()).await?;
            let mut all = Vec::new();
            for environment in KeyEnvironment::ALL {
                let there = store::routes::list(&mut tx, environment.as_str()).await?;
                all.extend(
                    there
                        .into_iter()
                        .map(|row| (*environment, row.alias, row.label)),
                );
            }
            let keys = store::provider_keys::list(&mut tx).await?;
            tx.commit().await?;
            Ok::<_, StoreError>((routes, similar, all, keys))
        };
        let (routes, similar, all, keys) = read.await.map_err(&doing)?;
        let draft = match &which {
            None => empty(environment),
            Some((_, alias)) => {
                let row = routes.iter().find(|row| row.alias == *alias);
                draft_of(
                    row.ok_or_else(AppError::not_found)?,
                    similar.get(alias),
                    environment,
                )
            }
        };
        Ok(RouteForm {
            keys: routable(&keys, &draft),
            draft,
            strategies: strategies(),
            has_encoder: self.engine.has_encoder(),
            embeddings: all,
        })
    }
}

fn strategies() -> Vec<(String, String)> {
    let all = Strategy::ALL.into_iter();
    all.map(|one| (one.as_str().to_owned(), in_words(one).to_owned()))
        .collect()
}

fn empty(environment: KeyEnvironment) -> RouteDraft {
    RouteDraft {
        changes: None,
        alias: String::new(),
        label: String::new(),
        environment,
        strategy: Strategy::Priority.as_str().to_owned(),
        targets: Vec::new(),
        options: RouteOptions::default(),
        sharing: None,
        seen: String::new(),
    }
}

fn draft_of(row: &RouteRow, sharing: Option<&Value>, environment: KeyEnvironment) -> RouteDraft {
    let targets = StoredTarget::all(&row.targets).into_iter();
    RouteDraft {
        changes: Some(row.alias.clone()),
        alias: row.alias.clone(),
        label: row.label.clone(),
        environment,
        strategy: row.strategy.clone(),
        targets: targets.map(target_draft).collect(),
        options: options_from(&row.options),
        sharing: sharing.and_then(sharing_from),
        seen: version_of(row, sharing),
    }
}

fn target_draft(target: StoredTarget) -> TargetDraft {
    match target {
        StoredTarget::Demo => TargetDraft {
            key: None,
            model: "demo".to_owned(),
            weight: 1,
            limits: contract::models::TimeLimits::default(),
            facts: contract::models::ModelFacts::default(),
        },
        StoredTarget::Model(model) => TargetDraft {
            key: Some(model.key),
            model: model.model,
            weight: model.weight,
            limits: model.limits,
            facts: model.facts,
        },
    }
}

/// Keys that can be named, and those that the route names already.
fn routable(keys: &[ProviderKeyRow], draft: &RouteDraft) -> Vec<RoutableKey> {
    let named = |row: &ProviderKeyRow| draft.targets.iter().any(|it| it.key == Some(row.id));
    let may = |row: &&ProviderKeyRow| {
        let usable = !matches!(row.scope, KeyScope::Member(_)) && !row.disabled;
        usable || named(row)
    };
    keys.iter()
        .filter(may)
        .filter_map(|row| {
            Some(RoutableKey {
                id: row.id,
                name: row.name.clone(),
                provider: KeyProvider::parse(&row.provider)?.label().to_owned(),
                environment: KeyEnvironment::parse(&row.environment)?,
                disabled: row.disabled,
                models: serde_json::from_value(row.models.clone()).unwrap_or_default(),
            })
        })
        .collect()
}
