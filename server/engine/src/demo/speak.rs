//! Saying the answer word by word, at a pace a person can follow.

use crate::demo::compose::compose;
use crate::prompt::Prompt;
use crate::settings::DemoPace;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::sleep;
use wire::{FinishReason, Usage, WireEvent};

/// No demo answer has more tokens.
pub(crate) const MAX_OUTPUT_TOKENS: u32 = 640;
/// Words the demo model "thinks" before the first one.
const THINKING_WORDS: u32 = 8;

/// A demo answer being said.
#[derive(Debug)]
pub(crate) struct DemoAnswer {
    words: VecDeque<String>,
    said: u32,
    pace: DemoPace,
    usage: Usage,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Speaking,
    Counting,
    Over,
}

impl DemoAnswer {
    /// The answer to `prompt`.
    pub(crate) fn new(prompt: &Prompt, pace: DemoPace) -> Self {
        let text = compose(prompt);
        let usage = Usage {
            fresh_input: prompt.texts().map(tokens).sum(),
            output: tokens(&text),
            ..Usage::default()
        };
        Self {
            words: text
                .split_inclusive([' ', '\n'])
                .map(str::to_owned)
                .collect(),
            said: 0,
            pace,
            usage,
            state: State::Speaking,
        }
    }

    /// The next word, then the end with usage, then `None`. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Option<WireEvent> {
        match self.state {
            State::Speaking if self.words.is_empty() => {
                self.state = State::Counting;
                Some(WireEvent::Finish(FinishReason::Stop))
            }
            State::Speaking => {
                let pause = self.pause();
                if !pause.is_zero() {
                    sleep(pause).await;
                }
                self.said += 1;
                self.words.pop_front().map(WireEvent::Text)
            }
            State::Counting => {
                self.state = State::Over;
                Some(WireEvent::Usage(self.usage))
            }
            State::Over => None,
        }
    }

    /// Between the two ends of the pace, by word, always the same way.
    fn pause(&self) -> Duration {
        let step = self.said.wrapping_mul(7) % 11;
        let spread = self.pace.longest.saturating_sub(self.pace.shortest);
        let word = self.pace.shortest + spread * step / 10;
        if self.said == 0 {
            word * THINKING_WORDS
        } else {
            word
        }
    }
}

/// Four tokens for every three words, rounded up.
fn tokens(text: &str) -> u64 {
    let words = u64::try_from(text.split_whitespace().count()).unwrap_or(u64::MAX);
    words.saturating_mul(4).div_ceil(3)
}

#[cfg(test)]
mod tests {
    use super::{DemoAnswer, MAX_OUTPUT_TOKENS, tokens};
    use crate::prompt::{Ask, AskMessage, Asker, Broken, Prompt, compose};
    use crate::settings::DemoPace;
    use wire::WireEvent;

    fn prompt(question: &str) -> Prompt {
        compose(Ask {
            system: None,
            conversation: crate::prompt::Conversation::Chat(vec![AskMessage {
                role: Asker::User,
                text: question.into(),
            }]),
            bypass_cache: false,
            broken: Broken::Abort,
        })
        .unwrap()
    }

    async fn say(question: &str, pace: DemoPace) -> Vec<WireEvent> {
        let mut answer = DemoAnswer::new(&prompt(question), pace);
        let mut events = Vec::new();
        while let Some(event) = answer.next().await {
            events.push(event);
        }
        events
    }

    #[tokio::test(start_paused = true)]
    async fn pace_changes_time_but_not_words() {
        let began = tokio::time::Instant::now();
        let quick = say("What is this?", DemoPace::INSTANT).await;
        assert!(began.elapsed().is_zero());
        let slow = say("What is this?", DemoPace::HUMAN).await;
        let words = u32::try_from(slow.len()).unwrap();
        let elapsed = began.elapsed();
        assert!(elapsed >= DemoPace::HUMAN.shortest * (words - 2));
        assert!(elapsed <= DemoPace::HUMAN.longest * (words + 8));
        assert_eq!(quick, slow);
    }

    #[tokio::test]
    async fn usage_counts_what_was_said() {
        let events = say("one two three", DemoPace::INSTANT).await;
        let [.., WireEvent::Finish(_), WireEvent::Usage(usage)] = events.as_slice() else {
            panic!("{events:?}");
        };
        let said: String = events
            .iter()
            .filter_map(|event| match event {
                WireEvent::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!((usage.fresh_input, usage.output), (4, tokens(&said)));
        assert!(usage.output <= u64::from(MAX_OUTPUT_TOKENS));
    }
}
