//! A failure in words, beside the thing that failed.

use crate::words::{Spoken, around};
use leptos::prelude::*;

/// What happened and, where there is one, the short id to quote. Read out at once.
#[component]
pub(crate) fn Problem(
    /// One or two sentences.
    #[prop(into)]
    message: Spoken,
    /// The short id in the server's log.
    #[prop(optional_no_strip, into)]
    reference: Option<String>,
    /// Not read out by itself: the page was loaded with it, or something else tells it.
    #[prop(optional)]
    quiet: bool,
    /// Nothing is broken for good: said in neutral colours.
    #[prop(optional)]
    calm: bool,
    /// What can be done about it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let reference =
        reference.map(|id| view! { <span class="hint">{around!("Reference {id}", id = view! { <code>{id}</code> })}</span> });
    let actions =
        children.map(|children| view! { <div class="problem-actions">{children()}</div> });
    view! {
        <div class="problem" class:calm=calm role=(!quiet).then_some("alert")>
            <p>{message.0} " " {reference}</p>
            {actions}
        </div>
    }
}
