//! One certificate authority: asking it for certificates by ACME (RFC 8555).
//!
//! Owns the account, the transport, the look at CAA records, and one order from its place under the limits
//! to a sealed certificate. Refuses to repeat an authority's words to people: they may hold what somebody's
//! web server said.

mod account;
mod caa;
mod order;
mod transport;
mod trouble;

pub(super) use order::Issued;
pub(super) use trouble::Trouble;

use super::Certificates;
use crate::config::TlsSection;
use account::Registered;
use caa::CaaRecords;
use instant_acme::CertificateIdentifier;
use std::borrow::Cow;
use store::StoreError;
use store::platform::certificates::{
    ChallengeKind, DueRow, NewOrderRow, OrderEnd, Taken, TroubleClass,
};
use tokio::sync::Mutex;
use transport::Transport;
use uuid::Uuid;

/// An order is gone through again so often when the authority refused good nonces, which says nothing
/// about the order (RFC 8555, section 6.5).
const MORE_TRIES: usize = 2;

/// Where certificates come from.
pub struct Authority {
    directory: String,
    contact: String,
    /// The name under which CAA records allow it, where the settings say.
    named: String,
    transport: Transport,
    records: CaaRecords,
    registered: Mutex<Option<Registered>>,
}

/// The settings do not lead to an authority.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// The file with its root certificate.
    #[error("tls.root_file, {0}: {1}")]
    Root(String, String),
    /// The client for HTTP.
    #[error("the certificate authority cannot be asked: {0}")]
    Http(String),
    /// The name servers.
    #[error("tls.resolvers: {0}")]
    Resolvers(String),
}

/// What became of trying to get a certificate.
pub(super) enum Outcome {
    /// Here it is.
    Issued(Box<Issued>),
    /// No attempt was made: a limit of the authority has to pass.
    Waits {
        /// Which.
        why: String,
        /// From when on there is a place.
        at_ms: i64,
    },
    /// It was tried, and failed.
    Failed(Trouble),
}

impl Authority {
    /// The authority that the settings name. Nothing is asked yet.
    ///
    /// # Errors
    /// What in the settings does not lead to one.
    pub fn open(tls: &TlsSection) -> Result<Self, AuthorityError> {
        Ok(Self {
            directory: tls.directory().to_owned(),
            contact: tls.contact.clone(),
            named: tls.caa.clone(),
            transport: Transport::open(&tls.root_file)?,
            records: CaaRecords::open(&tls.resolvers)?,
            registered: Mutex::new(None),
        })
    }

    /// Gets a certificate for the host of `due`: by the question that was answered the last time, then by
    /// the other one.
    pub(super) async fn certify(
        &self,
        certificates: &Certificates,
        due: &DueRow,
        node: Uuid,
    ) -> Result<Outcome, StoreError> {
        let mut registered = self.registered(certificates).await;
        if registered.as_ref().is_err_and(Trouble::is_bad_nonce) {
            registered = self.registered(certificates).await;
        }
        let registered = match registered {
            Ok(registered) => registered,
            Err(trouble) => return Ok(Outcome::Failed(trouble)),
        };
        if let Err(trouble) = self.allowed_by_caa(&registered, &due.host).await {
            return Ok(Outcome::Failed(trouble));
        }
        let first = due.method.unwrap_or(ChallengeKind::Http01);
        let second = match first {
            ChallengeKind::Http01 => ChallengeKind::TlsAlpn01,
            ChallengeKind::TlsAlpn01 => ChallengeKind::Http01,
        };
        let trouble = match self
            .attempt(certificates, &registered, due, first, node)
            .await?
        {
            Outcome::Failed(trouble) if trouble.is_about_the_host() => trouble,
            outcome => return Ok(outcome),
        };
        match self
            .attempt(certificates, &registered, due, second, node)
            .await?
        {
            Outcome::Issued(issued) => Ok(Outcome::Issued(issued)),
            // What people are told is what keeps the usual way from working.
            Outcome::Waits { .. } | Outcome::Failed(_) => Ok(Outcome::Failed(trouble)),
        }
    }

