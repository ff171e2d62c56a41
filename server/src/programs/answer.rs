//! A request becomes an answer being written.

use super::Programs;
use super::stored::Continued;
use super::trouble::{of_end, of_fault, of_refusal, sealed};
use crate::policy;
use crate::tenancy::{AliasRoute, TenantSnapshot};
use crate::virtual_keys::Program;
use axum::body::Bytes;
use contract::{CacheStatus, MessageId};
use engine::{
    Ask, Broken, CancellationToken, Conversation, Ended, EngineEvent, How, ProgramRequest, Started,
    TurnStream, Written,
};
use futures_util::{FutureExt as _, StreamExt as _};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;
use uuid::Uuid;
use wire::door::{Asked, Door, Encode, Head, Trouble, TroubleKind};
use wire::{FinishReason, Refused, Usage, WireError, WireEvent};

/// A request, as it came.
pub struct Asking<'a> {
    /// The workspace.
    pub snapshot: &'a TenantSnapshot,
    /// Who asks.
    pub program: &'a Program,
    /// In which language.
    pub door: Door,
    /// Where it was asked for.
    pub path: &'a str,
    /// The body.
    pub body: Bytes,
    /// A fresh answer is wanted, whatever was kept.
    pub fresh: bool,
    /// When it came.
    pub since: Instant,
}

/// An answer whose first piece is there.
pub struct Answering {
    /// Names it, in the ledger as well.
    pub turn: MessageId,
    /// Who answers.
    pub started: Started,
    /// The answer is wanted piece by piece.
    pub stream: bool,
    /// What of the request was left out on the way.
    pub left_out: Vec<String>,
    /// Version of the workspace's instructions that apply; `None`: none do.
    pub instructions: Option<u32>,
    /// What we added to the wait for the first piece.
    pub added: Duration,
    door: Door,
    head: Head,
    include_usage: bool,
    events: TurnStream,
    /// It was over at once.
    over: Option<Ended>,
    /// What was said, where the answer is to be kept.
    keep: Option<Vec<Value>>,
}

impl Programs {
    /// Asks, and waits until somebody answers.
    ///
    /// # Errors
    /// Why nobody does, in no language yet.
    pub async fn ask(&self, asking: Asking<'_>) -> Result<Answering, Trouble> {
        let Asking {
            snapshot,
            program,
            door,
            ..
        } = asking;
        let Continued { body, joined, keep } = match door {
            Door::Responses => self.continued(snapshot, program, asking.body).await?,
            _ => Continued {
                body: asking.body,
                joined: false,
                keep: None,
            },
        };
        let asked = door.read(asking.path, &body)?;
        let entry = route_of(snapshot, program, &asked.alias)?;
        self.prepare(snapshot)
            .await
            .map_err(|error| sealed(&error))?;
        let turn = MessageId::from_uuid(Uuid::now_v7());
        let admission = policy::admit_program(
            program,
            snapshot,
            entry,
            turn,
            affinity(program, &asked),
            self.node,
        )
        .map_err(|refusal| of_refusal(&refusal, snapshot))?;
        let system = self.instructions(snapshot, entry).await?;
        let instructions = system.as_ref().map(|system| system.version);
        let only = asked.left_out.as_is_only().cloned();
        let left_out = asked.left_out.names().to_vec();
        let ask = Ask {
            system,
            conversation: Conversation::Program(Box::new(ProgramRequest {
                // What was joined together here was never written like that.
                written: (!joined).then(|| Written {
                    door,
                    body,
                    only: only.is_some(),
                    all_read: left_out.is_empty(),
                }),
                request: asked.request,
            })),
            bypass_cache: asking.fresh,
            broken: Broken::Abort,
        };
        let mut events = self.engine.run(admission, ask, CancellationToken::new());
        let (started, over) = match events.next().await {
            Some(EngineEvent::Started(started)) => (started, None),
            Some(EngineEvent::Ended(ended)) => match only {
                // Nobody but a target of this language could have taken it.
                Some(wrong) if ended.how == How::Failed(engine::Fault::NoTarget) => {
                    return Err(wrong.into());
                }
                _ => return Err(of_end(&ended, snapshot)),
            },
            // The engine tells who answers before anything else.
            _ => return Err(Trouble::new(TroubleKind::Internal)),
        };
        let added = asking.since.elapsed().saturating_sub(started.waited);
        let left_out = told(left_out, &started);
        Ok(Answering {
            turn,
            started,
            stream: asked.stream,
            left_out,
            instructions,
            added,
            door,
            head: Head {
                id: turn.uuid().simple().to_string(),
                model: asked.alias,
                created: now(),
                echo: asked.echo,
            },
            include_usage: asked.include_usage,
            events,
            over,
            keep,
        })
    }
}

