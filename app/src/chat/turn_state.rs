//! The state of one answer while it streams: a pure function of the frames that arrived.
//!
//! Refuses signals, clocks and the network, so that every order of frames can be tested.

use contract::{AnswerEnd, Said, StreamFrame};

/// What a frame did to the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Applied {
    /// Nothing new, for example a frame that came twice.
    Same,
    /// Blocks, open block, notice or title changed.
    Changed,
    /// Frames between what is here and this one are missing: connect again for all of them.
    Gap,
    /// The answer is over.
    Ended,
}

/// Blocks that never change, the block still being written, and how it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TurnState {
    /// Finished blocks, safe HTML.
    pub blocks: Vec<String>,
    /// The block still being written, safe HTML; empty: none.
    pub open: String,
    /// Grows whenever finished blocks were taken back, so that views made for them are dropped.
    pub generation: u32,
    /// Why the answer began again, in words for the member.
    pub notice: Option<Said>,
    /// The title the conversation got meanwhile.
    pub title: Option<String>,
    /// How it ended; `None` while it is being written.
    pub end: Option<AnswerEnd>,
}

impl TurnState {
    /// The state of an answer as it was stored.
    pub(crate) fn stored(blocks: Vec<String>, end: Option<AnswerEnd>) -> Self {
        Self {
            blocks,
            end,
            ..Self::default()
        }
    }

    /// `true` until the end is known.
    pub(crate) const fn is_live(&self) -> bool {
        self.end.is_none()
    }

    /// Takes one frame in. Applying the same frame twice changes nothing the second time; an
    /// answer that has ended does not change any more, except that a title may still arrive.
    pub(crate) fn apply(&mut self, frame: &StreamFrame) -> Applied {
        match frame {
            StreamFrame::Title { title } => self.take_title(title),
            _ if !self.is_live() => Applied::Same,
            StreamFrame::Blocks { from, blocks, open } => self.take_blocks(*from, blocks, open),
            StreamFrame::Restart { notice } => self.restart(notice),
            StreamFrame::GoesOn { notice } => self.goes_on(notice),
            StreamFrame::End { end, .. } => {
                self.settle(end.clone());
                Applied::Ended
            }
        }
    }

    fn take_title(&mut self, title: &str) -> Applied {
        if self.title.as_deref() == Some(title) {
            return Applied::Same;
        }
        self.title = Some(title.to_owned());
        Applied::Changed
    }

    fn take_blocks(&mut self, from: u32, blocks: &[String], open: &str) -> Applied {
        let Ok(from) = usize::try_from(from) else {
            return Applied::Gap;
        };
        let Some(held) = self.blocks.get(from..) else {
            return Applied::Gap;
        };
        if held == blocks && self.open == open {
            return Applied::Same;
        }
        let kept = held.iter().zip(blocks).take_while(|(a, b)| a == b).count();
        if kept < held.len() {
            self.generation += 1;
        }
        self.blocks.truncate(from + kept);
        self.blocks.extend_from_slice(&blocks[kept..]);
        open.clone_into(&mut self.open);
        Applied::Changed
    }

    fn restart(&mut self, notice: &Said) -> Applied {
        let empty = self.blocks.is_empty() && self.open.is_empty();
        if empty && self.notice.as_ref() == Some(notice) {
            return Applied::Same;
        }
        if !self.blocks.is_empty() {
            self.generation += 1;
        }
        self.blocks.clear();
        self.open.clear();
        self.notice = Some(notice.clone());
        Applied::Changed
    }

    fn goes_on(&mut self, notice: &Said) -> Applied {
        if self.notice.as_ref() == Some(notice) {
            return Applied::Same;
        }
        self.notice = Some(notice.clone());
        Applied::Changed
    }

    /// What was still open is kept as the last block: nothing that arrived is taken away.
    fn settle(&mut self, end: AnswerEnd) {
        if !self.open.is_empty() {
            self.blocks.push(std::mem::take(&mut self.open));
        }
        self.end = Some(end);
    }
}

#[cfg(test)]
mod tests {
    use super::{Applied, TurnState};
    use contract::chat::Receipt;
    use contract::{AnswerEnd, StreamFrame};

    fn blocks(from: u32, blocks: &[&str], open: &str) -> StreamFrame {
        StreamFrame::Blocks {
            from,
            blocks: blocks.iter().map(ToString::to_string).collect(),
            open: open.to_owned(),
        }
    }

