//! Provider keys as the keys page shows and changes them.
//!
//! A key travels from the browser to the server once, inside a [`KeyDraft`], and never back: every
//! view carries its last four characters at most.

use crate::identity::TeamView;
use crate::ids::{KeyId, MemberId, TeamId};
use crate::money::NanoUsd;
use crate::sealing::SealingView;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest key accepted, in bytes.
pub const KEY_MAX_BYTES: usize = 8 * 1024;
/// Longest name of a key, in characters.
pub const KEY_NAME_MAX_CHARS: usize = 60;

/// Something secret that a person typed. Never shown again, not even by `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TypedSecret(String);

impl TypedSecret {
    /// Takes what was typed, as it is.
    #[must_use]
    pub const fn new(typed: String) -> Self {
        Self(typed)
    }

    /// What was typed.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TypedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedSecret(***)")
    }
}

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $stored:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $stored)] $variant,)+
        }

        impl $name {
            /// Every value, in the order pages list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stored name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $stored,)+ }
            }

            /// The name people read.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }

            /// Reads a stored name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == name)
            }
        }
    };
}

named! {
    /// Where a key may be used. Every key, virtual key and route belongs to exactly one.
    KeyEnvironment {
        /// Trying things out.
        Development = "development", "Development";
        /// The last stop before production.
        Staging = "staging", "Staging";
        /// People's real work.
        Production = "production", "Production";
    }
}

named! {
    /// Whose key it is.
    KeyProvider {
        /// OpenAI.
        OpenAi = "openai", "OpenAI";
        /// Anthropic.
        Anthropic = "anthropic", "Anthropic";
        /// Google's Gemini API.
        Gemini = "gemini", "Google Gemini";
        /// Azure OpenAI: an address per resource, deployments instead of models.
        Azure = "azure", "Azure OpenAI";
        /// AWS Bedrock: a region, and a bearer key or an access key.
        Bedrock = "bedrock", "AWS Bedrock";
        /// Mistral.
        Mistral = "mistral", "Mistral";
        /// Groq.
        Groq = "groq", "Groq";
        /// `DeepSeek`.
        DeepSeek = "deepseek", "DeepSeek";
        /// xAI.
        Xai = "xai", "xAI";
        /// `OpenRouter`.
        OpenRouter = "openrouter", "OpenRouter";
        /// Together.
        Together = "together", "Together";
        /// Any server that speaks OpenAI's chat completions.
        OpenAiCompatible = "openai-compatible", "OpenAI-compatible server";
    }
}

named! {
    /// One named step of a live check, in the order they happen.
    CheckStep {
        /// The key has the shape of this provider's keys. No request.
        Shape = "shape", "Shape of the key";
        /// The provider's address answers over TLS.
        Reach = "reach", "Provider reached";
        /// The provider accepts the key.
        Accept = "accept", "Key accepted";
        /// Account, organisation or project, where the provider tells.
        Account = "account", "Account";
        /// How many models it sees.
        Models = "models", "Models visible";
        /// A real answer of one token.
        Answer = "answer", "One-token answer";
    }
}

named! {
    /// What a check found. A failed network never makes a key [`CheckOutcome::Bad`].
    CheckOutcome {
        /// Works.
        Valid = "valid", "Healthy";
        /// Works within limits the note names, e.g. a free tier.
        Limited = "limited", "Works, limited";
        /// Accepted, but its account has no credit or quota left.
        NoCredit = "no-credit", "No credit";
        /// Accepted, but may not do what a chat needs, or only from elsewhere.
        Restricted = "restricted", "Restricted";
        /// Refused: wrong, revoked or expired.
        Bad = "bad", "Refused";
        /// The address does not answer, or not like this provider.
        Unreachable = "unreachable", "Not reached";
        /// The provider's answer tells nothing about the key, e.g. it is overloaded.
        Unknown = "unknown", "Not known";
    }
}

impl CheckOutcome {
    /// Whether a key with this outcome may be sealed and used.
    #[must_use]
    pub const fn may_be_sealed(self) -> bool {
        matches!(self, Self::Valid | Self::Limited)
    }

