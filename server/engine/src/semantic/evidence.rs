//! From which likeness on an answer may be shared, learned from how it went.
//!
//! Owns the tally of right and wrong answers by likeness, and the threshold that follows from it: the lowest one above
//! which the share of wrong answers stays within the administrator's bound, by the exact upper bound of
//! `bound`. It starts careful ([`START`]) with a head start that the committed pairs have earned
//! (`server/embed/tests/similar`), goes up with every wrong answer, and goes down only where answers below it were
//! verified. Refuses to extrapolate: each step down has to be earned by answers from that step alone.

use crate::semantic::bound::{stays_within, upper_bound};

/// The likeness (cosine) from which answers are shared at first. Chosen on the tuning part of the committed pairs,
/// where no trap was answered wrongly above 0.60; the distance is the care taken.
pub const START: f32 = 0.80;
/// Nothing below is looked at, however well it went above.
pub(crate) const FLOOR: f32 = 0.70;
/// Right answers that [`START`] counts for before anything was seen: as many as the usual bound of one in a hundred
/// takes, so one wrong answer is enough to move the threshold, and a stricter bound has to be earned first.
const HEAD_START: u32 = 300;
/// Steps between [`FLOOR`] and 1.
const STEPS: usize = 60;
/// The step that begins at [`START`].
const START_STEP: usize = 20;

/// Right and wrong answers by likeness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    right: [u32; STEPS],
    wrong: [u32; STEPS],
}

impl Default for Evidence {
    fn default() -> Self {
        Self {
            right: [0; STEPS],
            wrong: [0; STEPS],
        }
    }
}

impl Evidence {
    /// Notes an answer that was shared, or would have been, at this likeness. One that was shared counts as right until
    /// somebody says otherwise: then [`Evidence::turned_out_wrong`].
    pub fn right(&mut self, likeness: f32) {
        if let Some(step) = step(likeness) {
            self.right[step] = self.right[step].saturating_add(1);
        }
    }

    /// Notes an answer that was found wrong before it was shared.
    pub fn wrong(&mut self, likeness: f32) {
        if let Some(step) = step(likeness) {
            self.wrong[step] = self.wrong[step].saturating_add(1);
        }
    }

    /// An answer noted as right was not.
    pub fn turned_out_wrong(&mut self, likeness: f32) {
        if let Some(step) = step(likeness) {
            self.right[step] = self.right[step].saturating_sub(1);
            self.wrong[step] = self.wrong[step].saturating_add(1);
        }
    }

    /// Right and wrong answers, step by step from the lowest likeness up; as many of each.
    #[must_use]
    pub fn steps(&self) -> (&[u32], &[u32]) {
        (&self.right, &self.wrong)
    }

    /// What was told by [`Evidence::steps`]; `None`: it was made with other steps.
    #[must_use]
    pub fn of_steps(right: &[u32], wrong: &[u32]) -> Option<Self> {
        Some(Self {
            right: right.try_into().ok()?,
            wrong: wrong.try_into().ok()?,
        })
    }

    /// This, and what has changed from `before` to `after` on top.
    pub(crate) fn with_change(&self, before: &Self, after: &Self) -> Self {
        let mut sum = self.clone();
        for step in 0..STEPS {
            let change = |sum: u32, before: u32, after: u32| {
                sum.saturating_add(after.saturating_sub(before))
                    .saturating_sub(before.saturating_sub(after))
            };
            sum.right[step] = change(sum.right[step], before.right[step], after.right[step]);
            sum.wrong[step] = change(sum.wrong[step], before.wrong[step], after.wrong[step]);
        }
        sum
    }

    /// The lowest likeness from which answers may be shared so that at most `bound` of them are wrong; `None` where no
    /// likeness is enough.
    #[must_use]
    pub fn threshold(&self, bound: f64) -> Option<f32> {
        let mut lowest = self.lowest_above_start(bound)?;
        // Below the start there is no head start: a stretch counts once its own answers bear it.
        let (mut right, mut wrong) = (0_u32, 0_u32);
        if lowest == START_STEP {
            for step in (0..START_STEP).rev() {
                right = right.saturating_add(self.right[step]);
                wrong = wrong.saturating_add(self.wrong[step]);
                if self.right[step] > 0 && stays_within(wrong, right.saturating_add(wrong), bound) {
                    lowest = step;
                    (right, wrong) = (0, 0);
                }
            }
        }
        Some(likeness_of(lowest))
    }

    /// The same without any head start: for vectors of which nothing was measured before.
    #[must_use]
    pub fn earned(&self, bound: f64) -> Option<f32> {
        let (mut right, mut wrong, mut lowest) = (0_u32, 0_u32, None);
        for step in (0..STEPS).rev() {
            right = right.saturating_add(self.right[step]);
            wrong = wrong.saturating_add(self.wrong[step]);
            if self.right[step] > 0 && stays_within(wrong, right.saturating_add(wrong), bound) {
                lowest = Some(step);
                (right, wrong) = (0, 0);
            }
        }
        lowest.map(likeness_of)
    }

