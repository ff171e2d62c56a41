//! An answer: its finished blocks, the block still being written, how it ended, what can be done.
//!
//! Finished blocks are never rendered twice: each is a keyed node of its own.

use super::follow_turn::text_of;
use super::question::{Branches, CopyButton, show_copied};
use super::receipt::ReceiptLine;
use super::send_message::ask;
use super::space::{Space, use_space};
use super::transcript::{Entry, Transcript, Turn};
use crate::brand::Mark;
use crate::browser::clipboard;
use crate::ui::{Icon, Problem, Shape};
use contract::AnswerEnd;
use contract::MessageId;
use contract::chat::{Ask, MessageBody, MessageView, Receipt};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

/// One answer.
#[component]
pub(crate) fn Answer(entry: Entry) -> impl IntoView {
    let Entry { message, turn } = entry;
    turn.map(|turn| view! { <AnswerOf message turn/> })
}

#[component]
fn AnswerOf(message: Arc<MessageView>, turn: Turn) -> impl IntoView {
    let space = use_space();
    let label = match &message.body {
        MessageBody::Answer { label, .. } => label.clone(),
        MessageBody::Question { .. } => String::new(),
    };
    let mark = space.brand.with_value(|brand| brand.mark.clone());
    let live = Memo::new(move |_| turn.is_live());
    let cached = move || {
        receipt_of(turn)
            .is_some_and(|receipt| receipt.cached)
            .then(|| view! { <span class="chip">"from cache"</span> })
    };
    view! {
        <article class="message answer" aria-label="Answer" aria-busy=move || live.get().to_string()>
            <h3 class="sr-only">{format!("Answer from {label}")}</h3>
            <div class="answer-head">
                <Mark letters=mark small=true/>
                <span class="answer-label" aria-hidden="true">{label.clone()}</span>
                <DemoChip label/>
                {cached}
            </div>
            <Notice turn/>
            <Body turn/>
            <Connection turn/>
            <Ending message=message.clone() turn/>
            <Show when=move || !live.get()>
                <Tools message=message.clone() turn/>
            </Show>
        </article>
    }
}

/// Says that the demo model answered.
#[component]
fn DemoChip(label: String) -> impl IntoView {
    let space = use_space();
    let demo = move || {
        let side = space.side()?;
        let model = side.models.iter().find(|model| model.label == label)?;
        model
            .demo
            .then(|| view! { <span class="chip">"Demo"</span> })
    };
    view! { {demo} }
}

/// Why the answer began again.
#[component]
fn Notice(turn: Turn) -> impl IntoView {
    move || {
        let notice = turn.state.with(|state| state.notice.clone());
        notice.map(|notice| view! { <p class="hint answer-notice">{notice}</p> })
    }
}

/// Finished blocks, then the open one.
#[component]
fn Body(turn: Turn) -> impl IntoView {
    let space = use_space();
    let blocks = Memo::new(move |_| {
        turn.state
            .with(|state| (state.generation, state.blocks.len()))
    });
    let each = move || {
        let (generation, count) = blocks.get();
        (0..count)
            .map(move |index| (generation, index))
            .collect::<Vec<_>>()
    };
    let open = Memo::new(move |_| turn.state.with(|state| state.open.clone()));
    let waiting = Memo::new(move |_| {
        turn.state
            .with(|state| state.is_live() && state.blocks.is_empty() && state.open.is_empty())
    });
    view! {
        <div
            class="answer-body prose"
            id=format!("answer-{}", turn.id)
            on:click=move |event| copy_code(space, &event)
        >
            <For
                each
                key=|key| *key
                children=move |(_, index)| {
                    let html = turn
                        .state
                        .with_untracked(|state| state.blocks.get(index).cloned())
                        .unwrap_or_default();
                    view! { <Block html/> }
                }
            />
            <Show when=move || turn.is_live()>
                <div class="block open" inner_html=open></div>
            </Show>
            <Show when=move || waiting.get()>
                <p class="waiting" aria-hidden="true"><span></span><span></span><span></span></p>
            </Show>
        </div>
    }
}

/// A finished block: set once, never touched again, except for its "Copy code" button.
#[component]
fn Block(html: String) -> impl IntoView {
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
            .and_then(|()| button.set_attribute("aria-label", "Copy code"))
            .and_then(|()| button.set_attribute("title", "Copy code"));
        if named.is_ok() {
            button.set_inner_html(&Shape::Copy.markup());
            figure.append_child(&button).ok();
        }
    }
}

