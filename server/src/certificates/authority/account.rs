//! The installation's account at the authority. Its key is stored, sealed, before the authority hears of
//! it, so that several processes that begin at once have one account.

use super::super::seal;
use super::{Authority, Certificates, Trouble};
use instant_acme::{Account, Key};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde::Deserialize;
use store::StoreError;
use store::platform::certificates::TroubleClass;
use zeroize::Zeroizing;

/// An account that the authority knows.
#[derive(Clone)]
pub(super) struct Registered {
    pub(super) account: Account,
    /// Names under which CAA records allow the authority, as it says itself.
    pub(super) identities: Vec<String>,
}

/// The part of a directory that is looked at here (RFC 8555, section 7.1.1).
#[derive(Default, Deserialize)]
struct Directory {
    #[serde(default)]
    meta: Meta,
}

#[derive(Default, Deserialize)]
struct Meta {
    #[serde(default, rename = "caaIdentities")]
    identities: Vec<String>,
}

impl Authority {
    /// The account, registered where it was not yet.
    pub(super) async fn registered(
        &self,
        certificates: &Certificates,
    ) -> Result<Registered, Trouble> {
        let mut held = self.registered.lock().await;
        if let Some(registered) = &*held {
            return Ok(registered.clone());
        }
        let account = self.account(certificates).await?;
        let said = self.transport.directory(&self.directory).await;
        let said = said.map_err(|error| Trouble::of_account(&error))?;
        let directory: Directory = serde_json::from_slice(&said).unwrap_or_default();
        let registered = Registered {
            account,
            identities: directory.meta.identities,
        };
        *held = Some(registered.clone());
        Ok(registered)
    }

    async fn account(&self, certificates: &Certificates) -> Result<Account, Trouble> {
        let row = self.stored(certificates).await?;
        let key = seal::open_account_key(certificates.keyring(), &self.directory, &row.sealed_key);
        let key = key.map_err(|_| Trouble::internal("The key of the account does not open."))?;
        let told = |error: instant_acme::Error| Trouble::of_account(&error);
        let builder = Account::builder_with_http(Box::new(self.transport.clone()));
        if let Some(url) = row.url {
            return builder
                .from_parts(url, der(&key), self.directory.clone())
                .await
                .map_err(told);
        }
        let parsed = Key::from_pkcs8_der(der(&key)).map_err(told)?;
        let pair = (parsed, PrivateKeyDer::Pkcs8(der(&key)));
        let (account, _) = builder
            .create_from_key(pair, self.directory.clone())
            .await
            .map_err(told)?;
        if !self.contact.is_empty() {
            let contact = format!("mailto:{}", self.contact);
            // Nothing depends on it: an authority may have no use for addresses.
            if account.update_contacts(&[&contact]).await.is_err() {
                tracing::warn!("the certificate authority did not take the address in tls.contact");
            }
        }
        let named = certificates
            .store()
            .name_acme_account(&self.directory, Some(account.id()))
            .await;
        named.map_err(|error| storage(&error))?;
        tracing::info!(directory = %self.directory, "registered at the certificate authority");
        Ok(account)
    }

    /// The stored account, with a fresh key where there is none yet.
    async fn stored(
        &self,
        certificates: &Certificates,
    ) -> Result<store::platform::certificates::AccountRow, Trouble> {
        let unmade = |_| Trouble::internal("A key for the account could not be made.");
        let (_, fresh) = Key::generate_pkcs8().map_err(unmade)?;
        let fresh = Zeroizing::new(fresh.secret_pkcs8_der().to_vec());
        let sealed = seal::seal_account_key(certificates.keyring(), &self.directory, &fresh);
        let sealed =
            sealed.map_err(|_| Trouble::internal("The key of the account could not be sealed."))?;
        let row = certificates
            .store()
            .acme_account(&self.directory, &sealed)
            .await;
        row.map_err(|error| storage(&error))
    }

    /// An account that the authority has forgotten is registered anew the next time.
    pub(super) async fn heed_trouble(
        &self,
        certificates: &Certificates,
        trouble: &Trouble,
    ) -> Result<(), StoreError> {
        if trouble.is_unknown_account() {
            *self.registered.lock().await = None;
            certificates
                .store()
                .name_acme_account(&self.directory, None)
                .await?;
        }
        Ok(())
    }
}

fn der(key: &[u8]) -> PrivatePkcs8KeyDer<'static> {
    PrivatePkcs8KeyDer::from(key.to_vec())
}

fn storage(error: &StoreError) -> Trouble {
    tracing::warn!(%error, "the account at the certificate authority could not be read");
    Trouble::new(TroubleClass::Internal, "The database did not answer.")
}
