//! The terms that come with bringing a key: the operator's text, accepted once per version.
//!
//! Acceptance lives in the audit record: who, when, which version, and nobody can take it out.

use super::{Keys, failed};
use contract::keys::KeyTerms;
use contract::{AppError, AppResult, Caller, ErrorCode};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use store::TenantTx;
use store::audit::AuditRow;

const DEFAULT: &str = include_str!("terms.txt");
pub(super) const ACCEPTED: &str = "key_terms.accepted";

/// The text and its version.
#[derive(Clone)]
pub struct Terms(Arc<KeyTerms>);

impl Terms {
    /// Reads the operator's text; an empty path means the built-in one.
    ///
    /// # Errors
    /// The file cannot be read or is empty.
    pub fn read(path: &Path) -> Result<Self, String> {
        if path.as_os_str().is_empty() {
            return Ok(Self::of(DEFAULT));
        }
        let told = |problem: String| format!("keys.terms_file {}: {problem}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| told(error.to_string()))?;
        if text.trim().is_empty() {
            return Err(told("is empty".to_owned()));
        }
        Ok(Self::of(&text))
    }

    fn of(text: &str) -> Self {
        let digest = Sha256::digest(text.as_bytes());
        let version = digest
            .iter()
            .take(6)
            .fold(String::new(), |mut version, byte| {
                let _ = write!(version, "{byte:02x}");
                version
            });
        let paragraphs = text
            .split("\n\n")
            .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|paragraph| !paragraph.is_empty())
            .collect();
        Self(Arc::new(KeyTerms {
            version,
            paragraphs,
        }))
    }

    pub(super) fn text(&self) -> &KeyTerms {
        &self.0
    }
}

impl Keys {
    /// The acceptance of today's text; `None`: nobody has accepted it yet.
    pub(super) async fn acceptance(
        &self,
        tx: &mut TenantTx,
    ) -> Result<Option<AuditRow>, store::StoreError> {
        let latest = store::audit::latest(tx, ACCEPTED).await?;
        Ok(latest.filter(|row| row.object == self.terms.text().version))
    }

    /// Records that the caller accepted today's text.
    pub(super) async fn accept(&self, caller: &Caller, version: &str) -> AppResult<()> {
        if version != self.terms.text().version {
            return Err(AppError::new(
                ErrorCode::Conflict,
                "The terms have changed meanwhile. Load the page again and read them first.",
            ));
        }
        let recorded = async {
            let mut tx = self.store.tenant(caller).await?;
            if self.acceptance(&mut tx).await?.is_none() {
                let who = (Some(caller.member()), caller.name());
                store::audit::append(&mut tx, who, ACCEPTED, version).await?;
            }
            tx.commit().await
        };
        recorded.await.map_err(failed("recording accepted terms"))
    }
}

#[cfg(test)]
mod tests {
    use super::{DEFAULT, Terms};

    #[test]
    fn the_version_follows_the_text() {
        let (one, two) = (Terms::of("One.\n\nTwo\nlines."), Terms::of("One."));
        assert_ne!(one.text().version, two.text().version);
        assert_eq!(one.text().paragraphs, ["One.", "Two lines."]);
        assert!(Terms::of(DEFAULT).text().paragraphs.len() >= 3);
    }
}
