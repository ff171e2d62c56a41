//! The answer so far.

use crate::event::{EngineEvent, How};
use crate::fault::Fault;
use std::time::{Duration, SystemTime};
use wire::{FinishReason, Usage, WireError, WireEvent};

/// Whether what comes still counts.
#[derive(Clone, Copy, Debug)]
enum State {
    Sound,
    /// It failed inside the stream, or was cut.
    Broken,
    /// It reached its limit in bytes.
    Full,
}

/// Collects an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    text: String,
    limit: usize,
    /// Everything is released, not text alone.
    all: bool,
    /// Bytes of calls of tools; `None`: none was called.
    calls: Option<usize>,
    /// It came with how likely its tokens were.
    weighed: bool,
    reasoning_bytes: u64,
    usage: Option<Usage>,
    end: Option<How>,
    state: State,
    retry_after: Option<Duration>,
    /// White space that the reader has already, in front of what comes.
    seam: String,
}

impl Answer {
    /// An empty answer of at most `limit` bytes.
    pub(crate) const fn new(limit: usize) -> Self {
        Self {
            text: String::new(),
            limit,
            all: false,
            calls: None,
            weighed: false,
            reasoning_bytes: 0,
            usage: None,
            end: None,
            state: State::Sound,
            retry_after: None,
            seam: String::new(),
        }
    }

    /// The same for a reader who is given everything, not text alone.
    pub(crate) const fn with_all(mut self, all: bool) -> Self {
        self.all = all;
        self
    }

    /// The same, as what follows `half`: white space at its end is not given twice.
    pub(crate) fn after(self, half: &str) -> Self {
        Self {
            seam: half[half.trim_end().len()..].to_owned(),
            limit: self.limit.saturating_sub(half.len()),
            ..self
        }
    }

    /// The piece without what the reader has already.
    fn join(&mut self, piece: String) -> String {
        if self.seam.is_empty() {
            return piece;
        }
        let same = |(one, other): &(char, char)| one == other;
        let shared = self.seam.chars().zip(piece.chars()).take_while(same);
        let bytes = shared.map(|(one, _)| one.len_utf8()).sum();
        let rest = piece[bytes..].to_owned();
        if rest.is_empty() {
            self.seam.drain(..bytes);
        } else {
            self.seam.clear();
        }
        rest
    }

    /// Takes the next event and gives what of it may be released.
    pub(crate) fn take(&mut self, event: WireEvent) -> Option<EngineEvent> {
        if self.is_broken() {
            return None;
        }
        match event {
            WireEvent::Text(text) if self.is_too_much(text.len()) => self.cut(),
            WireEvent::ToolArguments { json, .. } if self.is_too_much(json.len()) => self.cut(),
            WireEvent::Text(text) => {
                let text = self.join(text);
                self.text.push_str(&text);
                (!text.is_empty()).then_some(EngineEvent::Text(text))
            }
            WireEvent::Reasoning(thought) => {
                let bytes = u64::try_from(thought.len()).unwrap_or(u64::MAX);
                self.reasoning_bytes = self.reasoning_bytes.saturating_add(bytes);
                self.piece(WireEvent::Reasoning(thought))
            }
            seal @ WireEvent::ReasoningSeal { .. } => self.piece(seal),
            tokens @ WireEvent::Likelihoods(_) => {
                self.weighed = true;
                self.piece(tokens)
            }
            call @ WireEvent::ToolCall { .. } => {
                self.calls.get_or_insert(0);
                self.piece(call)
            }
            WireEvent::ToolArguments { index, json } => {
                *self.calls.get_or_insert(0) += json.len();
                self.piece(WireEvent::ToolArguments { index, json })
            }
            WireEvent::Usage(usage) => {
                self.usage = Some(usage);
                None
            }
            WireEvent::Finish(reason) => {
                self.end = Some(match reason {
                    FinishReason::Stop | FinishReason::ToolCalls => How::Complete,
                    FinishReason::Length => How::Length,
                    FinishReason::ContentFilter => How::Failed(Fault::ContentPolicy),
                });
                None
            }
            WireEvent::Error(error) => {
                self.fail(&error);
                None
            }
        }
    }

    /// A chat offers no tools, and gives no reasoning back.
    fn piece(&self, event: WireEvent) -> Option<EngineEvent> {
        self.all.then_some(EngineEvent::Piece(event))
    }

    const fn written(&self) -> usize {
        match self.calls {
            Some(calls) => self.text.len() + calls,
            None => self.text.len(),
        }
    }

