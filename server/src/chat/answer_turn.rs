//! The turn: drives the engine, shows every step to the followers, keeps what arrived.
//!
//! What has been written is sealed and stored a few times a second, so that not even the loss
//! of the process loses more than that.

use super::Chat;
use super::limit_words::LimitReader;
use super::live_turns::Writer;
use super::receipt::{end_of, receipt_of, state_of};
use crate::fault;
use crate::render::StreamRenderer;
use contract::{AnswerEnd, Caller, MessageId, Said, said};
use engine::{Admission, Ask, Ended, EngineEvent, How, Started};
use futures_util::StreamExt as _;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Steps are shown at most this often; a person sees no difference, a browser does less work.
const SHOW_EVERY: Duration = Duration::from_millis(33);
/// Unfinished text is stored this often.
const KEEP_EVERY: Duration = Duration::from_millis(300);
/// Said when a half answer is withdrawn and a fresh one takes its place.
const ANEW: Said = said!("The answer broke off in the middle. This is a fresh one.");
/// Said when another model goes on with a half answer.
const GOES_ON: Said =
    said!("The answer broke off in the middle. Another model goes on from there.");
/// Tries to store an ended answer before giving up.
const FINISH_TRIES: u32 = 5;

/// One answer in the making.
pub(super) struct Turn {
    pub chat: Chat,
    pub caller: Caller,
    pub answer: MessageId,
    pub payer: String,
    /// The version of the workspace's instructions it is written under.
    pub instructions: Option<u32>,
    pub reader: LimitReader,
    pub alias: String,
    pub writer: Writer,
}

/// What has been written so far.
#[derive(Default)]
struct Draft {
    renderer: StreamRenderer,
    text: String,
    /// Finished blocks already shown.
    shown: usize,
    /// There is something the followers have not seen.
    dirty: bool,
    /// Bytes of text when it was last stored.
    kept: usize,
}

impl Turn {
    /// Runs to the end of the answer, whatever the end is.
    pub(super) async fn answer(self, admission: Admission, ask: Ask) {
        let mut draft = Draft::default();
        let (started, ended) = self.write(admission, ask, &mut draft).await;
        self.show(&mut draft);
        if let Some(reached) = &ended.limit {
            self.chat
                .slowed
                .remember(&self.caller, &self.alias, reached);
        }
        let receipt = contract::chat::Receipt {
            instructions: self.instructions.and_then(NonZeroU32::new),
            ..receipt_of(started.as_ref(), &ended, &self.payer)
        };
        let end = end_of(
            &ended,
            receipt,
            self.writer.interrupted(),
            !draft.text.is_empty(),
            &self.reader,
        );
        if let AnswerEnd::Failed { error } = &end {
            tracing::warn!(reference = %error.reference, how = ended.how.code(), attempts = ended.attempts,
                "an answer failed");
        }
        let shown = draft.shown;
        let text: Arc<str> = draft.text.into();
        let blocks = draft.renderer.finish().0;
        let end = self.finish(&text, &blocks, end).await;
        // The last block is finished now: what is on the page and what a reload shows are the same.
        let rest = blocks.get(shown..).unwrap_or_default();
        self.writer.show(shown, rest, Arc::default());
        self.writer.end(end, text);
    }

