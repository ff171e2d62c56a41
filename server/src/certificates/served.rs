//! When hosts were last shown their certificate: the proof that they are served.

use super::Certificates;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Hosts remembered between two writes.
const MOST_NOTED: usize = 20_000;

/// Times that have not been written yet.
#[derive(Default)]
pub(super) struct Served(Mutex<HashMap<String, i64>>);

impl Served {
    /// Notes a handshake that succeeded.
    pub(super) fn note(&self, host: &str, at_ms: i64) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = noted.get_mut(host) {
            *at = at_ms;
        } else if noted.len() < MOST_NOTED {
            noted.insert(host.to_owned(), at_ms);
        }
    }

    fn take(&self) -> Vec<(String, i64)> {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.drain().collect()
    }
}

impl Certificates {
    /// Writes what was noted. What cannot be written is noted again by the next handshake.
    pub async fn write_served(&self) {
        let noted = self.served().take();
        if noted.is_empty() {
            return;
        }
        if let Err(error) = self.store().note_served(&noted).await {
            tracing::warn!(%error, "it could not be noted which hosts are served");
        }
    }
}