    const fn is_too_much(&self, more: usize) -> bool {
        self.written() + more > self.limit
    }

    const fn cut(&mut self) -> Option<EngineEvent> {
        self.end = Some(How::Cut);
        self.state = State::Full;
        None
    }

    /// Its text is not all of it: a tool was called, or it came with how likely its tokens were.
    pub(crate) const fn is_more_than_text(&self) -> bool {
        self.calls.is_some() || self.weighed
    }

    fn fail(&mut self, error: &WireError) {
        self.state = State::Broken;
        self.end = Some(match error {
            WireError::Refused(refused) => {
                self.retry_after = refused.retry_after.map(|at| at.from(SystemTime::now()));
                How::Failed(refused.fault.into())
            }
            WireError::Cut | WireError::TooLarge { .. } => How::Cut,
        });
    }

    /// It reached the limit in bytes.
    pub(crate) const fn is_full(&self) -> bool {
        matches!(self.state, State::Full)
    }

    /// Cut, or failed inside the stream: nothing that follows counts.
    pub(crate) const fn is_broken(&self) -> bool {
        !matches!(self.state, State::Sound)
    }

    /// How it ended, once the stream is over. A terminator without a finish reason is complete.
    pub(crate) fn end(&self) -> How {
        self.end.unwrap_or(How::Complete)
    }

    /// The whole text.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// Bytes of text so far.
    pub(crate) fn bytes(&self) -> u64 {
        u64::try_from(self.written()).unwrap_or(u64::MAX)
    }

    /// Bytes of reasoning that came along unseen; for estimates when usage is missing.
    pub(crate) const fn reasoning_bytes(&self) -> u64 {
        self.reasoning_bytes
    }

    /// The provider's own counts.
    pub(crate) const fn usage(&self) -> Option<Usage> {
        self.usage
    }

    /// When to come back, where an error inside the stream said so.
    pub(crate) const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

#[cfg(test)]
mod tests {
    use super::Answer;
    use crate::event::{EngineEvent, How};
    use crate::fault::Fault;
    use wire::{FinishReason, WireError, WireEvent};

    #[test]
    fn an_answer_beyond_the_limit_is_cut_and_stays_cut() {
        let mut answer = Answer::new(4);
        assert_eq!(
            answer.take(WireEvent::Text("abc".into())),
            Some(EngineEvent::Text("abc".into()))
        );
        assert_eq!(answer.take(WireEvent::Text("de".into())), None);
        assert_eq!(answer.take(WireEvent::Text("f".into())), None);
        answer.take(WireEvent::Finish(FinishReason::Stop));
        assert_eq!(answer.end(), How::Cut);
        assert_eq!(answer.into_text(), "abc");
    }

    #[test]
    fn a_text_that_is_gone_on_with_has_no_space_twice() {
        for (half, pieces, joined) in [
            ("One, \n", vec![" ", "\n", "two"], "two"),
            ("One, ", vec![" two"], "two"),
            ("One, ", vec!["two", " "], "two "),
            ("One,", vec![" two"], " two"),
            ("One,\n\n", vec!["\n two"], " two"),
        ] {
            let mut answer = Answer::new(100).after(half);
            let texts = pieces
                .iter()
                .filter_map(|piece| answer.take(WireEvent::Text((*piece).into())));
            let texts = texts.map(|event| match event {
                EngineEvent::Text(text) => text,
                other => unreachable!("{other:?} is no text"),
            });
            let texts: Vec<String> = texts.collect();
            assert!(texts.iter().all(|text| !text.is_empty()));
            assert_eq!(texts.concat(), joined, "{half:?}");
        }
    }

    #[test]
    fn each_finish_reason_has_one_meaning() {
        for (reason, how) in [
            (FinishReason::Stop, How::Complete),
            (FinishReason::ToolCalls, How::Complete),
            (FinishReason::Length, How::Length),
            (
                FinishReason::ContentFilter,
                How::Failed(Fault::ContentPolicy),
            ),
        ] {
            let mut answer = Answer::new(4);
            answer.take(WireEvent::Finish(reason));
            assert_eq!(answer.end(), how);
        }
    }

    #[test]
    fn an_error_after_a_finish_reason_is_an_error() {
        let mut answer = Answer::new(4);
        answer.take(WireEvent::Finish(FinishReason::Stop));
        answer.take(WireEvent::Error(WireError::Cut));
        assert_eq!(answer.end(), How::Cut);
    }
}
