//! What providers answer, and what that says about a key.

use super::{Verdict, ask, base_url, choose_model, clean, read_answer, read_look, sign};
use contract::keys::{KeyPlace, KeyProvider};

fn look(provider: KeyProvider, status: u16, body: &str) -> Verdict {
    read_look(provider, "models", status, body.as_bytes()).verdict
}

#[test]
fn refusals_are_told_apart() {
    use KeyProvider::{Anthropic, Azure, Gemini, OpenAi, OpenAiCompatible};
    let openai = |code: &str, message: &str| {
        format!(
            r#"{{"error":{{"code":"{code}","type":"invalid_request_error","message":"{message}"}}}}"#
        )
    };
    let bad = openai("invalid_api_key", "Incorrect API key provided");
    assert!(matches!(look(OpenAi, 401, &bad), Verdict::Bad(_)));
    let scopes = openai(
        "",
        "You have insufficient permissions. Missing scopes: api.model.read",
    );
    assert_eq!(look(OpenAi, 403, &scopes), Verdict::MayNotList);
    assert_eq!(look(OpenAi, 401, &scopes), Verdict::MayNotList);
    let country = openai("unsupported_country_region_territory", "no");
    assert!(matches!(
        look(OpenAi, 403, &country),
        Verdict::Restricted(_)
    ));
    assert_eq!(
        look(OpenAi, 429, &openai("insufficient_quota", "x")),
        Verdict::NoCredit
    );
    assert_eq!(
        look(OpenAi, 429, &openai("rate_limit_exceeded", "x")),
        Verdict::Busy
    );
    let invalid = r#"{"error":{"code":400,"status":"INVALID_ARGUMENT","message":"API key not valid.","details":[{"reason":"API_KEY_INVALID"}]}}"#;
    assert!(matches!(look(Gemini, 400, invalid), Verdict::Bad(_)));
    assert!(matches!(
        look(Gemini, 400, &format!("[{invalid}]")),
        Verdict::Bad(_)
    ));
    assert!(matches!(look(Gemini, 403, "{}"), Verdict::Restricted(_)));
    assert_eq!(look(Anthropic, 529, "{}"), Verdict::Busy);
    let credit = r#"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}"#;
    assert_eq!(
        read_answer(Anthropic, 400, credit.as_bytes()).0,
        Verdict::NoCredit
    );
    assert!(matches!(look(Azure, 401, "{}"), Verdict::Bad(words) if words.contains("resource")));
    assert!(
        matches!(look(Azure, 403, "{}"), Verdict::Restricted(words) if words.contains("network"))
    );
    assert_eq!(look(OpenAiCompatible, 404, "<html>"), Verdict::NotThis);
    assert_eq!(look(OpenAiCompatible, 200, "<html>"), Verdict::NotThis);
    assert_eq!(look(OpenAiCompatible, 302, ""), Verdict::NotThis);
    assert_eq!(
        look(OpenAiCompatible, 200, r#"{"hello":1}"#),
        Verdict::NotThis
    );
}

#[test]
fn models_are_read_in_every_dialect() {
    let seen = |provider, body: &str| read_look(provider, "models", 200, body.as_bytes()).models;
    assert_eq!(
        seen(KeyProvider::OpenAi, r#"{"data":[{"id":"b"},{"id":"a"}]}"#),
        ["a", "b"]
    );
    assert_eq!(
        seen(KeyProvider::Gemini, r#"{"models":[{"name":"models/g"}]}"#),
        ["g"]
    );
    assert_eq!(seen(KeyProvider::Together, r#"[{"id":"t"}]"#), ["t"]);
    assert_eq!(
        seen(
            KeyProvider::Bedrock,
            r#"{"modelSummaries":[{"modelId":"m"}]}"#
        ),
        ["m"]
    );
}

#[test]
fn a_router_key_tells_its_credit() {
    let read = |body: &str| read_look(KeyProvider::OpenRouter, "key", 200, body.as_bytes());
    assert_eq!(
        read(r#"{"data":{"label":"firm","limit_remaining":0}}"#).verdict,
        Verdict::NoCredit
    );
    let fine = read(r#"{"data":{"label":"firm","limit_remaining":null}}"#);
    assert_eq!(
        (fine.verdict, fine.account.as_deref()),
        (Verdict::Fine, Some("firm"))
    );
    let free = read(r#"{"data":{"label":"sk-or-v1-abc...123","is_free_tier":true}}"#);
    assert!(matches!(free.verdict, Verdict::Limited(_)) && free.account.is_none());
}

#[test]
fn a_cheap_chat_model_is_asked() {
    let models: Vec<String> = ["gpt-5", "gpt-5-nano", "text-embedding-3-small", "tts-1"]
        .map(str::to_owned)
        .to_vec();
    let place = KeyPlace::default();
    let chosen = choose_model(KeyProvider::OpenAi, &place, &models);
    assert_eq!(chosen.as_deref(), Some("gpt-5-nano"));
    assert_eq!(
        choose_model(KeyProvider::OpenAi, &place, &models[2..]),
        None
    );
    assert_eq!(choose_model(KeyProvider::Azure, &place, &models), None);
}

#[test]
fn names_stay_inside_their_segment() {
    let place = KeyPlace::default();
    let asked = ask(KeyProvider::Bedrock, &place, "a/../b?x:0", false);
    assert_eq!(asked.path, "model/a%2F..%2Fb%3Fx%3A0/converse");
    assert_eq!(clean("  <b>firm\u{7}</b> "), Some("bfirm/b".to_owned()));
}

#[test]
fn keys_travel_in_headers_and_addresses_are_checked() {
    let place = KeyPlace::default();
    for provider in KeyProvider::ALL.iter().copied() {
        let headers = sign(provider, &place, "canary").unwrap();
        assert!(
            headers.iter().any(|(_, value)| value.ends_with("canary")),
            "{provider:?}"
        );
        assert!(!ask(provider, &place, "m", false).path.contains("canary"));
    }
    let at = |base: &str| KeyPlace {
        base_url: Some(base.to_owned()),
        ..KeyPlace::default()
    };
    let compatible = KeyProvider::OpenAiCompatible;
    assert_eq!(
        base_url(compatible, &at("https://m.example/v1/")).unwrap(),
        "https://m.example/v1"
    );
    for wrong in [
        "",
        "m.example",
        "ftp://m.example",
        "https://",
        "https://u@m.example",
        "https://m.example?k=1",
    ] {
        assert!(base_url(compatible, &at(wrong)).is_err(), "{wrong}");
    }
    assert!(
        base_url(
            KeyProvider::Bedrock,
            &KeyPlace {
                region: Some("evil.example/".to_owned()),
                ..place
            }
        )
        .is_err()
    );
}
