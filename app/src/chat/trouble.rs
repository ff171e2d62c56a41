//! What went wrong in the chat, in words, with the one thing to do about it.

use crate::api_error::ApiError;
use crate::ui::Problem;
use contract::ErrorCode;
use leptos::prelude::*;

/// A failure shown above the composer, and how to try again.
#[derive(Clone)]
pub(crate) struct Trouble {
    /// What the server said.
    pub error: ApiError,
    /// Does the same thing again, with the same token.
    pub again: Option<Callback<()>>,
}

/// The failure, its short id and its way on.
#[component]
pub(crate) fn TroubleBar(trouble: RwSignal<Option<Trouble>>) -> impl IntoView {
    move || {
        trouble.get().map(|Trouble { error, again }| {
            let way_on = way_on(&error, again);
            view! {
                <Problem
                    message=error.message().to_owned()
                    reference=error.reference().map(ToOwned::to_owned)
                >
                    {way_on}
                    <button
                        type="button"
                        class="button small quiet"
                        on:click=move |_| trouble.set(None)
                    >
                        "Close"
                    </button>
                </Problem>
            }
        })
    }
}

/// Signing in where that helps; trying again where that can help; otherwise nothing.
fn way_on(error: &ApiError, again: Option<Callback<()>>) -> Option<AnyView> {
    match error.code() {
        Some(ErrorCode::SignedOut) => Some(
            view! { <a class="button small" href="/sign-in" rel="external">"Sign in again"</a> }
                .into_any(),
        ),
        Some(
            ErrorCode::Denied | ErrorCode::Invalid | ErrorCode::NotFound | ErrorCode::Suspended,
        ) => None,
        _ => again.map(|again| {
            view! {
                <button type="button" class="button small" on:click=move |_| again.run(())>
                    "Try again"
                </button>
            }
            .into_any()
        }),
    }
}
