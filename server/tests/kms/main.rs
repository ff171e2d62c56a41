//! Key services over real HTTP: AWS KMS against two emulators of it, the others against strict
//! stand-ins that do the same cryptography and refuse what the service would refuse.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod aws;
mod azure;
mod faults;
mod google;
mod stand_in;
mod transit;

use contract::TenantId;
use engine::Egress;
use server::kms::{KeyContext, KeyService, KeyServiceError};
use std::time::Duration;
use uuid::Uuid;

/// A way out that may reach loopback.
fn egress() -> Egress {
    Egress::new(&["127.0.0.0/8".parse().unwrap()], Duration::from_secs(2)).unwrap()
}

fn context(tenant: u128) -> KeyContext {
    KeyContext {
        installation: Uuid::from_u128(1),
        tenant: TenantId::from_uuid(Uuid::from_u128(tenant)),
        version: 1,
    }
}

/// What every service has to do, whatever it is.
async fn keeps_its_promises(service: &dyn KeyService) {
    let described = service.describe().await.unwrap();
    assert!(!described.pinned.is_empty() && !described.label.is_empty());
    let ours = context(7);
    let (key, wrapped) = service.generate(&ours).await.unwrap();
    let opened = service.unwrap(&ours, &wrapped).await.unwrap();
    assert_eq!(opened.bytes(), key.bytes());
    let (other, _) = service.generate(&ours).await.unwrap();
    assert_ne!(other.bytes(), key.bytes());
    assert!(!wrapped.windows(32).any(|window| window == key.bytes()));
    refuses_other_places(service, &wrapped, key.bytes()).await;
    refuses_changes(service, &wrapped).await;
}

async fn refuses_other_places(service: &dyn KeyService, wrapped: &[u8], key: &[u8; 32]) {
    let ours = context(7);
    for foreign in [
        context(8),
        KeyContext { version: 2, ..ours },
        KeyContext {
            installation: Uuid::from_u128(2),
            ..ours
        },
    ] {
        match service.unwrap(&foreign, wrapped).await {
            Err(KeyServiceError::Tampered) => {}
            Ok(opened) => assert_ne!(opened.bytes(), key, "{foreign:?}"),
            Err(error) => panic!("{foreign:?}: {error}"),
        }
    }
}

async fn refuses_changes(service: &dyn KeyService, wrapped: &[u8]) {
    let ours = context(7);
    for at in (0..wrapped.len()).step_by(wrapped.len() / 12 + 1) {
        let mut changed = wrapped.to_vec();
        changed[at] ^= 1;
        let opened = service.unwrap(&ours, &changed).await;
        assert!(opened.is_err(), "byte {at} of {}", wrapped.len());
    }
    for length in [1, wrapped.len() / 2, wrapped.len() - 1] {
        let opened = service.unwrap(&ours, &wrapped[..length]).await;
        assert!(opened.is_err(), "{length} bytes of {}", wrapped.len());
    }
}

async fn rewraps(service: &dyn KeyService) {
    let ours = context(7);
    let (key, wrapped) = service.generate(&ours).await.unwrap();
    let anew = service.rewrap(&ours, &wrapped).await.unwrap();
    assert_ne!(anew, wrapped);
    let opened = service.unwrap(&ours, &anew).await.unwrap();
    assert_eq!(opened.bytes(), key.bytes());
    refuses_other_places(service, &anew, key.bytes()).await;
    let elsewhere = service.rewrap(&context(8), &wrapped).await;
    assert_eq!(elsewhere, Err(KeyServiceError::Tampered));
}
