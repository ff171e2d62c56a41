//! An answer: its finished blocks, the block still being written, how it ended, what can be done.
//!
//! Finished blocks are never rendered twice: each is a keyed node of its own.

use super::answer_again::{AgainButton, AgainIcon};
use super::answer_block::{Block, copy_code};
use super::choose_model::says_demo;
use super::copy_text::CopyButton;
use super::follow_turn::text_of;
use super::receipt::{ReceiptLine, mark_of};
use super::space::use_space;
use super::switch_branch::Branches;
use super::transcript::{Entry, Transcript, Turn};
use crate::brand::Mark;
use crate::ui::Problem;
use crate::words::{spoken, t};
use contract::AnswerEnd;
use contract::chat::{MessageBody, MessageView, Receipt};
use leptos::prelude::*;
use std::sync::Arc;

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
        let mark = receipt_of(turn).and_then(|receipt| mark_of(&receipt));
        mark.map(|words| view! { <span class="chip">{words}</span> })
    };
    view! {
        <article class="message answer" aria-label=t!("Answer") aria-busy=move || live.get().to_string()>
            <h3 class="sr-only">{t!("Answer from {model}", model = &label)}</h3>
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
        (model.demo && !says_demo(&label)).then(|| view! { <span class="chip">{t!("Demo")}</span> })
    };
    view! { {demo} }
}

/// Why the answer began again.
#[component]
fn Notice(turn: Turn) -> impl IntoView {
    move || {
        let notice = turn.state.with(|state| state.notice.clone());
        notice.map(|notice| view! { <p class="hint answer-notice">{spoken(&notice)}</p> })
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

/// The calm line while the connection is being opened again.
#[component]
fn Connection(turn: Turn) -> impl IntoView {
    let lost = move || turn.reconnecting.get() && turn.is_live();
    view! {
        <Show when=lost>
            <p class="hint reconnecting">{t!("Reconnecting… your text is safe.")}</p>
        </Show>
    }
}

/// How the answer ended, where that needs words.
#[component]
fn Ending(message: Arc<MessageView>, turn: Turn) -> impl IntoView {
    let question = message.parent;
    move || match turn.state.with(|state| state.end.clone())? {
        AnswerEnd::Done { .. } => None,
        AnswerEnd::Stopped { .. } => Some(
            view! { <p class="hint ending">{t!("Stopped. What arrived is kept.")}</p> }.into_any(),
        ),
        AnswerEnd::Interrupted => Some(
            view! {
                <div class="ending">
                    <Problem
                        quiet=true
                        calm=true
                        message=t!("The answer was interrupted. What arrived is kept.")
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
                        <Problem quiet=true message=spoken(&error.message) reference>
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
    view! { <CopyButton label=t!("Copy answer") text/> }
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
