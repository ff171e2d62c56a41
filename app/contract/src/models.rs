//! Model aliases and where they lead, as the models page shows and changes them.
//!
//! The same words are stored with a route. Nothing here is secret: a key is named, never given.

use crate::error::AppError;
use crate::ids::{KeyId, MemberId};
use crate::keys::KeyEnvironment;
use serde::{Deserialize, Serialize};

/// Most targets of one alias.
pub const TARGETS_MAX: usize = 16;
/// Longest alias, in characters.
pub const ALIAS_MAX_CHARS: usize = 40;
/// Longest name that members see, in characters.
pub const LABEL_MAX_CHARS: usize = 60;
/// Longest name of a provider's model, in characters.
pub const MODEL_MAX_CHARS: usize = 200;
/// Largest weight.
pub const WEIGHT_MAX: u32 = 1_000;

/// What is known of a model; what is absent is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelFacts {
    /// Most tokens of one conversation, its answer included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<u64>,
    /// It reads images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub images: Option<bool>,
    /// It calls tools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<bool>,
    /// It answers in a given form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub structured: Option<bool>,
    /// It reasons before it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<bool>,
    /// Where it runs, in the workspace's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// How it goes on with an answer that broke off: `last-line`, `prefix` or `vllm`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefill: Option<String>,
}

/// Limits in time of one target, in milliseconds; what is absent is as the installation has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TimeLimits {
    /// Name, TCP and TLS together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect_ms: Option<u64>,
    /// To the response's head.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head_ms: Option<u64>,
    /// To the first text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_text_ms: Option<u64>,
    /// Between two events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stall_ms: Option<u64>,
    /// The whole attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_ms: Option<u64>,
}

/// What a route allows. The default allows nothing that is not said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own, with yes or no for an answer"
)]
pub struct RouteOptions {
    /// Targets must run in one of these; empty: anywhere. One whose region is not known is in none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// What one target declines for its provider's policy may be asked of the next.
    #[serde(skip_serializing_if = "is_false")]
    pub declined_elsewhere: bool,
    /// A conversation too long for one target may go to one that is known to read more.
    #[serde(skip_serializing_if = "is_false")]
    pub longer_elsewhere: bool,
    /// Targets without a known price are left out, also where no limit applies.
    #[serde(skip_serializing_if = "is_false")]
    pub priced_only: bool,
    /// A half answer is gone on with where the next target is known to be able to.
    #[serde(skip_serializing_if = "is_false")]
    pub goes_on: bool,
    /// The workspace's instructions hold for programs as well as for people.
    #[serde(skip_serializing_if = "is_false")]
    pub instructs_programs: bool,
}

/// Wrong answers among a million shared ones that may be accepted, where nothing else was said: one in
/// a hundred.
pub const WRONG_USUAL: u32 = 10_000;
/// Fewest that may be asked for: one in ten thousand.
pub const WRONG_FEWEST: u32 = 100;
/// Most that may be accepted; beyond, nobody could call it a cache.
pub const WRONG_MOST: u32 = 100_000;

/// How an alias shares answers among questions that ask the same in other words, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteSharing {
    /// Wrong answers among a million shared ones that are accepted at most.
    pub wrong_at_most: u32,
    /// Ask the model whether an answer fits, where likeness proves nothing.
    #[serde(default)]
    pub verify: bool,
    /// The alias of the workspace's own embedding model; `None`: the installation's encoder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embeddings: Option<String>,
}

