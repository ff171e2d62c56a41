//! Answers being written on this node, and everybody who watches them.
//!
//! A turn runs on its own task and writes here; any number of browsers follow. A follower that
//! joins late gets everything so far in one frame, a slow one skips the steps in between: nothing
//! is queued per follower, so memory is bounded by the answer itself.

use contract::{AnswerEnd, Caller, MemberId, MessageId, Said, StreamFrame, TenantId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// What has been written so far.
#[derive(Clone, Default)]
struct Written {
    blocks: Vec<Arc<str>>,
    open: Arc<str>,
    /// Counts withdrawn attempts, so that followers notice one.
    restarts: u32,
    /// Counts those who went on with a half answer.
    gone_on: u32,
    notice: Said,
    /// The conversation's title, where the turn gave it one.
    title: Option<String>,
    /// How it ended, and its Markdown as it is stored.
    end: Option<(AnswerEnd, Arc<str>)>,
}

/// All answers in the making on this node.
#[derive(Clone, Default)]
pub struct LiveTurns(Arc<Mutex<HashMap<MessageId, Arc<LiveTurn>>>>);

/// One answer in the making.
pub struct LiveTurn {
    tenant: TenantId,
    member: MemberId,
    written: watch::Sender<Written>,
    stop: CancellationToken,
    /// Set when the server, not the person, stops the answer.
    shutting_down: CancellationToken,
}

/// The writing side. Dropping it takes the turn off the list.
pub struct Writer {
    turns: LiveTurns,
    answer: MessageId,
    turn: Arc<LiveTurn>,
}

/// The reading side.
pub struct Follower {
    written: watch::Receiver<Written>,
    blocks_sent: usize,
    restarts_seen: u32,
    gone_on_seen: u32,
    title_sent: bool,
    first: bool,
    ended: bool,
}

impl LiveTurns {
    /// Begins a turn of `caller`.
    #[must_use]
    pub fn begin(&self, caller: &Caller, answer: MessageId) -> Writer {
        let turn = Arc::new(LiveTurn {
            tenant: caller.tenant(),
            member: caller.member(),
            written: watch::Sender::default(),
            stop: CancellationToken::new(),
            shutting_down: CancellationToken::new(),
        });
        self.turns().insert(answer, turn.clone());
        Writer {
            turns: self.clone(),
            answer,
            turn,
        }
    }

    /// Follows an answer of `caller`. `None`: not being written here, or not theirs.
    #[must_use]
    pub fn follow(&self, caller: &Caller, answer: MessageId) -> Option<Follower> {
        let written = self.find(caller, answer)?.written.subscribe();
        Some(Follower {
            written,
            blocks_sent: 0,
            restarts_seen: 0,
            gone_on_seen: 0,
            title_sent: false,
            first: true,
            ended: false,
        })
    }

    /// Asks an answer of `caller` to stop. `false`: not being written here, or not theirs.
    #[must_use]
    pub fn stop(&self, caller: &Caller, answer: MessageId) -> bool {
        self.find(caller, answer)
            .inspect(|turn| turn.stop.cancel())
            .is_some()
    }

    /// Stops every answer of a workspace, for example because it was suspended or deleted.
    pub fn stop_workspace(&self, tenant: TenantId) {
        self.turns()
            .values()
            .filter(|turn| turn.tenant == tenant)
            .for_each(|turn| turn.stop.cancel());
    }

    /// Ends every answer because the server stops; what arrived is kept as interrupted.
    pub fn interrupt_all(&self) {
        for turn in self.turns().values() {
            turn.shutting_down.cancel();
            turn.stop.cancel();
        }
    }

    /// How many answers are being written.
    #[must_use]
    pub fn count(&self) -> usize {
        self.turns().len()
    }

    fn find(&self, caller: &Caller, answer: MessageId) -> Option<Arc<LiveTurn>> {
        let turn = self.turns().get(&answer).cloned()?;
        (turn.tenant == caller.tenant() && turn.member == caller.member()).then_some(turn)
    }

    fn turns(&self) -> MutexGuard<'_, HashMap<MessageId, Arc<LiveTurn>>> {
        // A panic while the map was held cannot leave it half changed: go on with it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writer {
    /// Cancelled when somebody asks the answer to stop.
    #[must_use]
    pub fn stop(&self) -> CancellationToken {
        self.turn.stop.clone()
    }

    /// Whether the stop came from the server's own end.
    #[must_use]
    pub fn interrupted(&self) -> bool {
        self.turn.shutting_down.is_cancelled()
    }

    /// Tells the title that the turn gave its conversation.
    pub fn entitle(&self, title: &str) {
        self.turn
            .written
            .send_modify(|written| written.title = Some(title.to_owned()));
    }

    /// Shows finished blocks from index `from` on and the block still open.
    pub fn show(&self, from: usize, finished: &[Arc<str>], open: Arc<str>) {
        self.turn.written.send_modify(|written| {
            written.blocks.truncate(from);
            written.blocks.extend_from_slice(finished);
            written.open = open;
        });
    }

    /// Withdraws what was written; a fresh attempt follows.
    pub fn restart(&self, notice: &Said) {
        self.turn.written.send_modify(|written| {
            written.blocks.clear();
            written.open = Arc::default();
            written.restarts += 1;
            written.notice = notice.clone();
        });
    }

    /// Tells that somebody else goes on with what was written; it stays.
    pub fn goes_on(&self, notice: &Said) {
        self.turn.written.send_modify(|written| {
            written.gone_on += 1;
            written.notice = notice.clone();
        });
    }

    /// Tells every follower that it is over; `text` is the Markdown as it is stored.
    pub fn end(&self, end: AnswerEnd, text: Arc<str>) {
        self.turn
            .written
            .send_modify(|written| written.end = Some((end, text)));
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // A writer that vanishes without an end (a bug, a panic) leaves no follower waiting.
        self.turn.written.send_modify(|written| {
            written
                .end
                .get_or_insert_with(|| (AnswerEnd::Interrupted, Arc::default()));
        });
        self.turns.turns().remove(&self.answer);
    }
}

impl Follower {
    /// The next step, or `None` after the end.
    pub async fn next(&mut self) -> Option<Vec<StreamFrame>> {
        if self.ended {
            return None;
        }
        if self.first {
            self.first = false;
            self.written.mark_changed();
        }
        self.written.changed().await.ok()?;
        let written = self.written.borrow_and_update();
        let mut frames = Vec::with_capacity(3);
        let notice = || written.notice.clone();
        if written.restarts != self.restarts_seen {
            self.restarts_seen = written.restarts;
            self.blocks_sent = 0;
            frames.push(StreamFrame::Restart { notice: notice() });
        }
        if written.gone_on != self.gone_on_seen {
            self.gone_on_seen = written.gone_on;
            frames.push(StreamFrame::GoesOn { notice: notice() });
        }
        if let Some(title) = written.title.as_ref().filter(|_| !self.title_sent) {
            self.title_sent = true;
            frames.push(StreamFrame::Title {
                title: title.clone(),
            });
        }
        let from = self.blocks_sent.min(written.blocks.len());
        frames.push(StreamFrame::Blocks {
            from: u32::try_from(from).unwrap_or(u32::MAX),
            blocks: written.blocks[from..]
                .iter()
                .map(ToString::to_string)
                .collect(),
            open: written.open.to_string(),
        });
        self.blocks_sent = written.blocks.len();
        if let Some((end, text)) = &written.end {
            self.ended = true;
            frames.push(StreamFrame::End {
                end: end.clone(),
                text: text.to_string(),
            });
        }
        Some(frames)
    }
}

#[cfg(test)]
mod tests {
    use super::LiveTurns;
    use contract::{
        AnswerEnd, Caller, MemberId, MessageId, Role, SessionId, StreamFrame, TenantId,
    };
    use uuid::Uuid;

    fn caller(tenant: u128, member: u128) -> Caller {
        Caller::new(
            TenantId::from_uuid(Uuid::from_u128(tenant)),
            MemberId::from_uuid(Uuid::from_u128(member)),
            SessionId::from_uuid(Uuid::nil()),
            Role::Member,
            String::new(),
            String::new(),
        )
    }

    fn blocks(frames: &[StreamFrame]) -> (u32, usize, String) {
        frames
            .iter()
            .find_map(|frame| match frame {
                StreamFrame::Blocks { from, blocks, open } => {
                    Some((*from, blocks.len(), open.clone()))
                }
                _ => None,
            })
            .unwrap()
    }

    #[tokio::test]
    async fn late_followers_get_everything_and_then_only_news() {
        let (turns, answer) = (
            LiveTurns::default(),
            MessageId::from_uuid(Uuid::from_u128(9)),
        );
        let writer = turns.begin(&caller(1, 1), answer);
        writer.show(0, &["a".into(), "b".into()], "c".into());
        let mut late = turns.follow(&caller(1, 1), answer).unwrap();
        assert_eq!(blocks(&late.next().await.unwrap()), (0, 2, "c".to_owned()));
        writer.show(2, &["c".into()], "d".into());
        assert_eq!(blocks(&late.next().await.unwrap()), (2, 1, "d".to_owned()));
        writer.restart(&"again".into());
        assert!(matches!(
            late.next().await.unwrap()[0],
            StreamFrame::Restart { .. }
        ));
        writer.goes_on(&"on".into());
        let told = late.next().await.unwrap();
        assert!(matches!(&told[0], StreamFrame::GoesOn { notice } if *notice == "on"));
        assert_eq!(told.len(), 2, "once");
        writer.end(AnswerEnd::Interrupted, "d".into());
        drop(writer);
        assert!(matches!(
            late.next().await.unwrap().last(),
            Some(StreamFrame::End { text, .. }) if text == "d"
        ));
        assert!(late.next().await.is_none());
        assert_eq!(turns.count(), 0);
    }

    #[tokio::test]
    async fn nobody_else_follows_or_stops() {
        let (turns, answer) = (
            LiveTurns::default(),
            MessageId::from_uuid(Uuid::from_u128(9)),
        );
        let writer = turns.begin(&caller(1, 1), answer);
        for stranger in [caller(2, 1), caller(1, 2)] {
            assert!(turns.follow(&stranger, answer).is_none());
            assert!(!turns.stop(&stranger, answer));
        }
        assert!(!writer.stop().is_cancelled());
        assert!(turns.stop(&caller(1, 1), answer));
        assert!(writer.stop().is_cancelled());
    }

    #[tokio::test]
    async fn a_vanished_writer_ends_the_answer_truthfully() {
        let (turns, answer) = (
            LiveTurns::default(),
            MessageId::from_uuid(Uuid::from_u128(9)),
        );
        let writer = turns.begin(&caller(1, 1), answer);
        let mut follower = turns.follow(&caller(1, 1), answer).unwrap();
        drop(writer);
        let frames = follower.next().await.unwrap();
        assert_eq!(
            frames.last(),
            Some(&StreamFrame::End {
                end: AnswerEnd::Interrupted,
                text: String::new()
            })
        );
    }
}