/// A press anywhere in the answer; acts only on a "Copy code" button.
fn copy_code(space: Space, event: &Event) {
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
            space.announcer.warn("The browser did not allow copying.");
        }
    });
}

/// The calm line while the connection is being opened again.
#[component]
fn Connection(turn: Turn) -> impl IntoView {
    let lost = move || turn.reconnecting.get() && turn.is_live();
    view! {
        <Show when=lost>
            <p class="hint reconnecting">"Reconnecting… your text is safe."</p>
        </Show>
    }
}

/// How the answer ended, where that needs words.
#[component]
fn Ending(message: Arc<MessageView>, turn: Turn) -> impl IntoView {
    let question = message.parent;
    move || match turn.state.with(|state| state.end.clone())? {
        AnswerEnd::Done { .. } => None,
        AnswerEnd::Stopped { .. } => {
            Some(view! { <p class="hint ending">"Stopped. What arrived is kept."</p> }.into_any())
        }
        AnswerEnd::Interrupted => Some(
            view! {
                <div class="ending">
                    <Problem
                        quiet=true
                        message="The answer was interrupted. What arrived is kept."
                        reference=None
                    >
                        <AgainButton question/>
                    </Problem>
                </div>
            }
            .into_any(),
        ),
        AnswerEnd::Failed { error } => {
            let reference = (!error.reference.is_empty()).then_some(error.reference);
            Some(
                view! {
                    <div class="ending">
                        <Problem quiet=true message=error.message reference>
                            <AgainButton question/>
                        </Problem>
                    </div>
                }
                .into_any(),
            )
        }
    }
}

/// Copy, answer again, versions, receipt.
#[component]
fn Tools(message: Arc<MessageView>, turn: Turn) -> impl IntoView {
    let transcript = expect_context::<Transcript>();
    let question = message.parent;
    let last = move || {
        transcript.entries.with(|entries| {
            entries
                .last()
                .is_some_and(|entry| entry.message.id == turn.id)
        })
    };
    view! {
        <div class="answer-foot">
            {move || receipt_of(turn).map(|receipt| view! { <ReceiptLine receipt/> })}
            <div class="message-tools" class:steady=last>
                <CopyAnswer turn/>
                <AgainIcon question/>
                <Branches message/>
            </div>
        </div>
    }
}

/// Copies the Markdown source.
#[component]
fn CopyAnswer(turn: Turn) -> impl IntoView {
    let text = Callback::new(move |()| source_of(turn));
    view! { <CopyButton label="Copy answer" text/> }
}

/// The Markdown source where it is known, otherwise what is on screen.
pub(crate) fn source_of(turn: Turn) -> String {
    let text = turn.text.get_untracked();
    if text.is_empty() {
        text_of(turn.id)
    } else {
        text
    }
}

fn receipt_of(turn: Turn) -> Option<Receipt> {
    turn.state.with(|state| match &state.end {
        Some(AnswerEnd::Done { receipt } | AnswerEnd::Stopped { receipt }) => Some(receipt.clone()),
        _ => None,
    })
}

/// Asks for another answer to `question`.
fn answer_again(space: Space, transcript: Transcript, question: Option<MessageId>) {
    if let Some(question) = question {
        ask(
            space,
            transcript,
            Ask::Again { question },
            Callback::new(|()| ()),
        );
    }
}

/// `true` while another answer cannot be asked for.
fn busy(space: Space, transcript: Transcript) -> bool {
    transcript.sending.get()
        || transcript.live.get().is_some()
        || space.side().is_some_and(|side| !side.may_chat)
}

/// "Answer again" in words, beside a failure.
#[component]
fn AgainButton(question: Option<MessageId>) -> impl IntoView {
    let space = use_space();
    let transcript = expect_context::<Transcript>();
    view! {
        <button
            type="button"
            class="button small"
            disabled=move || busy(space, transcript)
            on:click=move |_| answer_again(space, transcript, question)
        >
            "Answer again"
        </button>
    }
}

/// "Answer again" as a quiet icon below a good answer.
#[component]
fn AgainIcon(question: Option<MessageId>) -> impl IntoView {
    let space = use_space();
    let transcript = expect_context::<Transcript>();
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label="Answer again"
            title="Answer again"
            disabled=move || busy(space, transcript)
            on:click=move |_| answer_again(space, transcript, question)
        >
            <Icon shape=Shape::Repeat/>
        </button>
    }
}
