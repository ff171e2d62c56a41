//! The exact cache: the same question answered before, and answers kept for the next time.

use super::Turn;
use crate::admission::{Admission, Target};
use crate::attempt::Attempted;
use crate::cache::{CacheKey, CachedAnswer, cache_key};
use crate::event::{EngineEvent, How, Started};
use crate::prompt::Prompt;
use crate::run::Shared;
use crate::stream::Outlet;
use contract::AttemptId;
use tokio::time::Instant;
use uuid::Uuid;

/// Bytes of a cached answer released at once.
const CACHED_PIECE: usize = 64;

impl Turn {
    /// Answers from the exact cache, if the first target answered the same before.
    pub(super) async fn recall(
        &mut self,
        shared: &Shared,
        admission: &Admission,
        prompt: &Prompt,
        outlet: &Outlet,
    ) -> Option<How> {
        let first = admission.route().targets.first()?;
        let answer = shared.answers.find(key_of(admission, first, prompt))?;
        self.cached = true;
        let started = EngineEvent::Started(Started {
            attempt: AttemptId::from_uuid(Uuid::now_v7()),
            provider: answer.provider,
            key_name: answer.key_name.clone(),
            scope: first.key.scope,
            model: answer.model.clone(),
            demo: answer.demo,
            cached: true,
            attempts: 0,
        });
        if !outlet.send(started).await {
            return Some(How::Stopped);
        }
        self.first_text = Some(Instant::now());
        for piece in pieces(&answer.text) {
            if !outlet.send(EngineEvent::Text(piece.to_owned())).await {
                return Some(How::Stopped);
            }
        }
        Some(How::Complete)
    }
}

fn key_of(admission: &Admission, target: &Target, prompt: &Prompt) -> CacheKey {
    cache_key(admission.tenant(), admission.environment(), target, prompt)
}

pub(super) fn keep(
    shared: &Shared,
    admission: &Admission,
    prompt: &Prompt,
    target: &Target,
    attempted: &Attempted,
) {
    let answer = CachedAnswer {
        tenant: admission.tenant(),
        text: attempted.text.clone(),
        provider: target.key.provider.as_str(),
        key_name: target.key.name.clone(),
        model: target.model.clone(),
        demo: target.key.provider == crate::admission::Provider::Demo,
    };
    shared
        .answers
        .keep(key_of(admission, target, prompt), answer);
}

/// Pieces of at most [`CACHED_PIECE`] bytes, never cutting a character.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, tail) = rest.split_at(rest.floor_char_boundary(CACHED_PIECE));
        rest = tail;
        Some(piece)
    })
}
