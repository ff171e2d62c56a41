//! What was saved, for people who may see it.

use super::Cache;
use super::keep_counts::{COMPARED, TOLD_APART, TURNED_OUT_WRONG};
use crate::fault;
use crate::tenancy::{AliasRoute, TenantSnapshot};
use async_trait::async_trait;
use contract::savings::{
    Answers, CacheKeep, CachePurge, NotSpent, SAVINGS_DAYS, SavingsDay, SavingsModel, SavingsView,
    SimilarSavings,
};
use contract::{AppError, AppResult, CacheStatus, Caller, ErrorCode, SavingsPort, TenantId};
use engine::{CacheUse, Provider};
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};
use store::StoreError;
use store::ledger::prompt_cache::PromptCacheRow;
use store::savings::SavingsRow;

const MS_PER_DAY: i64 = 86_400_000;

/// Everything counted since a day.
pub struct Counted {
    /// The first day, since 1970-01-01 UTC.
    pub since: i32,
    answers: Vec<SavingsRow>,
    prompts: Vec<PromptCacheRow>,
}

impl Cache {
    /// What was counted in the last [`SAVINGS_DAYS`] days.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn counted(&self, tenant: TenantId) -> Result<Counted, StoreError> {
        let days = i32::try_from(SAVINGS_DAYS).unwrap_or(i32::MAX);
        let since = today() - days + 1;
        let mut tx = self.store.enter(tenant).await?;
        let answers = store::savings::list(&mut tx, since).await?;
        let since_ms = i64::from(since) * MS_PER_DAY;
        let prompts = store::ledger::prompt_cache::by_day(&mut tx, since_ms).await?;
        tx.commit().await?;
        Ok(Counted {
            since,
            answers,
            prompts,
        })
    }

    async fn read(&self, caller: &Caller) -> AppResult<SavingsView> {
        let snapshot = self.snapshots.of_id(caller.tenant()).await;
        let snapshot = snapshot
            .map_err(|error| fault::internal("loading a workspace", error))?
            .ok_or_else(AppError::not_found)?;
        let counted = self.counted(caller.tenant()).await;
        let counted = counted.map_err(|error| fault::internal("reading savings", error))?;
        let aliases = snapshot.aliases.iter().map(|entry| &entry.model);
        Ok(SavingsView {
            days: counted.days(),
            models: counted.models(),
            similar: self.similar(&snapshot, &counted),
            keep: keep_of(snapshot.cache.kept),
            usual_minutes: self.usual_minutes(),
            purges: snapshot.cache.epoch,
            aliases: aliases
                .map(|model| (model.alias.clone(), model.label.clone()))
                .collect(),
            prompt_version: snapshot.prompt.as_ref().map(|prompt| prompt.version),
            may_change: caller.role().may_manage_cache(),
        })
    }
}

impl Cache {
    fn similar(&self, snapshot: &TenantSnapshot, counted: &Counted) -> SimilarSavings {
        let of = |kind: &str| {
            let rows = counted.answers.iter().filter(|row| row.kind == kind);
            rows.map(|row| unsigned(row.answers)).sum::<u64>()
        };
        let (served, wrong) = (of(CacheStatus::Similar.as_str()), of(TURNED_OUT_WRONG));
        let sharing = snapshot.aliases.iter().filter(|it| it.similar.is_some());
        let in_process = |it: &AliasRoute| {
            let sharing = it.similar.as_ref();
            sharing.is_some_and(|sharing| sharing.embeddings.is_none())
        };
        SimilarSavings {
            compared: of(COMPARED),
            served,
            told_apart: of(TOLD_APART),
            wrong,
            wrong_at_worst: at_worst(wrong, served),
            without_encoder: !self.has_encoder && sharing.clone().any(in_process),
            shared_by: sharing.map(|it| it.model.label.clone()).collect(),
        }
    }
}

/// What so many wrong ones among so many served still allow for, in millionths.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share between 0 and 1"
)]
fn at_worst(wrong: u64, served: u64) -> Option<u32> {
    let count = |it: u64| u32::try_from(it).unwrap_or(u32::MAX);
    let share = engine::semantic::upper_bound(count(wrong.min(served)), count(served));
    (served > 0).then(|| (share * 1e6).round() as u32)
}

