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

/// A fresh token: 128 random bits and the time, as hex. Names one press of Send.
pub(crate) fn fresh_token() -> String {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        // Where the browser has no random source, the time alone still tells two presses apart.
        crypto.get_random_values_with_u8_array(&mut bytes).ok();
    }
    let random = u128::from_be_bytes(bytes);
    format!("{random:032x}{:x}", super::clock::now_ms())
}
