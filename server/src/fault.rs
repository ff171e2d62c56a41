//! Turns an unexpected failure into a log line for us and safe words for the person, joined by a
//! short id. Logged exactly once, here.
//!
//! Refuses the words of panics: the standard library repeats in them what was being worked on, for
//! example a text that was cut in the middle of a letter, and that may be what people wrote.

use crate::vault::VaultError;
use contract::{AppError, ErrorCode, said};
use rand::RngExt as _;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt::Display;
use std::io::Write as _;
use std::panic::PanicHookInfo;
use tokio::task::JoinError;

/// Letters and digits that cannot be mistaken for one another when read out.
const ALPHABET: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyz";

/// A short id such as `k7m3-p9xw`.
#[must_use]
pub fn reference() -> String {
    let mut random = rand::rng();
    (0..9)
        .map(|index| {
            if index == 4 {
                '-'
            } else {
                char::from(ALPHABET[random.random_range(0..ALPHABET.len())])
            }
        })
        .collect()
}

/// Logs `error` under a fresh id and returns the answer for the person.
/// `doing` says what was being done, e.g. "opening a turn".
pub fn internal(doing: &str, error: impl Display) -> AppError {
    let reference = reference();
    tracing::error!(%reference, %error, "failed: {doing}");
    AppError::new(
        ErrorCode::Internal,
        "Something went wrong on our side. Nothing you typed is lost. Try again, and if it stays, \
         tell your administrator the id below.",
    )
    .with_reference(reference)
}

/// The answer for a person when the vault refused. What is sealed by its owner, or for the moment, is
/// no fault of ours and says so.
pub fn vault(doing: &str, error: VaultError) -> AppError {
    let text = match error {
        VaultError::Locked(_) => said!(
            "This workspace is sealed: its owner has switched off the key that opens it. Nothing is \
             lost. Your administrators see why on the page of keys; once the key is on again, \
             everything is as it was."
        ),
        VaultError::Unavailable(_) => said!(
            "The service that holds this workspace’s key does not answer at the moment. Nothing is \
             lost and nothing you typed is gone. Try again in a minute."
        ),
        VaultError::Unwitnessed => said!(
            "This workspace is sealed: what is stored about its key was changed, and not by this \
             installation. Nothing is lost. Your administrators and the operator are told; once it is \
             put right, everything is as it was."
        ),
        error => return internal(doing, error),
    };
    let reference = reference();
    tracing::warn!(%reference, %error, "sealed: {doing}");
    AppError::new(ErrorCode::Sealed, text).with_reference(reference)
}

/// From now on a panic is told by its place and, where `RUST_BACKTRACE` asks for it, by who called whom,
/// never by its words. Once, before anything else runs.
pub fn tell_panics_by_place() {
    std::panic::set_hook(Box::new(tell_panic));
}

fn tell_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let place = place.unwrap_or_else(|| "an unknown place".to_owned());
    // Names of functions and lines of sources; no values.
    let backtrace = Backtrace::capture();
    let calls = match backtrace.status() {
        BacktraceStatus::Captured => backtrace.to_string(),
        _ => String::new(),
    };
    if tracing::dispatcher::has_been_set() {
        tracing::error!(%place, calls, "a panic; its words are left out");
    } else {
        // A command, or a server that has not opened its log yet. There is nobody left to tell when
        // this fails.
        let words = "a panic; its words are left out";
        let _ = writeln!(std::io::stderr(), "{words}: {place}\n{calls}");
    }
}

/// What became of a task that gave nothing back, without the words of its panic.
#[must_use]
pub fn of_task(error: &JoinError) -> &'static str {
    if error.is_panic() {
        "a task panicked"
    } else {
        "a task was stopped"
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn references_are_short_and_differ() {
        let (one, two) = (super::reference(), super::reference());
        assert_eq!(one.len(), 9);
        assert_ne!(one, two);
    }
}