impl Counted {
    /// Day by day without a gap, demo money apart.
    #[must_use]
    pub fn days(&self) -> Vec<SavingsDay> {
        let mut days: BTreeMap<i32, SavingsDay> = (self.since..=today())
            .map(|day| {
                (
                    day,
                    SavingsDay {
                        day,
                        ..SavingsDay::default()
                    },
                )
            })
            .collect();
        for row in &self.answers {
            if let Some(day) = days.get_mut(&row.day) {
                count(&mut day.answers, row);
                if !is_demo(&row.provider) {
                    day.not_spent.add(by_cache(row));
                }
            }
        }
        for row in &self.prompts {
            if let Some(day) = days.get_mut(&row.day).filter(|_| !is_demo(&row.provider)) {
                day.not_spent.add(by_provider(row));
            }
        }
        days.into_values().collect()
    }

    /// Model by model, the most answers first.
    #[must_use]
    pub fn models(&self) -> Vec<SavingsModel> {
        let mut models: BTreeMap<(&str, &str), (Answers, NotSpent)> = BTreeMap::new();
        for row in self.answers.iter().filter(|row| is_answer(row)) {
            let (answers, not_spent) = models.entry((&row.provider, &row.model)).or_default();
            count(answers, row);
            not_spent.add(by_cache(row));
        }
        for row in &self.prompts {
            let (_, not_spent) = models.entry((&row.provider, &row.model)).or_default();
            not_spent.add(by_provider(row));
        }
        let models = models.into_iter();
        let mut models: Vec<SavingsModel> = models
            .map(|((provider, model), (answers, not_spent))| SavingsModel {
                provider: provider.to_owned(),
                model: model.to_owned(),
                demo: is_demo(provider),
                answers,
                not_spent,
            })
            .collect();
        models.sort_by_key(|model| std::cmp::Reverse(model.answers.all));
        models
    }
}

/// Some rows count comparisons, not answers.
fn is_answer(row: &SavingsRow) -> bool {
    CacheStatus::parse(&row.kind).is_some()
}

fn count(answers: &mut Answers, row: &SavingsRow) {
    if let Some(status) = CacheStatus::parse(&row.kind) {
        answers.add(status, unsigned(row.answers));
    }
}

fn by_cache(row: &SavingsRow) -> NotSpent {
    NotSpent {
        by_cache: row.saved,
        cache_tokens: unsigned(row.saved_input_tokens) + unsigned(row.saved_output_tokens),
        unpriced: unsigned(row.unpriced),
        ..NotSpent::default()
    }
}

fn by_provider(row: &PromptCacheRow) -> NotSpent {
    NotSpent {
        by_provider: row.saved,
        provider_tokens: unsigned(row.cached_tokens),
        unpriced_tokens: unsigned(row.unpriced_tokens),
        ..NotSpent::default()
    }
}

fn is_demo(provider: &str) -> bool {
    provider == Provider::Demo.as_str()
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

fn keep_of(kept: CacheUse) -> CacheKeep {
    match kept {
        CacheUse::Usual => CacheKeep::Usual,
        CacheUse::Off => CacheKeep::Off,
        CacheUse::For(ttl) => {
            let minutes = ttl.as_secs().div_ceil(60);
            CacheKeep::Minutes(u32::try_from(minutes).unwrap_or(u32::MAX))
        }
    }
}

pub(super) fn today() -> i32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let days = since.unwrap_or_default().as_secs() / 86_400;
    i32::try_from(days).unwrap_or(i32::MAX)
}

#[async_trait]
impl SavingsPort for Cache {
    async fn savings(&self, caller: &Caller) -> AppResult<SavingsView> {
        if !caller.role().may_see_savings() {
            return Err(AppError::new(
                ErrorCode::Denied,
                "What was saved is for owners, admins and auditors of this workspace.",
            ));
        }
        self.read(caller).await
    }

    async fn set_cache(&self, caller: &Caller, keep: CacheKeep) -> AppResult<()> {
        may_change(caller)?;
        let who = (Some(caller.member()), caller.name());
        self.set_keep(caller.tenant(), who, keep).await
    }

    async fn purge_cache(&self, caller: &Caller, what: CachePurge) -> AppResult<()> {
        may_change(caller)?;
        let who = (Some(caller.member()), caller.name());
        self.purge(caller.tenant(), who, what).await
    }
}

fn may_change(caller: &Caller) -> AppResult<()> {
    if caller.role().may_manage_cache() {
        return Ok(());
    }
    Err(AppError::new(
        ErrorCode::Denied,
        "Only an owner or an admin of this workspace may change which answers are kept.",
    ))
}