    fn done() -> StreamFrame {
        StreamFrame::End {
            end: AnswerEnd::Done {
                receipt: Receipt::default(),
            },
            text: String::new(),
        }
    }

    #[test]
    fn grows_block_by_block() {
        let mut state = TurnState::default();
        assert_eq!(state.apply(&blocks(0, &[], "<p>He")), Applied::Changed);
        assert_eq!(
            state.apply(&blocks(0, &["<p>Hello</p>"], "<p>Wor")),
            Applied::Changed
        );
        assert_eq!(state.apply(&blocks(1, &[], "<p>World")), Applied::Changed);
        assert_eq!(state.blocks, ["<p>Hello</p>"]);
        assert_eq!(state.open, "<p>World");
        assert_eq!(state.generation, 0);
    }

    #[test]
    fn same_frame_twice_changes_nothing() {
        let mut state = TurnState::default();
        let frame = blocks(0, &["a", "b"], "c");
        assert_eq!(state.apply(&frame), Applied::Changed);
        let before = state.clone();
        assert_eq!(state.apply(&frame), Applied::Same);
        assert_eq!(state, before);
    }

    #[test]
    fn reconnect_with_everything_keeps_views_of_known_blocks() {
        let mut state = TurnState::default();
        state.apply(&blocks(0, &["a", "b"], "c"));
        assert_eq!(
            state.apply(&blocks(0, &["a", "b", "c"], "d")),
            Applied::Changed
        );
        assert_eq!(state.blocks, ["a", "b", "c"]);
        assert_eq!(state.generation, 0);
    }

    #[test]
    fn surplus_blocks_are_dropped() {
        let mut state = TurnState::default();
        state.apply(&blocks(0, &["a", "b", "c"], ""));
        assert_eq!(state.apply(&blocks(1, &["x"], "")), Applied::Changed);
        assert_eq!(state.blocks, ["a", "x"]);
        assert_eq!(state.generation, 1);
    }

    #[test]
    fn a_gap_is_told_and_changes_nothing() {
        let mut state = TurnState::default();
        state.apply(&blocks(0, &["a"], "b"));
        let before = state.clone();
        assert_eq!(state.apply(&blocks(3, &["d"], "")), Applied::Gap);
        assert_eq!(state, before);
    }

    #[test]
    fn restart_withdraws_the_half_answer() {
        let mut state = TurnState::default();
        state.apply(&blocks(0, &["a"], "b"));
        let restart = StreamFrame::Restart {
            notice: "The first model went away.".into(),
        };
        assert_eq!(state.apply(&restart), Applied::Changed);
        assert_eq!(state.apply(&restart), Applied::Same);
        assert!(state.blocks.is_empty() && state.open.is_empty());
        assert_eq!(state.generation, 1);
        assert_eq!(state.apply(&blocks(0, &["new"], "")), Applied::Changed);
        assert_eq!(state.notice, Some("The first model went away.".into()));
    }

    #[test]
    fn going_on_says_so_and_takes_nothing_away() {
        let mut state = TurnState::default();
        state.apply(&blocks(0, &["a"], "b"));
        let goes_on = StreamFrame::GoesOn {
            notice: "Another model goes on.".into(),
        };
        assert_eq!(state.apply(&goes_on), Applied::Changed);
        assert_eq!(state.apply(&goes_on), Applied::Same);
        assert_eq!((state.blocks.len(), state.open.as_str()), (1, "b"));
        assert_eq!(state.generation, 0);
        assert_eq!(state.notice, Some("Another model goes on.".into()));
    }

    #[test]
    fn the_end_keeps_what_was_open_and_is_final() {
        let mut state = TurnState::default();
        state.apply(&blocks(0, &["a"], "b"));
        assert_eq!(
            state.apply(&StreamFrame::End {
                end: AnswerEnd::Interrupted,
                text: String::new()
            }),
            Applied::Ended
        );
        assert_eq!(state.blocks, ["a", "b"]);
        assert_eq!(state.apply(&blocks(0, &["z"], "")), Applied::Same);
        assert_eq!(state.apply(&done()), Applied::Same);
        assert_eq!(state.end, Some(AnswerEnd::Interrupted));
    }

    #[test]
    fn a_title_may_come_at_any_time() {
        let mut state = TurnState::default();
        state.apply(&done());
        let title = StreamFrame::Title {
            title: "Notice periods".to_owned(),
        };
        assert_eq!(state.apply(&title), Applied::Changed);
        assert_eq!(state.apply(&title), Applied::Same);
        assert_eq!(state.title.as_deref(), Some("Notice periods"));
    }
}
