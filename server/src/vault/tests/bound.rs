//! No path keeps a workspace's key in use for longer than it may be kept: whatever a key service does,
//! whenever it is asked, and however long somebody holds on to what was unlocked. By a clock that the
//! test turns.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use contract::TenantId;
use proptest::prelude::*;
use tokio::time::{Instant, advance, sleep};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{SECRET, TENANT};
use crate::vault::{
    Custodian, KeyRef, LONGEST_HELD, Locked, Unlocked, Vault, VaultError, WorkspaceKey,
    WorkspaceKeys,
};

/// What a key service does from now on.
#[derive(Clone, Copy, Debug)]
enum Does {
    Gives,
    Refuses,
    Fails,
    Never,
    Breaks,
}

/// Gives a new key to every question, so that each tells when it was asked for.
struct Service {
    does: Mutex<(Does, Duration)>,
    asked: Mutex<Vec<Instant>>,
}

impl Service {
    fn asked_for(&self, version: u32) -> Instant {
        self.asked.lock().unwrap()[version as usize]
    }
}

#[async_trait]
impl Custodian for Service {
    fn installation(&self) -> Uuid {
        Uuid::from_u128(1)
    }

    async fn keys_of(&self, _: TenantId) -> Result<WorkspaceKeys, VaultError> {
        let version = {
            let mut asked = self.asked.lock().unwrap();
            asked.push(Instant::now());
            u32::try_from(asked.len() - 1).unwrap()
        };
        let (does, takes) = *self.does.lock().unwrap();
        sleep(takes).await;
        match does {
            Does::Gives => {
                let name = KeyRef {
                    id: Uuid::from_u128(2),
                    version,
                };
                let key = WorkspaceKey::new(Zeroizing::new([3; 32]));
                WorkspaceKeys::new(name, vec![(name, key)])
            }
            Does::Refuses => Err(VaultError::Locked(Locked::Disabled)),
            Does::Fails => Err(VaultError::Unavailable("test")),
            Does::Never => std::future::pending().await,
            Does::Breaks => panic!("a service that breaks"),
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// The service does this from now on, after so many milliseconds.
    Turn(Does, u64),
    /// So many milliseconds pass.
    Pass(u64),
    /// So many unlock at once, and keep what they are given.
    Unlock(usize),
    Sweep,
}

fn step() -> impl Strategy<Value = Step> {
    let does = prop_oneof![
        4 => Just(Does::Gives),
        1 => Just(Does::Refuses),
        2 => Just(Does::Fails),
        1 => Just(Does::Never),
        1 => Just(Does::Breaks),
    ];
    prop_oneof![
        2 => (does, prop_oneof![3 => 0..200_u64, 1 => 0..20_000_u64]).prop_map(|(does, takes)| Step::Turn(does, takes)),
        4 => prop_oneof![2 => 0..3_000_u64, 1 => 0..70_000_u64].prop_map(Step::Pass),
        5 => (1..4_usize).prop_map(Step::Unlock),
        1 => Just(Step::Sweep),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn no_key_serves_longer_than_it_may(
        steps in prop::collection::vec(step(), 1..60),
        seconds in prop_oneof![Just(2_u64), Just(7), Just(60), Just(600)],
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(run(&steps, Duration::from_secs(seconds)));
    }
}

async fn run(steps: &[Step], kept: Duration) {
    let service = Arc::new(Service {
        does: Mutex::new((Does::Gives, Duration::ZERO)),
        asked: Mutex::default(),
    });
    let vault = Vault::new(Arc::clone(&service) as Arc<dyn Custodian>, kept);
    let bound = kept.min(LONGEST_HELD);
    assert_eq!(vault.longest_held(), bound);
    let mut given: Vec<Unlocked> = Vec::new();
    for step in steps {
        match *step {
            Step::Turn(does, takes) => {
                *service.does.lock().unwrap() = (does, Duration::from_millis(takes));
            }
            Step::Pass(milliseconds) => {
                advance(Duration::from_millis(milliseconds)).await;
                // Whatever was begun in the background gets its turn.
                tokio::task::yield_now().await;
            }
            Step::Unlock(count) => {
                let asking: Vec<_> = (0..count)
                    .map(|_| {
                        let vault = vault.clone();
                        tokio::spawn(async move { vault.unlock(TENANT).await })
                    })
                    .collect();
                for asked in asking {
                    given.extend(asked.await.into_iter().flatten());
                }
            }
            Step::Sweep => vault.sweep().await,
        }
        for unlocked in &given {
            holds(&service, unlocked, bound);
        }
    }
}

/// Neither seals nor opens a moment after its time is over, and does both before.
fn holds(service: &Service, unlocked: &Unlocked, bound: Duration) {
    let age = service.asked_for(unlocked.current().version).elapsed();
    let place = unlocked.context("prompts", Uuid::from_u128(5), "sealed_body");
    let sealed = unlocked.seal(SECRET, &place);
    assert_eq!(sealed.is_ok(), age < bound, "{age:?} of {bound:?}");
    if let Ok(sealed) = sealed {
        assert!(unlocked.open(&sealed, &place).is_ok());
    } else {
        let opened = unlocked.open(b"anything", &place);
        assert!(matches!(opened, Err(VaultError::Unavailable(_))));
    }
}
