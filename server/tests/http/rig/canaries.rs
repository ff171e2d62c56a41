//! Secrets that must never be found on disk or in the log.

use rand::Rng as _;
use std::fmt::Write as _;
use std::sync::Mutex;

/// Secrets and what they are, collected while the checks run.
#[derive(Default)]
pub(crate) struct Canaries(Mutex<Vec<Canary>>);

/// One secret.
#[derive(Clone)]
pub(crate) struct Canary {
    pub(crate) what: &'static str,
    pub(crate) text: String,
}

impl Canaries {
    /// A new secret that occurs nowhere else.
    pub(crate) fn fresh(&self, what: &'static str) -> String {
        let text = random_text();
        self.watch(what, &text);
        text
    }

    /// Watches for a secret somebody else made.
    pub(crate) fn watch(&self, what: &'static str, text: &str) {
        assert!(text.len() >= 12, "too short to be told from chance: {text}");
        let text = text.to_owned();
        self.0.lock().unwrap().push(Canary { what, text });
    }

    /// All of them.
    pub(crate) fn all(&self) -> Vec<Canary> {
        self.0.lock().unwrap().clone()
    }
}

/// A word that nobody ever wrote before; letters and digits, 26 characters.
pub(crate) fn random_text() -> String {
    let mut bytes = [0_u8; 12];
    rand::rng().fill_bytes(&mut bytes);
    bytes.iter().fold(String::from("qz"), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
