//! What is known of a target beside its name.
//!
//! Owns the vocabulary. Refuses to know any model: facts are told by whoever builds the route.

use std::time::Duration;
use wire::Prefill;

/// What is known of a model. `None`: not known, which keeps nobody from trying it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Most tokens that it reads and writes in one answer.
    pub context: Option<u64>,
    /// It reads images.
    pub images: Option<bool>,
    /// It calls tools.
    pub tools: Option<bool>,
    /// It answers in a given form.
    pub structured: Option<bool>,
    /// It reasons before it answers, perhaps in silence.
    pub reasoning: Option<bool>,
    /// Where it runs, in the workspace's own words, e.g. `eu`.
    pub region: Option<String>,
    /// How it goes on with an answer that broke off. `None`: it is not known to.
    pub prefill: Option<Prefill>,
}

/// Limits in time of one target's own; `None`: as the installation has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TargetLimits {
    /// See [`crate::Limits::connect`].
    pub connect: Option<Duration>,
    /// See [`crate::Limits::head`]; holds whether or not another target can take over.
    pub head: Option<Duration>,
    /// See [`crate::Limits::first_text`]; holds whether or not another target can take over.
    pub first_text: Option<Duration>,
    /// See [`crate::Limits::stall`].
    pub stall: Option<Duration>,
    /// See [`crate::Limits::total`].
    pub total: Option<Duration>,
}
