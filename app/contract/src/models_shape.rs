//! How times, token counts and names are written by people, and read back.

use crate::models::{
    ALIAS_MAX_CHARS, ModelFacts, RouteOptions, RouteSharing, TimeLimits, WRONG_FEWEST, WRONG_MOST,
};
use crate::said;
use crate::words::Said;

/// Shortest and longest time that a limit can have, in milliseconds.
const TIMES: std::ops::RangeInclusive<u64> = 100..=3_600_000;
/// Longest time for a connection, in milliseconds.
const CONNECT_MAX: u64 = 60_000;
/// Token counts that a context can have.
const CONTEXTS: std::ops::RangeInclusive<u64> = 256..=100_000_000;

/// `20s`, `1500ms` or `5m` in milliseconds; a bare number is seconds.
///
/// # Errors
/// A sentence naming what is wrong.
pub fn parse_time(text: &str) -> Result<u64, Said> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit());
    let (digits, unit) = text.split_at(split.unwrap_or(text.len()));
    let factor = match unit.trim() {
        "ms" => 1,
        "" | "s" => 1_000,
        "m" | "min" => 60_000,
        _ => {
            return Err(said!(
                "`{text}` is no time; write 20s, 1500ms or 5m",
                text = text
            ));
        }
    };
    let number: Option<u64> = digits.parse().ok();
    let millis = number.and_then(|number| number.checked_mul(factor));
    millis
        .filter(|millis| TIMES.contains(millis))
        .ok_or_else(|| said!("`{text}` is not between 100ms and 60m", text = text))
}

/// `20s`, `1500ms` or `5m`.
#[must_use]
pub fn time_in_words(millis: u64) -> String {
    match millis {
        _ if millis.is_multiple_of(60_000) => format!("{}m", millis / 60_000),
        _ if millis.is_multiple_of(1_000) => format!("{}s", millis / 1_000),
        _ => format!("{millis}ms"),
    }
}

/// `128k`, `1m` or `200000` tokens; `k` is a thousand, `m` a million.
///
/// # Errors
/// A sentence naming what is wrong.
pub fn parse_tokens(text: &str) -> Result<u64, Said> {
    let lower = text
        .trim()
        .to_ascii_lowercase()
        .replace([',', '_', ' '], "");
    let (digits, factor) = match lower.strip_suffix(['k', 'm']) {
        Some(digits) if lower.ends_with('k') => (digits, 1_000),
        Some(digits) => (digits, 1_000_000),
        None => (lower.as_str(), 1),
    };
    let number: Option<u64> = digits.parse().ok();
    let tokens = number.and_then(|number| number.checked_mul(factor));
    tokens
        .filter(|tokens| CONTEXTS.contains(tokens))
        .ok_or_else(|| {
            said!(
                "`{text}` is no count of tokens; write 128k, 1m or 200000",
                text = text
            )
        })
}

/// `128k`, `1m` or `200,123`.
#[must_use]
pub fn tokens_in_words(tokens: u64) -> String {
    match tokens {
        _ if tokens > 0 && tokens.is_multiple_of(1_000_000) => format!("{}m", tokens / 1_000_000),
        _ if tokens > 0 && tokens.is_multiple_of(1_000) => format!("{}k", tokens / 1_000),
        _ => tokens.to_string(),
    }
}

/// A region as it is stored: lower case, short, without anything that could be markup.
///
/// # Errors
/// A sentence naming what is wrong.
pub fn parse_region(text: &str) -> Result<String, Said> {
    let region = text.trim().to_lowercase();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if region.is_empty() || region.len() > 32 || !region.chars().all(plain) {
        return Err(said!(
            "`{text}` is no region; write letters, digits and dashes, like eu or us-east-1",
            text = text
        ));
    }
    Ok(region)
}

/// Whether `alias` can be the name of a model.
///
/// # Errors
/// A sentence naming what is wrong.
pub fn check_alias(alias: &str) -> Result<(), Said> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    let begins = alias.starts_with(|c: char| c.is_ascii_alphanumeric());
    if !begins || alias.chars().count() > ALIAS_MAX_CHARS || !alias.chars().all(plain) {
        return Err(said!(
            "The alias must begin with a letter or a digit and have small letters, digits, dashes, \
             dots and underscores only, {most} at most.",
            most = ALIAS_MAX_CHARS
        ));
    }
    Ok(())
}

