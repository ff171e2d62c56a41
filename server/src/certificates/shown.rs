//! Certificates in memory, ready to be shown: bounded, opened off the workers, forgotten with a notice.
//!
//! Refuses to show anybody else's: a name that is not ours, or has no certificate, gets none at all. What a
//! handshake costs does not depend on how many certificates there are.

use super::Certificates;
use super::leaf::Leaf;
use super::seal::Bundle;
use moka::future::Cache;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{NoServerSessionStorage, ProducesTickets};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ServerConfig, version};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use store::platform::changes::Change;

/// Certificates in memory at once; the least recently shown goes first.
const MOST_SHOWN: u64 = 10_000;
/// One is read again after this time, even when no notice came.
const LONGEST_LIFE: Duration = Duration::from_mins(10);
/// That a host has none is asked again after this time.
const MISSING_LIFE: Duration = Duration::from_secs(5);

/// What is shown for a host.
#[derive(Clone)]
pub(super) struct Shown {
    config: Arc<ServerConfig>,
    not_after_ms: i64,
    /// How often anything had changed when it was read.
    as_of: u64,
    tenant: contract::TenantId,
}

/// A certificate that is stored cannot be shown.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ShowError {
    /// Storage failed.
    #[error("it could not be read: {0}")]
    Store(String),
    /// The keyring does not open it.
    #[error("it does not open: {0}")]
    Sealed(String),
    /// It is not a certificate of this host with its key.
    #[error("it is not a certificate of this host: {0}")]
    Broken(String),
}

/// The certificates in memory.
#[derive(Clone)]
pub(super) struct InMemory {
    shown: Cache<String, Shown>,
    missing: Cache<String, u64>,
    changes: Arc<AtomicU64>,
    terms: Terms,
}

/// What all handshakes have in common.
#[derive(Clone)]
pub(crate) struct Terms {
    provider: Arc<CryptoProvider>,
    tickets: Option<Arc<dyn ProducesTickets>>,
}

impl Terms {
    pub(crate) fn new() -> Self {
        Self {
            provider: Arc::new(aws_lc_rs::default_provider()),
            // Without tickets every handshake is a full one, which costs time and nothing else.
            tickets: aws_lc_rs::Ticketer::new().ok(),
        }
    }

    /// A chain with its private key.
    ///
    /// # Errors
    /// They do not belong together.
    fn pair(
        &self,
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<CertifiedKey, rustls::Error> {
        let certified = CertifiedKey::from_der(chain, key, &self.provider)?;
        certified.keys_match()?;
        Ok(certified)
    }

    /// A certificate of our own making with its private key. Not looked into: it may hold what only an
    /// authority reads.
    ///
    /// # Errors
    /// The key cannot be used.
    pub(super) fn own_pair(
        &self,
        certificate: CertificateDer<'static>,
        key: PrivateKeyDer<'static>,
    ) -> Result<CertifiedKey, rustls::Error> {
        let key = self.provider.key_provider.load_private_key(key)?;
        Ok(CertifiedKey::new(vec![certificate], key))
    }

    /// A configuration that shows one certificate and speaks `protocols`.
    ///
    /// # Errors
    /// The cryptography library has no versions of TLS in common with us.
    pub(super) fn config(
        &self,
        certified: CertifiedKey,
        protocols: &[&[u8]],
    ) -> Result<ServerConfig, rustls::Error> {
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_protocol_versions(&[&version::TLS13, &version::TLS12])?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        config.session_storage = Arc::new(NoServerSessionStorage {});
        if let Some(tickets) = &self.tickets {
            config.ticketer = Arc::clone(tickets);
        }
        Ok(config)
    }
}

impl InMemory {
    pub(super) fn new() -> Self {
        Self {
            shown: Cache::builder()
                .max_capacity(MOST_SHOWN)
                .time_to_live(LONGEST_LIFE)
                .build(),
            missing: Cache::builder()
                .max_capacity(MOST_SHOWN)
                .time_to_live(MISSING_LIFE)
                .build(),
            changes: Arc::default(),
            terms: Terms::new(),
        }
    }

