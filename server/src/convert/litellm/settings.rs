//! `router_settings`, `litellm_settings` and `general_settings`.

use super::super::source::{Source, join};
use contract::models_shape::{parse_time, time_in_words};
use serde_json::Value;

/// When a fallback is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FallbackKind {
    /// After any failure.
    Any,
    /// Where a conversation is too long.
    Longer,
    /// Where the provider declines for its policy.
    Declined,
}

/// Groups that are asked after another.
pub(super) struct Fallback {
    pub(super) path: String,
    pub(super) of: String,
    pub(super) to: Vec<String>,
    pub(super) kind: FallbackKind,
}

/// What holds for all models.
pub(super) struct Settings {
    /// How a target is chosen among several.
    pub(super) strategy: String,
    pub(super) fallbacks: Vec<Fallback>,
    pub(super) aliases: Vec<(String, String)>,
    pub(super) total: Option<String>,
    pub(super) first: Option<String>,
    pub(super) cache: Option<String>,
    pub(super) month: Option<String>,
}

impl Settings {
    pub(super) fn read(source: &mut Source) -> Self {
        let mut fallbacks = Vec::new();
        for section in ["router_settings", "litellm_settings"] {
            for (name, kind) in [
                ("fallbacks", FallbackKind::Any),
                ("context_window_fallbacks", FallbackKind::Longer),
                ("content_policy_fallbacks", FallbackKind::Declined),
            ] {
                read_fallbacks(source, &join(section, name), kind, &mut fallbacks);
            }
        }
        let total = ["router_settings", "litellm_settings"]
            .into_iter()
            .zip(["timeout", "request_timeout"]);
        let total = total
            .filter_map(|(section, name)| seconds(&source.text(&join(section, name))?))
            .collect::<Vec<_>>();
        let first = source.text(&join("router_settings", "stream_timeout"));
        Self {
            strategy: strategy(source),
            aliases: aliases(source),
            cache: cache(source),
            month: month(source),
            total: total.into_iter().next(),
            first: first.as_deref().and_then(seconds),
            fallbacks,
        }
        .with_reasons(source)
    }

    /// Names that have a place of their own here, and need a hint more than a line in a list.
    fn with_reasons(self, source: &mut Source) -> Self {
        let hints = [
            (
                "general_settings",
                "master_key",
                "programs have virtual keys here, one each",
            ),
            (
                "general_settings",
                "database_url",
                "is set where Livery runs (DATABASE_URL)",
            ),
            (
                "router_settings",
                "redis_host",
                "is set where Livery runs (REDIS_URL)",
            ),
            (
                "router_settings",
                "redis_port",
                "is set where Livery runs (REDIS_URL)",
            ),
            (
                "router_settings",
                "redis_password",
                "is set where Livery runs (REDIS_URL)",
            ),
            (
                "router_settings",
                "num_retries",
                "retries are at most a tenth of a target's traffic",
            ),
            (
                "router_settings",
                "allowed_fails",
                "what keeps failing cools by itself",
            ),
            (
                "router_settings",
                "cooldown_time",
                "what keeps failing cools by itself",
            ),
            (
                "litellm_settings",
                "num_retries",
                "retries are at most a tenth of a target's traffic",
            ),
            (
                "litellm_settings",
                "drop_params",
                "what a target cannot do is told, not dropped",
            ),
        ];
        for (section, name, why) in hints {
            let path = join(section, name);
            if !source.at(&path).is_null() {
                source.tell(path, why);
            }
        }
        for name in source.names("environment_variables") {
            let path = join("environment_variables", &name);
            source.tell(path, "variables are set where `livery apply` runs");
        }
        self
    }
}

fn strategy(source: &mut Source) -> String {
    let path = join("router_settings", "routing_strategy");
    let Some(named) = source.text(&path) else {
        return "weighted".to_owned();
    };
    let (ours, why) = match named.as_str() {
        "simple-shuffle" => return "weighted".to_owned(),
        "latency-based-routing" => return "lowest-latency".to_owned(),
        "cost-based-routing" => return "least-cost".to_owned(),
        "least-busy" => (
            "least-used",
            "the fewest answers lately, not those in flight",
        ),
        "usage-based-routing" | "usage-based-routing-v2" => {
            ("least-used", "by answers lately, not by tokens this minute")
        }
        _ => ("weighted", "this strategy is not known here; weights are"),
    };
    source.tell(path, format!("is {ours} here: {why}"));
    ours.to_owned()
}

fn read_fallbacks(
    source: &mut Source,
    path: &str,
    kind: FallbackKind,
    fallbacks: &mut Vec<Fallback>,
) {
    for index in 0..source.len(path) {
        let entry = format!("{path}[{index}]");
        for of in source.names(&entry) {
            let place = join(&entry, &of);
            let to = source.take(&place);
            let names = to
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str);
            fallbacks.push(Fallback {
                path: place,
                of,
                to: names.map(ToOwned::to_owned).collect(),
                kind,
            });
        }
    }
}

fn aliases(source: &mut Source) -> Vec<(String, String)> {
    let path = join("router_settings", "model_group_alias");
    let mut aliases = Vec::new();
    for another in source.names(&path) {
        let place = join(&path, &another);
        // A name, or a group with it in `model`.
        let of = source
            .text(&place)
            .or_else(|| source.text(&join(&place, "model")));
        aliases.extend(of.map(|of| (another, of)));
    }
    aliases
}

fn cache(source: &mut Source) -> Option<String> {
    let on = source.take(&join("litellm_settings", "cache")).as_bool()?;
    if !on {
        return Some("off".to_owned());
    }
    let ttl = source.text(&join(&join("litellm_settings", "cache_params"), "ttl"));
    let seconds: Option<u64> = ttl.and_then(|ttl| ttl.split('.').next()?.parse().ok());
    Some(seconds.map_or_else(
        || "usual".to_owned(),
        |seconds| format!("{}m", (seconds / 60).clamp(1, 7 * 24 * 60)),
    ))
}

/// A budget for a month; those for other periods are left.
fn month(source: &mut Source) -> Option<String> {
    let period = join("litellm_settings", "budget_duration");
    let path = join("litellm_settings", "max_budget");
    let named = source.at(&period).as_str().unwrap_or_default().to_owned();
    if matches!(named.as_str(), "30d" | "1mo" | "31d") {
        source.take(&period);
        return source.text(&path);
    }
    if !source.at(&path).is_null() {
        source.tell(path, "budgets are for calendar months here");
    }
    None
}

/// Seconds, with a fraction or not, in words that a document has for them.
pub(super) fn seconds(text: &str) -> Option<String> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    let millis: u64 = format!("{whole}{part}").parse().ok()?;
    parse_time(&format!("{millis}ms")).ok().map(time_in_words)
}