/// Sets one of the times, facts or names that can stand behind a target, as `name=value`.
///
/// # Errors
/// A sentence naming what is wrong.
pub fn set_of_target(
    (name, value): (&str, &str),
    limits: &mut TimeLimits,
    facts: &mut ModelFacts,
) -> Result<(), Said> {
    let time = || parse_time(value).map(Some);
    let fact = || match value.trim() {
        "yes" => Ok(Some(true)),
        "no" => Ok(Some(false)),
        _ => Err(said!(
            "`{name}` is yes or no, not `{value}`",
            name = name,
            value = value
        )),
    };
    match name.trim() {
        "connect" => {
            limits.connect_ms = time()?;
            if limits.connect_ms > Some(CONNECT_MAX) {
                return Err(said!("no connection is waited for longer than 60s"));
            }
        }
        "head" => limits.head_ms = time()?,
        "first" => limits.first_text_ms = time()?,
        "stall" => limits.stall_ms = time()?,
        "total" => limits.total_ms = time()?,
        "context" => facts.context = Some(parse_tokens(value)?),
        "images" => facts.images = fact()?,
        "tools" => facts.tools = fact()?,
        "structured" => facts.structured = fact()?,
        "reasoning" => facts.reasoning = fact()?,
        "region" => facts.region = Some(parse_region(value)?),
        "prefill" => facts.prefill = Some(parse_prefill(value)?),
        _ => {
            return Err(said!(
                "`{name}` is not known; a target can have connect, head, first, stall, total, \
                 context, images, tools, structured, reasoning, region and prefill",
                name = name
            ));
        }
    }
    Ok(())
}

fn parse_prefill(text: &str) -> Result<String, Said> {
    match text.trim() {
        way @ ("last-line" | "prefix" | "vllm") => Ok(way.to_owned()),
        _ => Err(said!(
            "`{text}` is no way to go on with an answer; use last-line, prefix or vllm",
            text = text
        )),
    }
}

/// Times of a target as [`set_of_target`] reads them.
#[must_use]
pub fn limits_in_words(limits: &TimeLimits) -> Vec<String> {
    let times = [
        ("connect", limits.connect_ms),
        ("head", limits.head_ms),
        ("first", limits.first_text_ms),
        ("stall", limits.stall_ms),
        ("total", limits.total_ms),
    ];
    let times = times.into_iter();
    times
        .filter_map(|(name, time)| Some(format!("{name}={}", time_in_words(time?))))
        .collect()
}

/// Facts of a target as [`set_of_target`] reads them.
#[must_use]
pub fn facts_in_words(facts: &ModelFacts) -> Vec<String> {
    let yes_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    [
        ("context", facts.context.map(tokens_in_words)),
        ("images", facts.images.map(yes_no)),
        ("tools", facts.tools.map(yes_no)),
        ("structured", facts.structured.map(yes_no)),
        ("reasoning", facts.reasoning.map(yes_no)),
        ("region", facts.region.clone()),
        ("prefill", facts.prefill.clone()),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some(format!("{name}={}", value?)))
    .collect()
}

/// A share as a person writes it, `1%` or `0.5 %`, in millionths.
///
/// # Errors
/// A sentence naming what is wrong.
pub fn parse_share(text: &str) -> Result<u32, Said> {
    let wrong = || {
        said!(
            "`{text}` is not a share between 0.01% and 10%, such as 1%",
            text = text
        )
    };
    let number = text.trim().strip_suffix('%').ok_or_else(wrong)?.trim();
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || whole.len() > 3 || part.len() > 4 {
        return Err(wrong());
    }
    // Percent are ten thousand millionths each.
    let whole: u32 = whole.parse().map_err(|_| wrong())?;
    let part: u32 = format!("{part:0<4}").parse().map_err(|_| wrong())?;
    let millionths = whole * 10_000 + part;
    if (WRONG_FEWEST..=WRONG_MOST).contains(&millionths) {
        Ok(millionths)
    } else {
        Err(wrong())
    }
}

/// Millionths as [`parse_share`] reads them.
#[must_use]
pub fn share_in_words(millionths: u32) -> String {
    let part = format!("{:04}", millionths % 10_000);
    let part = part.trim_end_matches('0');
    let point = if part.is_empty() { "" } else { "." };
    format!("{}{point}{part}%", millionths / 10_000)
}

/// How answers are shared among similar questions, in one sentence.
#[must_use]
pub fn sharing_in_words(sharing: &RouteSharing) -> String {
    let by = match &sharing.embeddings {
        Some(alias) => format!("compared by your own embedding model “{alias}”"),
        None => "compared on this installation".to_owned(),
    };
    let verify = if sharing.verify || sharing.embeddings.is_some() {
        "; the model is asked where likeness alone does not prove that an answer fits"
    } else {
        ""
    };
    format!(
        "Shares answers among questions that ask the same in other words, {by}; at most {} of the \
         shared ones may be wrong{verify}.",
        share_in_words(sharing.wrong_at_most)
    )
}

