//! Whether proven claims are for us, from whom we think, and of now. OpenID Connect Core 1.0, section
//! 3.1.3.7; RFC 7519, section 4.1. What is absent is refused.

use super::signed::Claims;
use crate::sign_on::fault::{Fault, quoted};
use serde_json::Value;

/// How far two clocks may be apart, in seconds.
pub(crate) const SKEW_S: i64 = 60;
/// A token of longer ago is not of now, in seconds.
const OLDEST_S: i64 = 24 * 60 * 60;

/// A text among the claims.
pub(crate) fn text<'a>(claims: &'a Claims, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

/// Texts of a claim that is one or a list of them; `a.b` looks below `a`, unless a claim is called so.
pub(crate) fn texts(claims: &Claims, name: &str) -> Vec<String> {
    let found = claims.get(name).or_else(|| {
        let (outer, inner) = name.split_once('.')?;
        claims.get(outer)?.as_object()?.get(inner)
    });
    match found {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .take(1_000)
            .collect(),
        _ => Vec::new(),
    }
}

/// From whom.
pub(crate) fn judge_issuer(claims: &Claims, expected: &str) -> Result<(), Fault> {
    let said = text(claims, "iss").unwrap_or_default();
    if said == expected {
        return Ok(());
    }
    let explained = format!(
        "The token’s issuer is {}, and {} was expected. Both must be the same, letter by letter.",
        quoted(said),
        quoted(expected)
    );
    Err(Fault::new("issuer", explained))
}

/// For whom: for us alone, and where a party is named it is us.
pub(crate) fn judge_audience(claims: &Claims, client_id: &str) -> Result<(), Fault> {
    let strings = match claims.get("aud") {
        Some(Value::String(_)) => true,
        Some(Value::Array(list)) => list.iter().all(Value::is_string),
        _ => false,
    };
    let named = texts(claims, "aud");
    if !strings || named.is_empty() || named.iter().any(|it| it != client_id) {
        let explained = format!(
            "The token’s audience is {}, and only {} was expected. Check the client id.",
            quoted(&named.join(" ")),
            quoted(client_id)
        );
        return Err(Fault::new("audience", explained));
    }
    if let Some(party) = claims.get("azp")
        && party.as_str() != Some(client_id)
    {
        let explained = format!(
            "The token was made for {} (azp), and {} was expected.",
            quoted(party.as_str().unwrap_or_default()),
            quoted(client_id)
        );
        return Err(Fault::new("authorized_party", explained));
    }
    Ok(())
}

/// Of now. `now_s`: seconds since 1970-01-01 UTC.
pub(crate) fn judge_time(claims: &Claims, now_s: i64) -> Result<(), Fault> {
    let fault = |explained: String| Err(Fault::new("clock", explained));
    let seconds = |name: &str| claims.get(name).and_then(seconds_of);
    let Some(until) = seconds("exp") else {
        return fault("The token does not say until when it is good.".to_owned());
    };
    if until <= now_s - SKEW_S {
        return fault(format!(
            "The token was good until {} seconds ago. Check the clocks of both sides.",
            now_s - until
        ));
    }
    if claims.contains_key("nbf") && seconds("nbf").is_none_or(|from| from > now_s + SKEW_S) {
        return fault("The token is not good yet. Check the clocks of both sides.".to_owned());
    }
    let Some(made) = seconds("iat") else {
        return fault("The token does not say when it was made.".to_owned());
    };
    if made > now_s + SKEW_S {
        return fault(format!(
            "The token was made {} seconds from now. Check the clocks of both sides.",
            made - now_s
        ));
    }
    if made < now_s - OLDEST_S {
        return fault("The token was made more than a day ago.".to_owned());
    }
    Ok(())
}

/// The tenant of a provider that has many, where one is pinned.
pub(crate) fn judge_tenant(claims: &Claims, pin: &str) -> Result<(), Fault> {
    if pin.is_empty() || text(claims, "tid") == Some(pin) {
        return Ok(());
    }
    let explained = format!(
        "The token is of the tenant {} (tid), and {} is pinned.",
        quoted(text(claims, "tid").unwrap_or_default()),
        quoted(pin)
    );
    Err(Fault::new("tenant", explained))
}

