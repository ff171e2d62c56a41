//! What kind of device this is, and tokens only it can make.

use leptos::prelude::window;

/// Keys are named the Apple way.
pub(crate) fn is_apple() -> bool {
    let agent = window().navigator().user_agent().unwrap_or_default();
    agent.contains("Mac") || agent.contains("iPhone") || agent.contains("iPad")
}

/// The main pointer is a finger: Enter makes a new line, and nothing takes the focus by itself.
pub(crate) fn is_touch() -> bool {
    window()
        .match_media("(pointer: coarse)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}

/// A fresh token of 128 random bits, as hex. Names one press of Send.
pub(crate) fn fresh_token() -> String {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        // Without a random source the token stays all zeroes and the server's idempotency
        // would answer an old turn, so time is mixed in below in every case.
        crypto.get_random_values_with_u8_array(&mut bytes).ok();
    }
    let time = super::clock::now_ms();
    let random: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{random}{time:x}")
}
