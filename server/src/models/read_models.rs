//! What the models page shows.

use super::{Models, failed};
use crate::routes::{Judged, Place, explain, in_words, options_from, sharing_from};
use contract::keys::{KeyEnvironment, KeyScope};
use contract::models::{Asker, ModelsView, RouteView, TargetView};
use contract::models_shape::{options_in_words, sharing_in_words};
use contract::{AppError, AppResult, Caller, MemberId, Price, TenantId};
use engine::{Fault, Needs, Strategy};
use serde_json::Value;
use std::collections::HashMap;
use store::limits::LimitRow;
use store::platform::price_book::PriceRow;
use store::platform::workspaces::WorkspaceRow;
use store::provider_keys::ProviderKeyRow;
use store::routes::RouteRow;
use store::{MemberRow, StoreError};

/// Everything read in one transaction.
struct Read {
    keys: Vec<ProviderKeyRow>,
    routes: Vec<RouteRow>,
    /// How aliases share answers, by environment and alias.
    similar: HashMap<(String, String), Value>,
    members: Vec<MemberRow>,
    limits: Vec<LimitRow>,
}

impl Models {
    pub(super) async fn read(
        &self,
        caller: &Caller,
        seen_as: Option<MemberId>,
    ) -> AppResult<ModelsView> {
        let workspace = self.workspace(caller).await?;
        let chats_in =
            KeyEnvironment::parse(&workspace.environment).unwrap_or(KeyEnvironment::Production);
        let doing = failed("reading the models");
        let read = self.read_all(caller, chats_in).await.map_err(&doing)?;
        let prices = self.prices(&read.keys).await.map_err(&doing)?;
        let member = match seen_as {
            Some(id) => Some(
                read.members
                    .iter()
                    .find(|row| row.id == id)
                    .ok_or_else(AppError::not_found)?,
            ),
            None => None,
        };
        let place = Place {
            keys: &read.keys,
            member_keys: workspace.member_keys,
            budget: workspace.budget,
            limits: &read.limits,
            member: member.map(|row| (row.id, row.teams.as_slice())),
            needs: Needs::default(),
        };
        let routes = read.routes.iter();
        let routable = |row: &ProviderKeyRow| !matches!(row.scope, KeyScope::Member(_));
        Ok(ModelsView {
            routes: routes
                .filter_map(|row| {
                    let mut view = self.view(caller.tenant(), row, &place, &prices)?;
                    self.tell_sharing(&mut view, &read);
                    Some(view)
                })
                .collect(),
            environment: chats_in,
            members: askers(&read.members),
            seen_as,
            has_keys: read.keys.iter().any(|row| routable(row) && !row.disabled),
        })
    }

    /// The caller's workspace as the installation lists it.
    async fn workspace(&self, caller: &Caller) -> AppResult<WorkspaceRow> {
        self.store
            .workspace(caller.tenant())
            .await
            .map_err(failed("reading the workspace"))?
            .ok_or_else(AppError::not_found)
    }

    async fn read_all(&self, caller: &Caller, first: KeyEnvironment) -> Result<Read, StoreError> {
        let mut tx = self.store.tenant(caller).await?;
        let (mut routes, mut similar) = (Vec::new(), HashMap::new());
        let others = KeyEnvironment::ALL
            .iter()
            .copied()
            .filter(|it| *it != first);
        for environment in std::iter::once(first).chain(others) {
            let name = environment.as_str();
            routes.extend(store::routes::list(&mut tx, name).await?);
            let there = store::routes::similar(&mut tx, name).await?;
            let there = there.into_iter();
            similar.extend(there.map(|(alias, it)| ((name.to_owned(), alias), it)));
        }
        let read = Read {
            routes,
            similar,
            keys: store::provider_keys::list(&mut tx).await?,
            members: store::members::list(&mut tx).await?,
            limits: store::limits::list(&mut tx).await?,
        };
        tx.commit().await?;
        Ok(read)
    }