    async fn write(
        &self,
        admission: Admission,
        ask: Ask,
        draft: &mut Draft,
    ) -> (Option<Started>, Ended) {
        let mut events = self.chat.engine.run(admission, ask, self.writer.stop());
        let mut started = None;
        let mut tick = interval(SHOW_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut keep_at = Instant::now() + KEEP_EVERY;
        loop {
            tokio::select! {
                event = events.next() => match event {
                    Some(EngineEvent::Started(by)) => {
                        if draft.begins_anew() {
                            self.writer.restart(&ANEW);
                        }
                        started = Some(by);
                    }
                    // The text stays; whoever goes on with it is named in the receipt.
                    Some(EngineEvent::Continued(by)) => {
                        self.writer.goes_on(&GOES_ON);
                        started = Some(by);
                    }
                    Some(EngineEvent::Text(text)) => draft.push(&text),
                    // Told to programs only.
                    Some(EngineEvent::Piece(_)) => {}
                    Some(EngineEvent::Ended(ended)) => return (started, ended),
                    // The engine's contract is one end, always last; a missing one is its bug.
                    None => return (started, vanished()),
                },
                // Goes on in silence until everything is stored: the next word may never come.
                _ = tick.tick(), if draft.dirty || draft.kept < draft.text.len() => {
                    self.show(draft);
                    if Instant::now() >= keep_at {
                        self.keep(draft).await;
                        keep_at = Instant::now() + KEEP_EVERY;
                    }
                }
            }
        }
    }

    fn show(&self, draft: &mut Draft) {
        if !draft.dirty {
            return;
        }
        draft.dirty = false;
        let open = draft.renderer.open();
        let frozen = draft.renderer.frozen();
        self.writer.show(draft.shown, &frozen[draft.shown..], open);
        draft.shown = frozen.len();
    }

    /// Stores unfinished text. A failure costs nothing but this safety; the end is stored anyway.
    async fn keep(&self, draft: &mut Draft) {
        if draft.kept == draft.text.len() {
            return;
        }
        let stored = async {
            let sealed_text = self.chat.sealed_text(&self.caller).await?;
            let sealed = sealed_text.seal_body(self.answer, &draft.text)?;
            let mut tx = self.chat.store.tenant(&self.caller).await?;
            store::messages::checkpoint(&mut tx, self.answer, &sealed).await?;
            tx.commit().await?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
        };
        match stored.await {
            Ok(()) => draft.kept = draft.text.len(),
            Err(error) => tracing::warn!(%error, "an unfinished answer could not be stored yet"),
        }
    }

    /// Stores the end before anybody is told of it, so that a reload never contradicts the page.
    async fn finish(&self, text: &str, blocks: &[Arc<str>], end: AnswerEnd) -> AnswerEnd {
        let sealed = self.seal(text).await;
        // A workspace that was sealed in the middle keeps what was stored until then.
        let end = if sealed.is_some() {
            end
        } else {
            AnswerEnd::Interrupted
        };
        for attempt in 1..=FINISH_TRIES {
            match self.store_end(sealed.as_deref(), &end).await {
                Ok(()) => {
                    if sealed.is_some() {
                        let kept = blocks.iter().map(ToString::to_string).collect();
                        self.chat.rendered.keep(self.answer, kept);
                    }
                    break;
                }
                Err(error) if attempt == FINISH_TRIES => {
                    let _ = fault::internal("storing an answer", error);
                }
                Err(error) => {
                    tracing::warn!(%error, attempt, "an answer could not be stored yet");
                    tokio::time::sleep(Duration::from_millis(100 << attempt)).await;
                }
            }
        }
        end
    }

    /// `None`, told to the log, when the workspace's key is not to be had.
    async fn seal(&self, text: &str) -> Option<Vec<u8>> {
        let sealed_text = self.chat.sealed_text(&self.caller).await.ok()?;
        let sealed = sealed_text.seal_body(self.answer, text);
        sealed
            .map_err(|error| fault::internal("sealing an answer", error))
            .ok()
    }

    async fn store_end(&self, sealed: Option<&[u8]>, end: &AnswerEnd) -> Result<(), StoreError> {
        let (receipt, failure) = match end {
            AnswerEnd::Done { receipt } | AnswerEnd::Stopped { receipt } => {
                (serde_json::to_value(receipt).ok(), None)
            }
            AnswerEnd::Failed { error } => (None, serde_json::to_value(error).ok()),
            AnswerEnd::Interrupted => (None, None),
        };
        let mut tx = self.chat.store.tenant(&self.caller).await?;
        let ended = store::EndedAnswer {
            state: state_of(end),
            sealed_body: sealed,
            receipt,
            failure,
        };
        store::messages::finish(&mut tx, self.answer, &ended).await?;
        tx.commit().await
    }
}

/// The end of a turn whose engine vanished without telling one.
fn vanished() -> Ended {
    tracing::error!("the engine ended a turn without an end");
    Ended::without_answer(How::Cut, Duration::ZERO)
}

impl Draft {
    /// Withdraws what was written. `false`: nothing was.
    fn begins_anew(&mut self) -> bool {
        let wrote = !self.text.is_empty();
        if wrote {
            *self = Self::default();
        }
        wrote
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.renderer.push(text);
        self.dirty = true;
    }
}
