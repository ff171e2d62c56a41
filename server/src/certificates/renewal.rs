//! When a certificate is renewed, and how long to wait after an attempt that failed. Arithmetic only; the
//! clock is an argument.

use rand::RngExt as _;
use store::platform::certificates::RenewalRow;

/// The authority is asked for its window twice a day, in milliseconds.
const ASK_EVERY_MS: i64 = 12 * 60 * 60 * 1_000;
const MINUTE_MS: i64 = 60 * 1_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// The latest moment: one third of the certificate's time is left.
pub(super) const fn back_stop(time_ms: (i64, i64)) -> i64 {
    time_ms.1 - (time_ms.1 - time_ms.0) / 3
}

/// Plans the renewal of a certificate. `window` is what the authority says now (`None`: nothing), `before`
/// what it said when `chosen` was drawn. A moment that was drawn stays while the window stays: drawing anew
/// with every look would end early in the window (RFC 9773, section 4.2).
pub(super) fn plan(
    now_ms: i64,
    time_ms: (i64, i64),
    window: Option<(i64, i64)>,
    (before, chosen): (Option<(i64, i64)>, Option<i64>),
) -> RenewalRow {
    let latest = back_stop(time_ms);
    let drawn = match window {
        Some((from, until)) if until > from => match chosen {
            Some(chosen) if before == window => chosen,
            _ => rand::rng().random_range(from..until),
        },
        Some((from, _)) => from,
        None => latest,
    };
    // Wished for by hand, or by an older window: not put off by a newer one.
    let wished = chosen.filter(|chosen| *chosen <= now_ms);
    let renew_ms = wished.unwrap_or(drawn.min(latest));
    RenewalRow {
        window_ms: window,
        renew_ms,
        due_ms: renew_ms.max(now_ms).min(now_ms + about(ASK_EVERY_MS)),
    }
}

/// How long to wait after so many attempts in a row failed, in milliseconds: 1, 10 and 100 minutes, then a
/// day; a tenth more or less, so that many hosts that failed together are not tried together.
pub(super) fn wait_after(failures: i32) -> i64 {
    about(match failures {
        ..=1 => MINUTE_MS,
        2 => 10 * MINUTE_MS,
        3 => 100 * MINUTE_MS,
        _ => DAY_MS,
    })
}

fn about(ms: i64) -> i64 {
    rand::rng().random_range(ms - ms / 10..=ms + ms / 10)
}

#[cfg(test)]
mod tests {
    use super::{ASK_EVERY_MS, DAY_MS, MINUTE_MS, back_stop, plan, wait_after};

    const TIME: (i64, i64) = (0, 90 * DAY_MS);

    #[test]
    fn the_moment_lies_in_the_window_and_stays() {
        let window = Some((50 * DAY_MS, 55 * DAY_MS));
        let first = plan(DAY_MS, TIME, window, (None, None));
        assert!((50 * DAY_MS..55 * DAY_MS).contains(&first.renew_ms));
        let again = plan(2 * DAY_MS, TIME, window, (window, Some(first.renew_ms)));
        assert_eq!(again.renew_ms, first.renew_ms);
        let other = Some((20 * DAY_MS, 21 * DAY_MS));
        let moved = plan(2 * DAY_MS, TIME, other, (window, Some(first.renew_ms)));
        assert!((20 * DAY_MS..21 * DAY_MS).contains(&moved.renew_ms));
    }

    #[test]
    fn a_third_of_the_time_is_always_left() {
        assert_eq!(back_stop(TIME), 60 * DAY_MS);
        assert_eq!(plan(0, TIME, None, (None, None)).renew_ms, 60 * DAY_MS);
        let late = Some((80 * DAY_MS, 85 * DAY_MS));
        assert_eq!(plan(0, TIME, late, (None, None)).renew_ms, 60 * DAY_MS);
    }

    #[test]
    fn a_window_in_the_past_means_now() {
        let past = Some((2 * DAY_MS, 3 * DAY_MS));
        let planned = plan(5 * DAY_MS, TIME, past, (None, None));
        assert!(planned.renew_ms < 5 * DAY_MS);
        assert_eq!(planned.due_ms, 5 * DAY_MS);
    }

    #[test]
    fn the_authority_is_asked_twice_a_day() {
        let planned = plan(0, TIME, None, (None, None));
        let slack = ASK_EVERY_MS / 10;
        assert!((ASK_EVERY_MS - slack..=ASK_EVERY_MS + slack).contains(&planned.due_ms));
    }

    #[test]
    fn a_wish_is_kept() {
        let window = Some((50 * DAY_MS, 55 * DAY_MS));
        let planned = plan(DAY_MS, TIME, window, (None, Some(DAY_MS)));
        assert_eq!((planned.renew_ms, planned.due_ms), (DAY_MS, DAY_MS));
    }

    #[test]
    fn waits_grow_to_a_day() {
        for (failures, minutes) in [(0, 1), (1, 1), (2, 10), (3, 100), (4, 1_440), (40, 1_440)] {
            let wait = wait_after(failures);
            let wanted = minutes * MINUTE_MS;
            assert!(
                (wanted - wanted / 10..=wanted + wanted / 10).contains(&wait),
                "{failures}"
            );
        }
    }
}
