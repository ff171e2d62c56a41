//! Moments on the way to the first word, for whoever asks where the time goes.
//!
//! Each is an event of the target `engine::stage` at the finest level, with the moment's name and nothing else; while
//! nobody listens it costs a comparison. `server/benches/engine` listens.

/// The one moment that is beside the others.
pub(crate) const INTENT_DURABLE: &str = "intent durable";

/// Says that a turn has come this far.
pub(crate) fn reached(stage: &'static str) {
    tracing::trace!(target: "engine::stage", stage);
}
