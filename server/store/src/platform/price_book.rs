//! What models cost. A model without a row has no known price, which is not the price zero.

use crate::columns::{Columns, read_all};
use crate::connections::store::Store;
use crate::connections::tenant_tx::TenantTx;
use crate::error::StoreResult;
use contract::{NanoUsd, Price};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

/// A model's price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceRow {
    /// The provider's name, as provider keys store it.
    pub provider: String,
    /// The pinned model.
    pub model: String,
    /// Nano-USD per million tokens.
    pub price: Price,
}

fn read(row: &PgRow) -> StoreResult<PriceRow> {
    Ok(PriceRow {
        provider: row.get_as("provider")?,
        model: row.get_as("model")?,
        price: Price {
            input: row.nano("input_nano_per_million")?,
            output: row.nano("output_nano_per_million")?,
            cached: row.nano_opt("cached_nano_per_million")?,
            cache_write: row.nano_opt("cache_write_nano_per_million")?,
        },
    })
}

impl Store {
    /// Prices of these `(provider, model)` pairs; pairs without a known price are left out.
    pub async fn prices(&self, models: &[(String, String)]) -> StoreResult<Vec<PriceRow>> {
        let mut tx = self.platform().await?;
        let rows = of_models(tx.conn()?, models).await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// Every known price of a provider's models.
    pub async fn prices_of_provider(&self, provider: &str) -> StoreResult<Vec<PriceRow>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query(
            "select provider, model, input_nano_per_million, output_nano_per_million,
                    cached_nano_per_million, cache_write_nano_per_million
             from platform.price_book where provider = $1 order by model",
        )
        .bind(provider)
        .fetch_all(tx.conn()?)
        .await?;
        tx.commit().await?;
        read_all(&rows, read)
    }

    /// Sets a model's price for attempts from now on. The ledger keeps the price it applied.
    pub async fn set_price(&self, row: &PriceRow) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        upsert(tx.conn()?, row).await?;
        tx.commit().await
    }
}

/// Prices of these `(provider, model)` pairs, as [`Store::prices`].
pub async fn prices(tx: &mut TenantTx, models: &[(String, String)]) -> StoreResult<Vec<PriceRow>> {
    tx.on_platform(async |conn| of_models(conn, models).await)
        .await
}

async fn of_models(
    conn: &mut PgConnection,
    models: &[(String, String)],
) -> StoreResult<Vec<PriceRow>> {
    let (providers, names): (Vec<&str>, Vec<&str>) = models
        .iter()
        .map(|(provider, model)| (provider.as_str(), model.as_str()))
        .unzip();
    let rows = sqlx::query(
        "select p.provider, p.model, p.input_nano_per_million, p.output_nano_per_million,
                p.cached_nano_per_million, p.cache_write_nano_per_million
         from platform.price_book p
         join (select distinct * from unnest($1::text[], $2::text[])) as w (provider, model)
           on w.provider = p.provider and w.model = p.model
         order by p.provider, p.model",
    )
    .bind(providers)
    .bind(names)
    .fetch_all(conn)
    .await?;
    read_all(&rows, read)
}

/// The same as [`Store::set_price`] in the transaction that records it.
pub async fn set_price(tx: &mut TenantTx, row: &PriceRow) -> StoreResult<()> {
    tx.on_platform(async |conn| upsert(conn, row).await).await
}

async fn upsert(conn: &mut PgConnection, row: &PriceRow) -> StoreResult<()> {
    sqlx::query(
        "insert into platform.price_book
           (provider, model, input_nano_per_million, output_nano_per_million,
            cached_nano_per_million, cache_write_nano_per_million)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (provider, model) do update set
           input_nano_per_million = excluded.input_nano_per_million,
           output_nano_per_million = excluded.output_nano_per_million,
           cached_nano_per_million = excluded.cached_nano_per_million,
           cache_write_nano_per_million = excluded.cache_write_nano_per_million,
           updated_ms = platform.now_ms()",
    )
    .bind(&row.provider)
    .bind(&row.model)
    .bind(row.price.input.get())
    .bind(row.price.output.get())
    .bind(row.price.cached.map(NanoUsd::get))
    .bind(row.price.cache_write.map(NanoUsd::get))
    .execute(conn)
    .await?;
    Ok(())
}
