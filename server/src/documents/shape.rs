//! The form of a workspace document, as it is written and as its schema is published.
//!
//! What is not there stays as it is: a section that is absent says nothing. What is listed is
//! described whole: an optional field that is absent from a model, a key or a limit is not set.
//! Refuses secrets: there is no field for one, only for where one comes from.

use super::schema::{
    amount, environments, layout, number_or_text, providers, roles, strategies, ways_to_go_on,
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// The layout that this program writes and reads.
pub(super) const LAYOUT: u32 = 1;

/// How one workspace is set. Everything that is absent stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Livery workspace")]
pub struct Document {
    /// Layout of this document; 1.
    #[schemars(schema_with = "layout")]
    pub livery: u32,
    /// Short name of the workspace in addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// The client's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 80))]
    pub name: Option<String>,
    /// The environment that members chat in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "environments")]
    pub environment: Option<String>,
    /// What the client looks like; described whole. Logos are files and not part of a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<BrandPart>,
    /// Host names of its own, besides the one below the platform's host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100))]
    pub hosts: Option<Vec<HostPart>>,
    /// For how long answers are kept: `10m`, `2h`, `1d`, `off`, or `usual` as the installation is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<String>,
    /// Members may bring provider keys of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_keys: Option<bool>,
    /// The workspace's own instructions to its models. Content: a document with it is confidential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 100_000))]
    pub prompt: Option<String>,
    /// Names of teams.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1000))]
    pub teams: Option<Vec<String>>,
    /// People: roles and teams of those with an account. Nobody is added without an invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 10_000))]
    pub members: Option<Vec<MemberPart>>,
    /// Provider keys of the workspace and its teams, without their secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1000))]
    pub keys: Option<Vec<KeyPart>>,
    /// Names that members choose, and where they lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1000))]
    pub models: Option<Vec<ModelPart>>,
    /// Prices of models. They hold for the whole installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 5000))]
    pub prices: Option<Vec<PricePart>>,
    /// What may be spent, and how fast may be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 10_000))]
    pub limits: Option<Vec<LimitPart>>,
}

impl Default for Document {
    fn default() -> Self {
        Self {
            livery: LAYOUT,
            workspace: None,
            name: None,
            environment: None,
            brand: None,
            hosts: None,
            cache: None,
            member_keys: None,
            prompt: None,
            teams: None,
            members: None,
            keys: None,
            models: None,
            prices: None,
            limits: None,
        }
    }
}

/// One colour and a few words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BrandPart {
    /// The client's name where people should read another one than the workspace's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The client's colour, `#rrggbb`; absent: the agency's, or a neutral one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
    /// A second colour for the large calm surfaces, `#rrggbb`; absent: the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_colour: Option<String>,
    /// `soft`, `round` or `square`; absent: the agency's, or soft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corners: Option<String>,
    /// The name mails come from; absent: the client's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<String>,
    /// One or two letters; absent: the first letter of the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// Heading above the sign-in form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_in_title: Option<String>,
    /// The line below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_in_text: Option<String>,
    /// One sentence on the coloured half of the sign-in page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tagline: Option<String>,
    /// One or two more sentences below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tagline_detail: Option<String>,
    /// Heading of an empty chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub greeting: Option<String>,
    /// Questions offered in an empty chat.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 4))]
    pub starters: Vec<String>,
    /// The client's privacy notice (https).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy_url: Option<String>,
    /// The client's terms (https).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms_url: Option<String>,
    /// Where members get help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support_email: Option<String>,
    /// Short name of the account that pays; absent: the name of the workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payer: Option<String>,
}

/// A host name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HostPart {
    /// The name, without scheme and port.
    pub host: String,
    /// Links are written with it. Where none is, they are written with the one below the platform's.
    #[serde(default, skip_serializing_if = "is_false")]
    pub primary: bool,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberPart {
    /// Sign-in address.
    pub email: String,
    /// What they may do.
    #[schemars(schema_with = "roles")]
    pub role: String,
    /// Teams they are in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<String>,
}

/// A provider key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyPart {
    /// The workspace's name for it.
    pub name: String,
    /// The environment it belongs to.
    #[serde(default = "production", skip_serializing_if = "is_production")]
    #[schemars(schema_with = "environments")]
    pub environment: String,
    /// Whose key it is.
    #[schemars(schema_with = "providers")]
    pub provider: String,
    /// Address of the API, where it is not the provider's usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// Azure: deployment that a check asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<String>,
    /// Azure: api-version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// Bedrock: region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Bedrock: id of the access key whose secret the key is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,
    /// OpenAI: organisation id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// OpenAI: project id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// A model that checks ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe_model: Option<String>,
    /// Only for the members of this team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Not to be used now.
    #[serde(default, skip_serializing_if = "is_false")]
    pub disabled: bool,
    /// Where the secret comes from; absent: the key is there already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretPart>,
}

/// Where a secret comes from: exactly one of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SecretPart {
    /// Name of an environment variable of `livery apply`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<String>,
    /// A file, beside the document where its path is relative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// A name that members choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelPart {
    /// The name that programs use.
    pub alias: String,
    /// The name that members see; absent: the alias with a capital.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The environment it belongs to.
    #[serde(default = "production", skip_serializing_if = "is_production")]
    #[schemars(schema_with = "environments")]
    pub environment: String,
    /// How a target is chosen.
    #[serde(default = "priority", skip_serializing_if = "is_priority")]
    #[schemars(schema_with = "strategies")]
    pub strategy: String,
    /// Place in the picker, ascending; absent: as it is, a new one before the demo model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1_000_000))]
    pub position: Option<i32>,
    /// Where it leads, best first.
    #[schemars(length(min = 1, max = 16))]
    pub targets: Vec<TargetPart>,
    /// Only targets that are declared to run in one of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 32))]
    pub regions: Vec<String>,
    /// What the route allows or asks for beside.
    #[serde(default, skip_serializing_if = "is_none")]
    pub allows: AllowsPart,
    /// Answers are shared among questions that ask the same in other words; absent: they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub semantic: Option<SemanticPart>,
}