/// Whole seconds; fractions are cut (RFC 7519, section 2, "NumericDate").
#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked first"
)]
fn seconds_of(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let seconds = value.as_f64()?;
        (seconds.abs() < 1e15).then_some(seconds as i64)
    })
}

#[cfg(test)]
mod tests {
    use super::{Claims, judge_audience, judge_issuer, judge_tenant, judge_time, texts};
    use serde_json::{Value, json};

    fn claims(value: Value) -> Claims {
        match value {
            Value::Object(map) => map,
            _ => panic!("not an object"),
        }
    }

    #[test]
    fn t50_audiences_are_ours_alone_and_the_party_is_us() {
        let judged = |value: Value| judge_audience(&claims(value), "us").is_ok();
        assert!(judged(json!({"aud": "us"})));
        assert!(judged(json!({"aud": ["us"], "azp": "us"})));
        for wrong in [
            json!({}),
            json!({"aud": []}),
            json!({"aud": "them"}),
            json!({"aud": ["them"]}),
            json!({"aud": ["us", "them"]}),
            json!({"aud": ["us", "them"], "azp": "us"}),
            json!({"aud": ["us", 7]}),
            json!({"aud": "us", "azp": "them"}),
            json!({"aud": "us", "azp": null}),
            json!({"aud": "US"}),
        ] {
            assert!(!judged(wrong.clone()), "{wrong}");
        }
    }

    #[test]
    fn t50_issuers_are_compared_letter_by_letter() {
        let judged = |iss: Value| judge_issuer(&claims(json!({"iss": iss})), "https://a").is_ok();
        assert!(judged(json!("https://a")));
        for wrong in [
            json!("https://a/"),
            json!("https://A"),
            json!(null),
            json!(["https://a"]),
        ] {
            assert!(!judged(wrong.clone()), "{wrong}");
        }
    }

    #[test]
    fn t50_times_are_of_now() {
        let now = 1_800_000_000;
        let judged = |exp: i64, iat: i64, more: Value| {
            let mut all = claims(json!({"exp": exp, "iat": iat}));
            all.extend(claims(more));
            judge_time(&all, now).is_ok()
        };
        assert!(judged(now + 300, now, json!({})));
        assert!(
            judged(now - 59, now - 359, json!({})),
            "clocks may differ a little"
        );
        assert!(!judged(now - 61, now - 361, json!({})));
        assert!(!judged(now + 300, now + 61, json!({})));
        assert!(!judged(now + 300, now - 90_000, json!({})));
        assert!(!judged(now + 300, now, json!({"nbf": now + 61})));
        assert!(!judged(now + 300, now, json!({"nbf": "soon"})));
        assert!(judge_time(&claims(json!({"iat": now})), now).is_err());
        assert!(judge_time(&claims(json!({"exp": now + 300})), now).is_err());
        assert!(judge_time(&claims(json!({"exp": "2100", "iat": now})), now).is_err());
    }

    #[test]
    fn a_pinned_tenant_is_the_only_one() {
        let of = |tid: Value| claims(json!({"tid": tid}));
        assert!(judge_tenant(&of(json!("a")), "a").is_ok());
        assert!(judge_tenant(&of(json!("b")), "a").is_err());
        assert!(judge_tenant(&claims(json!({})), "a").is_err());
        assert!(judge_tenant(&claims(json!({})), "").is_ok());
    }

    #[test]
    fn lists_and_nested_claims_are_read() {
        let all = claims(json!({"groups": ["a", 1, "b"], "realm": {"roles": "c"}, "x.y": "z"}));
        assert_eq!(texts(&all, "groups"), ["a", "b"]);
        assert_eq!(texts(&all, "realm.roles"), ["c"]);
        assert_eq!(texts(&all, "x.y"), ["z"]);
        assert!(texts(&all, "none").is_empty());
    }
}
