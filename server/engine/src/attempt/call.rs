//! What an attempt is made from, and what became of it.

use crate::admission::{Admission, Target};
use crate::event::How;
use crate::fault::Fault;
use crate::prompt::Prompt;
use crate::reserve::estimate_tokens;
use crate::run::Shared;
use crate::settings::Limits;
use crate::settle::{Bill, Charge};
use contract::CacheStatus;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use wire::Prefill;
use wire::chat::ChatRequest;

/// What an attempt is made from.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) admission: &'a Admission,
    pub(crate) prompt: &'a Prompt,
    pub(crate) target: &'a Target,
    /// What the cache has to do with it.
    pub(crate) cache: CacheStatus,
    /// 1 for the first attempt of the turn.
    pub(crate) number: u32,
    /// How long it is waited for.
    pub(crate) limits: Limits,
    /// What it goes on with; `None`: it begins anew.
    pub(crate) goes_on: Option<GoesOn<'a>>,
}

/// A half answer, for a model that can go on with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GoesOn<'a> {
    /// The conversation with the half answer as its last line.
    pub(crate) request: &'a ChatRequest,
    /// How the model wants to be told.
    pub(crate) way: Prefill,
    /// The half answer as the reader has it.
    pub(crate) text: &'a str,
}

impl GoesOn<'_> {
    /// Tokens of the half answer, as we estimate it.
    pub(crate) fn tokens(&self) -> u64 {
        estimate_tokens(u64::try_from(self.text.len()).unwrap_or(u64::MAX))
    }
}

impl Call<'_> {
    /// Tokens that the provider reads, as we estimate it.
    pub(super) fn estimated_input(&self) -> u64 {
        let half = self.goes_on.map_or(0, |half| half.tokens());
        self.prompt.estimated_input().saturating_add(half)
    }
}

/// What became of an attempt.
#[derive(Debug)]
pub(crate) struct Attempted {
    pub(crate) how: How,
    pub(crate) bill: Bill,
    /// The whole text, for the cache.
    pub(crate) text: String,
    /// The upstream was called; `false` where key or address were refused first.
    pub(crate) called: bool,
    pub(crate) retry_after: Option<Duration>,
    /// When the first text was released, after which there is no way back to another target.
    pub(crate) first_text: Option<Instant>,
    pub(crate) settling: Option<JoinHandle<()>>,
    /// Cut by our own limit in bytes, which another attempt would meet as well.
    pub(crate) full: bool,
    /// A tool was called, or the answer says how likely its words were: it is for this asker alone, and
    /// nobody goes on with it.
    pub(crate) more_than_text: bool,
}

impl Attempted {
    pub(crate) fn not_called(fault: Fault) -> Self {
        Self {
            how: How::Failed(fault),
            bill: Bill::new(Charge::Nothing, None, None, 0, 0, 0),
            text: String::new(),
            called: false,
            retry_after: None,
            first_text: None,
            settling: None,
            full: false,
            more_than_text: false,
        }
    }
}
