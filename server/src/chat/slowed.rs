//! Who was told a moment ago that they ask too fast.
//!
//! Owns a short memory of it, so that somebody who asks a hundred times as fast as they may costs
//! nobody else anything: nothing is stored for them and no limiter is asked. It is short because a
//! limit may be raised.

use contract::{Caller, MemberId, TenantId};
use engine::{Reached, What};
use moka::sync::Cache;
use std::time::{Duration, Instant};

/// How long the word of the limiter is taken for.
const GOOD_FOR: Duration = Duration::from_secs(3);
/// Members remembered at once.
const MOST: u64 = 10_000;

type Key = (TenantId, MemberId, String);

/// A short memory. Cloning is cheap; clones share it.
#[derive(Clone)]
pub(super) struct Slowed(Cache<Key, (Reached, Instant)>);

impl Default for Slowed {
    fn default() -> Self {
        Self(
            Cache::builder()
                .max_capacity(MOST)
                .time_to_live(GOOD_FOR)
                .build(),
        )
    }
}

impl Slowed {
    /// Remembers what stopped a turn of `caller` with `alias`, where that passes by waiting. A place
    /// among the answers at once may be free any moment, and is asked for every time.
    pub(super) fn remember(&self, caller: &Caller, alias: &str, reached: &Reached) {
        if matches!(reached.what, What::Requests | What::Tokens) {
            let now = Instant::now();
            self.0.insert(key(caller, alias), (reached.clone(), now));
        }
    }

    /// What still stops `caller`, with what is left of the wait.
    pub(super) fn stops(&self, caller: &Caller, alias: &str) -> Option<Reached> {
        let (reached, at) = self.0.get(&key(caller, alias))?;
        let left = reached.retry_in?.checked_sub(at.elapsed())?;
        Some(Reached {
            retry_in: Some(left),
            ..reached
        })
    }
}

fn key(caller: &Caller, alias: &str) -> Key {
    (caller.tenant(), caller.member(), alias.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Slowed;
    use contract::{Caller, LimitScope, MemberId, Role, SessionId, TenantId};
    use engine::{Reached, What};
    use std::time::Duration;
    use uuid::Uuid;

    fn caller(member: u128) -> Caller {
        let id = Uuid::from_u128;
        let (tenant, session) = (TenantId::from_uuid(id(1)), SessionId::from_uuid(id(1)));
        let (name, email) = (String::new(), String::new());
        Caller::new(
            tenant,
            MemberId::from_uuid(id(member)),
            session,
            Role::Member,
            name,
            email,
        )
    }

    fn reached(what: What, wait: Duration) -> Reached {
        Reached {
            scope: LimitScope::Workspace,
            model: None,
            what,
            retry_in: Some(wait),
        }
    }

    #[test]
    fn only_who_was_stopped_is_and_only_while_the_wait_lasts() {
        let slowed = Slowed::default();
        let minute = Duration::from_mins(1);
        slowed.remember(&caller(1), "fast", &reached(What::Requests, minute));
        let left = slowed.stops(&caller(1), "fast").unwrap().retry_in.unwrap();
        assert!(left <= minute);
        assert_eq!(slowed.stops(&caller(2), "fast"), None);
        assert_eq!(slowed.stops(&caller(1), "slow"), None);
        slowed.remember(&caller(1), "fast", &reached(What::Tokens, Duration::ZERO));
        assert_eq!(slowed.stops(&caller(1), "fast"), None, "the wait is over");
        slowed.remember(&caller(2), "fast", &reached(What::Concurrent, minute));
        assert_eq!(slowed.stops(&caller(2), "fast"), None);
    }
}