/// The models that `program` may ask, in the order people see them. One without any target is among
/// them, so that its developers are told about the key and not about a missing model; one whose keys
/// are all for others is not.
pub fn models_for<'a>(
    snapshot: &'a TenantSnapshot,
    program: &'a Program,
) -> impl Iterator<Item = &'a AliasRoute> {
    let keys = snapshot.scoped_keys_in(program.environment);
    let entries = snapshot.aliases_in(program.environment).iter();
    entries.filter(move |entry| {
        let targets = &entry.route.targets;
        let mut theirs = targets.iter();
        let usable = targets.is_empty()
            || theirs.any(|target| {
                keys.is_some_and(|keys| {
                    keys.choose(target, program.member, &program.teams)
                        .is_some()
                })
            });
        usable && program.may_ask(&entry.model.alias)
    })
}

/// The route of `alias` for `program`. One that is not for it does not exist for it.
pub(super) fn route_of<'a>(
    snapshot: &'a TenantSnapshot,
    program: &'a Program,
    alias: &str,
) -> Result<&'a AliasRoute, Trouble> {
    let mut entries = models_for(snapshot, program);
    let entry = entries.find(|entry| entry.model.alias == alias);
    entry.ok_or_else(|| Trouble {
        field: Some("model".to_owned()),
        ..Trouble::new(TroubleKind::ModelNotFound)
    })
}

/// Requests that begin alike go to the same key where they can, because providers keep what they
/// have read.
fn affinity(program: &Program, asked: &Asked) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(program.id.uuid().as_bytes());
    for text in &asked.request.system {
        hash.update(text.as_bytes());
    }
    if let Some(first) = asked.request.messages.first() {
        hash.update(format!("{:?}", first.parts).as_bytes());
    }
    let hash: [u8; 32] = hash.finalize().into();
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    Uuid::from_bytes(id)
}

/// What was left out on the whole way. Nothing was, where the request was handed on as it came or
/// nobody was asked anew.
fn told(read: Vec<String>, started: &Started) -> Vec<String> {
    if started.as_written {
        return Vec::new();
    }
    let encoded = started.left_out.iter().map(|&what| what.to_owned());
    read.into_iter().chain(encoded).collect()
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

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
        if let Some(ended) = self.over.take() {
            return EngineEvent::Ended(ended);
        }
        match self.events.next().await {
            Some(event) => event,
            None => EngineEvent::Ended(vanished()),
        }
    }
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
            How::Failed(fault) => match super::trouble::class_of(fault) {
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
    let none = ended.cache.is_hit() && ended.cache != CacheStatus::Off;
    ended.usage.or_else(|| none.then(Usage::default))
}

/// The end of a turn whose engine vanished without telling one.
fn vanished() -> Ended {
    tracing::error!("the engine ended a turn without an end");
    Ended {
        how: How::Cut,
        usage: None,
        estimated: true,
        cost: None,
        first_text: None,
        total: Duration::ZERO,
        attempts: 0,
        limit: None,
        cache: CacheStatus::Off,
        saved: None,
        saved_by_provider: None,
        retry_after: None,
        payer: None,
    }
}
