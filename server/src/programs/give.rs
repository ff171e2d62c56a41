//! An answer is given: whole, or piece by piece as it is written.

use super::answer::Answering;
use super::trouble::{class_of, of_end, of_fault};
use crate::tenancy::TenantSnapshot;
use contract::MessageId;
use engine::{Ended, EngineEvent, How};
use futures_util::{FutureExt as _, StreamExt as _};
use serde_json::Value;
use std::time::Duration;
use wire::door::{Encode, Trouble, TroubleKind};
use wire::{FinishReason, Refused, Usage, WireError, WireEvent};

impl Answering {
    /// What was said, where the answer is to be kept; it is given once.
    pub fn take_keep(&mut self) -> Option<Vec<Value>> {
        self.keep.take()
    }

    /// The whole answer as one body, and how it ended.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn whole(mut self, snapshot: &TenantSnapshot) -> Result<(Vec<u8>, Ended), Trouble> {
        let mut pieces = Vec::new();
        let ended = loop {
            match self.next().await {
                EngineEvent::Text(text) => pieces.push(WireEvent::Text(text)),
                EngineEvent::Piece(piece) => pieces.push(piece),
                EngineEvent::Started(_) | EngineEvent::Continued(_) => {}
                EngineEvent::Ended(ended) => break ended,
            }
        };
        let finish = match ended.how {
            How::Complete => finish_of(&pieces),
            How::Length => FinishReason::Length,
            How::Failed(engine::Fault::ContentPolicy) if !pieces.is_empty() => {
                FinishReason::ContentFilter
            }
            How::Failed(_) => return Err(of_end(&ended, snapshot)),
            How::Cut => return Err(of_fault(engine::Fault::Cut)),
            How::Stopped => return Err(Trouble::new(TroubleKind::Resting)),
        };
        pieces.extend(usage_of(&ended).map(WireEvent::Usage));
        pieces.push(WireEvent::Finish(finish));
        let body = self.door.write_whole(&self.head, &pieces)?;
        Ok((body, ended))
    }

    /// Writes it piece by piece.
    #[must_use]
    pub fn writer(self) -> Writer {
        Writer {
            encoder: self.door.encoder(self.head.clone(), self.include_usage),
            answering: self,
            calls: false,
            pieces: Vec::new(),
            over: false,
            ended: None,
        }
    }

    async fn next(&mut self) -> EngineEvent {
        let event = self.events.next().await;
        // The stream always ends with an end; a missing one would be its bug.
        event.unwrap_or_else(|| EngineEvent::Ended(Ended::without_answer(How::Cut, Duration::ZERO)))
    }
}

fn finish_of(pieces: &[WireEvent]) -> FinishReason {
    let mut pieces = pieces.iter();
    if pieces.any(|piece| matches!(piece, WireEvent::ToolCall { .. })) {
        FinishReason::ToolCalls
    } else {
        FinishReason::Stop
    }
}

/// What is told of tokens. An answer that was there already used none, which is a number too.
fn usage_of(ended: &Ended) -> Option<Usage> {
    let none = ended.cache.is_hit();
    ended.usage.or_else(|| none.then(Usage::default))
}

/// An answer being written for a program, as its language has it.
pub struct Writer {
    answering: Answering,
    encoder: Box<dyn Encode>,
    /// A tool was called.
    calls: bool,
    /// Everything written, where the answer is to be kept.
    pieces: Vec<WireEvent>,
    over: bool,
    ended: Option<Ended>,
}

impl Writer {
    /// The next bytes; `None`: there are no more. What is there already comes at once, in one piece.
    pub async fn next(&mut self, silence: Duration) -> Option<Vec<u8>> {
        if self.over {
            return None;
        }
        let mut out = Vec::new();
        loop {
            // The head is written with the first event, so nobody sees a comment before it.
            match tokio::time::timeout(silence, self.answering.next()).await {
                Ok(event) => self.write(event, &mut out),
                Err(_) => return Some(self.answering.door.keep_alive().to_vec()),
            }
            while !self.over {
                match self.answering.next().now_or_never() {
                    Some(event) => self.write(event, &mut out),
                    None => break,
                }
            }
            if !out.is_empty() || self.over {
                return Some(out);
            }
        }
    }

    /// Names the answer.
    #[must_use]
    pub const fn turn(&self) -> MessageId {
        self.answering.turn
    }

    /// What was said and the whole answer, once that is there and if it is to be kept. Given once.
    pub fn take_kept(&mut self) -> Option<(Vec<Value>, Value)> {
        let ended = self.ended.as_ref()?;
        let whole = matches!(ended.how, How::Complete | How::Length);
        let items = self.answering.keep.take().filter(|_| whole)?;
        let pieces = std::mem::take(&mut self.pieces);
        let body = self
            .answering
            .door
            .write_whole(&self.answering.head, &pieces);
        Some((items, serde_json::from_slice(&body.ok()?).ok()?))
    }

    /// How it ended, once it has.
    #[must_use]
    pub const fn ended(&self) -> Option<&Ended> {
        self.ended.as_ref()
    }

    fn write(&mut self, event: EngineEvent, out: &mut Vec<u8>) {
        match event {
            EngineEvent::Text(text) => self.put(WireEvent::Text(text), out),
            EngineEvent::Piece(piece) => {
                self.calls |= matches!(piece, WireEvent::ToolCall { .. });
                self.put(piece, out);
            }
            EngineEvent::Started(_) | EngineEvent::Continued(_) => {}
            EngineEvent::Ended(ended) => {
                self.end(&ended, out);
                self.ended = Some(ended);
            }
        }
    }

    fn put(&mut self, piece: WireEvent, out: &mut Vec<u8>) {
        self.encoder.write(&piece, out);
        if self.answering.keep.is_some() {
            self.pieces.push(piece);
        }
    }

    fn end(&mut self, ended: &Ended, out: &mut Vec<u8>) {
        if let Some(usage) = usage_of(ended) {
            self.put(WireEvent::Usage(usage), out);
        }
        let last = match ended.how {
            How::Complete if self.calls => WireEvent::Finish(FinishReason::ToolCalls),
            How::Complete => WireEvent::Finish(FinishReason::Stop),
            How::Length => WireEvent::Finish(FinishReason::Length),
            How::Failed(engine::Fault::ContentPolicy) => {
                WireEvent::Finish(FinishReason::ContentFilter)
            }
            How::Failed(fault) => match class_of(fault) {
                Some(class) => WireEvent::Error(WireError::Refused(Refused::new(class))),
                None => WireEvent::Error(WireError::Cut),
            },
            How::Cut | How::Stopped => WireEvent::Error(WireError::Cut),
        };
        self.put(last, out);
        self.encoder.finish(out);
        self.over = true;
    }
}
