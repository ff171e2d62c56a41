//! Against a real Redis, which is killed and started again.

use super::SharedLimiter;
use crate::redis::Redis;
use crate::redis::tests::RealRedis;
use contract::{LimitScope, MemberId, Pace, TenantId};
use engine::limits::{Slot, Used, What, Wish};
use engine::{Limiter as _, PaceLimit};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::sleep;
use uuid::Uuid;

fn tenant(id: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(id))
}

fn member(id: u128) -> LimitScope {
    LimitScope::Member(MemberId::from_uuid(Uuid::from_u128(id)))
}

fn limit(scope: LimitScope, requests: u32, tokens: u32, concurrent: u32) -> PaceLimit {
    let some = |most: u32| (most > 0).then_some(most);
    PaceLimit {
        scope,
        model: None,
        pace: Pace {
            requests_per_minute: some(requests),
            tokens_per_minute: some(tokens),
            concurrent: some(concurrent),
        },
    }
}

fn wish(limits: &[PaceLimit], tokens: u64) -> Wish<'_> {
    Wish {
        tenant: tenant(1),
        limits,
        tokens,
    }
}

async fn connect(real: &RealRedis) -> Redis {
    let redis = Redis::new(&real.url(), Uuid::from_u128(9))
        .unwrap()
        .unwrap();
    until(async || {
        redis
            .ask(async |it| redis::cmd("PING").query_async::<()>(it).await)
            .await
            .is_some()
    })
    .await;
    redis
}

