//! The connection to Redis, for what several processes share and can do without for a while.
//!
//! Owns one connection that comes back by itself, short limits in time, a circuit that makes a lost
//! Redis cost nothing, and the names of what is stored. Refuses to be needed: whoever asks gets an
//! answer or `None`, and has a safe mode for that. Refuses readable content: what is stored is
//! numbers, or sealed by whoever stores it.

mod circuit;
#[cfg(test)]
pub(crate) mod tests;

use circuit::Circuit;
use contract::TenantId;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, IntoConnectionInfo as _, RedisResult};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Longest wait for an answer. Whoever asks is on the way to an answer of their own.
const ANSWER_WITHIN: Duration = Duration::from_millis(250);
/// Longest wait for a connection, made anew in the background of a request.
const CONNECT_WITHIN: Duration = Duration::from_millis(500);

/// Redis, where one is configured. Cloning is cheap; clones share the connection.
#[derive(Clone)]
pub struct Redis {
    connection: ConnectionManager,
    circuit: Arc<Circuit>,
    installation: Uuid,
}

/// The setting names no Redis.
#[derive(Debug, thiserror::Error)]
#[error("redis.url is not the address of a Redis, e.g. redis://127.0.0.1:6379/0")]
pub struct NoAddress;

impl Redis {
    /// The Redis at `url`; `None` where it is empty. Nothing is asked yet: one that does not answer
    /// now is one that is lost for the moment, not a reason not to start.
    ///
    /// # Errors
    /// `url` is no address. It is not repeated, because it may hold a password.
    pub fn new(url: &str, installation: Uuid) -> Result<Option<Self>, NoAddress> {
        if url.is_empty() {
            return Ok(None);
        }
        let info = url.into_connection_info().map_err(|_| NoAddress)?;
        let client = Client::open(info).map_err(|_| NoAddress)?;
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(ANSWER_WITHIN))
            .set_connection_timeout(Some(CONNECT_WITHIN))
            // The circuit decides when it is tried again.
            .set_number_of_retries(0);
        let connection =
            ConnectionManager::new_lazy_with_config(client, config).map_err(|_| NoAddress)?;
        Ok(Some(Self {
            connection,
            circuit: Arc::default(),
            installation,
        }))
    }

    /// Asks. `None`: Redis is lost at this moment, which is told to the log once.
    pub async fn ask<T>(
        &self,
        question: impl AsyncFnOnce(&mut ConnectionManager) -> RedisResult<T>,
    ) -> Option<T> {
        if !self.circuit.may_ask() {
            return None;
        }
        let mut connection = self.connection.clone();
        match question(&mut connection).await {
            Ok(answer) => {
                self.circuit.answered();
                Some(answer)
            }
            // A wrong question is a defect of ours, and says nothing about Redis.
            Err(error) if !is_lost(&error) => {
                self.circuit.answered();
                tracing::error!(kind = ?error.kind(), code = error.code(), "Redis refused a command");
                None
            }
            Err(error) => {
                self.circuit.failed(error.kind());
                None
            }
        }
    }

    /// Whether it answered when it was last asked.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.circuit.is_closed()
    }

    /// The name of something of one workspace. All names of a workspace lie on one node of a cluster,
    /// so that one script can use several.
    #[must_use]
    pub fn name(&self, tenant: TenantId, kind: &str, rest: &str) -> String {
        let (installation, tenant) = (self.installation.simple(), tenant.uuid().simple());
        format!("lv:{installation}:{{{tenant}}}:{kind}:{rest}")
    }
}

/// Whether an error means that Redis is gone, full or not itself, rather than that it was asked wrongly.
fn is_lost(error: &redis::RedisError) -> bool {
    use redis::{ErrorKind, ServerErrorKind};
    error.is_io_error()
        || error.is_timeout()
        || error.is_connection_dropped()
        || error.is_connection_refusal()
        || matches!(
            error.code(),
            Some("OOM" | "MISCONF" | "NOAUTH" | "WRONGPASS")
        )
        || matches!(
            error.kind(),
            ErrorKind::AuthenticationFailed
                | ErrorKind::Server(
                    ServerErrorKind::BusyLoading
                        | ServerErrorKind::ReadOnly
                        | ServerErrorKind::MasterDown
                        | ServerErrorKind::ClusterDown
                        | ServerErrorKind::TryAgain
                )
        )
}
