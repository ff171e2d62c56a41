//! The hidden regions a screen reader listens to. They exist from the first byte on, because a
//! region that appears together with its text is not read.

use super::announce::Announcer;
use crate::words::t;
use leptos::prelude::*;

/// One polite status, one log of complete messages, one for errors.
#[component]
pub(crate) fn LiveRegions(announcer: Announcer) -> impl IntoView {
    view! {
        <div class="sr-only">
            <p role="status" aria-live="polite">{announcer.status}</p>
            <div role="log" aria-label=t!("Complete messages")>{announcer.log}</div>
            <p role="alert">{announcer.alert}</p>
        </div>
    }
}
