//! The one way in: what a question finds before anybody is asked.
//!
//! In this order: the same answer in this process, somebody who is asking the same at this moment,
//! the same answer in the shared store. Whoever finds nothing leads a flight, so that every step
//! behind it is taken once however many ask.

use crate::admission::Admission;
use crate::cache::flight::{Follower, Landed, Lead, Seat};
use crate::cache::kept::KeptAnswer;
use crate::cache::key::Asked;
use crate::event::How;
use crate::prompt::Prompt;
use crate::run::Shared;
use contract::CacheStatus;
use contract::keys::KeyScope;
use std::sync::Arc;

/// A kept answer that is as good as a fresh one.
#[derive(Debug)]
pub(crate) struct Hit {
    pub(crate) answer: Arc<KeptAnswer>,
    /// Whose key it was made with, which is the asker's to use as well.
    pub(crate) scope: KeyScope,
    pub(crate) status: CacheStatus,
}

/// What a question finds.
#[derive(Debug)]
pub(crate) enum Found {
    /// An answer.
    Hit(Hit),
    /// Somebody who is being answered.
    Flight(Follower),
    /// Nothing, and why. A leader's seat comes along where others may follow.
    Nothing(CacheStatus, Option<Lead>),
}

/// Looks for the answer to what `admission` asks with `prompt`. `bypass`: a fresh one is wanted.
pub(crate) async fn find(
    shared: &Shared,
    admission: &Admission,
    prompt: &Prompt,
    bypass: bool,
) -> Found {
    if !shared.answers.are_kept(admission.cache()) {
        return Found::Nothing(CacheStatus::Off, None);
    }
    if bypass {
        return Found::Nothing(CacheStatus::Bypassed, None);
    }
    let asked = Asked::new(admission, prompt, &shared.settings);
    if let Some(hit) = find_here(shared, admission, &asked) {
        return Found::Hit(hit);
    }
    if !prompt.is_shared_in_flight() {
        return match find_shared(shared, admission, &asked).await {
            Some(hit) => Found::Hit(hit),
            None => Found::Nothing(CacheStatus::Miss, None),
        };
    }
    let lead = match shared.flights.join(asked.flight) {
        Seat::Follow(follower) => return Found::Flight(follower),
        Seat::Lead(lead) => lead,
    };
    // Whoever led before may have landed between the two looks.
    let hit = match find_here(shared, admission, &asked) {
        Some(hit) => Some(hit),
        None => find_shared(shared, admission, &asked).await,
    };
    match hit {
        Some(hit) => {
            lead.land(Landed {
                how: How::Complete,
                answer: Arc::clone(&hit.answer),
                scope: hit.scope,
            });
            Found::Hit(hit)
        }
        None => Found::Nothing(CacheStatus::Miss, Some(lead)),
    }
}

fn find_here(shared: &Shared, admission: &Admission, asked: &Asked<'_>) -> Option<Hit> {
    let (tenant, policy) = (admission.tenant(), admission.cache());
    asked.places.iter().find_map(|(key, target)| {
        let answer = shared.answers.find_here(tenant, *key, policy)?;
        Some(exact(answer, target.key.scope))
    })
}

async fn find_shared(shared: &Shared, admission: &Admission, asked: &Asked<'_>) -> Option<Hit> {
    let (tenant, policy) = (admission.tenant(), admission.cache());
    for (key, target) in &asked.places {
        if let Some(answer) = shared.answers.find_shared(tenant, *key, policy).await {
            return Some(exact(answer, target.key.scope));
        }
    }
    None
}

const fn exact(answer: Arc<KeptAnswer>, scope: KeyScope) -> Hit {
    Hit {
        answer,
        scope,
        status: CacheStatus::Exact,
    }
}
