//! How many wrong answers a handful of observations still allows for.
//!
//! The exact upper bound of a binomial proportion (C. Clopper and E. Pearson, "The use of confidence or fiducial limits
//! illustrated in the case of the binomial", Biometrika 26, 1934): the largest share of wrong answers under which as
//! few as were seen would not be a surprise.

/// How sure a bound is, on its one side.
pub const CONFIDENCE: f64 = 0.95;
/// Halvings of the interval; each is one binary digit.
const STEPS: u32 = 48;

/// The share of wrong answers that is not exceeded, with [`CONFIDENCE`], after `wrong` of `seen`. 1 where nothing was
/// seen.
#[must_use]
pub fn upper_bound(wrong: u32, seen: u32) -> f64 {
    if wrong >= seen {
        return 1.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..STEPS {
        let middle = f64::midpoint(low, high);
        if at_most(wrong, seen, middle) > 1.0 - CONFIDENCE {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// Whether the share of wrong answers stays within `bound`, with [`CONFIDENCE`]. The same as comparing
/// [`upper_bound`], in one step.
pub(crate) fn stays_within(wrong: u32, seen: u32, bound: f64) -> bool {
    wrong < seen && at_most(wrong, seen, bound) <= 1.0 - CONFIDENCE
}

/// The chance of at most `wrong` wrong answers of `seen`, each wrong with probability `share`.
fn at_most(wrong: u32, seen: u32, share: f64) -> f64 {
    if share <= 0.0 {
        return 1.0;
    }
    if share >= 1.0 {
        return if wrong >= seen { 1.0 } else { 0.0 };
    }
    // Sums of logarithms: the terms themselves are too small to be numbers.
    let odds = (share / (1.0 - share)).ln();
    let mut term = f64::from(seen) * (-share).ln_1p();
    let mut sum = term.exp();
    for count in 1..=wrong {
        term += (f64::from(seen - count + 1) / f64::from(count)).ln() + odds;
        sum += term.exp();
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::{stays_within, upper_bound};

    /// Values of the exact bound as tables and other programs give them.
    #[test]
    fn bounds_are_the_known_ones() {
        let known = [
            (0, 10, 0.258_866),
            (0, 299, 0.009_969),
            (1, 20, 0.216_106),
            (3, 100, 0.075_713),
            (5, 10, 0.777_559),
        ];
        for (wrong, seen, expected) in known {
            let bound = upper_bound(wrong, seen);
            assert!(
                (bound - expected).abs() < 1e-4,
                "{wrong} of {seen}: {bound}"
            );
        }
        assert!((upper_bound(0, 0) - 1.0).abs() < f64::EPSILON);
        assert!((upper_bound(4, 4) - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_bound_of_one_in_a_hundred_takes_299_right_answers() {
        assert!(!stays_within(0, 298, 0.01));
        assert!(stays_within(0, 299, 0.01));
        assert!(!stays_within(1, 299, 0.01));
        assert!(stays_within(1, 473, 0.01));
        assert!(!stays_within(0, 0, 0.5));
        assert!(!stays_within(0, 1_000_000, 0.0));
    }

    #[test]
    fn many_observations_do_not_overflow() {
        assert!(stays_within(9_000, 1_000_000, 0.01));
        assert!(!stays_within(11_000, 1_000_000, 0.01));
    }
}