    async fn prices(&self, keys: &[ProviderKeyRow]) -> Result<Vec<PriceRow>, StoreError> {
        let mut providers: Vec<&str> = keys.iter().map(|row| row.provider.as_str()).collect();
        providers.sort_unstable();
        providers.dedup();
        let mut prices = Vec::new();
        for provider in providers {
            prices.extend(self.store.prices_of_provider(provider).await?);
        }
        Ok(prices)
    }

    /// `None`: the row names an environment that this program does not know.
    fn view(
        &self,
        tenant: TenantId,
        row: &RouteRow,
        place: &Place<'_>,
        prices: &[PriceRow],
    ) -> Option<RouteView> {
        let strategy = Strategy::parse(&row.strategy).unwrap_or(Strategy::Priority);
        let price = |provider: &str, model: &str| {
            let mut known = prices.iter();
            let known = known.find(|row| row.provider == provider && row.model == model);
            known.map(|row| row.price)
        };
        let judged = explain(row, place, price);
        Some(RouteView {
            alias: row.alias.clone(),
            label: row.label.clone(),
            environment: KeyEnvironment::parse(&row.environment)?,
            strategy: in_words(strategy).to_owned(),
            options: options_in_words(&options_from(&row.options)),
            sharing: None,
            sharing_trouble: None,
            targets: judged
                .into_iter()
                .map(|one| self.target(tenant, one))
                .collect(),
        })
    }

    /// How the alias shares answers among similar questions, and why it may not come to that.
    fn tell_sharing(&self, view: &mut RouteView, read: &Read) {
        let key = (view.environment.as_str().to_owned(), view.alias.clone());
        let Some(sharing) = read.similar.get(&key).and_then(sharing_from) else {
            return;
        };
        view.sharing = Some(sharing_in_words(&sharing));
        view.sharing_trouble = match &sharing.embeddings {
            None if !self.engine.has_encoder() => Some(
                "Nothing is shared yet: this installation has no encoder. Whoever runs it can name a \
                 folder of weights, or choose an embedding model of your own provider."
                    .to_owned(),
            ),
            Some(alias) => {
                let there = |row: &&RouteRow| row.environment == key.0 && row.alias == *alias;
                let found = read.routes.iter().any(|row| there(&row));
                (!found).then(|| {
                    format!("Nothing is shared: the name “{alias}”, which makes the vectors, is gone.")
                })
            }
            None => None,
        };
    }

    fn target(&self, tenant: TenantId, judged: Judged) -> TargetView {
        let usable = judged.usable.as_ref().filter(|_| judged.taken);
        let cooling = usable.and_then(|target| self.engine.cooling(tenant, target));
        let usd = |price: Price| (price.input.display_usd(), price.output.display_usd());
        TargetView {
            pays: judged.pays.filter(|pays| *pays != judged.key),
            taken: judged.taken,
            why: if judged.taken {
                String::new()
            } else {
                judged.why
            },
            price: judged.price.map(usd),
            cooling: cooling
                .map(|(wait, fault)| format!("Left alone for {}: {}", seconds(wait), did(fault))),
            notes: judged.notes,
            key: judged.key,
            model: judged.model,
        }
    }
}

fn seconds(wait: std::time::Duration) -> String {
    match wait.as_secs() {
        0 | 1 => "one second more".to_owned(),
        seconds @ 2..120 => format!("{seconds} seconds more"),
        seconds => format!("{} minutes more", seconds.div_ceil(60)),
    }
}

/// What a target did, without a word of its provider's.
const fn did(fault: Fault) -> &'static str {
    match fault {
        Fault::KeyRejected => "its provider refused the key.",
        Fault::NoCredit => "its account has no credit.",
        Fault::RateLimited => "it took no more questions.",
        Fault::Timeout => "it took too long.",
        Fault::Cut => "it broke off.",
        _ => "it did not answer.",
    }
}

/// Everybody who may ask, by name.
fn askers(members: &[MemberRow]) -> Vec<Asker> {
    let chat = members.iter().filter(|row| row.role.may_chat());
    let mut askers: Vec<Asker> = chat
        .map(|row| Asker {
            id: row.id,
            name: row.name.clone(),
            email: row.email.clone(),
        })
        .collect();
    askers.sort_by(|one, other| one.name.cmp(&other.name));
    askers
}
