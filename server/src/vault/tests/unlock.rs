//! How long keys stay in memory, who is asked for them, and how often.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use contract::TenantId;
use tokio::sync::Mutex;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{SECRET, TENANT};
use crate::vault::{
    Custodian, KeyRef, LONGEST_HELD, Locked, Vault, VaultError, WorkspaceKey, WorkspaceKeys,
};

/// Gives one key, or what it is told to say; counts how often it was asked.
#[derive(Default)]
struct Desk {
    says: Mutex<Option<VaultError>>,
    takes: Duration,
    asked: AtomicU32,
}

impl Desk {
    async fn say(&self, says: Option<VaultError>) {
        *self.says.lock().await = says;
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Custodian for Desk {
    fn installation(&self) -> Uuid {
        Uuid::from_u128(1)
    }

    async fn keys_of(&self, _: TenantId) -> Result<WorkspaceKeys, VaultError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(self.takes).await;
        if let Some(error) = *self.says.lock().await {
            return Err(error);
        }
        let name = KeyRef {
            id: Uuid::from_u128(2),
            version: 1,
        };
        WorkspaceKeys::new(
            name,
            vec![(name, WorkspaceKey::new(Zeroizing::new([3; 32])))],
        )
    }
}

const HELD: Duration = Duration::from_millis(400);

fn vault(desk: &Arc<Desk>) -> Vault {
    Vault::new(Arc::clone(desk) as Arc<dyn Custodian>, HELD)
}

#[test]
fn nobody_keeps_keys_longer_than_a_minute() {
    let desk = Arc::new(Desk::default());
    let vault = Vault::new(desk, Duration::from_hours(1));
    assert_eq!(vault.longest_held(), LONGEST_HELD);
    assert_eq!(LONGEST_HELD, Duration::from_mins(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_ask_once() {
    let desk = Arc::new(Desk {
        takes: Duration::from_millis(50),
        ..Desk::default()
    });
    let vault = vault(&desk);
    let asking: Vec<_> = (0..64)
        .map(|_| {
            let vault = vault.clone();
            tokio::spawn(async move { vault.unlock(TENANT).await.map(drop) })
        })
        .collect();
    for asked in asking {
        assert_eq!(asked.await.unwrap(), Ok(()));
    }
    assert_eq!(desk.asked(), 1);
}

#[tokio::test]
async fn a_key_that_is_switched_off_stops_what_is_in_memory_and_back_on_resumes() {
    let desk = Arc::new(Desk::default());
    let vault = vault(&desk);
    let mut told = vault.locked();
    let before = vault.unlock(TENANT).await.unwrap();
    let place = before.context("prompts", Uuid::from_u128(5), "sealed_body");
    let sealed = before.seal(SECRET, &place).unwrap();
    let off = VaultError::Locked(Locked::Disabled);
    desk.say(Some(off)).await;
    // Bounded: at the latest when its time is over nothing opens any more.
    let mut refused = None;
    for _ in 0..60 {
        if let Err(error) = vault.unlock(TENANT).await {
            refused = Some(error);
            break;
        }
        tokio::time::sleep(HELD / 20).await;
    }
    assert_eq!(refused, Some(off));
    assert_eq!(told.recv().await.unwrap(), TENANT);
    desk.say(None).await;
    let mut again = Err(off);
    for _ in 0..60 {
        again = vault.unlock(TENANT).await;
        if again.is_ok() {
            break;
        }
        tokio::time::sleep(HELD / 20).await;
    }
    assert_eq!(&*again.unwrap().open(&sealed, &place).unwrap(), SECRET);
}

#[tokio::test]
async fn a_silent_service_is_borne_until_the_time_is_over_and_not_longer() {
    let desk = Arc::new(Desk::default());
    let vault = vault(&desk);
    vault.unlock(TENANT).await.unwrap();
    let silent = VaultError::Unavailable("test");
    desk.say(Some(silent)).await;
    tokio::time::sleep(HELD * 6 / 10).await;
    assert!(vault.unlock(TENANT).await.is_ok(), "in memory");
    tokio::time::sleep(HELD / 2).await;
    let asked = desk.asked();
    for _ in 0..20 {
        assert_eq!(vault.unlock(TENANT).await.map(drop), Err(silent));
    }
    // No pile-up: the refusal is remembered for a moment.
    assert!(desk.asked() <= asked + 1, "{} then {}", asked, desk.asked());
}
