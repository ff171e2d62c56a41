//! The engine's ledger on top of the store's writer.

use async_trait::async_trait;
use engine::{How, Intent, Ledger, LedgerError, Settlement};
use std::time::{Duration, SystemTime};
use store::LedgerWriter;
use store::ledger::{self, LedgerState, Tokens};

/// Writes what the engine intends and settles.
pub struct DurableLedger {
    writer: LedgerWriter,
}

impl DurableLedger {
    /// Over the process's one writer.
    #[must_use]
    pub const fn new(writer: LedgerWriter) -> Self {
        Self { writer }
    }
}

#[async_trait]
impl Ledger for DurableLedger {
    async fn intend(&self, intent: Intent) -> Result<(), LedgerError> {
        self.writer
            .intend(stored_intent(intent))
            .await
            .map_err(|_| LedgerError)
    }

    async fn settle(&self, settlement: Settlement) -> Result<(), LedgerError> {
        self.writer
            .settle(stored_settlement(settlement))
            .await
            .map_err(|_| LedgerError)
    }
}

fn stored_intent(intent: Intent) -> ledger::Intent {
    ledger::Intent {
        attempt: intent.attempt,
        turn: intent.turn,
        tenant: intent.tenant,
        member: intent.member,
        teams: intent.teams,
        virtual_key: intent.virtual_key,
        node: intent.node,
        environment: intent.environment.as_str().to_owned(),
        alias: intent.alias,
        key: intent.key,
        key_name: intent.key_name,
        provider: intent.provider.to_owned(),
        model: intent.model,
        demo: intent.demo,
        number: i32::try_from(intent.number).unwrap_or(i32::MAX),
        price: intent.price,
        reserved: intent.reserved,
        estimated_input: signed(intent.estimated_input),
        prompt_bytes: signed(intent.prompt_bytes),
        started_ms: milliseconds(intent.at),
    }
}

fn stored_settlement(settlement: Settlement) -> ledger::Settlement {
    let state = match settlement.how {
        How::Complete | How::Length if settlement.estimated => LedgerState::Estimated,
        How::Complete | How::Length => LedgerState::Settled,
        How::Stopped => LedgerState::Stopped,
        How::Cut => LedgerState::Interrupted,
        How::Failed(_) => LedgerState::Failed,
    };
    ledger::Settlement {
        state,
        estimated: settlement.estimated,
        tokens: settlement.usage.map(|usage| Tokens {
            fresh_input: signed(usage.fresh_input),
            cached_input: signed(usage.cached_input),
            cache_write: signed(usage.cache_write),
            reasoning: signed(usage.reasoning),
            output: signed(usage.output),
        }),
        cost: settlement.cost,
        completion_bytes: signed(settlement.completion_bytes),
        first_text_ms: settlement.first_text.map(elapsed),
        total_ms: elapsed(settlement.total),
        settled_ms: milliseconds(settlement.at),
        intent: stored_intent(settlement.intent),
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn milliseconds(moment: SystemTime) -> i64 {
    let since = moment
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn elapsed(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
