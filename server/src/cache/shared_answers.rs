//! Answers that several processes share, in Redis.
//!
//! An answer is sealed under the workspace's own key for one workspace and one question, and opens
//! nowhere else; a workspace that is sealed gets nothing. Its name there is made with a key of the
//! installation, so that a copy of Redis and of the database together confirm no guess at what was
//! asked. Each workspace has a bound in bytes: where it is reached, the answers whose time is over
//! first go first.
//!
//! Refuses to be waited for: Redis lost, slow or full is a miss.

use super::written::{read, write};
use crate::kms::mac::mac_over;
use crate::redis::Redis;
use crate::vault::{Keyring, Unlocked, Vault};
use async_trait::async_trait;
use contract::TenantId;
use engine::{AnswerStore, CacheKey, KeptAnswer};
use hmac::Mac as _;
use redis::Script;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Longest time for finding an answer, unlocking its workspace included.
const FIND_WITHIN: Duration = Duration::from_millis(300);
/// Separates names from everything else that is made with the installation's key.
const PURPOSE: &[u8] = b"shared answers v1";
/// Rounds of a thousand in which a workspace is forgotten.
const MOST_ROUNDS: u32 = 1_000;

/// Answers in Redis. Cloning is cheap.
#[derive(Clone)]
pub struct SharedAnswers {
    redis: Redis,
    vault: Vault,
    keyring: Arc<Keyring>,
    /// Most bytes of one workspace.
    bound: u64,
}

/// What a workspace has there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shelf {
    /// Answers.
    pub answers: u64,
    /// Bytes, as the bound counts them.
    pub bytes: u64,
}

impl SharedAnswers {
    /// In `redis`, with at most `bound` bytes for each workspace.
    #[must_use]
    pub const fn new(redis: Redis, vault: Vault, keyring: Arc<Keyring>, bound: u64) -> Self {
        Self {
            redis,
            vault,
            keyring,
            bound,
        }
    }

    /// Forgets everything of a workspace. `false`: Redis is lost; what is there goes when its time is
    /// over, and none of it is given to anybody who asks after a purge.
    pub async fn forget(&self, tenant: TenantId) -> bool {
        let script = Script::new(include_str!("forget_answers.lua"));
        let (by_end, sizes) = self.lists(tenant);
        let before = self.name(tenant, "");
        for _ in 0..MOST_ROUNDS {
            let mut forget = script.key(&by_end);
            forget.key(&sizes).arg(&before);
            let left = self
                .redis
                .ask(async |connection| forget.invoke_async::<u64>(connection).await)
                .await;
            match left {
                None => return false,
                Some(0) => return true,
                Some(_) => {}
            }
        }
        false
    }

    /// What a workspace has there; `None`: Redis is lost.
    pub async fn shelf(&self, tenant: TenantId) -> Option<Shelf> {
        let (by_end, sizes) = self.lists(tenant);
        let (answers, bytes): (u64, Option<u64>) = self
            .redis
            .ask(async |connection| {
                redis::pipe()
                    .cmd("ZCARD")
                    .arg(&by_end)
                    .cmd("HGET")
                    .arg(&sizes)
                    .arg("total")
                    .query_async(connection)
                    .await
            })
            .await?;
        Some(Shelf {
            answers,
            bytes: bytes.unwrap_or_default(),
        })
    }

    async fn look(&self, tenant: TenantId, key: CacheKey) -> Option<KeptAnswer> {
        let name = self.name(tenant, &self.id(tenant, key));
        let sealed: Option<Vec<u8>> = self
            .redis
            .ask(async |connection| redis::cmd("GET").arg(&name).query_async(connection).await)
            .await?;
        let unlocked = self.vault.unlock(tenant).await.ok()?;
        let opened = unlocked.open(&sealed?, &place(&unlocked, key));
        match opened {
            Ok(bytes) => read(key, &bytes),
            Err(error) => {
                // A key that was rotated away opens it no more, which is no news to anybody.
                tracing::debug!(%tenant, %error, "a shared answer does not open");
                None
            }
        }
    }

    /// The answer's own name, which tells nothing to whoever does not hold the keyring.
    fn id(&self, tenant: TenantId, key: CacheKey) -> String {
        use std::fmt::Write as _;
        let secret = self.keyring.signing_key(PURPOSE, tenant);
        let mac = mac_over(&secret, &[key.bytes()]).finalize().into_bytes();
        mac.iter().fold(String::with_capacity(64), |mut id, byte| {
            // Writing to a text cannot fail.
            let _ = write!(id, "{byte:02x}");
            id
        })
    }

    fn name(&self, tenant: TenantId, id: &str) -> String {
        self.redis.name(tenant, "answer", id)
    }

    fn lists(&self, tenant: TenantId) -> (String, String) {
        let list = |which| self.redis.name(tenant, "answers", which);
        (list("by_end"), list("sizes"))
    }
}

/// Where an answer is sealed for. The rest of the key is inside, and compared.
fn place(unlocked: &Unlocked, key: CacheKey) -> crate::vault::SealContext {
    let mut half = [0; 16];
    half.copy_from_slice(&key.bytes()[..16]);
    unlocked.context("shared_answers", Uuid::from_bytes(half), "answer")
}

#[async_trait]
impl AnswerStore for SharedAnswers {
    async fn find(&self, tenant: TenantId, key: CacheKey) -> Option<KeptAnswer> {
        let looking = self.look(tenant, key);
        tokio::time::timeout(FIND_WITHIN, looking).await.ok()?
    }

    async fn keep(&self, tenant: TenantId, key: CacheKey, answer: &KeptAnswer) {
        let Ok(unlocked) = self.vault.unlock(tenant).await else {
            return;
        };
        let Some(bytes) = write(key, answer) else {
            return;
        };
        let Ok(sealed) = unlocked.seal(&bytes, &place(&unlocked, key)) else {
            return;
        };
        let life = u64::try_from(answer.good_for.as_millis()).unwrap_or(u64::MAX);
        let id = self.id(tenant, key);
        let (by_end, sizes) = self.lists(tenant);
        let script = Script::new(include_str!("keep_answer.lua"));
        let mut keep = script.key(self.name(tenant, &id));
        keep.key(by_end).key(sizes);
        keep.arg(&id)
            .arg(self.name(tenant, ""))
            .arg(sealed)
            .arg(life.clamp(1, MOST_LIFE_MS))
            .arg(self.bound);
        let _ = self
            .redis
            .ask(async |connection| keep.invoke_async::<u64>(connection).await)
            .await;
    }
}

/// Longest life of a shared answer, in milliseconds: thirty days.
const MOST_LIFE_MS: u64 = 30 * 24 * 60 * 60 * 1_000;

#[cfg(test)]
#[path = "shared_tests.rs"]
mod tests;