async fn until(what: impl AsyncFn() -> bool) {
    for _ in 0..200 {
        if what().await {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("it never came to that");
}

/// Places taken in a limit, as Redis has them.
async fn held(redis: &Redis, of: &str) -> i64 {
    let key = redis.name(tenant(1), "limit", &format!("places:{of}:"));
    let asked = redis.ask(async |it| redis::cmd("ZCARD").arg(&key).query_async(it).await);
    asked.await.unwrap()
}

async fn given_back(redis: &Redis) {
    until(async || held(redis, "workspace").await == 0).await;
}

#[tokio::test]
async fn two_processes_count_together_and_a_refused_question_consumes_nothing() {
    let real = RealRedis::start();
    let redis = connect(&real).await;
    let (one, two) = (
        SharedLimiter::new(redis.clone()),
        SharedLimiter::new(connect(&real).await),
    );
    let workspace = limit(LimitScope::Workspace, 3, 1_000, 2);
    let both = [workspace.clone(), limit(member(1), 1, 0, 0)];
    let slot = one.take(wish(&both, 100)).await.unwrap();
    slot.give_back(Used::Tokens(100));
    given_back(&redis).await;
    for _ in 0..20 {
        let reached = two.take(wish(&both, 100)).await.err().unwrap();
        assert_eq!((reached.scope, reached.what), (member(1), What::Requests));
        let wait = reached.retry_in.unwrap();
        assert!(
            wait > Duration::from_secs(30) && wait <= Duration::from_mins(1),
            "{wait:?}"
        );
    }
    let other = [workspace, limit(member(2), 9, 0, 0)];
    let first = one.take(wish(&other, 440)).await.unwrap();
    let second = two.take(wish(&other, 440)).await.unwrap();
    let reached = two.take(wish(&other, 1)).await.err().unwrap();
    assert_eq!(reached.scope, LimitScope::Workspace);
    // Nobody was asked: request and tokens come back, and fit once more.
    first.give_back(Used::Nothing);
    second.give_back(Used::Tokens(440));
    given_back(&redis).await;
    let again = one.take(wish(&other, 440)).await.unwrap();
    again.give_back(Used::Unknown);
    // Another workspace has counters of its own.
    let elsewhere = Wish {
        tenant: tenant(2),
        ..wish(&both, 100)
    };
    two.take(elsewhere).await.unwrap().give_back(Used::Unknown);
}

#[tokio::test]
async fn what_was_used_beyond_the_estimate_is_charged_to_the_minutes_after() {
    let real = RealRedis::start();
    let redis = connect(&real).await;
    let limiter = SharedLimiter::new(redis.clone());
    let limits = [limit(LimitScope::Workspace, 0, 1_000, 5)];
    limiter
        .take(wish(&limits, 500))
        .await
        .unwrap()
        .give_back(Used::Tokens(3_000));
    given_back(&redis).await;
    let reached = limiter.take(wish(&limits, 500)).await.err().unwrap();
    assert_eq!(reached.what, What::Tokens);
    let wait = reached.retry_in.unwrap();
    assert!(
        wait > Duration::from_mins(2) && wait <= Duration::from_secs(150),
        "{wait:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_race_never_passes_a_limit_and_nothing_stays_held() {
    let real = RealRedis::start();
    let redis = connect(&real).await;
    let limits = [
        limit(LimitScope::Workspace, 40, 0, 8),
        limit(member(1), 0, 0, 9),
    ];
    let begun = Instant::now();
    let mut racing = JoinSet::new();
    for _ in 0..4 {
        let limiter = SharedLimiter::new(redis.clone());
        let (limits, redis) = (limits.clone(), redis.clone());
        racing.spawn(async move {
            let mut let_through = 0_u64;
            for _ in 0..100 {
                if let Ok(slot) = limiter.take(wish(&limits, 1)).await {
                    assert!(held(&redis, "workspace").await <= 8);
                    let_through += 1;
                    slot.give_back(Used::Tokens(1));
                }
            }
            let_through
        });
    }
    let mut sum = 0;
    while let Some(count) = racing.join_next().await {
        sum += count.unwrap();
    }
    // Forty at once, and forty a minute flow in while the race lasts.
    let flowed_in = begun.elapsed().as_secs() * 40 / 60 + 1;
    assert!(sum >= 40 && sum <= 40 + flowed_in, "{sum}");
    given_back(&redis).await;
    assert_eq!(
        held(&redis, &Uuid::from_u128(1).simple().to_string()).await,
        0
    );
}

#[tokio::test]
async fn a_killed_process_gives_its_places_back_and_a_living_one_keeps_them() {
    let real = RealRedis::start();
    let redis = connect(&real).await;
    let lease = Duration::from_secs(2);
    let limits = [limit(LimitScope::Workspace, 0, 0, 2)];
    let living = SharedLimiter::holding_for(redis.clone(), lease);
    let killed = SharedLimiter::holding_for(redis.clone(), lease);
    let kept = living.take(wish(&limits, 1)).await.unwrap();
    // Never given back, and never said again: as if the process were gone.
    let lost: Box<dyn Slot> = killed.take(wish(&limits, 1)).await.unwrap();
    assert!(living.take(wish(&limits, 1)).await.is_err());
    until(async || {
        living.keep_places().await;
        let taken = living.take(wish(&limits, 1)).await;
        let free = taken.is_ok();
        drop(taken.map(|slot| slot.give_back(Used::Unknown)));
        free
    })
    .await;
    until(async || held(&redis, "workspace").await == 1).await;
    kept.give_back(Used::Unknown);
    given_back(&redis).await;
    living.keep_places().await;
    assert_eq!(
        held(&redis, "workspace").await,
        0,
        "what was given back stays so"
    );
    drop(lost);
}

#[tokio::test]
async fn without_redis_each_process_allows_its_share_until_redis_is_back() {
    let real = RealRedis::start();
    let port = real.port();
    let limiter = SharedLimiter::new(connect(&real).await);
    limiter.set_processes(2);
    let limits = [limit(LimitScope::Workspace, 8, 0, 0)];
    limiter
        .take(wish(&limits, 1))
        .await
        .unwrap()
        .give_back(Used::Unknown);
    assert_eq!(limiter.decided_alone(), 0);
    drop(real);
    let mut let_through = 0;
    for _ in 0..20 {
        if let Ok(slot) = limiter.take(wish(&limits, 1)).await {
            slot.give_back(Used::Unknown);
            let_through += 1;
        }
    }
    assert_eq!(let_through, 4, "half of eight");
    assert_eq!(limiter.decided_alone(), 20);
    let real = RealRedis::start_on(port);
    until(async || {
        let alone = limiter.decided_alone();
        let _ = limiter
            .take(wish(&limits, 1))
            .await
            .map(|slot| slot.give_back(Used::Nothing));
        limiter.decided_alone() == alone
    })
    .await;
    drop(real);
}

#[tokio::test]
async fn what_is_stored_goes_by_itself() {
    let real = RealRedis::start();
    let redis = connect(&real).await;
    let limiter = SharedLimiter::new(redis.clone());
    let limits = [
        limit(LimitScope::Workspace, 60, 600, 2),
        limit(member(1), 1, 1, 1),
    ];
    let slot = limiter.take(wish(&limits, 10)).await.unwrap();
    let asked = redis.ask(async |it| {
        redis::cmd("KEYS")
            .arg("*")
            .query_async::<Vec<String>>(it)
            .await
    });
    let keys = asked.await.unwrap();
    assert_eq!(keys.len(), 6, "{keys:?}");
    for key in keys {
        let asked = redis.ask(async |it| redis::cmd("PTTL").arg(&key).query_async::<i64>(it).await);
        let left = asked.await.unwrap();
        assert!(left > 0 && left <= 3_600_000, "{key}: {left}");
    }
    slot.give_back(Used::Nothing);
}