impl Default for RouteSharing {
    fn default() -> Self {
        Self {
            wrong_at_most: WRONG_USUAL,
            verify: false,
            embeddings: None,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks for it")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// The models page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelsView {
    /// Every alias, those of the environment that members chat in first.
    pub routes: Vec<RouteView>,
    /// The environment that members chat in.
    pub environment: KeyEnvironment,
    /// Whom the page can be looked at as.
    pub members: Vec<Asker>,
    /// Whom it is looked at as; `None`: somebody without a team and a key of their own.
    pub seen_as: Option<MemberId>,
    /// There is a key that a route can name.
    pub has_keys: bool,
}

/// A member to look at the page as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asker {
    /// Who.
    pub id: MemberId,
    /// Display name.
    pub name: String,
    /// Sign-in address.
    pub email: String,
}

/// An alias, and what becomes of each of its targets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteView {
    /// The name that programs use.
    pub alias: String,
    /// The name that members see.
    pub label: String,
    /// Where it belongs to.
    pub environment: KeyEnvironment,
    /// How a target is chosen, in words.
    pub strategy: String,
    /// What it allows, in words.
    pub options: Vec<String>,
    /// How it shares answers among similar questions, in words; `None`: it does not.
    pub sharing: Option<String>,
    /// Why nothing is shared although it should be.
    pub sharing_trouble: Option<String>,
    /// In the order in which they were written.
    pub targets: Vec<TargetView>,
}

/// One target, judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetView {
    /// Name of the key that the route names.
    pub key: String,
    /// The provider's name of the model.
    pub model: String,
    /// Name of the key that pays, where that is another one.
    pub pays: Option<String>,
    /// It is tried in its turn.
    pub taken: bool,
    /// Why it is skipped; empty where it is taken.
    pub why: String,
    /// What a million tokens cost, read and written; `None`: not known.
    pub price: Option<(String, String)>,
    /// It is left alone for the moment, for a reason that this process has.
    pub cooling: Option<String>,
    /// What is to be known beside.
    pub notes: Vec<String>,
}

/// A route as it is edited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteDraft {
    /// The alias that is changed; `None`: it is a new one.
    pub changes: Option<String>,
    /// The name that programs use.
    pub alias: String,
    /// The name that members see; empty: made from the alias.
    pub label: String,
    /// Where it belongs to.
    pub environment: KeyEnvironment,
    /// Stored name of the strategy.
    pub strategy: String,
    /// In order.
    pub targets: Vec<TargetDraft>,
    /// What it allows.
    pub options: RouteOptions,
    /// How it shares answers among similar questions; `None`: it does not.
    pub sharing: Option<RouteSharing>,
    /// What was stored when editing began, as the form was told.
    pub seen: String,
}

/// A target as it is edited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetDraft {
    /// The key; `None`: the built-in demo model.
    pub key: Option<KeyId>,
    /// The provider's name of the model.
    pub model: String,
    /// Its share where conversations are shared out by weight.
    pub weight: u32,
    /// Limits in time of its own.
    pub limits: TimeLimits,
    /// What the workspace declares of it.
    pub facts: ModelFacts,
}

/// What the form for a route is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteForm {
    /// The route as it is stored, or an empty one.
    pub draft: RouteDraft,
    /// Keys that a route can name, whatever the environment.
    pub keys: Vec<RoutableKey>,
    /// Strategies: stored name, and what it means.
    pub strategies: Vec<(String, String)>,
    /// The installation has an encoder of its own.
    pub has_encoder: bool,
    /// Aliases that can name an embedding model: environment, alias, label.
    pub embeddings: Vec<(KeyEnvironment, String, String)>,
}

/// A key that a route can name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutableKey {
    /// The key.
    pub id: KeyId,
    /// The workspace's name for it.
    pub name: String,
    /// Its provider's name, for people.
    pub provider: String,
    /// Where it belongs to.
    pub environment: KeyEnvironment,
    /// It is disabled, and here because the route names it.
    pub disabled: bool,
    /// Models that its check found.
    pub models: Vec<String>,
}

/// A route was not saved. What was typed is kept by whoever typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSaved {
    /// The target it is about, from 0; `None`: the whole route.
    pub target: Option<usize>,
    /// What is wrong.
    pub error: AppError,
}

impl From<AppError> for NotSaved {
    fn from(error: AppError) -> Self {
        Self {
            target: None,
            error,
        }
    }
}
