//! Rows of a workspace's ledger.

use crate::columns::{Columns, read_all};
use crate::connections::tenant_tx::TenantTx;
use crate::error::{StoreError, StoreResult};
use crate::ledger::events::{Intent, LedgerState, Settlement};
use crate::tenant::teams::read_ids;
use contract::{AttemptId, KeyId, LimitScope, MemberId, MessageId, NanoUsd, TeamId, VirtualKeyId};
use serde::Serialize;
use uuid::Uuid;

/// A row as it is exported.
#[derive(Clone, Debug, Serialize)]
pub struct LedgerRow {
    /// The attempt.
    pub attempt: AttemptId,
    /// The turn it was made for.
    pub turn: MessageId,
    /// Who asked.
    pub member: Option<MemberId>,
    /// Their teams at that time.
    pub teams: Vec<TeamId>,
    /// The virtual key they came with.
    pub virtual_key: Option<VirtualKeyId>,
    /// Model alias.
    pub alias: String,
    /// The key that paid.
    pub key: Option<KeyId>,
    /// Its name at that time.
    pub key_name: String,
    /// Provider.
    pub provider: String,
    /// Model.
    pub model: String,
    /// Environment.
    pub environment: String,
    /// Demo money.
    pub demo: bool,
    /// How it ended.
    pub state: LedgerState,
    /// Tokens and cost are our estimate.
    pub estimated: bool,
    /// Closed after its process had died.
    pub recovered: bool,
    /// Tokens read fresh.
    pub fresh_input_tokens: Option<i64>,
    /// Tokens read from the provider's cache.
    pub cached_input_tokens: Option<i64>,
    /// Tokens read anew and put into the provider's cache.
    pub cache_write_tokens: Option<i64>,
    /// Tokens written without being shown.
    pub reasoning_tokens: Option<i64>,
    /// Tokens written.
    pub output_tokens: Option<i64>,
    /// Cost in nano-USD.
    pub cost: Option<NanoUsd>,
    /// When it began.
    pub started_ms: i64,
    /// When it was settled.
    pub settled_ms: Option<i64>,
}

