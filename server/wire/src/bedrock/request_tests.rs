//! What a body holds beyond its lines, tools and reasoning.

use super::encode_request;
use crate::chat::{ChatRequest, Dropped, Effort, Image, Message, Part, Speaker, To};
use serde_json::{Value, json};

const CLAUDE: &str = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";
const NOVA: &str = "amazon.nova-pro-v1:0";
const LLAMA: &str = "meta.llama3-3-70b-instruct-v1:0";

fn encoded(request: &ChatRequest, model: &str) -> (Value, Vec<&'static str>) {
    let to = To {
        model,
        max_output: None,
    };
    let encoded = encode_request(request, to);
    let body: Value = serde_json::from_slice(&encoded.body).unwrap();
    assert!(!body.to_string().contains("null"));
    let dropped = encoded.dropped.iter().map(|Dropped(name)| *name).collect();
    (body, dropped)
}

fn asked(parts: Vec<Part>) -> ChatRequest {
    ChatRequest {
        system: vec!["Be brief.".into(), " ".into()],
        messages: vec![Message {
            speaker: Speaker::User,
            parts,
        }],
        ..ChatRequest::default()
    }
}

fn image() -> Part {
    Part::Image(Image::Inline {
        media_type: "image/png".into(),
        base64: "AA==".into(),
    })
}

#[test]
fn marks_for_the_cache_stand_where_the_model_takes_them() {
    let mark = json!({"cachePoint": {"type": "default"}});
    let shown = asked(vec![Part::Text("What?".into()), image()]);
    let words = json!({"text": "What?"});
    let picture = json!({"image": {"format": "png", "source": {"bytes": "AA=="}}});
    let table = [
        (CLAUDE, json!([words, picture, mark])),
        (NOVA, json!([words, mark, picture])),
        (LLAMA, json!([words, picture])),
    ];
    for (model, content) in table {
        let (body, _) = encoded(&shown, model);
        assert_eq!(body["messages"][0]["content"], content, "{model}");
        let marked = body["system"].as_array().unwrap().contains(&mark);
        assert_eq!(marked, model != LLAMA, "{model}");
    }
    let (body, _) = encoded(&asked(vec![image()]), NOVA);
    assert_eq!(body["messages"][0]["content"], json!([picture]));
}

#[test]
fn what_is_not_set_is_absent() {
    let (body, dropped) = encoded(&asked(vec![Part::Text("a".into())]), LLAMA);
    let expected = json!({
        "system": [{"text": "Be brief."}],
        "messages": [{"role": "user", "content": [{"text": "a"}]}]
    });
    assert_eq!((body, dropped), (expected, vec![]));
    let (body, _) = encoded(&ChatRequest::default(), CLAUDE);
    assert_eq!(body, json!({"messages": []}));
}

#[test]
fn models_that_refuse_how_they_draw_are_not_told() {
    let drawn = |temperature: f64, top_p: Option<f64>, reasoning| ChatRequest {
        temperature: Some(temperature),
        top_p,
        reasoning,
        ..ChatRequest::default()
    };
    let both = drawn(0.5, Some(0.9), None);
    let (body, dropped) = encoded(&both, LLAMA);
    assert_eq!(
        body["inferenceConfig"],
        json!({"temperature": 0.5, "topP": 0.9})
    );
    assert!(dropped.is_empty());
    let (body, dropped) = encoded(&both, CLAUDE);
    assert_eq!(body["inferenceConfig"], json!({"temperature": 0.5}));
    assert_eq!(dropped, ["top_p"]);
    let (body, dropped) = encoded(&both, "anthropic.claude-opus-4-7");
    assert!(body.get("inferenceConfig").is_none());
    assert_eq!(dropped, ["temperature", "top_p"]);
    let (body, dropped) = encoded(&drawn(0.5, Some(0.9), Some(Effort::Low)), CLAUDE);
    assert_eq!(body["inferenceConfig"], json!({"maxTokens": 10_240}));
    assert_eq!(dropped, ["temperature", "top_p"]);
    let (body, dropped) = encoded(&drawn(1.7, None, None), NOVA);
    assert_eq!(body["inferenceConfig"], json!({"temperature": 1.0}));
    assert_eq!(dropped, ["temperature"]);
    let (body, dropped) = encoded(&drawn(f64::NAN, Some(f64::INFINITY), None), NOVA);
    assert!(body.get("inferenceConfig").is_none());
    assert_eq!(dropped, ["temperature", "top_p"]);
}

#[test]
fn the_smaller_limit_holds() {
    let request = ChatRequest {
        max_output: Some(9),
        ..ChatRequest::default()
    };
    let to = To {
        model: LLAMA,
        max_output: Some(7),
    };
    let body: Value = serde_json::from_slice(&encode_request(&request, to).body).unwrap();
    assert_eq!(body["inferenceConfig"], json!({"maxTokens": 7}));
}
