//! The stream of one turn: a task on one side, a reader on the other.
//!
//! Owns the promise that the last event is always `Ended`, even after a panic, and that dropping
//! the stream stops the turn.

use crate::cache::Tee;
use crate::event::{Ended, EngineEvent, How};
use crate::fault::Fault;
use futures_core::Stream;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Events that may wait for a slow reader before the upstream has to wait as well.
const WAITING_EVENTS: usize = 64;

/// What a turn tells, in order. Dropping it stops the turn, which is settled all the same.
#[derive(Debug)]
pub struct TurnStream {
    events: mpsc::Receiver<EngineEvent>,
    began: Instant,
    ended: bool,
    _stop: DropGuard,
}

/// The task's side.
#[derive(Debug)]
pub(crate) struct Outlet {
    events: mpsc::Sender<EngineEvent>,
    stop: CancellationToken,
    /// Others who are told the same.
    tee: Option<Tee>,
}

/// A stream and its other side. `stop` stops the turn, and so does dropping the stream.
pub(crate) fn channel(stop: &CancellationToken) -> (Outlet, TurnStream) {
    let stop = stop.child_token();
    let (sender, receiver) = mpsc::channel(WAITING_EVENTS);
    let outlet = Outlet {
        events: sender,
        stop: stop.clone(),
        tee: None,
    };
    let stream = TurnStream {
        events: receiver,
        began: Instant::now(),
        ended: false,
        _stop: stop.drop_guard(),
    };
    (outlet, stream)
}

impl Outlet {
    /// The same outlet, at which everybody behind `tee` is told the same from now on.
    pub(crate) fn teed(&self, tee: Option<Tee>) -> Self {
        Self {
            events: self.events.clone(),
            stop: self.stop.clone(),
            tee,
        }
    }

    /// Hands over an event. `false`: the turn was stopped or nobody listens any more.
    pub(crate) async fn send(&self, event: EngineEvent) -> bool {
        // First those who follow: they must not wait for a reader who is slow.
        if let Some(tee) = &self.tee {
            tee.show(&event);
        }
        tokio::select! {
            biased;
            () = self.stop.cancelled() => false,
            sent = self.events.send(event) => sent.is_ok(),
        }
    }

    /// Hands over the last event, stopped or not.
    pub(crate) async fn end(self, ended: Ended) {
        // Nobody listening is no error: everything is settled by now.
        let _ = self.events.send(EngineEvent::Ended(ended)).await;
    }

    /// Stopped by the person, or by the reader going away.
    pub(crate) const fn stop(&self) -> &CancellationToken {
        &self.stop
    }
}

impl Stream for TurnStream {
    type Item = EngineEvent;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<EngineEvent>> {
        let this = self.get_mut();
        if this.ended {
            return Poll::Ready(None);
        }
        let event = match this.events.poll_recv(cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Some(event)) => event,
            // The task is gone without its last word: a defect, told as one.
            Poll::Ready(None) => EngineEvent::Ended(Ended::without_answer(
                How::Failed(Fault::Internal),
                this.began.elapsed(),
            )),
        };
        this.ended = matches!(event, EngineEvent::Ended(_));
        Poll::Ready(Some(event))
    }
}

#[cfg(test)]
mod tests {
    use super::channel;
    use crate::event::{EngineEvent, How};
    use crate::fault::Fault;
    use futures_util::StreamExt;
    use tokio_util::sync::CancellationToken;

    #[tokio::test]
    async fn a_lost_task_is_told_as_our_own_fault() {
        let (outlet, stream) = channel(&CancellationToken::new());
        assert!(outlet.send(EngineEvent::Text("a".into())).await);
        drop(outlet);
        let events: Vec<_> = stream.collect().await;
        assert_eq!(events.len(), 2);
        assert!(matches!(&events[1], EngineEvent::Ended(ended)
            if ended.how == How::Failed(Fault::Internal)));
    }

    #[tokio::test]
    async fn dropping_the_stream_stops_the_turn_but_not_its_siblings() {
        let parent = CancellationToken::new();
        let (outlet, stream) = channel(&parent);
        drop(stream);
        assert!(outlet.stop().is_cancelled() && !parent.is_cancelled());
        assert!(!outlet.send(EngineEvent::Text("a".into())).await);
    }
}
