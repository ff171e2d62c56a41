//! The same question in other words, from a turn's side.
//!
//! Asked only where the route shares answers among similar questions and the exact cache has none. A question that is
//! asked again without cache says that what was shared for it was wrong. Where likeness alone does not prove
//! that an answer fits, the model is asked, if the route says so.

use super::Turn;
use super::own_vector::{own_id, own_vector};
use super::verify::verify;
use crate::admission::{Admission, Target};
use crate::cache::{Asked, Hit, KeptAnswer, Landed, Sharing, Vectors};
use crate::event::How;
use crate::prompt::Prompt;
use crate::reserve::Reservation;
use crate::run::Shared;
use crate::semantic::{Place, is_short, place};
use crate::stream::Outlet;
use contract::CacheStatus;
use std::sync::Arc;
use std::time::SystemTime;

impl Turn {
    /// An answer to a similar question that may be shared. Prepares the question for
    /// [`Turn::keep_similar`] either way.
    pub(super) async fn find_similar(
        &mut self,
        shared: &Shared,
        admission: &Admission,
        prompt: &Prompt,
        reservation: &mut Reservation,
        outlet: &Outlet,
    ) -> Option<Hit> {
        let (sharing, source) = sharing(shared, admission, prompt)?;
        let asked_again = self.cache == CacheStatus::Bypassed;
        // Targets whose answers are as good as a fresh one: those that must not be asked are not among them.
        let fresh = Asked::new(admission, prompt, &shared.settings).places;
        let places: Vec<(Place, &Target)> = fresh
            .into_iter()
            .map(|(_, target)| {
                let id = &source.id;
                (
                    place(admission, target, prompt, &shared.settings, id),
                    target,
                )
            })
            .collect();
        for (place, _) in &places {
            // Without what was learned before nothing is compared, so no vector is made either.
            if !shared.similar.learned().recall(place).await {
                return None;
            }
        }
        if asked_again {
            for (place, _) in &places {
                shared.similar.asked_again(place, prompt.question());
            }
        }
        let question = match &source.own {
            None => shared.similar.ask(prompt.question()).await,
            Some(own) => {
                let how = (prompt.question(), outlet.stop());
                own_vector(self, shared, own, how, reservation).await
            }
        };
        let question = question.map(Arc::new);
        self.question.clone_from(&question);
        let asked = question.filter(|_| !asked_again)?;
        let (usual, now) = (shared.settings.cache_ttl, SystemTime::now());
        let good = |answer: &Arc<KeptAnswer>| admission.cache().admits(answer, usual, now);
        let mut near: Vec<_> = places
            .iter()
            .filter_map(|(place, target)| {
                let near = shared.similar.find(place, &asked, sharing, good)?;
                Some((place, *target, near))
            })
            .collect();
        near.sort_by(|one, other| other.2.likeness.total_cmp(&one.2.likeness));
        let (place, target, near) = near.into_iter().next()?;
        if !near.proven {
            let pair = (near.question.as_ref(), prompt.question());
            let fits = if sharing.verifies() {
                let stop = outlet.stop();
                verify(self, shared, admission, target, pair, reservation, stop).await
            } else {
                None
            };
            if fits == Some(false) {
                shared.similar.verified_wrong(place, &near);
            }
            fits.filter(|fits| *fits)?;
        }
        shared.similar.shared(place, &asked, &near);
        let hit = Hit {
            answer: near.answer,
            scope: target.key.scope,
            status: CacheStatus::Similar,
        };
        self.land(&hit);
        Some(hit)
    }

    /// Everybody who asks the same at this moment gets the same answer.
    fn land(&mut self, hit: &Hit) {
        if let Some(lead) = self.lead.take() {
            lead.land(Landed {
                how: How::Complete,
                answer: Arc::clone(&hit.answer),
                scope: hit.scope,
            });
        }
    }

    /// Keeps a complete answer for similar questions.
    pub(super) fn keep_similar(
        &self,
        shared: &Shared,
        admission: &Admission,
        prompt: &Prompt,
        target: &Target,
        answer: &Arc<KeptAnswer>,
    ) {
        let source = admission.cache().similar;
        let source = source.and_then(|sharing| source_of(shared, admission, sharing));
        if let Some((asked, source)) = self.question.as_ref().zip(source)
            && answer.may_be_kept()
        {
            let place = place(admission, target, prompt, &shared.settings, &source.id);
            let bytes = usize::try_from(answer.size()).unwrap_or(usize::MAX);
            shared
                .similar
                .keep(&place, asked, Arc::clone(answer), bytes);
        }
    }
}

/// Where the vectors of a turn's question come from.
struct Source {
    /// The same for the same vectors; part of what keeps answers apart.
    id: String,
    /// Leave to ask the workspace's own embedding model; `None`: the encoder in this process.
    own: Option<Admission>,
}

/// How answers are shared among similar questions, and by which vectors, where they are.
fn sharing(shared: &Shared, admission: &Admission, prompt: &Prompt) -> Option<(Sharing, Source)> {
    let kept = shared.answers.are_kept(admission.cache());
    let sharing = admission.cache().similar;
    let sharing = sharing.filter(|_| kept && is_short(prompt))?;
    Some((sharing, source_of(shared, admission, sharing)?))
}

/// `None`: nobody makes vectors.
fn source_of(shared: &Shared, admission: &Admission, sharing: Sharing) -> Option<Source> {
    match sharing.vectors {
        Vectors::InProcess => Some(Source {
            id: shared.similar.embedder()?.to_owned(),
            own: None,
        }),
        Vectors::Provider => {
            let own = admission.for_vectors()?;
            Some(Source {
                id: own_id(admission.cache().embeddings.as_ref()?)?,
                own: Some(own),
            })
        }
    }
}
