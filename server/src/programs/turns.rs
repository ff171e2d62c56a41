//! The turns of one request: as many as answers are wanted.
//!
//! Every answer is a turn of its own, admitted, paid for and settled by itself, because most targets know only
//! one answer to a request. Refuses to mix their events: each comes with the place of its answer.

use engine::{Ended, EngineEvent, How, TurnStream};
use futures_util::StreamExt as _;
use futures_util::stream::{SelectAll, select_all};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// Answers being written, and what is known of those that are over.
pub(super) struct Turns {
    open: SelectAll<Numbered>,
    count: usize,
    ended: Vec<Ended>,
}

impl Turns {
    /// All of them begin; the first answer is the first of `turns`.
    pub(super) fn new(turns: Vec<TurnStream>) -> Self {
        Self {
            count: turns.len(),
            open: select_all(
                (0..)
                    .zip(turns)
                    .map(|(index, turn)| Numbered { index, turn }),
            ),
            ended: Vec::new(),
        }
    }

    /// How many answers there are.
    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// What happens next, and in which answer, from 0.
    pub(super) async fn next(&mut self) -> (u32, EngineEvent) {
        // Every turn ends with an end; a missing one would be its bug.
        let missing = || {
            (
                0,
                EngineEvent::Ended(Ended::without_answer(How::Cut, Duration::ZERO)),
            )
        };
        self.open.next().await.unwrap_or_else(missing)
    }

    /// Notes that an answer is over. `Some`: it was the last one, and this is what all of them are together.
    pub(super) fn end(&mut self, ended: Ended) -> Option<Ended> {
        self.ended.push(ended);
        (self.ended.len() == self.count)
            .then(|| self.together())
            .flatten()
    }

    /// What the answers so far are together: ended as the first one that is not whole, with the sums of what
    /// was used.
    fn together(&self) -> Option<Ended> {
        let whole = |ended: &&Ended| matches!(ended.how, How::Complete | How::Length);
        let first = self
            .ended
            .iter()
            .find(|ended| !whole(ended))
            .or(self.ended.first())?;
        let mut sum = first.clone();
        sum.usage = self
            .ended
            .iter()
            .filter_map(|ended| ended.usage)
            .reduce(wire::Usage::plus);
        sum.cost = self
            .ended
            .iter()
            .map(|ended| ended.cost)
            .reduce(|sum, cost| Some(sum? + cost?))
            .flatten();
        sum.estimated = self.ended.iter().any(|ended| ended.estimated);
        sum.attempts = self.ended.iter().map(|ended| ended.attempts).sum();
        sum.total = self
            .ended
            .iter()
            .map(|ended| ended.total)
            .max()
            .unwrap_or_default();
        Some(sum)
    }
}

/// A turn that says which answer it is.
struct Numbered {
    index: u32,
    turn: TurnStream,
}

impl futures_util::Stream for Numbered {
    type Item = (u32, EngineEvent);

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let event = this.turn.poll_next_unpin(cx);
        event.map(|event| event.map(|event| (this.index, event)))
    }
}

#[cfg(test)]
mod tests {
    use super::Turns;
    use contract::NanoUsd;
    use engine::{Ended, How};
    use std::time::Duration;
    use wire::Usage;

    fn ended(how: How, output: u64, cost: Option<i64>) -> Ended {
        let usage = Usage {
            output,
            ..Usage::default()
        };
        Ended {
            usage: Some(usage),
            cost: cost.map(NanoUsd::new),
            attempts: 1,
            ..Ended::without_answer(how, Duration::from_millis(output))
        }
    }

    fn together(all: Vec<Ended>) -> Ended {
        let mut turns = Turns::new(Vec::new());
        turns.count = all.len();
        let mut told: Vec<_> = all.into_iter().map(|ended| turns.end(ended)).collect();
        let last = told.pop().flatten();
        assert!(told.iter().all(Option::is_none));
        last.unwrap()
    }

    #[test]
    fn what_was_used_is_added_up() {
        let sum = together(vec![
            ended(How::Complete, 3, Some(30)),
            ended(How::Length, 5, Some(50)),
        ]);
        assert_eq!(sum.usage.unwrap().output, 8);
        assert_eq!(sum.cost, Some(NanoUsd::new(80)));
        assert_eq!((sum.attempts, sum.how), (2, How::Complete));
        assert_eq!(sum.total, Duration::from_millis(5));
    }

    #[test]
    fn one_that_failed_is_told_and_one_without_a_price_makes_the_sum_unknown() {
        let sum = together(vec![
            ended(How::Complete, 3, Some(30)),
            ended(How::Cut, 1, None),
        ]);
        assert_eq!((sum.how, sum.cost), (How::Cut, None));
    }
}
