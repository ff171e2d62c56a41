//! Answers for an authority that asks whether a host is ours, whichever process it asks.
//!
//! Refuses questions about hosts that are not: nothing is looked up for them.

use super::Certificates;
use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use store::StoreError;
use store::platform::certificates::ChallengeKind;

/// The protocol of a handshake that only asks (RFC 8737, section 6.2).
pub(crate) const ACME_TLS: &[u8] = b"acme-tls/1";
/// Longest token that is looked at; those of authorities have 43 letters.
const LONGEST_TOKEN: usize = 128;

impl Certificates {
    /// The answer to a question over plain HTTP. `None`: nothing was asked for.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn answer_http(&self, host: &str, token: &str) -> Result<Option<String>, StoreError> {
        if token.len() > LONGEST_TOKEN || self.known().of(host).await?.is_none() {
            return Ok(None);
        }
        let found = self.store().challenge(host, ChallengeKind::Http01).await?;
        Ok(found
            .filter(|(wanted, _)| wanted == token)
            .map(|(_, answer)| answer))
    }

    /// What is shown in a handshake that only asks. `None`: nothing was asked for.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn answer_handshake(
        &self,
        host: &str,
    ) -> Result<Option<Arc<ServerConfig>>, StoreError> {
        if self.known().of(host).await?.is_none() {
            return Ok(None);
        }
        let found = self
            .store()
            .challenge(host, ChallengeKind::TlsAlpn01)
            .await?;
        let Some((_, answer)) = found else {
            return Ok(None);
        };
        Ok(self.proof(host, &answer).map(Arc::new))
    }

    /// A certificate of our own making that carries the answer (RFC 8737, section 3).
    fn proof(&self, host: &str, answer: &str) -> Option<ServerConfig> {
        let mut params = CertificateParams::new(vec![host.to_owned()]).ok()?;
        let digest = Sha256::digest(answer.as_bytes());
        params.custom_extensions = vec![CustomExtension::new_acme_identifier(&digest)];
        let key = KeyPair::generate().ok()?;
        let certificate = params.self_signed(&key).ok()?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let terms = self.memory().terms();
        let pair = terms.own_pair(certificate.der().clone(), key).ok()?;
        terms.config(pair, &[ACME_TLS]).ok()
    }
}
