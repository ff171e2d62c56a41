//! What the commands about routes are told.

use clap::{Args, ValueEnum};
use contract::models_shape::{parse_region, parse_tokens};

/// `livery route explain`
#[derive(Args)]
pub(super) struct RouteExplainArgs {
    /// Slug of the workspace
    #[arg(long)]
    pub workspace: String,
    /// Alias, e.g. careful
    #[arg(long)]
    pub alias: String,
    /// E-mail of the member who asks; their own and their teams' keys then count
    #[arg(long)]
    pub member: Option<String>,
    /// Environment of the route
    #[arg(long, default_value = "production")]
    pub environment: String,
    /// Length of the conversation that is asked, in tokens, e.g. 50k
    #[arg(long, value_parser = parse_tokens)]
    pub tokens: Option<u64>,
    /// What the question needs
    #[arg(long = "needs", value_enum)]
    pub needs: Vec<Need>,
}

/// What a question can need of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Need {
    /// It has images
    Images,
    /// It has tools
    Tools,
    /// Its answer must have a given form
    Structured,
    /// It asks for reasoning
    Reasoning,
}

/// `livery route remove`
#[derive(Args)]
pub(super) struct RouteRemoveArgs {
    /// Slug of the workspace
    #[arg(long)]
    pub workspace: String,
    /// Alias, e.g. careful
    #[arg(long)]
    pub alias: String,
    /// Environment of the route
    #[arg(long, default_value = "production")]
    pub environment: String,
}

/// `livery route set`
#[derive(Args)]
pub(super) struct RouteSetArgs {
    /// Slug of the workspace
    #[arg(long)]
    pub workspace: String,
    /// Alias, e.g. careful
    #[arg(long)]
    pub alias: String,
    /// Name members see; default: the alias with a capital
    #[arg(long)]
    pub label: Option<String>,
    /// KEY:MODEL, best first; `demo:demo` is the built-in demo model; KEY:MODEL=3 has three shares
    /// where conversations are shared out by weight. Behind it, after commas, times and facts of its
    /// own: `main:gpt-4.1, first=20s, total=5m, context=128k, images=no, region=eu`. Times: connect,
    /// head, first (text), stall, total. Facts: context, images, tools, structured, reasoning, region,
    /// prefill (last-line, prefix or vllm: how it goes on with a half answer)
    #[arg(long = "target", required = true)]
    pub targets: Vec<String>,
    /// How a target is chosen: priority, weighted, least-cost, lowest-latency or least-used
    #[arg(long, default_value = "priority")]
    pub strategy: String,
    /// Environment of the route
    #[arg(long, default_value = "production")]
    pub environment: String,
    /// Price of the models named, USD per million tokens read and written, e.g. 0.15/0.60; two more
    /// amounts are for tokens from the provider's prompt cache and for those put there
    #[arg(long)]
    pub price: Option<String>,
    /// Only targets that are declared to run here; can be given more than once
    #[arg(long = "region", value_parser = parse_region)]
    pub regions: Vec<String>,
    /// What the route allows or asks for beside; can be given more than once
    #[arg(long = "option", value_enum)]
    pub options: Vec<RouteOption>,
    /// Share answers among questions that ask the same in other words: on or off; as it was where it is
    /// left out, and off at first
    #[arg(long, value_enum)]
    pub semantic: Option<Switch>,
    /// Wrong answers among shared ones that are accepted at most, e.g. 0.5%; 1% at first
    #[arg(long, value_name = "SHARE")]
    pub semantic_wrong: Option<String>,
    /// Ask the model whether a kept answer fits where likeness proves nothing, a short call at the
    /// workspace's cost: on or off; off at first
    #[arg(long, value_enum)]
    pub semantic_verify: Option<Switch>,
    /// Who makes the vectors by which questions are compared: the alias of an embedding model of the
    /// workspace's own provider, at its cost and always verified at first, or `in-process`
    #[arg(long, value_name = "ALIAS")]
    pub semantic_embeddings: Option<String>,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Switch {
    /// Yes
    On,
    /// No
    Off,
}

/// What a route can allow or ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RouteOption {
    /// What one provider declines for its policy may be asked of the next target
    DeclinedElsewhere,
    /// A conversation too long for one target may go to one declared to read more
    LongerElsewhere,
    /// Leave out targets without a known price, also where no limit applies
    PricedOnly,
    /// Go on with a half answer where the next model is known to be able to
    GoesOn,
    /// The workspace's instructions hold for programs as well as for people
    InstructsPrograms,
}
