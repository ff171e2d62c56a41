//! What an operator may set.
//!
//! Owns every limit with its default. Refuses to read configuration itself.

use crate::egress::IpNet;
use crate::semantic::ShelfLimits;
use std::time::Duration;

/// Limits and sizes of an engine.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// Limits in time for one attempt.
    pub limits: Limits,
    /// Private networks that providers may live in; none by default.
    pub allow_private: Vec<IpNet>,
    /// How quickly the demo model speaks.
    pub demo_pace: DemoPace,
    /// Memory for answers that are kept, in bytes; 0 switches the cache off.
    pub cache_bytes: u64,
    /// How much of it one workspace may fill, in bytes.
    pub cache_bytes_each: u64,
    /// How long a kept answer is good, where the workspace does not say.
    pub cache_ttl: Duration,
    /// What is kept for questions that ask the same in other words.
    pub similar: ShelfLimits,
    /// Time in which a page is given an answer that is there already; zero is at once.
    pub replay: Duration,
    /// Tokens of output that a reservation covers where the target names no limit of its own.
    pub max_output_tokens: u32,
    /// Most bytes of text one answer may have; a longer one is cut and says so.
    pub max_answer_bytes: usize,
    /// How often the targets of a route are gone through again after a fault that passes, like a
    /// provider that is down. Each time waits longer, and a target's share of such tries is small.
    pub retries: u32,
    /// The first such wait; the next ones double. Each is drawn between its half and its whole.
    pub retry_wait: Duration,
    /// Settle in the ledger before the turn ends, instead of at the same time.
    pub hold_for_ledger: bool,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            allow_private: Vec::new(),
            demo_pace: DemoPace::HUMAN,
            cache_bytes: 64 * 1024 * 1024,
            cache_bytes_each: 16 * 1024 * 1024,
            cache_ttl: Duration::from_mins(10),
            similar: ShelfLimits::default(),
            replay: Duration::from_millis(900),
            max_output_tokens: 8_192,
            max_answer_bytes: 2 * 1024 * 1024,
            retries: 2,
            retry_wait: Duration::from_millis(500),
            hold_for_ledger: false,
        }
    }
}

/// Limits in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Name resolution, TCP and TLS together.
    pub connect: Duration,
    /// From the request to the response's head.
    pub head: Duration,
    /// From the request to the first text. Visible progress of reasoning extends it by `stall`.
    pub first_text: Duration,
    /// The same as `head`, while another target of the route can take over.
    pub head_with_next: Duration,
    /// The same as `first_text`, while another target of the route can take over. Long prompts and
    /// models that reason in silence get more.
    pub first_text_with_next: Duration,
    /// Between two events.
    pub stall: Duration,
    /// The whole attempt.
    pub total: Duration,
    /// Recording the intent in the ledger.
    pub ledger: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            head: Duration::from_secs(30),
            first_text: Duration::from_mins(1),
            head_with_next: Duration::from_secs(8),
            first_text_with_next: Duration::from_secs(12),
            stall: Duration::from_secs(30),
            total: Duration::from_mins(10),
            ledger: Duration::from_secs(10),
        }
    }
}

/// Time the demo model takes for one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoPace {
    /// For the quickest word.
    pub shortest: Duration,
    /// For the slowest word.
    pub longest: Duration,
}

impl DemoPace {
    /// As a person reads along.
    pub const HUMAN: Self = Self {
        shortest: Duration::from_millis(25),
        longest: Duration::from_millis(45),
    };
    /// Without any pause, for tests.
    pub const INSTANT: Self = Self {
        shortest: Duration::ZERO,
        longest: Duration::ZERO,
    };
}
