//! Against a real Redis, which every test starts for itself and may kill.

use super::Redis;
use contract::TenantId;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// A Redis on a free loopback port, without files. Dropping it kills it.
pub(crate) struct RealRedis {
    port: u16,
    child: Child,
}

impl RealRedis {
    pub(crate) fn start() -> Self {
        Self::start_on(free_port())
    }

    /// The same again after it was killed.
    pub(crate) fn start_on(port: u16) -> Self {
        let child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is installed by deploy/bootstrap.sh");
        Self { port, child }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }
}

impl Drop for RealRedis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Below the ports that connections going out get: one of those may be taken before Redis listens.
fn free_port() -> u16 {
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    let begin = (std::process::id().wrapping_mul(97) % 2_000) as u16;
    loop {
        let port = 30_000 + (begin + TAKEN.fetch_add(1, Ordering::Relaxed)) % 2_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

async fn counts(redis: &Redis) -> Option<i64> {
    redis
        .ask(async |connection| redis::cmd("INCR").arg("n").query_async(connection).await)
        .await
}

/// Asks until there is an answer: a server that was just started needs a moment.
async fn first_count(redis: &Redis) -> i64 {
    for _ in 0..200 {
        if let Some(count) = counts(redis).await {
            return count;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("Redis did not answer");
}

#[tokio::test]
async fn a_redis_that_is_lost_is_done_without_until_it_is_back() {
    let real = RealRedis::start();
    let redis = Redis::new(&real.url(), Uuid::nil()).unwrap().unwrap();
    assert_eq!(first_count(&redis).await, 1);
    let port = real.port();
    drop(real);
    assert_eq!(counts(&redis).await, None);
    assert!(!redis.is_up());
    let real = RealRedis::start_on(port);
    assert_eq!(first_count(&redis).await, 1, "it kept no files");
    assert!(redis.is_up());
    drop(real);
}

#[tokio::test]
async fn a_wrong_question_is_not_a_lost_redis() {
    let real = RealRedis::start();
    let redis = Redis::new(&real.url(), Uuid::nil()).unwrap().unwrap();
    first_count(&redis).await;
    let wrong = async |connection: &mut _| redis::cmd("NONSENSE").query_async(connection).await;
    assert_eq!(redis.ask::<i64>(wrong).await, None);
    assert!(redis.is_up());
}

#[test]
fn without_an_address_there_is_none_and_a_wrong_one_is_not_repeated() {
    assert!(Redis::new("", Uuid::nil()).unwrap().is_none());
    let wrong = Redis::new("postgres://me:secret@there", Uuid::nil());
    let said = wrong.err().unwrap().to_string();
    assert!(!said.contains("secret"), "{said}");
}

#[tokio::test]
async fn names_keep_workspaces_and_installations_apart() {
    let tenant = |id| TenantId::from_uuid(Uuid::from_u128(id));
    let redis = |id| {
        Redis::new("redis://127.0.0.1:1/0", Uuid::from_u128(id))
            .unwrap()
            .unwrap()
    };
    let name = redis(1).name(tenant(2), "answer", "x");
    assert_ne!(name, redis(1).name(tenant(3), "answer", "x"));
    assert_ne!(name, redis(4).name(tenant(2), "answer", "x"));
    let node = format!("{{{}}}", Uuid::from_u128(2).simple());
    assert!(name.contains(&node), "{name}");
}