/// What a route allows, one sentence each.
#[must_use]
pub fn options_in_words(options: &RouteOptions) -> Vec<String> {
    let regions = (!options.regions.is_empty())
        .then(|| format!("Only targets in {}.", options.regions.join(" or ")));
    let said = |yes: bool, words: &str| yes.then(|| words.to_owned());
    [
        regions,
        said(options.priced_only, "Only targets with a known price."),
        said(
            options.declined_elsewhere,
            "What one provider declines may be asked of the next.",
        ),
        said(
            options.longer_elsewhere,
            "A conversation too long for one target may go to one that reads more.",
        ),
        said(
            options.goes_on,
            "A half answer is gone on with where the next model can.",
        ),
        said(
            options.instructs_programs,
            "The workspace's instructions hold for programs too.",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::{
        check_alias, facts_in_words, limits_in_words, parse_region, parse_share, parse_time,
        parse_tokens, set_of_target, share_in_words, time_in_words, tokens_in_words,
    };
    use crate::models::{ModelFacts, TimeLimits};

    #[test]
    fn times_and_tokens_read_as_they_are_written() {
        for (text, millis) in [("20s", 20_000), ("1500ms", 1_500), ("5m", 300_000)] {
            assert_eq!(parse_time(text), Ok(millis));
            assert_eq!(time_in_words(millis), text);
        }
        assert_eq!(parse_time(" 7 "), Ok(7_000));
        for wrong in [
            "",
            "s",
            "-1s",
            "0s",
            "99ms",
            "2h",
            "61m",
            "1.5s",
            "99999999999999999999s",
        ] {
            assert!(parse_time(wrong).is_err(), "{wrong}");
        }
        for (text, tokens) in [("128k", 128_000), ("1m", 1_000_000), ("8191", 8_191)] {
            assert_eq!(parse_tokens(text), Ok(tokens));
            assert_eq!(tokens_in_words(tokens), text);
        }
        assert_eq!(parse_tokens("200,000"), Ok(200_000));
        for wrong in ["", "k", "12", "1g", "-5k"] {
            assert!(parse_tokens(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_stands_behind_a_target_reads_back_the_same() {
        let written = [
            "connect=2s",
            "head=8s",
            "first=20s",
            "stall=1500ms",
            "total=5m",
            "context=128k",
            "images=yes",
            "tools=no",
            "structured=yes",
            "reasoning=no",
            "region=eu",
            "prefill=vllm",
        ];
        let (mut limits, mut facts) = (TimeLimits::default(), ModelFacts::default());
        for pair in written {
            let (name, value) = pair.split_once('=').unwrap();
            set_of_target((name, value), &mut limits, &mut facts).unwrap();
        }
        let read = [limits_in_words(&limits), facts_in_words(&facts)].concat();
        assert_eq!(read, written);
        for (name, value) in [
            ("first", "soon"),
            ("connect", "2m"),
            ("images", "perhaps"),
            ("prefill", "guess"),
            ("region", "<b>"),
            ("colour", "red"),
            ("context", "much"),
        ] {
            assert!(
                set_of_target((name, value), &mut limits, &mut facts).is_err(),
                "{name}"
            );
        }
    }

    #[test]
    fn names_are_plain() {
        assert!(check_alias("careful-2.5").is_ok());
        for wrong in ["", "Careful", "a b", "-a", "ä", &"a".repeat(41)] {
            assert!(check_alias(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse_region(" EU "), Ok("eu".to_owned()));
        assert!(parse_region("").is_err());
    }

    #[test]
    fn shares_are_read_as_people_write_them() {
        for (text, millionths) in [
            ("1%", 10_000),
            ("0.5 %", 5_000),
            ("0.01%", 100),
            ("10%", 100_000),
            ("2.25%", 22_500),
        ] {
            assert_eq!(parse_share(text), Ok(millionths), "{text}");
            assert_eq!(parse_share(&share_in_words(millionths)), Ok(millionths));
        }
        for wrong in [
            "", "1", "%", "0%", "0.001%", "11%", "-1%", "1.%", ".5%", "1e1%", "100%",
        ] {
            assert!(parse_share(wrong).is_err(), "{wrong}");
        }
    }
}
