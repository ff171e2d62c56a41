//! Flights: identical questions at the same time, and one answer for all of them.
//!
//! Whoever asks first leads and calls the provider; the others follow, see the same words as they
//! come, and call nobody. A leader that fails, is stopped or vanishes leaves the flight to whoever
//! joins next. Followers are admitted turns themselves; nothing here decides who may ask.

use crate::cache::kept::KeptAnswer;
use crate::cache::key::CacheKey;
use crate::event::{EngineEvent, How, Started};
use crate::fault::Fault;
use contract::keys::KeyScope;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// Flights under way, by the question.
#[derive(Debug, Default)]
pub(crate) struct Flights(Mutex<HashMap<CacheKey, Arc<watch::Sender<Aloft>>>>);

/// What has been told on a flight so far.
#[derive(Debug, Default)]
struct Aloft {
    by: Option<Started>,
    /// Counts answers begun: each withdraws the text of the one before.
    begun: u32,
    text: String,
    end: Option<End>,
}

#[derive(Clone, Debug)]
enum End {
    Landed(Landed),
    Fell(Fell),
}

/// A whole answer, for everybody aboard.
#[derive(Clone, Debug)]
pub(crate) struct Landed {
    pub(crate) how: How,
    pub(crate) answer: Arc<KeptAnswer>,
    /// Whose key it was made with.
    pub(crate) scope: KeyScope,
}

/// A flight without an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fell {
    /// What the leader met; `None`: it was stopped, or vanished.
    pub(crate) fault: Option<Fault>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) payer: Option<KeyScope>,
}

/// Where somebody sits.
#[derive(Debug)]
pub(crate) enum Seat {
    Lead(Lead),
    Follow(Follower),
}

/// The leader's seat. Dropping it without an end lets the flight fall.
#[derive(Debug)]
pub(crate) struct Lead {
    flights: Arc<Flights>,
    key: CacheKey,
    aloft: Arc<watch::Sender<Aloft>>,
}

/// Tells the followers what the leader's reader is told.
#[derive(Clone, Debug)]
pub(crate) struct Tee(Arc<watch::Sender<Aloft>>);

/// A follower's seat.
#[derive(Debug)]
pub(crate) struct Follower {
    aloft: watch::Receiver<Aloft>,
    begun: u32,
    /// Bytes of text seen of the answer that was begun last.
    seen: usize,
}

/// One step of a flight, seen from a follower's seat.
#[derive(Debug)]
pub(crate) enum View {
    /// An answer begins; text seen before is withdrawn.
    Begins(Started),
    /// More of it.
    Text(String),
    /// It is whole. All of its text was seen, or none.
    Landed(Landed),
    /// There is none.
    Fell(Fell),
}

impl Flights {
    /// A seat on the flight `key`: the leader's, where there is no such flight.
    pub(crate) fn join(self: &Arc<Self>, key: CacheKey) -> Seat {
        let mut flights = self.flights();
        if let Some(aloft) = flights.get(&key) {
            return Seat::Follow(Follower {
                aloft: aloft.subscribe(),
                begun: 0,
                seen: 0,
            });
        }
        let aloft = Arc::new(watch::Sender::default());
        flights.insert(key, Arc::clone(&aloft));
        Seat::Lead(Lead {
            flights: Arc::clone(self),
            key,
            aloft,
        })
    }

    /// How many there are.
    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.flights().len()
    }

    fn flights(&self) -> MutexGuard<'_, HashMap<CacheKey, Arc<watch::Sender<Aloft>>>> {
        // A panic while the map was held cannot leave it half changed: go on with it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lead {
    /// For the outlet that the leader's answer leaves through.
    pub(crate) fn tee(&self) -> Tee {
        Tee(Arc::clone(&self.aloft))
    }

    /// The answer is whole.
    pub(crate) fn land(self, landed: Landed) {
        self.end(End::Landed(landed));
    }

    /// There is none, and this is why.
    pub(crate) fn fall(self, fell: Fell) {
        self.end(End::Fell(fell));
    }

    fn end(&self, end: End) {
        // Off the list first: a follower that hears of the end and joins again must not meet it.
        self.flights.flights().remove(&self.key);
        self.aloft.send_modify(|aloft| {
            aloft.end.get_or_insert(end);
        });
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        let is_over = self.aloft.borrow().end.is_some();
        if !is_over {
            self.end(End::Fell(Fell::default()));
        }
    }
}

impl Tee {
    /// Shows the followers an event of the leader's.
    pub(crate) fn show(&self, event: &EngineEvent) {
        self.0.send_modify(|aloft| match event {
            EngineEvent::Started(by) => {
                aloft.by = Some(by.clone());
                aloft.begun += 1;
                aloft.text.clear();
            }
            EngineEvent::Text(text) => aloft.text.push_str(text),
            // The text so far stays, and goes on; others are told of nothing but text.
            EngineEvent::Piece(_) | EngineEvent::Continued(_) | EngineEvent::Ended(_) => {}
        });
    }
}

impl Follower {
    /// The next step. After the end it is told again.
    pub(crate) async fn next(&mut self) -> View {
        loop {
            if let Some(view) = self.look() {
                return view;
            }
            if self.aloft.changed().await.is_err() {
                return View::Fell(Fell::default());
            }
        }
    }

    fn look(&mut self) -> Option<View> {
        let aloft = self.aloft.borrow_and_update();
        if let Some(by) = aloft.by.as_ref().filter(|_| aloft.begun != self.begun) {
            self.begun = aloft.begun;
            self.seen = 0;
            return Some(View::Begins(by.clone()));
        }
        if aloft.text.len() > self.seen {
            let text = aloft.text[self.seen..].to_owned();
            self.seen = aloft.text.len();
            return Some(View::Text(text));
        }
        aloft.end.as_ref().map(|end| match end {
            End::Landed(landed) => View::Landed(landed.clone()),
            End::Fell(fell) => View::Fell(*fell),
        })
    }
}

#[cfg(test)]
#[path = "flight_tests.rs"]
mod tests;
