//! How much is set aside for whom.
//!
//! Owns the arithmetic, without any storage.

use contract::NanoUsd;

/// Of what is free beyond the need, one part in so many is set aside with it. What is left over
/// shrinks with every slice, and so do the slices.
const SHARE: i64 = 4;

/// What is added to a slice that lacks `needs`, out of `free`: the need and a share of the rest, or
/// nothing where the need is not covered.
pub(super) fn set_aside(free: NanoUsd, needs: NanoUsd) -> NanoUsd {
    if needs <= NanoUsd::ZERO || free < needs {
        return NanoUsd::ZERO;
    }
    needs + NanoUsd::new((free - needs).get() / SHARE)
}

#[cfg(test)]
mod tests {
    use super::set_aside;
    use contract::NanoUsd;

    #[test]
    fn slices_shrink_towards_the_limit_and_end_at_it() {
        let (mut free, mut last) = (NanoUsd::from_usd(40), NanoUsd::from_usd(41));
        let needs = NanoUsd::new(20_000_000);
        let mut slices = 0;
        loop {
            let slice = set_aside(free, needs);
            if slice == NanoUsd::ZERO {
                break;
            }
            assert!(slice >= needs && slice <= free && slice <= last);
            (free, last, slices) = (free - slice, slice, slices + 1);
        }
        assert!(free < needs);
        assert!((20..70).contains(&slices), "{slices} exchanges for $ 40");
    }

    #[test]
    fn nothing_is_set_aside_that_is_not_there_or_not_needed() {
        let nano = NanoUsd::new;
        assert_eq!(set_aside(nano(9), nano(10)), NanoUsd::ZERO);
        assert_eq!(set_aside(nano(-9), nano(1)), NanoUsd::ZERO);
        assert_eq!(set_aside(nano(100), NanoUsd::ZERO), NanoUsd::ZERO);
        assert_eq!(set_aside(nano(10), nano(10)), nano(10));
        assert_eq!(set_aside(nano(14), nano(10)), nano(11));
    }
}
