//! Attacks on envelopes, cipher and keyring files.

mod bound;
mod cipher;
mod envelope;
mod keyring;
mod unlock;
mod wycheproof;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use contract::TenantId;
use uuid::Uuid;

use super::{Keyring, SealContext, Unlocked, VaultError};

const SECRET: &[u8] = b"sk-demo-0123456789abcdef";

/// A folder of its own for one test, removed at its end.
struct TestFolder(PathBuf);

impl TestFolder {
    fn new() -> Self {
        let mut name = [0; 16];
        super::cipher::fill_random(&mut name).unwrap();
        let name = format!("vault-test-{}", Uuid::from_bytes(name).simple());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TestFolder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

struct Bench {
    folder: TestFolder,
    vault: Unlocked,
    context: SealContext,
}

fn keyring_in(folder: &TestFolder) -> Arc<Keyring> {
    Arc::new(Keyring::open_or_create(folder.path().join("keyring.json")).unwrap())
}

/// The workspace that the tests seal for.
const TENANT: TenantId = TenantId::from_uuid(Uuid::from_u128(7));

fn unlocked(keyring: &Keyring) -> Unlocked {
    let keys = keyring.keys_of(TENANT).unwrap();
    Unlocked::new(keyring.installation(), TENANT, Arc::new(keys))
}

fn bench() -> Bench {
    let folder = TestFolder::new();
    let vault = unlocked(&keyring_in(&folder));
    let context = vault.context("provider_keys", Uuid::from_u128(8), "secret");
    Bench {
        folder,
        vault,
        context,
    }
}

fn is_tampered(result: &Result<zeroize::Zeroizing<Vec<u8>>, VaultError>) -> bool {
    matches!(result, Err(VaultError::Tampered))
}
