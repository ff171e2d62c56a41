//! When things happened, by the clock that all processes of a machine share.

use std::time::{SystemTime, UNIX_EPOCH};

/// Nanoseconds since 1970.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(since.as_nanos()).unwrap()
}

/// One answer, as the asker and the provider saw it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timing {
    asked: u64,
    first: u64,
    whole: u64,
    /// The provider had the question.
    received: u64,
    /// It sent the first word.
    spoke: u64,
    /// It sent the last word.
    said: u64,
}

/// An answer being read: the first word says when the question arrived and when it was sent, the last
/// one when it was sent.
#[derive(Debug)]
pub(crate) struct Reading {
    asked: u64,
    first: Option<u64>,
    text: String,
}

impl Reading {
    pub(crate) fn begin() -> Self {
        Self {
            asked: now(),
            first: None,
            text: String::new(),
        }
    }

    pub(crate) fn add(&mut self, piece: &str) {
        self.first.get_or_insert_with(now);
        self.text.push_str(piece);
    }

    pub(crate) fn end(self) -> Timing {
        let whole = now();
        let mut words = self.text.split(' ');
        let mut next = || words.next().unwrap().parse().unwrap();
        let (received, spoke) = (next(), next());
        let said = self.text.rsplit(' ').next().unwrap().parse().unwrap();
        Timing {
            asked: self.asked,
            first: self.first.unwrap(),
            whole,
            received,
            spoke,
            said,
        }
    }
}

impl Timing {
    /// Microseconds to the first word in which the provider was not at work.
    pub(crate) fn outside_first(&self) -> f64 {
        between(self.asked, self.received) + between(self.spoke, self.first)
    }

    /// The same to the end of the answer.
    pub(crate) fn outside_whole(&self) -> f64 {
        between(self.asked, self.received) + between(self.said, self.whole)
    }

    /// Microseconds from `earlier` until the provider had the question.
    pub(crate) fn received_since(&self, earlier: u64) -> f64 {
        between(earlier, self.received)
    }
}

fn between(earlier: u64, later: u64) -> f64 {
    later.saturating_sub(earlier) as f64 / 1e3
}