    async fn attempt(
        &self,
        certificates: &Certificates,
        registered: &Registered,
        due: &DueRow,
        method: ChallengeKind,
        node: Uuid,
    ) -> Result<Outcome, StoreError> {
        let store = certificates.store();
        let in_window = due
            .window_ms
            .is_some_and(|(from, _)| due.valid && from <= due.now_ms);
        let place = NewOrderRow {
            id: Uuid::now_v7(),
            directory: self.directory.clone(),
            host: due.host.clone(),
            registered_domain: registered_domain(&due.host),
            exempt: in_window && due.ari_id.is_some(),
            node,
        };
        match store.take_order(&place, None).await? {
            Taken::Yes => {}
            Taken::NotBefore { at_ms, why } => return Ok(Outcome::Waits { why, at_ms }),
        }
        let replaces = due.ari_id.as_deref().filter(|_| place.exempt);
        let mut done = order::run(certificates, registered, &due.host, method, replaces).await;
        for _ in 0..MORE_TRIES {
            if !done.as_ref().is_err_and(Trouble::is_bad_nonce) {
                break;
            }
            done = order::run(certificates, registered, &due.host, method, replaces).await;
        }
        store.drop_challenges(&due.host).await?;
        let end = match &done {
            Ok(_) => OrderEnd::Issued,
            Err(trouble) if trouble.is_about_the_host() => OrderEnd::Failed,
            Err(_) => OrderEnd::Dropped,
        };
        store.end_order(place.id, end, None).await?;
        Ok(match done {
            Ok(issued) => Outcome::Issued(Box::new(issued)),
            Err(trouble) => {
                self.heed_trouble(certificates, &trouble).await?;
                Outcome::Failed(trouble)
            }
        })
    }

    /// The window in which the authority wants this certificate to be renewed. `None`: it said nothing.
    pub(super) async fn window_of(
        &self,
        certificates: &Certificates,
        ari_id: &str,
    ) -> Option<(i64, i64)> {
        let registered = self.registered(certificates).await.ok()?;
        let (key, serial) = ari_id.split_once('.')?;
        let id = CertificateIdentifier {
            authority_key_identifier: Cow::Borrowed(key),
            serial: Cow::Borrowed(serial),
        };
        let (info, _) = registered.account.renewal_info(&id).await.ok()?;
        let window = info.suggested_window;
        let ms = |seconds: i64| seconds.saturating_mul(1_000);
        let (from, until) = (
            ms(window.start.unix_timestamp()),
            ms(window.end.unix_timestamp()),
        );
        // A window that ends before it begins is to be ignored (RFC 9773, section 4.2).
        (until >= from).then_some((from, until))
    }

    async fn allowed_by_caa(&self, registered: &Registered, host: &str) -> Result<(), Trouble> {
        let names = if self.named.is_empty() {
            registered.identities.as_slice()
        } else {
            std::slice::from_ref(&self.named)
        };
        if names.is_empty() {
            // It does not say what it is called: it looks for itself, and nobody can look ahead.
            return Ok(());
        }
        self.records
            .allow(host, names, registered.account.id())
            .await
    }
}

/// The part of a host that somebody registered, which limits are counted for.
fn registered_domain(host: &str) -> String {
    psl::domain_str(host).unwrap_or(host).to_owned()
}

impl Trouble {
    /// Whether the authority looked for the host and did not find it to be ours: what it counts as a
    /// failed attempt.
    fn is_about_the_host(&self) -> bool {
        matches!(
            self.class,
            TroubleClass::Unreachable | TroubleClass::WrongAnswer | TroubleClass::Dns
        ) && self.asked
    }
}

#[cfg(test)]
mod tests {
    use super::registered_domain;

    #[test]
    fn limits_are_counted_for_what_was_registered() {
        for (host, wanted) in [
            ("ai.client.example", "client.example"),
            ("a.b.client.co.uk", "client.co.uk"),
            ("client.test", "client.test"),
            ("ai.eu.client.com", "client.com"),
        ] {
            assert_eq!(registered_domain(host), wanted);
        }
    }
}
