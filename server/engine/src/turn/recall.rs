//! The cache, from a turn's side: what was answered before or is being answered now, and answers
//! kept for the next time.

use super::Turn;
use super::replay::replay;
use crate::admission::{Admission, Target};
use crate::attempt::{Attempted, GoesOn};
use crate::cache::{Asked, Follower, Found, Hit, KeptAnswer, Landed, View, find};
use crate::event::{EngineEvent, How, Started};
use crate::fault::Fault;
use crate::prompt::{Broken, Prompt};
use crate::reserve::Reservation;
use crate::run::Shared;
use crate::stream::Outlet;
use contract::keys::KeyScope;
use contract::{AttemptId, CacheStatus};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, timeout};
use uuid::Uuid;

/// Flights that may fall under one follower because the provider failed; after so many the follower
/// fails as they did, instead of asking the same provider once more for everybody aboard.
const MOST_FALLS: u32 = 2;

/// What is left to do after looking.
pub(super) enum Recalled {
    /// Nothing: the turn ended like this.
    Over(How),
    /// The model has to be asked. The text that a follower was shown so far stays, and ends like
    /// this, where no fresh answer takes its place.
    Ask(Option<How>),
}

/// What became of a follower.
enum Followed {
    Over(How),
    /// The leader has said nothing for too long.
    Left,
    Fell(crate::cache::Fell),
}

/// How the asker wants it.
#[derive(Clone, Copy)]
pub(super) struct Wish {
    /// A fresh answer, whatever was kept.
    pub(super) bypass: bool,
    pub(super) broken: Broken,
}

impl Turn {
    /// Looks for an answer, and waits for one that is being written. Whoever has to ask the model
    /// leads everybody who asks the same meanwhile.
    pub(super) async fn recall(
        &mut self,
        shared: &Shared,
        admission: &Admission,
        prompt: &Prompt,
        wish: Wish,
        reservation: &mut Reservation,
        outlet: &Outlet,
    ) -> Result<Recalled, Fault> {
        let (mut half, mut falls) = (None, 0);
        loop {
            let found = tokio::select! {
                biased;
                () = outlet.stop().cancelled() => return Ok(Recalled::Over(How::Stopped)),
                found = find(shared, admission, prompt, wish.bypass) => found,
            };
            let follower = match found {
                Found::Hit(hit) => {
                    let pace = pace(shared, wish.broken);
                    let how = self.give(hit, How::Complete, pace, outlet).await;
                    return Ok(Recalled::Over(how));
                }
                Found::Nothing(status, lead) => {
                    (self.cache, self.lead) = (status, lead);
                    let similar = self.find_similar(shared, admission, prompt, reservation, outlet);
                    let Some(hit) = similar.await else {
                        return Ok(Recalled::Ask(half));
                    };
                    let pace = pace(shared, wish.broken);
                    let how = self.give(hit, How::Complete, pace, outlet).await;
                    return Ok(Recalled::Over(how));
                }
                Found::Flight(follower) => follower,
            };
            match self
                .follow(shared, follower, wish.broken, &mut half, outlet)
                .await
            {
                Followed::Over(how) => return Ok(Recalled::Over(how)),
                Followed::Left => {
                    self.cache = CacheStatus::Miss;
                    return Ok(Recalled::Ask(half));
                }
                Followed::Fell(fell) => {
                    falls += u32::from(fell.fault.is_some());
                    if let Some(fault) = fell.fault.filter(|_| falls >= MOST_FALLS) {
                        (self.retry_after, self.payer) = (fell.retry_after, fell.payer);
                        return half.map_or(Err(fault), |how| Ok(Recalled::Over(how)));
                    }
                }
            }
        }
    }

    /// Follows a flight to its end. Readers that can take text back see it as it comes; the others
    /// get it when it is whole, because what a leader gives may be withdrawn.
    async fn follow(
        &mut self,
        shared: &Shared,
        mut follower: Follower,
        broken: Broken,
        half: &mut Option<How>,
        outlet: &Outlet,
    ) -> Followed {
        let patience = shared.settings.limits.first_text;
        let streams = broken == Broken::Restart;
        let mut begun = false;
        loop {
            let view = tokio::select! {
                biased;
                () = outlet.stop().cancelled() => return Followed::Over(How::Stopped),
                view = timeout(patience, follower.next()) => view,
            };
            let event = match view {
                Err(_) => return Followed::Left,
                Ok(View::Fell(fell)) => return Followed::Fell(fell),
                Ok(View::Landed(landed)) if begun => {
                    self.take_over(&landed.answer, landed.scope, CacheStatus::Shared);
                    return Followed::Over(landed.how);
                }
                Ok(View::Landed(landed)) => {
                    let hit = Hit {
                        answer: landed.answer,
                        scope: landed.scope,
                        status: CacheStatus::Shared,
                    };
                    let pace = pace(shared, broken);
                    return Followed::Over(self.give(hit, landed.how, pace, outlet).await);
                }
                Ok(View::Begins(_) | View::Text(_)) if !streams => continue,
                Ok(View::Begins(by)) => {
                    (begun, *half) = (true, None);
                    EngineEvent::Started(aboard(by))
                }
                Ok(View::Text(text)) => {
                    self.first_text.get_or_insert_with(Instant::now);
                    *half = Some(How::Cut);
                    EngineEvent::Text(text)
                }
            };
            if !outlet.send(event).await {
                return Followed::Over(How::Stopped);
            }
        }
    }

