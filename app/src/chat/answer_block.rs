//! One finished block of an answer, and the "Copy code" buttons on its figures.

use super::copy_text::show_copied;
use super::space::Space;
use super::trouble::report_copy;
use crate::browser::clipboard;
use crate::ui::Shape;
use crate::words::t;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

/// A finished block: set once, never touched again, except for its "Copy code" button.
#[component]
pub(crate) fn Block(html: String) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    if html.contains("<figure") {
        Effect::new(move |_| {
            if let Some(node) = node.get() {
                add_copy_buttons(&node);
            }
        });
    }
    view! { <div class="block" node_ref=node inner_html=html></div> }
}

/// One button per code figure. Made here, because the server's HTML holds no controls.
fn add_copy_buttons(block: &Element) {
    let Ok(figures) = block.query_selector_all("figure.code") else {
        return;
    };
    for figure in (0..figures.length()).filter_map(|index| figures.item(index)) {
        let Some(figure) = figure.dyn_ref::<Element>() else {
            continue;
        };
        if matches!(figure.query_selector("button"), Ok(Some(_))) {
            continue;
        }
        let Ok(button) = document().create_element("button") else {
            continue;
        };
        let named = button
            .set_attribute("type", "button")
            .and_then(|()| button.set_attribute("class", "copy-code"))
            .and_then(|()| button.set_attribute("aria-label", t!("Copy code")))
            .and_then(|()| button.set_attribute("title", t!("Copy code")));
        if named.is_ok() {
            button.set_inner_html(&Shape::Copy.markup());
            figure.append_child(&button).ok();
        }
    }
}

/// A press anywhere in the answer; acts only on a "Copy code" button.
pub(crate) fn copy_code(space: Space, event: &Event) {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    let button = target.and_then(|target| target.closest("button.copy-code").ok().flatten());
    let Some(button) = button else { return };
    let figure = button.closest("figure.code").ok().flatten();
    let code = figure.and_then(|figure| figure.query_selector("code").ok().flatten());
    let Some(text) = code.and_then(|code| code.text_content()) else {
        return;
    };
    spawn_local(async move {
        if clipboard::copy(&text).await {
            let copied = RwSignal::new(false);
            show_copied(space, copied);
            button.class_list().add_1("copied").ok();
            set_timeout(
                move || {
                    button.class_list().remove_1("copied").ok();
                },
                std::time::Duration::from_secs(2),
            );
        } else {
            report_copy(space);
        }
    });
}
