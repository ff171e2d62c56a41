//! A conversation that cannot be shown: why, and what to do.

use super::space::use_space;
use crate::api_error::ApiError;
use crate::ui::{Icon, Shape};
use crate::words::{around, t};
use contract::ErrorCode;
use leptos::prelude::*;

/// The conversation cannot be shown: why, and what to do.
#[component]
pub(crate) fn CannotOpen(error: ApiError, retry: Callback<()>) -> impl IntoView {
    let space = use_space();
    let gone = error.code() == Some(ErrorCode::NotFound);
    let sealed = error.code() == Some(ErrorCode::Sealed);
    let heading = match error.code() {
        Some(ErrorCode::NotFound) => t!("Nothing here"),
        Some(ErrorCode::Sealed) => t!("This workspace is sealed"),
        _ => t!("This conversation could not be opened"),
    };
    let reference = error.reference().map(ToOwned::to_owned);
    let reference =
        reference.map(|id| view! { <p class="hint">{around!("Reference {id}", id = view! { <code>{id}</code> })}</p> });
    view! {
        <div class="pane-inner">
            <header class="pane-head">
                <button
                    type="button"
                    class="icon-button only-phone"
                    aria-label=t!("Open the conversation list")
                    on:click=move |_| space.drawer.set(true)
                >
                    <Icon shape=Shape::Menu/>
                </button>
                <h1 class="pane-title">{heading}</h1>
            </header>
            <div class="cannot-open" role="alert">
                <p>{error.message()}</p>
                {reference}
                <p class="actions">
                    {(!gone).then(|| view! {
                        <button type="button" class="button" on:click=move |_| retry.run(())>
                            {t!("Try again")}
                        </button>
                    })}
                    {(!sealed).then(|| view! { <a class="button" href="/">{t!("New chat")}</a> })}
                </p>
            </div>
        </div>
    }
}
