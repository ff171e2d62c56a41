//! One entry of `model_list`: a provider's model, its key, its place, its own limits.

use super::super::draft::{Draft, key_of, variable_for};
use super::super::providers::{plain_address, provider_of, provider_of_model, usual_variable};
use super::super::source::{Source, join};
use super::settings::{Settings, seconds};
use crate::documents::{KeyPart, PricePart, TargetPart};
use contract::keys::KeyProvider;

/// A target, and what is said of it alone.
pub(super) struct Deployment {
    pub(super) target: TargetPart,
    /// Its share: `weight`, or else `rpm`, or else `tpm`.
    pub(super) weight: Option<u64>,
    pub(super) order: Option<u32>,
    pub(super) rpm: Option<u32>,
    pub(super) tpm: Option<u32>,
}

/// A secret that was written in the clear, and the variable that it is to be put into.
pub(super) type Clear = (String, String);

pub(super) fn read_deployment(
    source: &mut Source,
    path: &str,
    draft: &mut Draft,
    secrets: &mut Vec<Clear>,
    settings: &Settings,
) -> Option<Deployment> {
    let params = join(path, "litellm_params");
    let at = |name: &str| join(&params, name);
    let named = source.text(&at("model"))?;
    if named.contains('*') {
        source.tell(path, "wildcards are not carried: name each model");
        return None;
    }
    let mode = source.text(&join(&join(path, "model_info"), "mode"));
    if mode.is_some_and(|mode| !matches!(mode.as_str(), "chat" | "completion" | "responses")) {
        source.tell(path, "only models that chat are carried");
        return None;
    }
    let told = source.text(&at("custom_llm_provider"));
    let Some((provider, model)) = meant(&named, told.as_deref()) else {
        source.tell(path, format!("the provider of `{named}` is not known here"));
        return None;
    };
    let (provider, key) = key(source, &params, provider, draft, secrets);
    if provider == KeyProvider::OpenAiCompatible && key.base_url.is_none() {
        source.tell(
            path,
            "its api_base is missing, or holds more than an address",
        );
        return None;
    }
    let provider = provider.as_str().to_owned();
    price(source, path, draft, &provider, &model);
    let key = draft.key(key);
    let mut target = TargetPart {
        key,
        model,
        ..TargetPart::default()
    };
    times(source, &params, &mut target, settings);
    facts(source, path, &mut target);
    let (rpm, tpm) = (limit(source, path, "rpm"), limit(source, path, "tpm"));
    let weight = source.count(&at("weight")).or(rpm).or(tpm);
    Some(Deployment {
        target,
        weight: weight.map(u64::from),
        order: source.count(&at("order")),
        rpm,
        tpm,
    })
}

/// Both places that a rate is written in.
fn limit(source: &mut Source, path: &str, name: &str) -> Option<u32> {
    let inside = source.count(&join(&join(path, "litellm_params"), name));
    inside.or_else(|| source.count(&join(path, name)))
}

/// `azure/gpt-4` is a provider and a model; `gpt-4` is a model of somebody known.
fn meant(named: &str, told: Option<&str>) -> Option<(KeyProvider, String)> {
    if let Some(provider) = told.and_then(provider_of) {
        return Some((provider, named.to_owned()));
    }
    match named.split_once('/') {
        Some((prefix, model)) => {
            let model = model.trim_start_matches("converse/");
            provider_of(prefix).map(|provider| (provider, model.to_owned()))
        }
        None => provider_of_model(named).map(|provider| (provider, named.to_owned())),
    }
}

fn key(
    source: &mut Source,
    params: &str,
    provider: KeyProvider,
    draft: &Draft,
    secrets: &mut Vec<Clear>,
) -> (KeyProvider, KeyPart) {
    let at = |name: &str| join(params, name);
    let base = plain(source, &at("api_base")).or_else(|| plain(source, &at("base_url")));
    let base = base.and_then(|base| {
        let address = plain_address(&base);
        if address.is_none() {
            source.tell(at("api_base"), "it holds more than an address");
        }
        address
    });
    let own_address = base
        .as_deref()
        .is_some_and(|base| !base.contains("api.openai.com"));
    let provider = match provider {
        KeyProvider::OpenAi if own_address => KeyProvider::OpenAiCompatible,
        provider => provider,
    };
    let access_key =
        provider == KeyProvider::Bedrock && !source.at(&at("aws_secret_access_key")).is_null();
    let field = if access_key {
        "aws_secret_access_key"
    } else {
        "api_key"
    };
    let variable = variable(source, &at(field), provider, draft.slug(), secrets);
    let mut key = key_of(provider, &variable);
    key.base_url = base.filter(|_| provider != KeyProvider::OpenAi);
    key.api_version = plain(source, &at("api_version"));
    key.region = plain(source, &at("aws_region_name"));
    key.organisation = plain(source, &at("organization"));
    if access_key {
        key.access_key_id = plain(source, &at("aws_access_key_id"));
    }
    if provider != KeyProvider::Azure {
        key.api_version = None;
    }
    (provider, key)
}