    /// Gives a whole answer, which ended like `how`, within `pace`.
    async fn give(&mut self, hit: Hit, how: How, pace: Duration, outlet: &Outlet) -> How {
        self.take_over(&hit.answer, hit.scope, hit.status);
        if !outlet.send(EngineEvent::Started(started(&hit))).await {
            return How::Stopped;
        }
        self.first_text = Some(Instant::now());
        if replay(&hit.answer.text, pace, outlet).await {
            how
        } else {
            How::Stopped
        }
    }

    /// From now on this turn's answer is `answer`.
    fn take_over(&mut self, answer: &KeptAnswer, scope: KeyScope, status: CacheStatus) {
        self.cache = status;
        self.saved = Some(answer.saved());
        self.payer = Some(scope);
        self.by = Some((answer.provider, answer.model.clone()));
    }

    /// Keeps an answer that the model ended by itself, and gives it to everybody aboard. One that
    /// went on with another's half is given, not kept: no model answered so by itself.
    pub(super) fn keep(
        &mut self,
        asked: super::Asked<'_>,
        target: &Target,
        goes_on: Option<GoesOn<'_>>,
        attempted: &mut Attempted,
    ) {
        let super::Asked {
            shared,
            admission,
            prompt,
            ..
        } = asked;
        let rest = std::mem::take(&mut attempted.text);
        let answer = Arc::new(KeptAnswer {
            text: match goes_on {
                Some(half) => format!("{}{rest}", half.text),
                None => rest,
            },
            provider: target.key.provider,
            key_name: target.key.name.clone(),
            alias: admission.route().alias.clone(),
            model: target.model.clone(),
            prompt_version: prompt.version(),
            usage: attempted.bill.usage,
            estimated: attempted.bill.estimated,
            cost: attempted.bill.cost,
            epoch: admission.cache().epoch,
            made: SystemTime::now(),
            good_for: shared.answers.good_for(admission.cache()),
        });
        let alone = attempted.more_than_text;
        let by_itself = attempted.how == How::Complete && goes_on.is_none() && !alone;
        if by_itself && shared.answers.are_kept(admission.cache()) {
            let key = Asked::key(admission, target, prompt, &shared.settings);
            shared.answers.keep(admission, key, &answer, &shared.tasks);
            self.keep_similar(shared, admission, prompt, target, &answer);
        }
        if let Some(lead) = self.lead.take().filter(|_| !alone) {
            lead.land(Landed {
                how: attempted.how,
                answer,
                scope: target.key.scope,
            });
        }
    }
}

/// Pages are given what is there already as a person reads along, programs at once.
fn pace(shared: &Shared, broken: Broken) -> Duration {
    match broken {
        Broken::Restart => shared.settings.replay,
        Broken::Abort | Broken::Continue => Duration::ZERO,
    }
}

/// The leader's beginning, as a follower tells it: nobody was called for this one.
fn aboard(by: Started) -> Started {
    Started {
        attempt: AttemptId::from_uuid(Uuid::now_v7()),
        cache: CacheStatus::Shared,
        attempts: 0,
        waited: Duration::ZERO,
        as_written: false,
        left_out: Vec::new(),
        ..by
    }
}

fn started(hit: &Hit) -> Started {
    let answer = &hit.answer;
    Started {
        attempt: AttemptId::from_uuid(Uuid::now_v7()),
        provider: answer.provider.as_str(),
        key_name: answer.key_name.clone(),
        scope: hit.scope,
        model: answer.model.clone(),
        demo: answer.provider == crate::admission::Provider::Demo,
        cache: hit.status,
        attempts: 0,
        waited: Duration::ZERO,
        as_written: false,
        left_out: Vec::new(),
    }
}