/// What a route allows. What is not said is not allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own, with yes or no for an answer"
)]
pub struct AllowsPart {
    /// What one provider declines for its policy may be asked of the next target.
    #[serde(skip_serializing_if = "is_false")]
    pub declined_elsewhere: bool,
    /// A conversation too long for one target may go to one that reads more.
    #[serde(skip_serializing_if = "is_false")]
    pub longer_elsewhere: bool,
    /// Targets without a known price are left out, also where no limit applies.
    #[serde(skip_serializing_if = "is_false")]
    pub priced_only: bool,
    /// A half answer is gone on with where the next model is known to be able to.
    #[serde(skip_serializing_if = "is_false")]
    pub goes_on: bool,
    /// The workspace's instructions hold for programs as well as for people.
    #[serde(skip_serializing_if = "is_false")]
    pub instructs_programs: bool,
}

/// How answers are shared among similar questions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SemanticPart {
    /// Wrong answers among shared ones that are accepted at most, between 0.01% and 10%.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrong_at_most: Option<String>,
    /// Ask the model whether a kept answer fits where likeness proves nothing.
    #[serde(skip_serializing_if = "is_false")]
    pub verify: bool,
    /// The alias of the workspace's own embedding model; absent: the installation's encoder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embeddings: Option<String>,
}

/// A key and a model behind it; `demo` and `demo` is the built-in demo model. Times and facts are its
/// own; what is absent is as the installation has it, or as it is known of the model anywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetPart {
    /// Name of the key.
    pub key: String,
    /// The provider's name of the model.
    pub model: String,
    /// Its share where conversations are shared out by weight; absent: 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1000))]
    pub weight: Option<u32>,
    /// Time to connect, like `2s`.
    #[serde(
        default,
        deserialize_with = "text",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(schema_with = "number_or_text")]
    pub connect: Option<String>,
    /// Time to the response's head.
    #[serde(
        default,
        deserialize_with = "text",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(schema_with = "number_or_text")]
    pub head: Option<String>,
    /// Time to the first text.
    #[serde(
        default,
        deserialize_with = "text",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(schema_with = "number_or_text")]
    pub first: Option<String>,
    /// Time between two events.
    #[serde(
        default,
        deserialize_with = "text",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(schema_with = "number_or_text")]
    pub stall: Option<String>,
    /// Time for everything.
    #[serde(
        default,
        deserialize_with = "text",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(schema_with = "number_or_text")]
    pub total: Option<String>,
    /// Most tokens of one conversation, like `128k`.
    #[serde(
        default,
        deserialize_with = "text",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(schema_with = "number_or_text")]
    pub context: Option<String>,
    /// It reads images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<bool>,
    /// It calls tools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tools: Option<bool>,
    /// It answers in a given form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub structured: Option<bool>,
    /// It reasons before it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<bool>,
    /// Where it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// How it goes on with a half answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "ways_to_go_on")]
    pub prefill: Option<String>,
}

/// What a model costs, US dollars per million tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PricePart {
    /// Whose model.
    #[schemars(schema_with = "providers")]
    pub provider: String,
    /// The provider's name of it.
    pub model: String,
    /// Tokens read.
    #[serde(deserialize_with = "needed_text")]
    #[schemars(schema_with = "amount")]
    pub read: String,
    /// Tokens written.
    #[serde(deserialize_with = "needed_text")]
    #[schemars(schema_with = "amount")]
    pub written: String,
    /// Tokens from the provider's prompt cache; absent: as those read.
    #[serde(
        default,
        deserialize_with = "text",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(schema_with = "amount")]
    pub cached: Option<String>,
    /// Tokens put there; absent: as those read.
    #[serde(
        default,
        deserialize_with = "text",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(schema_with = "amount")]
    pub put_there: Option<String>,
}

/// A limit: of a team, a member or a virtual key, or of everybody in the workspace together; of one
/// alias, or of all models together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LimitPart {
    /// Name of a team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Address of a member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Name of a program's virtual key. Keys are made where their tokens are shown, not here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_key: Option<String>,
    /// The environment of that virtual key; absent: production.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "environments")]
    pub environment: Option<String>,
    /// The alias it is for. Money is limited for all models together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What may be spent in a calendar month (UTC), US dollars.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "amount")]
    pub usd_per_month: Option<String>,
    /// Questions a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 4_294_967_295_u32))]
    pub requests_per_minute: Option<u32>,
    /// Tokens a minute, read and written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 4_294_967_295_u32))]
    pub tokens_per_minute: Option<u32>,
    /// Answers being written at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 4_294_967_295_u32))]
    pub concurrent: Option<u32>,
}

pub(super) fn production() -> String {
    "production".to_owned()
}

fn is_production(name: &str) -> bool {
    name == "production"
}

pub(super) fn priority() -> String {
    "priority".to_owned()
}

fn is_priority(name: &str) -> bool {
    name == "priority"
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks for it")]
const fn is_false(value: &bool) -> bool {
    !*value
}

fn is_none(value: &AllowsPart) -> bool {
    *value == AllowsPart::default()
}

/// A number as it was written, or text.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    })
}

fn needed_text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    text(from).map(Option::unwrap_or_default)
}
