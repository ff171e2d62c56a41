//! An answer is given: whole, or piece by piece as it is written.

use super::answer::Answering;
use super::trouble::{class_of, of_end, of_fault};
use crate::tenancy::TenantSnapshot;
use contract::MessageId;
use engine::{Ended, EngineEvent, How};
use futures_util::FutureExt as _;
use serde_json::Value;
use std::time::Duration;
use wire::door::{Door, Encode, Trouble, TroubleKind};
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
        let mut answers = vec![Vec::new(); self.turns.count()];
        let ended = loop {
            let (index, event) = self.turns.next().await;
            let Some(pieces) = answers.get_mut(place(index)) else {
                return Err(Trouble::new(TroubleKind::Internal));
            };
            match event {
                EngineEvent::Text(text) => pieces.push(WireEvent::Text(text)),
                EngineEvent::Piece(piece) => pieces.push(piece),
                EngineEvent::Started(_) | EngineEvent::Continued(_) => {}
                EngineEvent::Ended(ended) => {
                    finish(pieces, &ended, snapshot)?;
                    if let Some(all) = self.turns.end(ended) {
                        break all;
                    }
                }
            }
        };
        let body = match answers.as_slice() {
            [one] => self.door.write_whole(&self.head, one)?,
            several => Door::write_all(&self.head, several)?,
        };
        Ok((body, ended))
    }

    /// Writes it piece by piece.
    #[must_use]
    pub fn writer(self) -> Writer {
        Writer {
            encoder: self.door.encoder(self.head.clone(), self.include_usage),
            calls: vec![false; self.turns.count()],
            answering: self,
            pieces: Vec::new(),
            over: false,
            ended: None,
        }
    }
}

fn place(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}

/// Adds how an answer ended.
fn finish(
    pieces: &mut Vec<WireEvent>,
    ended: &Ended,
    snapshot: &TenantSnapshot,
) -> Result<(), Trouble> {
    let finish = match ended.how {
        How::Complete => finish_of(pieces),
        How::Length => FinishReason::Length,
        How::Failed(engine::Fault::ContentPolicy) if !pieces.is_empty() => {
            FinishReason::ContentFilter
        }
        How::Failed(_) => return Err(of_end(ended, snapshot)),
        How::Cut => return Err(of_fault(engine::Fault::Cut)),
        How::Stopped => return Err(Trouble::new(TroubleKind::Resting)),
    };
    pieces.extend(usage_of(ended).map(WireEvent::Usage));
    pieces.push(WireEvent::Finish(finish));
    Ok(())
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
    /// In which answers a tool was called.
    calls: Vec<bool>,
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
            match tokio::time::timeout(silence, self.answering.turns.next()).await {
                Ok(event) => self.write(event, &mut out),
                Err(_) => return Some(self.answering.door.keep_alive().to_vec()),
            }
            while !self.over {
                match self.answering.turns.next().now_or_never() {
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

    fn write(&mut self, (index, event): (u32, EngineEvent), out: &mut Vec<u8>) {
        self.encoder.choose(index);
        match event {
            EngineEvent::Text(text) => self.put(WireEvent::Text(text), out),
            EngineEvent::Piece(piece) => {
                if let Some(called) = self.calls.get_mut(place(index)) {
                    *called |= matches!(piece, WireEvent::ToolCall { .. });
                }
                self.put(piece, out);
            }
            EngineEvent::Started(_) | EngineEvent::Continued(_) => {}
            EngineEvent::Ended(ended) => self.end(place(index), ended, out),
        }
    }

    fn put(&mut self, piece: WireEvent, out: &mut Vec<u8>) {
        self.encoder.write(&piece, out);
        if self.answering.keep.is_some() {
            self.pieces.push(piece);
        }
    }

    fn end(&mut self, at: usize, ended: Ended, out: &mut Vec<u8>) {
        let called = self.calls.get(at).copied().unwrap_or_default();
        let how = ended.how;
        let all = self.answering.turns.end(ended);
        if let Some(usage) = all.as_ref().and_then(usage_of) {
            self.put(WireEvent::Usage(usage), out);
        }
        let last = match how {
            How::Complete if called => WireEvent::Finish(FinishReason::ToolCalls),
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
        // One answer that broke off breaks the stream off; what the others used is settled.
        let broken = matches!(last, WireEvent::Error(_));
        self.put(last, out);
        if broken || all.is_some() {
            self.encoder.finish(out);
            self.over = true;
        }
        self.ended = all;
    }
}
