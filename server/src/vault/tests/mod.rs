//! Attacks on envelopes, cipher and keyring files.

mod cipher;
mod envelope;
mod keyring;

use std::sync::Arc;

use contract::TenantId;
use tempfile::TempDir;
use uuid::Uuid;

use super::{Keyring, SealContext, Vault, VaultError};

const SECRET: &[u8] = b"sk-demo-0123456789abcdef";

struct Bench {
    folder: TempDir,
    vault: Vault,
    context: SealContext,
}

fn keyring_in(folder: &TempDir) -> Arc<Keyring> {
    Arc::new(Keyring::open_or_create(folder.path().join("keyring.json")).unwrap())
}

fn bench() -> Bench {
    let folder = TempDir::new().unwrap();
    let vault = Vault::new(keyring_in(&folder));
    let tenant = TenantId::from_uuid(Uuid::from_u128(7));
    let context = vault.context(tenant, "provider_keys", Uuid::from_u128(8), "secret");
    Bench {
        folder,
        vault,
        context,
    }
}

fn is_tampered(result: &Result<zeroize::Zeroizing<Vec<u8>>, VaultError>) -> bool {
    matches!(result, Err(VaultError::Tampered))
}
