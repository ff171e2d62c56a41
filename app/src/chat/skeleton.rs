//! What stands where a conversation will be, in its final geometry.

use crate::words::t;
use leptos::prelude::*;

/// A question and an answer still to come.
#[component]
pub(crate) fn TranscriptSkeleton() -> impl IntoView {
    view! {
        <div class="pane-inner" aria-busy="true">
            <div class="pane-head"><span class="bone bone-title"></span></div>
            <div class="scroller">
                <div class="thread">
                    <p class="sr-only">{t!("Loading the conversation")}</p>
                    <span class="bone bone-question"></span>
                    <span class="bone bone-line"></span>
                    <span class="bone bone-line"></span>
                    <span class="bone bone-line short"></span>
                </div>
            </div>
        </div>
    }
}

/// List entries still to come.
#[component]
pub(crate) fn ListSkeleton() -> impl IntoView {
    view! {
        <div class="side-bones" aria-busy="true">
            <span class="bone bone-place"></span>
            <span class="bone bone-place"></span>
            <span class="bone bone-place short"></span>
        </div>
    }
}