    pub(super) const fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Forgets what a change made out of date.
    pub(super) async fn heed(&self, change: Change) {
        match change {
            Change::Workspace(tenant) => {
                self.changes.fetch_add(1, Ordering::AcqRel);
                let theirs: Vec<_> = self
                    .shown
                    .iter()
                    .filter(|(_, shown)| shown.tenant == tenant)
                    .map(|(host, _)| host)
                    .collect();
                for host in theirs {
                    self.shown.invalidate(host.as_ref()).await;
                }
            }
            Change::Everything => {
                self.changes.fetch_add(1, Ordering::AcqRel);
                self.shown.invalidate_all();
            }
            Change::SlicesCalledIn(_) | Change::Log(_) => {}
        }
    }
}

impl Certificates {
    /// What is shown for `host` (lower case). `None`: nothing, because nobody here has that name or it has
    /// no certificate. Causes no attempt to get one.
    ///
    /// # Errors
    /// It could not be found out, or what is stored cannot be shown.
    pub async fn shown_for(&self, host: &str) -> Result<Option<Arc<ServerConfig>>, ShowError> {
        let told = |error: store::StoreError| ShowError::Store(error.to_string());
        if self.known().of(host).await.map_err(told)?.is_none() {
            return Ok(None);
        }
        let memory = self.memory();
        if let Some(shown) = memory.shown.get(host).await
            && shown.not_after_ms > now_ms()
        {
            return Ok(Some(shown.config));
        }
        let now = memory.changes.load(Ordering::Acquire);
        if memory.missing.get(host).await == Some(now) {
            return Ok(None);
        }
        // Many handshakes at once open it once.
        let loaded = memory
            .shown
            .try_get_with_by_ref(host, self.load(host))
            .await;
        match loaded {
            Ok(shown) => {
                if memory.changes.load(Ordering::Acquire) != shown.as_of {
                    // Good for this handshake; read again for the next one.
                    memory.shown.invalidate(host).await;
                }
                Ok((shown.not_after_ms > now_ms()).then_some(shown.config))
            }
            Err(none) => match &*none {
                None => {
                    memory.missing.insert(host.to_owned(), now).await;
                    Ok(None)
                }
                Some(error) => Err(error.clone()),
            },
        }
    }

    async fn load(&self, host: &str) -> Result<Shown, Option<ShowError>> {
        let as_of = self.memory().changes.load(Ordering::Acquire);
        let row = self.store().sealed_certificate(host).await;
        let row = row.map_err(|error| Some(ShowError::Store(error.to_string())))?;
        let row = row.ok_or(None)?;
        let (keyring, terms) = (Arc::clone(self.keyring()), self.memory().terms.clone());
        let (tenant, not_after_ms) = (row.tenant, row.not_after_ms);
        // Reading the keyring and checking the key takes its time, which no other connection waits for.
        let opened = tokio::task::spawn_blocking(move || {
            let bundle = Bundle::open(&keyring, &row.host, &row.sealed)
                .map_err(|error| ShowError::Sealed(error.to_string()))?;
            prepare(&terms, &row.host, &bundle)
        });
        let config = opened
            .await
            .map_err(|error| Some(ShowError::Broken(error.to_string())))?
            .map_err(Some)?;
        Ok(Shown {
            config: Arc::new(config),
            not_after_ms,
            as_of,
            tenant,
        })
    }
}

/// A configuration that shows `bundle` for `host`.
pub(crate) fn prepare(
    terms: &Terms,
    host: &str,
    bundle: &Bundle,
) -> Result<ServerConfig, ShowError> {
    let broken = |what: String| ShowError::Broken(what);
    let chain = CertificateDer::pem_slice_iter(bundle.chain_pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| broken(error.to_string()))?;
    let leaf = chain
        .first()
        .ok_or_else(|| broken("no certificate".to_owned()))?;
    let leaf = Leaf::read(leaf).map_err(|error| broken(error.to_string()))?;
    if !leaf.names.iter().any(|name| name == host) {
        return Err(broken("it names other hosts".to_owned()));
    }
    let key = PrivatePkcs8KeyDer::from(bundle.key_der.to_vec());
    terms
        .pair(chain, PrivateKeyDer::Pkcs8(key))
        .and_then(|certified| terms.config(certified, &[b"h2", b"http/1.1"]))
        .map_err(|error| broken(error.to_string()))
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}
