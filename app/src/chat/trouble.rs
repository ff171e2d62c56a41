//! What went wrong in the chat, in words, with the one thing to do about it.

use super::shortcuts::open_transcript;
use super::space::Space;
use crate::api_error::ApiError;
use crate::ui::Problem;
use crate::words::t;
use contract::{AppError, ErrorCode, said};
use leptos::prelude::*;

/// A failure shown above the composer, and how to try again.
#[derive(Clone)]
pub(crate) struct Trouble {
    /// What the server said.
    pub error: ApiError,
    /// Does the same thing again, with the same token.
    pub again: Option<Callback<()>>,
}

/// Shows a failure above the composer, where it is also read out. Where no conversation is on
/// screen it is read out only.
pub(crate) fn report(space: Space, error: ApiError, again: Option<Callback<()>>) {
    match open_transcript(space) {
        Some(open) => open.trouble.set(Some(Trouble { error, again })),
        None => space.announcer.warn(&error.message()),
    }
}

/// The browser kept the clipboard closed.
pub(crate) fn report_copy(space: Space) {
    let words = said!("The browser did not allow copying. Select the text and copy it yourself.");
    report(space, AppError::new(ErrorCode::Invalid, words).into(), None);
}

/// The failure, its short id and its way on.
#[component]
pub(crate) fn TroubleBar(trouble: RwSignal<Option<Trouble>>) -> impl IntoView {
    move || {
        trouble.get().map(|Trouble { error, again }| {
            let way_on = way_on(&error, again);
            view! {
                <Problem
                    message=error.message()
                    reference=error.reference().map(ToOwned::to_owned)
                >
                    {way_on}
                    <button
                        type="button"
                        class="button small quiet"
                        on:click=move |_| trouble.set(None)
                    >
                        {t!("Close")}
                    </button>
                </Problem>
            }
        })
    }
}

fn sign_in_and_return() -> String {
    let here = window().location().pathname().unwrap_or_default();
    format!("/sign-in?next={here}")
}

/// Signing in where that helps; trying again where that can help; otherwise nothing.
fn way_on(error: &ApiError, again: Option<Callback<()>>) -> Option<AnyView> {
    match error.code() {
        Some(ErrorCode::SignedOut) => Some(
            view! {
                <a class="button small" href=sign_in_and_return() rel="external">{t!("Sign in again")}</a>
            }
            .into_any(),
        ),
        Some(
            ErrorCode::Denied | ErrorCode::Invalid | ErrorCode::NotFound | ErrorCode::Suspended,
        ) => None,
        _ => again.map(|again| {
            view! {
                <button type="button" class="button small" on:click=move |_| again.run(())>
                    {t!("Try again")}
                </button>
            }
            .into_any()
        }),
    }
}