    fn lowest_above_start(&self, bound: f64) -> Option<usize> {
        (START_STEP..STEPS).find(|&from| {
            let (right, wrong) = self.counts(from);
            let seen = right.saturating_add(wrong).saturating_add(HEAD_START);
            stays_within(wrong, seen, bound)
        })
    }

    /// Right and wrong answers from a step on.
    fn counts(&self, from: usize) -> (u32, u32) {
        let sum = |counts: &[u32]| {
            counts
                .iter()
                .fold(0_u32, |sum, count| sum.saturating_add(*count))
        };
        (sum(&self.right[from..]), sum(&self.wrong[from..]))
    }

    /// Answers noted, and how many of them were wrong.
    #[must_use]
    pub fn seen(&self) -> (u32, u32) {
        let (right, wrong) = self.counts(0);
        (right.saturating_add(wrong), wrong)
    }

    /// The share of wrong answers that is not exceeded, from what was really seen alone.
    #[must_use]
    pub fn at_worst(&self) -> f64 {
        let (seen, wrong) = self.seen();
        upper_bound(wrong, seen)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "0 to 59"
)]
fn step(likeness: f32) -> Option<usize> {
    let share = (f64::from(likeness) - f64::from(FLOOR)) / (1.0 - f64::from(FLOOR));
    (share >= 0.0).then(|| ((share * STEPS as f64 + 1e-3) as usize).min(STEPS - 1))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "0 to 59"
)]
fn likeness_of(step: usize) -> f32 {
    let share = step as f64 / STEPS as f64;
    (f64::from(FLOOR) + share * (1.0 - f64::from(FLOOR))) as f32
}

#[cfg(test)]
mod tests {
    use super::{Evidence, START, START_STEP, likeness_of, step};

    const BOUND: f64 = 0.01;

    fn close(one: Option<f32>, other: f32) {
        let one = one.unwrap();
        assert!((one - other).abs() < 1e-4, "{one} is not {other}");
    }

    fn note(times: u32, mut what: impl FnMut()) {
        for _ in 0..times {
            what();
        }
    }

    #[test]
    fn steps_cover_what_is_looked_at() {
        assert_eq!(step(START), Some(START_STEP));
        close(Some(likeness_of(START_STEP)), START);
        assert_eq!(step(1.0), Some(59));
        assert_eq!(step(0.69), None);
        assert_eq!(step(0.70), Some(0));
        for each in 0..60 {
            assert_eq!(step(likeness_of(each)), Some(each));
        }
    }

    #[test]
    fn it_starts_careful() {
        close(Evidence::default().threshold(BOUND), START);
        close(Evidence::default().threshold(0.05), START);
    }

    #[test]
    fn a_stricter_bound_has_to_be_earned() {
        let mut evidence = Evidence::default();
        assert_eq!(evidence.threshold(0.001), None);
        note(2_700, || evidence.right(0.93));
        close(evidence.threshold(0.001), START);
        assert_eq!(evidence.threshold(0.0), None);
    }

    #[test]
    fn a_wrong_answer_moves_the_threshold_above_it() {
        let mut evidence = Evidence::default();
        evidence.right(0.912);
        evidence.turned_out_wrong(0.912);
        close(evidence.threshold(BOUND), 0.915);
        // Below the careful start, nothing is served on the strength of what was above.
        assert_eq!(evidence.seen(), (1, 1));
    }

    #[test]
    fn nothing_is_shared_where_even_the_closest_was_wrong() {
        let mut evidence = Evidence::default();
        evidence.right(0.999);
        evidence.turned_out_wrong(0.999);
        assert_eq!(evidence.threshold(BOUND), None);
        // And it comes back when the bound is met again.
        note(172, || evidence.right(0.999));
        close(evidence.threshold(BOUND), START);
    }

    #[test]
    fn it_goes_down_only_as_far_as_answers_bear() {
        let mut evidence = Evidence::default();
        note(100_000, || evidence.right(0.95));
        close(evidence.threshold(BOUND), START);
        note(298, || evidence.right(0.76));
        close(evidence.threshold(BOUND), START);
        evidence.right(0.76);
        close(evidence.threshold(BOUND), 0.76);
        note(299, || evidence.right(0.72));
        close(evidence.threshold(BOUND), 0.72);
        evidence.wrong(0.72);
        close(evidence.threshold(BOUND), 0.76);
    }

    #[test]
    fn without_a_head_start_everything_is_earned() {
        let mut evidence = Evidence::default();
        assert_eq!(evidence.earned(BOUND), None);
        note(298, || evidence.right(0.99));
        assert_eq!(evidence.earned(BOUND), None);
        evidence.right(0.99);
        close(evidence.earned(BOUND), 0.99);
        // Below, its own answers have to bear it.
        note(299, || evidence.right(0.9));
        close(evidence.earned(BOUND), 0.9);
        evidence.wrong(0.9);
        close(evidence.earned(BOUND), 0.99);
    }

    #[test]
    fn what_was_seen_bounds_what_may_come() {
        let mut evidence = Evidence::default();
        assert!((evidence.at_worst() - 1.0).abs() < f64::EPSILON);
        note(299, || evidence.right(0.9));
        assert!(evidence.at_worst() < 0.01);
    }
}
