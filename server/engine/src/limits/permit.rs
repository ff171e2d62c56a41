//! The guard: leave to ask at this pace.
//!
//! Owns the way out. However a turn ends, cancellation and panic included, its place is given back,
//! and so is everything where nobody was asked.

use crate::admission::Admission;
use crate::limits::limiter::{Limiter, Reached, Slot, Used, Wish};

/// Tokens of an answer, before there is one. What an answer really uses is charged when it ends.
const USUAL_OUTPUT: u64 = 500;

/// Leave to ask. Dropping it gives the place back.
pub(crate) struct Permit {
    slot: Option<Box<dyn Slot>>,
    used: Used,
}

/// Takes what a question with `input` tokens needs of every limit that applies, or of none.
pub(crate) async fn take_permit(
    limiter: &dyn Limiter,
    admission: &Admission,
    input: u64,
) -> Result<Permit, Reached> {
    take_permit_for(limiter, admission, input.saturating_add(USUAL_OUTPUT)).await
}

/// The same where it is known how many tokens will be used, all of them read.
pub(crate) async fn take_permit_for(
    limiter: &dyn Limiter,
    admission: &Admission,
    tokens: u64,
) -> Result<Permit, Reached> {
    let limits = admission.paces();
    let slot = if limits.is_empty() {
        None
    } else {
        let wish = Wish {
            tenant: admission.tenant(),
            limits,
            tokens,
        };
        Some(limiter.take(wish).await?)
    };
    Ok(Permit {
        slot,
        used: Used::Nothing,
    })
}

impl Permit {
    /// From here on the question counts, though it may use no tokens: it can be answered from memory.
    pub(crate) const fn count(&mut self) {
        self.used = Used::Tokens(0);
    }

    /// A provider is about to be asked. Until it is known what it used, what was expected counts.
    pub(crate) const fn ask(&mut self) -> u64 {
        let before = match self.used {
            Used::Tokens(tokens) => tokens,
            Used::Nothing | Used::Unknown => 0,
        };
        self.used = Used::Unknown;
        before
    }

    /// A provider used `tokens`, after others of this turn had used `before`.
    pub(crate) const fn settle(&mut self, before: u64, tokens: u64) {
        self.used = Used::Tokens(before.saturating_add(tokens));
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(slot) = self.slot.take() {
            slot.give_back(self.used);
        }
    }
}
