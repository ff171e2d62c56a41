//! One order: the question, its answer, and the certificate, checked and sealed.

use super::account::Registered;
use super::trouble::Trouble;
use crate::certificates::Certificates;
use crate::certificates::leaf::Leaf;
use crate::certificates::seal::Bundle;
use crate::certificates::shown::prepare;
use instant_acme::{
    AuthorizationStatus, CertificateIdentifier, ChallengeType, Error, Identifier, NewOrder, Order,
    OrderStatus, RetryPolicy,
};
use rcgen::{CertificateParams, DistinguishedName, KeyPair};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::borrow::Cow;
use std::time::Duration;
use store::platform::certificates::{ChallengeKind, ChallengeRow, TroubleClass};
use zeroize::Zeroizing;

/// How the authority's decisions are waited for: half a second, then longer and longer.
const PATIENCE: RetryPolicy = RetryPolicy::new()
    .initial_delay(Duration::from_millis(500))
    .backoff(1.5)
    .timeout(Duration::from_secs(90));

/// A certificate that was just issued.
pub(in crate::certificates) struct Issued {
    /// What it says of itself.
    pub(in crate::certificates) leaf: Leaf,
    /// Chain and private key.
    pub(in crate::certificates) sealed: Vec<u8>,
    /// How the authority was convinced.
    pub(in crate::certificates) method: ChallengeKind,
}

/// Orders a certificate for `host`. `replaces` names the one that it follows.
pub(super) async fn run(
    certificates: &Certificates,
    registered: &Registered,
    host: &str,
    method: ChallengeKind,
    replaces: Option<&str>,
) -> Result<Issued, Trouble> {
    let told = |error: Error| Trouble::of(host, &error);
    let names = [Identifier::Dns(host.to_owned())];
    let mut new = NewOrder::new(&names);
    if let Some((key, serial)) = replaces.and_then(|id| id.split_once('.')) {
        new = new.replaces(CertificateIdentifier {
            authority_key_identifier: Cow::Borrowed(key),
            serial: Cow::Borrowed(serial),
        });
    }
    let mut order = registered.account.new_order(&new).await.map_err(told)?;
    answer(certificates, &mut order, host, method).await?;
    if let Err(error) = ready(&mut order).await {
        return Err(why_invalid(&mut order, host, error).await);
    }
    let key = KeyPair::generate().map_err(|_| Trouble::internal("A key could not be made."))?;
    let request = request_for(host, &key)?;
    order.finalize_csr(&request).await.map_err(told)?;
    let chain_pem = order.poll_certificate(&PATIENCE).await.map_err(told)?;
    let bundle = Bundle {
        chain_pem,
        key_der: Zeroizing::new(key.serialize_der()),
    };
    keep(certificates, host, &bundle, method)
}

/// Puts the answer where every process finds it, and asks the authority to look.
async fn answer(
    certificates: &Certificates,
    order: &mut Order,
    host: &str,
    method: ChallengeKind,
) -> Result<(), Trouble> {
    let told = |error: Error| Trouble::of(host, &error);
    let mut asked = order.authorizations();
    while let Some(authorization) = asked.next().await {
        let mut authorization = authorization.map_err(told)?;
        match authorization.status {
            AuthorizationStatus::Valid => continue,
            AuthorizationStatus::Pending => {}
            _ => {
                return Err(Trouble::internal(
                    "The certificate authority closed the order.",
                ));
            }
        }
        let kind = match method {
            ChallengeKind::Http01 => ChallengeType::Http01,
            ChallengeKind::TlsAlpn01 => ChallengeType::TlsAlpn01,
        };
        let Some(mut challenge) = authorization.challenge(kind) else {
            return Err(Trouble::new(
                TroubleClass::Refused,
                "The certificate authority does not ask in a way that can be answered here.",
            ));
        };
        let row = ChallengeRow {
            host: host.to_owned(),
            kind: method,
            token: challenge.token.clone(),
            answer: challenge.key_authorization().as_str().to_owned(),
        };
        let put = certificates.store().put_challenge(&row).await;
        put.map_err(|_| Trouble::internal("The database did not answer."))?;
        challenge.set_ready().await.map_err(told)?;
    }
    Ok(())
}

async fn ready(order: &mut Order) -> Result<(), Option<Error>> {
    match order.poll_ready(&PATIENCE).await {
        Ok(OrderStatus::Ready | OrderStatus::Processing | OrderStatus::Valid) => Ok(()),
        Ok(_) => Err(None),
        Err(error) => Err(Some(error)),
    }
}

/// What the authority found: it stands with the question, not with the order.
async fn why_invalid(order: &mut Order, host: &str, error: Option<Error>) -> Trouble {
    let mut asked = order.authorizations();
    while let Some(Ok(mut authorization)) = asked.next().await {
        let Ok(state) = authorization.refresh().await else {
            continue;
        };
        let found = state.challenges.iter().find_map(|it| it.error.as_ref());
        if let Some(problem) = found {
            return Trouble::found(host, problem);
        }
    }
    error.map_or_else(
        || Trouble::internal("The certificate authority closed the order."),
        |error| Trouble::of(host, &error),
    )
}

fn request_for(host: &str, key: &KeyPair) -> Result<Vec<u8>, Trouble> {
    let unmade = |_| Trouble::internal("A request for a certificate could not be made.");
    let mut params = CertificateParams::new(vec![host.to_owned()]).map_err(unmade)?;
    params.distinguished_name = DistinguishedName::new();
    let request = params.serialize_request(key).map_err(unmade)?;
    Ok(request.der().to_vec())
}

/// Checks that what came can be shown, and seals it.
fn keep(
    certificates: &Certificates,
    host: &str,
    bundle: &Bundle,
    method: ChallengeKind,
) -> Result<Issued, Trouble> {
    let wrong =
        "The certificate authority issued something that is not a certificate of this host.";
    prepare(certificates.memory().terms(), host, bundle).map_err(|_| Trouble::internal(wrong))?;
    let leaf = CertificateDer::from_pem_slice(bundle.chain_pem.as_bytes())
        .map_err(|_| Trouble::internal(wrong))?;
    let leaf = Leaf::read(&leaf).map_err(|_| Trouble::internal(wrong))?;
    let sealed = bundle
        .seal(certificates.keyring(), host)
        .map_err(|_| Trouble::internal("The certificate could not be sealed."))?;
    Ok(Issued {
        leaf,
        sealed,
        method,
    })
}
