//! A request becomes an answer being written.

use super::Programs;
use super::stored::Continued;
use super::trouble::{of_end, of_refusal, sealed};
use super::turns::Turns;
use crate::policy;
use crate::tenancy::{AliasRoute, TenantSnapshot};
use crate::virtual_keys::Program;
use axum::body::Bytes;
use contract::MessageId;
use engine::{
    Ask, Broken, CancellationToken, Conversation, EngineEvent, How, ProgramRequest, Started,
    TurnStream, Written,
};
use futures_util::StreamExt as _;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;
use uuid::Uuid;
use wire::door::{Asked, Door, Head, Trouble, TroubleKind};

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
    pub(super) door: Door,
    pub(super) head: Head,
    pub(super) include_usage: bool,
    pub(super) turns: Turns,
    /// What was said, where the answer is to be kept.
    pub(super) keep: Option<Vec<Value>>,
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
        let mut asked = door.read(asking.path, &body)?;
        let entry = route_of(snapshot, program, &asked.alias)?;
        self.prepare(snapshot)
            .await
            .map_err(|error| sealed(&error))?;
        let system = self.instructions(snapshot, entry).await?;
        let instructions = system.as_ref().map(|system| system.version);
        let left_out = asked.left_out.names().to_vec();
        // What was joined together here was never written like that.
        let written = (!joined).then(|| Written {
            door,
            body,
            only: asked.left_out.as_is_only().is_some(),
            all_read: left_out.is_empty(),
        });
        let affinity = affinity(program, &asked);
        let (mut ids, mut turns) = (Vec::new(), Vec::new());
        for left in (0..asked.answers).rev() {
            let id = MessageId::from_uuid(Uuid::now_v7());
            let admission =
                policy::admit_program(program, snapshot, entry, id, affinity, self.node)
                    .map_err(|refusal| of_refusal(&refusal, snapshot))?;
            let request = match left {
                0 => std::mem::take(&mut asked.request),
                _ => asked.request.clone(),
            };
            let program = ProgramRequest {
                written: written.clone(),
                request,
            };
            let ask = Ask {
                system: system.clone(),
                conversation: Conversation::Program(Box::new(program)),
                // Of several answers nobody wants the same one twice.
                bypass_cache: asking.fresh || asked.answers > 1,
                broken: Broken::Abort,
            };
            ids.push(id);
            turns.push(self.engine.run(admission, ask, CancellationToken::new()));
        }
        let mut first = None;
        for turn in &mut turns {
            let started = began(turn, &asked, snapshot).await?;
            first.get_or_insert(started);
        }
        // A request wants one answer at least.
        let (Some(started), Some(&turn)) = (first, ids.first()) else {
            return Err(Trouble::new(TroubleKind::Internal));
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
            turns: Turns::new(turns),
            keep,
        })
    }
}

/// Waits until somebody answers.
async fn began(
    turn: &mut TurnStream,
    asked: &Asked,
    snapshot: &TenantSnapshot,
) -> Result<Started, Trouble> {
    match turn.next().await {
        Some(EngineEvent::Started(started)) => Ok(started),
        Some(EngineEvent::Ended(ended)) => match asked.left_out.as_is_only() {
            // Nobody but a target of this language could have taken it.
            Some(wrong) if ended.how == How::Failed(engine::Fault::NoTarget) => {
                Err(wrong.clone().into())
            }
            _ => Err(of_end(&ended, snapshot)),
        },
        // The engine tells who answers before anything else.
        _ => Err(Trouble::new(TroubleKind::Internal)),
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

/// What was left out on the whole way: nothing, where the request was handed on as it came.
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