    /// Whether the provider itself has something against the key. An address that is not reached says
    /// nothing about it.
    #[must_use]
    pub const fn is_refusal(self) -> bool {
        matches!(self, Self::Bad | Self::NoCredit | Self::Restricted)
    }

    /// Whether an administrator may seal it all the same, knowing what it lacks.
    #[must_use]
    pub const fn may_be_sealed_anyway(self) -> bool {
        !matches!(self, Self::Bad)
    }
}

/// How far one step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Being done now.
    Running,
    /// Fine.
    Passed,
    /// Went through, with something to know.
    Warned,
    /// Did not.
    Failed,
    /// Not done: the provider has no such thing, or an earlier step failed.
    Skipped,
}

/// What a check says while it runs. Applying the same event twice changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum CheckEvent {
    /// A step began or ended.
    Step {
        /// Which.
        step: CheckStep,
        /// How far.
        state: StepState,
        /// Time it took in milliseconds; `None` while it runs and when it was skipped.
        ms: Option<u32>,
        /// In words for the administrator; empty: nothing to add. Our words, never the provider's.
        note: String,
    },
    /// The end; nothing follows.
    Done(CheckReport),
}

/// What a check found, in words for the administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// The class.
    pub outcome: CheckOutcome,
    /// What is so, one sentence.
    pub reason: String,
    /// What to do next, one sentence; empty: nothing.
    pub next: String,
    /// Account, organisation or project, as the provider names it.
    pub account: Option<String>,
    /// Models the key sees, as the provider names them, sorted; at most 200.
    pub models: Vec<String>,
    /// What the one-token answer cost by the price book; `None`: no price known, or none asked.
    pub cost: Option<NanoUsd>,
}

/// Where a provider is and what belongs to the key, as far as the provider needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeyPlace {
    /// Address of the API, where it is not the provider's usual one. Needed for Azure (the
    /// resource) and for OpenAI-compatible servers.
    pub base_url: Option<String>,
    /// Azure: name of the deployment that the check asks.
    pub deployment: Option<String>,
    /// Azure: `api-version`; `None`: the version-less `/openai/v1` address.
    pub api_version: Option<String>,
    /// Bedrock: the region, e.g. `eu-central-1`.
    pub region: Option<String>,
    /// Bedrock: id of the access key whose secret the key is; `None`: the key is a bearer key.
    pub access_key_id: Option<String>,
    /// OpenAI: organisation id.
    pub organisation: Option<String>,
    /// OpenAI: project id.
    pub project: Option<String>,
    /// A model that the one-token answer is asked of; `None`: one is chosen.
    pub probe_model: Option<String>,
}

/// For whom a key pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "scope", content = "id", rename_all = "snake_case")]
pub enum KeyScope {
    /// Everybody in the workspace.
    Workspace,
    /// The members of one team.
    Team(TeamId),
    /// One member, with a key of their own.
    Member(MemberId),
}

/// What is being checked, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckSubject {
    /// The draft or the sealed key.
    pub id: KeyId,
    /// The workspace's name for it.
    pub name: String,
    /// Whose.
    pub provider: KeyProvider,
    /// Where it may be used.
    pub environment: KeyEnvironment,
    /// Host of its address.
    pub host: String,
    /// Its last four characters; empty where it is too short to show any.
    pub ends_in: String,
    /// What the provider needs.
    pub place: KeyPlace,
    /// A draft, to be sealed or discarded.
    pub is_draft: bool,
    /// The sealed key whose secret a draft is to take over.
    pub replaces: Option<KeyId>,
    /// Under what it is or will be sealed.
    pub sealing: String,
    /// For whom it is.
    pub scope: KeyScope,
    /// What the caller may do with it.
    pub rights: KeyRights,
}

/// A key as it was typed, to be checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyDraft {
    /// Whose.
    pub provider: KeyProvider,
    /// The key itself.
    pub secret: TypedSecret,
    /// The workspace's name for it.
    pub name: String,
    /// Where it may be used.
    pub environment: KeyEnvironment,
    /// For whom.
    pub scope: KeyScope,
    /// Where the provider is.
    pub place: KeyPlace,
    /// The key whose secret this one takes over; name, environment and scope are then its own.
    pub replaces: Option<KeyId>,
}

