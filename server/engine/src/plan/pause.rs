//! The wait before everything is tried again.

use crate::run::Shared;
use rand::RngExt as _;
use tokio_util::sync::CancellationToken;

/// Waits before round `round`, counted from 1; each wait is longer than the one before. `false`: the
/// asker stopped meanwhile.
pub(crate) async fn pause(shared: &Shared, round: u32, stop: &CancellationToken) -> bool {
    let whole = shared.settings.retry_wait * 2_u32.saturating_pow(round - 1);
    let drawn = whole.mul_f64(rand::rng().random_range(0.5..=1.0));
    tokio::select! {
        biased;
        () = stop.cancelled() => false,
        () = tokio::time::sleep(drawn) => true,
    }
}
