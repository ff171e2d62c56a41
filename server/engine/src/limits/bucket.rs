//! A bucket that refills evenly over a minute, kept as one moment.
//!
//! Owns the arithmetic, in whole microseconds: the moment at which the bucket will be full again says
//! everything about it. This is the generic cell rate algorithm (ITU-T I.371, "virtual scheduling").
//! A script elsewhere that counts the same must come to the same numbers.

/// What a bucket holds, as time: one minute.
pub const WINDOW: u64 = 60_000_000;
/// The furthest an answer that was longer than expected can put off the next question.
pub const LONGEST_DEBT: u64 = 60 * WINDOW;

/// How long `amount` takes to refill at `per_minute`, in microseconds. Rounded down, so that a whole
/// minute's worth fits into a minute.
#[must_use]
pub fn cost(amount: u64, per_minute: u32) -> u64 {
    let whole = u128::from(amount) * u128::from(WINDOW) / u128::from(per_minute.max(1));
    u64::try_from(whole).map_or(LONGEST_DEBT, |cost| cost.min(LONGEST_DEBT))
}

/// A bucket; a new one is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bucket {
    /// When it is full again, microseconds on the limiter's clock.
    full_at: u64,
}

impl Bucket {
    /// How long to wait until `cost` fits; `None`: it fits now. What is larger than the bucket waits
    /// for a full one, and leaves a debt.
    pub(super) fn wait(self, now: u64, cost: u64) -> Option<u64> {
        let missing = self.full_at.saturating_sub(now);
        let needed = missing.saturating_add(cost);
        if missing == 0 || needed <= WINDOW {
            None
        } else {
            Some(missing.min(needed - WINDOW))
        }
    }

    /// Takes `cost`, whether it fits or not.
    pub(super) fn take(&mut self, now: u64, cost: u64) {
        let full_at = self.full_at.max(now).saturating_add(cost);
        self.full_at = full_at.min(now.saturating_add(LONGEST_DEBT));
    }

    /// Gives back `cost`, which was taken.
    pub(super) fn give(&mut self, cost: u64) {
        self.full_at = self.full_at.saturating_sub(cost);
    }

    /// Nothing is missing: forgetting it changes nothing.
    pub(super) const fn is_full(self, now: u64) -> bool {
        self.full_at <= now
    }

    /// When it will be.
    pub(super) const fn full_at(self) -> u64 {
        self.full_at
    }
}

#[cfg(test)]
mod tests {
    use super::{Bucket, LONGEST_DEBT, WINDOW, cost};
    use proptest::prelude::*;

    #[test]
    fn a_whole_minutes_worth_fits_and_not_one_more() {
        for per_minute in [1, 7, 60, 1_000] {
            let (mut bucket, one) = (Bucket::default(), cost(1, per_minute));
            for _ in 0..per_minute {
                assert_eq!(bucket.wait(WINDOW, one), None);
                bucket.take(WINDOW, one);
            }
            let wait = bucket.wait(WINDOW, one).unwrap();
            assert!(wait <= one && wait > 0, "{per_minute}: {wait}");
            assert_eq!(bucket.wait(WINDOW + wait, one), None, "as promised");
        }
    }

    #[test]
    fn what_is_larger_than_the_bucket_waits_for_a_full_one() {
        let mut bucket = Bucket::default();
        let (large, small) = (cost(5_000, 1_000), cost(1, 1_000));
        assert_eq!(bucket.wait(0, large), None);
        bucket.take(0, large);
        assert_eq!(bucket.wait(0, small), Some(4 * WINDOW + small));
        assert_eq!(bucket.wait(0, large), Some(5 * WINDOW));
        bucket.take(0, u64::MAX);
        assert_eq!(bucket.wait(0, large), Some(LONGEST_DEBT));
    }

    proptest! {
        /// Over any time a bucket gives no more than what it held and what flowed in.
        #[test]
        fn never_more_than_a_bucket_and_what_flows_in(
            per_minute in 1_u32..5_000,
            steps in prop::collection::vec((0_u64..3_000_000, 1_u64..400), 1..200),
        ) {
            let (mut bucket, mut now, mut given) = (Bucket::default(), WINDOW, 0_u128);
            let begun = now;
            for (pause, amount) in steps {
                now += pause;
                let cost = cost(amount, per_minute);
                if cost <= WINDOW && bucket.wait(now, cost).is_none() {
                    let before = bucket;
                    bucket.take(now, cost);
                    given += u128::from(cost);
                    // Giving back leaves no trace but the time that passed.
                    let mut undone = bucket;
                    undone.give(cost);
                    prop_assert_eq!(undone.full_at(), before.full_at().max(now));
                }
            }
            prop_assert!(given <= u128::from(WINDOW + now - begun));
        }
    }
}