/// Opens a row. A row that is there already stays as it is.
pub(crate) async fn open(tx: &mut TenantTx, intent: &Intent) -> StoreResult<()> {
    let cached = intent.price.and_then(|price| price.cached);
    let cache_write = intent.price.and_then(|price| price.cache_write);
    sqlx::query(
        "insert into ledger
           (attempt_id, turn_id, member_id, node_id, alias, key_id, key_name, provider, model,
            environment, demo, price_input_nano, price_output_nano, reserved_nano,
            estimated_input_tokens, prompt_bytes, started_ms, attempt_number, state,
            estimated, recovered, price_cached_nano, price_cache_write_nano, team_ids,
            virtual_key_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                 'open', false, false, $19, $20, $21, $22)
         on conflict (attempt_id) do nothing",
    )
    .bind(intent.attempt.uuid())
    .bind(intent.turn.uuid())
    .bind(intent.member.map(MemberId::uuid))
    .bind(intent.node)
    .bind(&intent.alias)
    .bind(intent.key.map(KeyId::uuid))
    .bind(&intent.key_name)
    .bind(&intent.provider)
    .bind(&intent.model)
    .bind(&intent.environment)
    .bind(intent.demo)
    .bind(intent.price.map(|price| price.input.get()))
    .bind(intent.price.map(|price| price.output.get()))
    .bind(intent.reserved.get())
    .bind(intent.estimated_input)
    .bind(intent.prompt_bytes)
    .bind(intent.started_ms)
    .bind(intent.number)
    .bind(cached.map(NanoUsd::get))
    .bind(cache_write.map(NanoUsd::get))
    .bind(
        intent
            .teams
            .iter()
            .map(|team| team.uuid())
            .collect::<Vec<Uuid>>(),
    )
    .bind(intent.virtual_key.map(VirtualKeyId::uuid))
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Settles a row, opening it first where its intent has not arrived. A row that is settled stays as
/// it is; one that was closed because its process was thought dead gets its true end.
pub(crate) async fn settle(tx: &mut TenantTx, settlement: &Settlement) -> StoreResult<()> {
    open(tx, &settlement.intent).await?;
    let tokens = settlement.tokens;
    sqlx::query(
        "update ledger set state = $2, estimated = $3, fresh_input_tokens = $4,
           cached_input_tokens = $5, reasoning_tokens = $6, output_tokens = $7, cost_nano = $8,
           completion_bytes = $9, settled_ms = $10, first_text_ms = $11, total_ms = $12,
           cache_write_tokens = $13, recovered = false
         where attempt_id = $1 and (state = 'open' or recovered)",
    )
    .bind(settlement.intent.attempt.uuid())
    .bind(settlement.state.as_str())
    .bind(settlement.estimated)
    .bind(tokens.map(|tokens| tokens.fresh_input))
    .bind(tokens.map(|tokens| tokens.cached_input))
    .bind(tokens.map(|tokens| tokens.reasoning))
    .bind(tokens.map(|tokens| tokens.output))
    .bind(settlement.cost.map(NanoUsd::get))
    .bind(settlement.completion_bytes)
    .bind(settlement.settled_ms)
    .bind(settlement.first_text_ms)
    .bind(settlement.total_ms)
    .bind(tokens.map(|tokens| tokens.cache_write))
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Closes what a dead process left open, from what is known: the estimate of what was read, at the
/// price that applied. Returns how many.
pub(crate) async fn close_of_node(tx: &mut TenantTx, node: Uuid) -> StoreResult<u64> {
    let done = sqlx::query(
        "update ledger set state = 'interrupted', estimated = true, recovered = true,
           fresh_input_tokens = estimated_input_tokens,
           cost_nano = ceil(estimated_input_tokens::numeric * price_input_nano / 1000000)::bigint,
           settled_ms = platform.now_ms()
         where node_id = $1 and state = 'open'",
    )
    .bind(node)
    .execute(tx.conn()?)
    .await?;
    Ok(done.rows_affected())
}

/// Spent since the beginning of the calendar month (UTC), demo money included: limits apply to it.
pub async fn month_to_date(tx: &mut TenantTx) -> StoreResult<NanoUsd> {
    let row = sqlx::query(
        "select coalesce(sum(cost_nano), 0)::bigint as spent from ledger
         where started_ms >= extract(epoch from
           date_trunc('month', now() at time zone 'utc') at time zone 'utc') * 1000",
    )
    .fetch_one(tx.conn()?)
    .await?;
    row.nano("spent")
}

/// Spent in one scope in the month that begins at `month_ms` (UTC), by the process that spent it. An
/// attempt that is not settled counts with what is reserved for it.
pub(crate) async fn spent_by_nodes(
    tx: &mut TenantTx,
    scope: LimitScope,
    month_ms: i64,
) -> StoreResult<Vec<(Uuid, NanoUsd)>> {
    macro_rules! spent_where {
        ($which:literal) => {
            concat!(
                "select node_id, sum(case when state = 'open' then reserved_nano
                                          else coalesce(cost_nano, 0) end)::bigint as spent
                 from ledger
                 where started_ms >= $1 and started_ms < extract(epoch from
                   (to_timestamp($1 / 1000) at time zone 'utc' + interval '1 month')
                   at time zone 'utc') * 1000 and ",
                $which,
                " group by node_id"
            )
        };
    }
    let query = match scope {
        LimitScope::Workspace => spent_where!("$2::uuid is null"),
        LimitScope::Team(_) => spent_where!("$2 = any(team_ids)"),
        LimitScope::Member(_) => spent_where!("member_id = $2"),
        LimitScope::VirtualKey(_) => spent_where!("virtual_key_id = $2"),
    };
    let rows = sqlx::query(query)
        .bind(month_ms)
        .bind(scope.id())
        .fetch_all(tx.conn()?)
        .await?;
    read_all(&rows, |row| {
        Ok((row.get_as("node_id")?, row.nano("spent")?))
    })
}

/// Every row, oldest first.
pub async fn export(tx: &mut TenantTx) -> StoreResult<Vec<LedgerRow>> {
    let rows = sqlx::query(
        "select attempt_id, turn_id, member_id, team_ids, virtual_key_id, alias, key_id, key_name, provider, model,
                environment, demo, state, estimated, recovered, fresh_input_tokens,
                cached_input_tokens, cache_write_tokens, reasoning_tokens, output_tokens,
                cost_nano, started_ms, settled_ms
         from ledger order by started_ms, attempt_id",
    )
    .fetch_all(tx.conn()?)
    .await?;
    read_all(&rows, |row| {
        let state: &str = row.get_as("state")?;
        let state = LedgerState::ALL
            .into_iter()
            .find(|known| known.as_str() == state);
        Ok(LedgerRow {
            attempt: row.id("attempt_id")?,
            turn: row.id("turn_id")?,
            member: row.id_opt("member_id")?,
            teams: read_ids(row, "team_ids")?,
            virtual_key: row.id_opt("virtual_key_id")?,
            alias: row.get_as("alias")?,
            key: row.id_opt("key_id")?,
            key_name: row.get_as("key_name")?,
            provider: row.get_as("provider")?,
            model: row.get_as("model")?,
            environment: row.get_as("environment")?,
            demo: row.get_as("demo")?,
            state: state.ok_or_else(|| StoreError::Inconsistent("a ledger state".to_owned()))?,
            estimated: row.get_as("estimated")?,
            recovered: row.get_as("recovered")?,
            fresh_input_tokens: row.get_as("fresh_input_tokens")?,
            cached_input_tokens: row.get_as("cached_input_tokens")?,
            cache_write_tokens: row.get_as("cache_write_tokens")?,
            reasoning_tokens: row.get_as("reasoning_tokens")?,
            output_tokens: row.get_as("output_tokens")?,
            cost: row.nano_opt("cost_nano")?,
            started_ms: row.get_as("started_ms")?,
            settled_ms: row.get_as("settled_ms")?,
        })
    })
}
