//! The installation's accounts at certificate authorities, one at each.

use crate::columns::Columns;
use crate::connections::store::Store;
use crate::error::StoreResult;

/// An account.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// The authority, by the address of its directory.
    pub directory: String,
    /// The account's key.
    pub sealed_key: Vec<u8>,
    /// What the authority calls it; `None`: it has not been told yet.
    pub url: Option<String>,
}

impl Store {
    /// The account at this authority; `sealed_key` becomes its key where there is none yet. Of several
    /// processes that begin at once, all get the same.
    pub async fn acme_account(
        &self,
        directory: &str,
        sealed_key: &[u8],
    ) -> StoreResult<AccountRow> {
        let mut tx = self.platform().await?;
        sqlx::query(
            "insert into platform.acme_accounts (directory, sealed_key) values ($1, $2)
             on conflict do nothing",
        )
        .bind(directory)
        .bind(sealed_key)
        .execute(tx.conn()?)
        .await?;
        let row = sqlx::query(
            "select directory, sealed_key, url from platform.acme_accounts where directory = $1",
        )
        .bind(directory)
        .fetch_one(tx.conn()?)
        .await?;
        tx.commit().await?;
        read(&row)
    }

    /// All accounts, for sealing their keys anew.
    pub async fn acme_accounts(&self) -> StoreResult<Vec<AccountRow>> {
        let mut tx = self.platform().await?;
        let rows = sqlx::query("select directory, sealed_key, url from platform.acme_accounts")
            .fetch_all(tx.conn()?)
            .await?;
        tx.commit().await?;
        crate::columns::read_all(&rows, read)
    }

    /// Notes what the authority calls the account; `None`: it does not know it any more.
    pub async fn name_acme_account(&self, directory: &str, url: Option<&str>) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query("update platform.acme_accounts set url = $2 where directory = $1")
            .bind(directory)
            .bind(url)
            .execute(tx.conn()?)
            .await?;
        tx.commit().await
    }

    /// Puts the same key, sealed anew, in its place.
    pub async fn replace_acme_key(&self, directory: &str, anew: &[u8]) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query("update platform.acme_accounts set sealed_key = $2 where directory = $1")
            .bind(directory)
            .bind(anew)
            .execute(tx.conn()?)
            .await?;
        tx.commit().await
    }
}

fn read(row: &sqlx::postgres::PgRow) -> StoreResult<AccountRow> {
    Ok(AccountRow {
        directory: row.get_as("directory")?,
        sealed_key: row.get_as("sealed_key")?,
        url: row.get_as("url")?,
    })
}
