//! Stays at the end while an answer grows; any scroll upwards ends that; the end or the round
//! button resumes it.

use crate::ui::{Icon, Shape};
use crate::words::t;
use leptos::html::Div;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, ResizeObserver};

/// Closer to the end than this, in CSS pixels, is the end.
const END_ZONE: i32 = 24;

/// The scrolling of one transcript.
#[derive(Clone, Copy)]
pub(crate) struct Scroll {
    stuck: RwSignal<bool>,
    frame: NodeRef<Div>,
    content: NodeRef<Div>,
}

/// Provides the scrolling to the pieces of one conversation.
pub(crate) fn provide_scroll() -> Scroll {
    let scroll = Scroll {
        stuck: RwSignal::new(true),
        frame: NodeRef::new(),
        content: NodeRef::new(),
    };
    provide_context(scroll);
    scroll
}

impl Scroll {
    /// Goes to the end and stays there.
    pub(crate) fn to_end(self) {
        self.stuck.set(true);
        self.follow();
    }

    fn follow(self) {
        if self.stuck.try_get_untracked() == Some(true)
            && let Some(frame) = self.frame.try_get_untracked().flatten()
        {
            frame.set_scroll_top(frame.scroll_height());
        }
    }

    /// A scroll happened: upwards lets go, reaching the end holds again.
    fn moved(self, before: &mut i32) {
        let Some(frame) = self.frame.try_get_untracked().flatten() else {
            return;
        };
        let top = frame.scroll_top();
        let at_end = frame.scroll_height() - top - frame.client_height() <= END_ZONE;
        if at_end {
            self.stuck.set(true);
        } else if top < *before {
            self.stuck.set(false);
        }
        *before = top;
    }
}

/// An observer that is disconnected when dropped.
struct Watch {
    observer: ResizeObserver,
    _grown: Closure<dyn FnMut()>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// The scrolling frame around the messages.
#[component]
pub(crate) fn Scroller(scroll: Scroll, children: Children) -> impl IntoView {
    let watch = StoredValue::new(None::<SendWrapper<Watch>>);
    Effect::new(move |_| {
        let (Some(frame), Some(content)) = (scroll.frame.get(), scroll.content.get()) else {
            return;
        };
        watch.set_value(watch_size(scroll, &frame, &content).map(SendWrapper::new));
        scroll.to_end();
    });
    let before = StoredValue::new(0);
    let on_scroll = move |_| before.update_value(|before| scroll.moved(before));
    view! {
        <div class="scroller" node_ref=scroll.frame on:scroll=on_scroll>
            <div class="thread" node_ref=scroll.content>{children()}</div>
        </div>
        <div class="to-latest" class:shown=move || !scroll.stuck.get()>
            <button
                type="button"
                class="round-button"
                aria-label=t!("To the latest")
                tabindex=move || if scroll.stuck.get() { "-1" } else { "0" }
                on:click=move |_| scroll.to_end()
            >
                <Icon shape=Shape::ArrowDown/>
            </button>
        </div>
    }
}

/// Follows whenever content or frame change their size, not by counting tokens.
fn watch_size(scroll: Scroll, frame: &HtmlElement, content: &HtmlElement) -> Option<Watch> {
    let grown = Closure::<dyn FnMut()>::new(move || scroll.follow());
    let observer = ResizeObserver::new(grown.as_ref().unchecked_ref()).ok()?;
    observer.observe(frame);
    observer.observe(content);
    Some(Watch {
        observer,
        _grown: grown,
    })
}
