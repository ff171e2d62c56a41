//! Makes durable what the engine counted.

use contract::NanoUsd;
use contract::TenantId;
use engine::semantic::SimilarCounts;
use engine::{CacheCount, Engine};
use std::collections::HashMap;
use store::savings::SavingsRow;
use store::{Store, StoreError};

/// Kinds of rows that count comparisons instead of answers.
pub(super) const COMPARED: &str = "compared";
pub(super) const TOLD_APART: &str = "told-apart";
pub(super) const TURNED_OUT_WRONG: &str = "turned-out-wrong";

/// One round over every workspace that answered anything. What cannot be stored is counted again for
/// the next round, as long as its workspace is there.
pub async fn keep_counts(store: &Store, engine: &Engine) {
    let mut by_workspace: HashMap<TenantId, Vec<CacheCount>> = HashMap::new();
    for count in engine.take_cache_counts() {
        by_workspace.entry(count.tenant).or_default().push(count);
    }
    for (tenant, counts) in by_workspace {
        if let Err(error) = add(store, tenant, &counts).await {
            tracing::warn!(%tenant, %error, "counts of answers could not be stored yet");
            let gone = matches!(store.workspace(tenant).await, Ok(None));
            if !gone {
                engine.give_back_cache_counts(counts);
            }
        }
    }
}

/// The same for what came of comparing questions.
pub async fn keep_similar_counts(store: &Store, engine: &Engine) {
    for (tenant, counts) in engine.take_similar_counts() {
        if let Err(error) = add_similar(store, tenant, counts).await {
            tracing::warn!(%tenant, %error, "counts of similar questions could not be stored yet");
            let gone = matches!(store.workspace(tenant).await, Ok(None));
            if !gone {
                engine.give_back_similar_counts(tenant, counts);
            }
        }
    }
}

async fn add_similar(
    store: &Store,
    tenant: TenantId,
    counts: SimilarCounts,
) -> Result<(), StoreError> {
    let kinds = [
        (COMPARED, counts.asked),
        (TOLD_APART, counts.told_apart),
        (TURNED_OUT_WRONG, counts.wrong),
    ];
    let kinds = kinds.into_iter().filter(|(_, count)| *count > 0);
    let rows = kinds.map(|(kind, count)| SavingsRow {
        day: super::read_savings::today(),
        provider: String::new(),
        model: String::new(),
        kind: kind.to_owned(),
        answers: i64::try_from(count).unwrap_or(i64::MAX),
        unpriced: 0,
        saved_input_tokens: 0,
        saved_output_tokens: 0,
        saved: NanoUsd::ZERO,
    });
    let mut tx = store.enter(tenant).await?;
    store::savings::add(&mut tx, rows.collect()).await?;
    tx.commit().await
}

async fn add(store: &Store, tenant: TenantId, counts: &[CacheCount]) -> Result<(), StoreError> {
    let mut tx = store.enter(tenant).await?;
    store::savings::add(&mut tx, counts.iter().map(row).collect()).await?;
    tx.commit().await
}

fn row(count: &CacheCount) -> SavingsRow {
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    SavingsRow {
        day: i32::try_from(count.day).unwrap_or(i32::MAX),
        provider: count.provider.as_str().to_owned(),
        model: count.model.clone(),
        kind: count.status.as_str().to_owned(),
        answers: signed(count.answers),
        unpriced: signed(count.unpriced),
        saved_input_tokens: signed(count.saved_input),
        saved_output_tokens: signed(count.saved_output),
        saved: count.saved,
    }
}
