//! A dialog over the page. The browser's own element keeps the focus inside and gives it back.

use crate::ui::{Icon, Shape};
use crate::words::t;
use leptos::html::Dialog;
use leptos::prelude::*;

/// Opens and closes with `open`; Esc, the close button and a press beside it close it.
#[component]
pub(crate) fn Sheet(
    /// Whether it is shown.
    open: RwSignal<bool>,
    /// Its heading and name.
    title: &'static str,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<Dialog>::new();
    show_while(node, open);
    view! {
        <dialog
            class="sheet"
            aria-label=title
            node_ref=node
            on:close=move |_| open.set(false)
            on:click=move |event| close_beside(node, &event)
        >
            <div class="sheet-inner">
                <div class="sheet-head">
                    <h2>{title}</h2>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label=t!("Close")
                        on:click=move |_| open.set(false)
                    >
                        <Icon shape=Shape::Close/>
                    </button>
                </div>
                {children()}
            </div>
        </dialog>
    }
}

/// Keeps the element in step with the signal.
pub(crate) fn show_while(node: NodeRef<Dialog>, open: RwSignal<bool>) {
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = node.get() else { return };
        if wanted && !dialog.open() {
            dialog.show_modal().ok();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
}

/// A press on the backdrop arrives with the dialog itself as its target.
pub(crate) fn close_beside(node: NodeRef<Dialog>, event: &leptos::ev::MouseEvent) {
    let Some(dialog) = node.get_untracked() else {
        return;
    };
    let target = event.target();
    if target.as_ref() == Some(dialog.as_ref() as &web_sys::EventTarget) {
        dialog.close();
    }
}
