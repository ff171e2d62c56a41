//! What the turn has tried, and what becomes of a half answer.
//!
//! Owns the three ways after a first text: it ends there, a fresh answer takes its place, or another
//! model goes on with it. Refuses to go on with a model that is not known to be able to, and to ask
//! anybody else where the route does not say so.

use super::Asked;
use crate::admission::Target;
use crate::attempt::{Attempted, GoesOn};
use crate::event::How;
use crate::fault::Fault;
use crate::plan::{Candidate, Cooling, Needs};
use crate::prompt::Broken;
use wire::chat::ChatRequest;
use wire::{Prefill, prefill};

/// Half answers given up or gone on with in one turn; each was paid for.
const MOST_HALVES: u32 = 2;

/// What was tried so far.
pub(super) struct Tries {
    /// How the last try ended, or why there was none.
    pub(super) last: Result<How, Fault>,
    /// What the targets that are still to come must be able to do.
    pub(super) needs: Needs,
    /// 0 while every target is tried for the first time.
    pub(super) round: u32,
    broken: Broken,
    half: Option<Half>,
    halves: u32,
}

/// What the reader has of an answer that broke off.
struct Half {
    how: How,
    text: String,
    /// The provider withheld the rest, or the text is not here: nobody goes on with that.
    withheld: bool,
}

/// A request that goes on with the half answer.
pub(super) struct GoingOn {
    request: ChatRequest,
    way: Prefill,
}

impl GoingOn {
    pub(super) const fn borrow<'a>(&'a self, text: &'a str) -> GoesOn<'a> {
        GoesOn {
            request: &self.request,
            way: self.way,
            text,
        }
    }
}

impl Tries {
    /// Nothing tried. `half`: the reader was given part of somebody else's answer, which ended so;
    /// nobody here has that text, so nobody goes on with it.
    pub(super) fn new(broken: Broken, needs: Needs, half: Option<How>) -> Self {
        Self {
            last: Err(Fault::NoKey),
            needs,
            round: 0,
            broken,
            half: half.map(|how| Half {
                how,
                text: String::new(),
                withheld: true,
            }),
            halves: 0,
        }
    }

    /// What the turn ends with when nobody is left to ask.
    pub(super) fn end(self) -> Result<How, Fault> {
        self.half.map_or(self.last, |half| Ok(half.how))
    }

    /// No target fits. A fault that was seen says more.
    pub(super) const fn nobody(&mut self, fault: Fault) {
        if self.last.is_err() {
            self.last = Err(fault);
        }
    }

    /// A target cools, which says less than a fault that was seen just now.
    pub(super) const fn cooling(&mut self, cooling: Cooling) {
        if self.last.is_err() {
            self.last = Err(cooling.fault);
        }
    }

    pub(super) const fn has_half(&self) -> bool {
        self.half.is_some()
    }

    pub(super) fn half_text(&self) -> &str {
        self.half.as_ref().map_or("", |half| &half.text)
    }

    /// Whether the target can be of any use now.
    pub(super) fn may_ask(&self, asked: Asked<'_>, candidate: &Candidate<'_>) -> bool {
        let target = candidate.target();
        let options = &asked.admission.route().options;
        let fits = self.needs.unfit(target, options).is_none();
        let of_use = self.half.is_none()
            || self.broken == Broken::Restart
            || self.going_on(asked, candidate).is_some();
        fits && of_use
    }

    /// The request with which the target goes on with the half answer; `None`: there is none, or it
    /// is not known to be able to.
    pub(super) fn going_on(&self, asked: Asked<'_>, candidate: &Candidate<'_>) -> Option<GoingOn> {
        let half = self.half.as_ref().filter(|half| !half.withheld)?;
        if !self.goes_on(asked) {
            return None;
        }
        Some(GoingOn {
            way: candidate.target().facts.prefill?,
            request: prefill::going_on(asked.prompt.request(), &half.text)?,
        })
    }

    fn goes_on(&self, asked: Asked<'_>) -> bool {
        self.broken == Broken::Continue || asked.admission.route().options.goes_on
    }

    /// What an attempt means for the turn. `Some`: it ends so.
    pub(super) fn judge(
        &mut self,
        asked: Asked<'_>,
        target: &Target,
        attempted: &Attempted,
        went_on: bool,
    ) -> Option<How> {
        let how = attempted.how;
        if matches!(how, How::Complete | How::Length | How::Stopped) {
            return Some(how);
        }
        let may = if attempted.first_text.is_none() {
            self.may_fall_back(asked, target, how)
        } else {
            let may = !attempted.more_than_text && self.may_replace(asked, how, attempted.full);
            self.keep(attempted, went_on);
            may
        };
        if may {
            self.last = Ok(how);
            return None;
        }
        // What was given before stays, and so does the way it ended.
        Some(self.half.as_ref().map_or(how, |half| half.how))
    }

    /// Before the first text falling back is free.
    fn may_fall_back(&mut self, asked: Asked<'_>, target: &Target, how: How) -> bool {
        let How::Failed(fault) = how else {
            return false;
        };
        if fault == Fault::ContextTooLong {
            let short = target.facts.context.unwrap_or(self.needs.input);
            self.needs.longer_than = self.needs.longer_than.max(Some(short));
        }
        fault.may_fall_back(&asked.admission.route().options)
    }

    /// After it the reader has to take back what was given, or somebody has to go on with it.
    fn may_replace(&mut self, asked: Asked<'_>, how: How, full: bool) -> bool {
        let (restarts, goes_on) = (self.broken == Broken::Restart, self.goes_on(asked));
        let may = match how {
            How::Cut => !full && (restarts || goes_on),
            How::Failed(Fault::ProviderDown | Fault::Timeout | Fault::RateLimited) => {
                restarts || goes_on
            }
            How::Failed(Fault::ContentPolicy) => {
                restarts && asked.admission.route().options.declined_elsewhere
            }
            _ => false,
        };
        let may = may && self.halves < MOST_HALVES;
        self.halves += u32::from(may);
        may
    }

    /// What the reader has now.
    fn keep(&mut self, attempted: &Attempted, went_on: bool) {
        let how = attempted.how;
        let before = self.half.take().filter(|_| went_on);
        let mut text = before.map_or_else(String::new, |half| half.text);
        text.push_str(&attempted.text);
        self.half = Some(Half {
            how,
            text,
            withheld: how == How::Failed(Fault::ContentPolicy),
        });
    }
}
