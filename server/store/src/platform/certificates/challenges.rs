//! What an authority is answered when it asks whether a host is ours. Every process can answer.

use crate::columns::Columns;
use crate::connections::store::Store;
use crate::error::StoreResult;

/// How an authority asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChallengeKind {
    /// Over plain HTTP (RFC 8555, section 8.3).
    Http01,
    /// In a handshake of its own (RFC 8737).
    TlsAlpn01,
}

impl ChallengeKind {
    /// As the protocol calls it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http01 => "http-01",
            Self::TlsAlpn01 => "tls-alpn-01",
        }
    }

    /// From what the protocol calls it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Http01, Self::TlsAlpn01]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// A question that is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeRow {
    /// The host it is about.
    pub host: String,
    /// How it is asked.
    pub kind: ChallengeKind,
    /// Names it.
    pub token: String,
    /// The key authorisation (RFC 8555, section 8.1).
    pub answer: String,
}

impl Store {
    /// From now on every process can answer, for ten minutes.
    pub async fn put_challenge(&self, row: &ChallengeRow) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query(
            "insert into platform.acme_challenges (host, kind, token, answer, expires_ms)
             values ($1, $2, $3, $4, platform.now_ms() + 600000)
             on conflict (host, kind) do update
             set token = excluded.token, answer = excluded.answer, expires_ms = excluded.expires_ms",
        )
        .bind(&row.host)
        .bind(row.kind.as_str())
        .bind(&row.token)
        .bind(&row.answer)
        .execute(tx.conn()?)
        .await?;
        tx.commit().await
    }

    /// The question about a host that is on its way: its token and the answer.
    pub async fn challenge(
        &self,
        host: &str,
        kind: ChallengeKind,
    ) -> StoreResult<Option<(String, String)>> {
        let mut tx = self.platform().await?;
        let row = sqlx::query(
            "select token, answer from platform.acme_challenges
             where host = $1 and kind = $2 and expires_ms > platform.now_ms()",
        )
        .bind(host)
        .bind(kind.as_str())
        .fetch_optional(tx.conn()?)
        .await?;
        tx.commit().await?;
        row.map(|row| Ok((row.get_as("token")?, row.get_as("answer")?)))
            .transpose()
    }

    /// The order is over: nothing is answered any more.
    pub async fn drop_challenges(&self, host: &str) -> StoreResult<()> {
        let mut tx = self.platform().await?;
        sqlx::query(
            "delete from platform.acme_challenges
             where host = $1 or expires_ms < platform.now_ms()",
        )
        .bind(host)
        .execute(tx.conn()?)
        .await?;
        tx.commit().await
    }
}