/// Text that stands there itself. A reference to a variable is not followed: it is told.
fn plain(source: &mut Source, path: &str) -> Option<String> {
    let text = source.text(path)?;
    if let Some(name) = text.strip_prefix("os.environ/") {
        source.tell(
            path,
            format!("write what {name} holds into the document; it is no secret"),
        );
        return None;
    }
    Some(text)
}

/// The variable that a secret comes from. One that was written in the clear gets a name.
fn variable(
    source: &mut Source,
    path: &str,
    provider: KeyProvider,
    slug: &str,
    secrets: &mut Vec<Clear>,
) -> String {
    let Some(text) = source.text(path) else {
        return usual_variable(provider).to_owned();
    };
    if let Some(name) = text.strip_prefix("os.environ/") {
        return name.trim().to_owned();
    }
    if let Some((_, name)) = secrets.iter().find(|(known, _)| *known == text) {
        return name.clone();
    }
    let mut number = 1;
    let mut name = variable_for(slug, provider, number);
    while secrets.iter().any(|(_, taken)| *taken == name) {
        number += 1;
        name = variable_for(slug, provider, number);
    }
    source.tell(
        path,
        format!("it is a secret in the clear: put it into {name}"),
    );
    secrets.push((text, name.clone()));
    name
}

fn times(source: &mut Source, params: &str, target: &mut TargetPart, settings: &Settings) {
    let mut time = |name: &str| {
        let path = join(params, name);
        let text = source.text(&path)?;
        let time = seconds(&text);
        if time.is_none() {
            source.tell(path, "it is no time between 0.1 s and an hour");
        }
        time
    };
    let (total, first) = (time("timeout"), time("stream_timeout"));
    target.total = total.or_else(|| settings.total.clone());
    target.first = first.or_else(|| settings.first.clone());
}

fn facts(source: &mut Source, path: &str, target: &mut TargetPart) {
    let info = join(path, "model_info");
    let mut fact = |name: &str| source.take(&join(&info, name)).as_bool();
    target.images = fact("supports_vision");
    target.tools = fact("supports_function_calling");
    target.structured = fact("supports_response_schema");
    target.reasoning = fact("supports_reasoning");
    let most = source.count(&join(&info, "max_input_tokens"));
    target.context = most
        .filter(|most| *most >= 256)
        .map(|most| most.to_string());
}

fn price(source: &mut Source, path: &str, draft: &mut Draft, provider: &str, model: &str) {
    let mut cost = |name: &str| {
        let places = ["model_info", "litellm_params"];
        let mut found = None;
        for place in places {
            let text = source.text(&join(&join(path, place), name));
            found = found.or_else(|| text.as_deref().and_then(per_million));
        }
        found
    };
    let (read, written) = (cost("input_cost_per_token"), cost("output_cost_per_token"));
    let cached = cost("cache_read_input_token_cost");
    let put_there = cost("cache_creation_input_token_cost");
    let known = |price: &PricePart| price.provider == provider && price.model == model;
    if let (Some(read), Some(written), false) = (read, written, draft.prices.iter().any(known)) {
        draft.prices.push(PricePart {
            provider: provider.to_owned(),
            model: model.to_owned(),
            read,
            written,
            cached,
            put_there,
        });
    }
}

/// A price of one token, like `1.5e-06`, as one of a million. Moves the point; calculates nothing.
fn per_million(text: &str) -> Option<String> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{part}");
    if digits.is_empty() || digits.len() > 30 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let point = i32::try_from(whole.len()).ok()? + exponent + 6;
    if !(-9..=20).contains(&point) {
        return None;
    }
    let padded = if point <= 0 {
        let zeros = "0".repeat(usize::try_from(1 - point).ok()?);
        (format!("{zeros}{digits}"), 1)
    } else {
        let point = usize::try_from(point).ok()?;
        let zeros = "0".repeat(point.saturating_sub(digits.len()));
        (format!("{digits}{zeros}"), point)
    };
    let (digits, point) = padded;
    let (whole, part) = digits.split_at(point);
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    // What is less than a billionth of a dollar cannot be written down.
    let part: String = part.chars().take(9).collect();
    let part = part.trim_end_matches('0');
    Some(if part.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{part}")
    })
}

#[cfg(test)]
mod tests {
    use super::per_million;

    #[test]
    fn a_price_of_a_token_becomes_one_of_a_million() {
        for (one, million) in [
            ("0.0000015", "1.5"),
            ("1.5e-06", "1.5"),
            ("1.5e-6", "1.5"),
            ("3e-05", "30"),
            ("0", "0"),
            ("2.5e-7", "0.25"),
            ("1e-12", "0.000001"),
            ("0.00003", "30"),
        ] {
            assert_eq!(per_million(one).as_deref(), Some(million), "{one}");
        }
        for wrong in ["", "free", "-1e-6", "1e99"] {
            assert_eq!(per_million(wrong), None, "{wrong}");
        }
    }
}