/// That the person is still the one who signed in, proven again for one sensitive action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", content = "proof", rename_all = "snake_case")]
pub enum Proof {
    /// The password, typed again.
    Password(TypedSecret),
}

/// Everything the keys page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeysView {
    /// Sealed keys, newest first; those out of use last.
    pub keys: Vec<KeyView>,
    /// Checked, or being checked, and neither sealed nor discarded yet; newest first.
    pub drafts: Vec<CheckSubject>,
    /// The terms that come with bringing a key, until they have been accepted.
    pub terms: Option<KeyTerms>,
    /// Who accepted them and when, in words; `None` until then.
    pub accepted: Option<String>,
    /// In which order keys are used, one sentence.
    pub order: String,
    /// Under what everything here is sealed.
    pub sealing: SealingView,
    /// The environment that this workspace's chat runs in.
    pub environment: KeyEnvironment,
    /// Whether the caller may change anything here.
    pub may_change: bool,
    /// Whether members may bring keys of their own.
    pub member_keys: bool,
    /// Teams that a key can be for.
    pub teams: Vec<TeamView>,
}

/// The operator's text that is accepted before the first key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyTerms {
    /// Changes whenever the text does.
    pub version: String,
    /// Paragraphs of plain text.
    pub paragraphs: Vec<String>,
}

/// A sealed key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyView {
    /// The key.
    pub id: KeyId,
    /// The workspace's name for it.
    pub name: String,
    /// Whose.
    pub provider: KeyProvider,
    /// Where it may be used.
    pub environment: KeyEnvironment,
    /// For whom.
    pub scope: KeyScope,
    /// For whom in words, e.g. "Everyone in Nordwind Legal".
    pub scope_words: String,
    /// What the caller may do with it.
    pub rights: KeyRights,
    /// Host of its address.
    pub host: String,
    /// Its last four characters; empty where it is too short to show any.
    pub ends_in: String,
    /// Account, organisation or project, as the provider named it.
    pub account: Option<String>,
    /// Who added it.
    pub added_by: String,
    /// When, milliseconds since 1970-01-01 UTC.
    pub added_ms: i64,
    /// Last used for an answer.
    pub last_used_ms: Option<i64>,
    /// What answers with it have cost in this calendar month (UTC).
    pub month: NanoUsd,
    /// Answers with it in this calendar month (UTC).
    pub month_calls: u64,
    /// The latest check.
    pub health: Option<HealthPoint>,
    /// Earlier checks and failures, oldest first, at most 60.
    pub history: Vec<HealthPoint>,
    /// Expires at the provider, as the administrator noted it.
    pub expires_ms: Option<i64>,
    /// To be rotated by.
    pub rotate_by_ms: Option<i64>,
    /// Not to be used now; can be taken into use again.
    pub disabled: bool,
    /// The secret before the last rotation is kept until then and can be taken back.
    pub previous_until_ms: Option<i64>,
    /// Models that stop answering without it, as members see their names.
    pub used_by: Vec<String>,
}

/// What somebody may do with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyRights {
    /// Look at it.
    See,
    /// Take it out of use and delete it: it is somebody else's own.
    Stop,
    /// Everything.
    Change,
}

/// One check of a key, or one refusal met in traffic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthPoint {
    /// When, milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// What was found.
    pub outcome: CheckOutcome,
    /// In words for the administrator.
    pub reason: String,
    /// What to do next; empty: nothing.
    pub next: String,
}

/// A change to a sealed key that needs no fresh proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum KeyChange {
    /// Not to be used from now on.
    Disable,
    /// To be used again.
    Enable,
    /// The dates the administrator wants to be reminded of.
    Remind {
        /// Expires at the provider, milliseconds since 1970-01-01 UTC.
        expires_ms: Option<i64>,
        /// To be rotated by.
        rotate_by_ms: Option<i64>,
    },
}
