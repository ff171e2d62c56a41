//! Answers in every language, piece by piece and whole, compared with committed ones.

use crate::{DOORS, dialect, golden, head};
use serde_json::{Value, json};
use wire::door::{Door, Trouble, TroubleKind};
use wire::{FinishReason, ProviderFault, Refused, Usage, WireError, WireEvent};

fn text(text: &str) -> WireEvent {
    WireEvent::Text(text.into())
}

fn call(index: u32, id: &str, seal: Option<&str>) -> WireEvent {
    WireEvent::ToolCall {
        index,
        id: id.into(),
        name: "weather".into(),
        seal: seal.map(str::to_owned),
    }
}

fn arguments(index: u32, json: &str) -> WireEvent {
    WireEvent::ToolArguments {
        index,
        json: json.into(),
    }
}

fn seal(seal: &str, redacted: bool) -> WireEvent {
    WireEvent::ReasoningSeal {
        seal: seal.into(),
        redacted,
    }
}

const USAGE: Usage = Usage {
    fresh_input: 10,
    cached_input: 20,
    cache_write: 5,
    reasoning: 4,
    output: 7,
};

fn failed(fault: ProviderFault) -> WireEvent {
    WireEvent::Error(WireError::Refused(Refused::new(fault)))
}

fn fixtures() -> Vec<(&'static str, Vec<WireEvent>)> {
    vec![
        (
            "words",
            vec![
                text("Grüße "),
                text("😀\n\ndata: [DONE]"),
                WireEvent::Finish(FinishReason::Stop),
                WireEvent::Usage(USAGE),
            ],
        ),
        (
            "reasoned_call",
            vec![
                WireEvent::Reasoning("Hm, ".into()),
                WireEvent::Reasoning("weather.".into()),
                seal("proof", false),
                seal("hidden", true),
                text("I look."),
                call(0, "a", Some("sig")),
                arguments(0, r#"{"city":"#),
                arguments(0, r#""München"}"#),
                call(1, "b", None),
                WireEvent::Usage(USAGE),
                // Some servers say so.
                WireEvent::Finish(FinishReason::Stop),
            ],
        ),
        (
            "truncated",
            vec![text("Half"), WireEvent::Finish(FinishReason::Length)],
        ),
        (
            "withheld",
            vec![WireEvent::Finish(FinishReason::ContentFilter)],
        ),
        ("nothing", vec![]),
        (
            "broken_off",
            vec![
                text("Half"),
                WireEvent::Error(WireError::Cut),
                text("no more"),
            ],
        ),
        ("overloaded", vec![failed(ProviderFault::RateLimited)]),
        (
            "broken_call",
            vec![
                call(0, "a", None),
                arguments(0, "{"),
                failed(ProviderFault::Down),
            ],
        ),
    ]
}

fn streamed(door: Door, include_usage: bool, events: &[WireEvent]) -> String {
    let mut out = Vec::new();
    let mut encoder = door.encoder(head(), include_usage);
    for event in events {
        encoder.write(event, &mut out);
    }
    encoder.finish(&mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn every_answer_is_written_as_it_was_agreed() {
    let mut wrong = Vec::new();
    for (folder, door) in DOORS {
        for (name, events) in fixtures() {
            let stream = streamed(door, true, &events);
            let file = format!("{folder}/{name}.stream.txt");
            wrong.extend(golden::difference(&file, &stream));
            let whole = match door.write_whole(&head(), &events) {
                Ok(body) => serde_json::from_slice::<Value>(&body).unwrap(),
                Err(trouble) => {
                    let refusal = door.refuse(&trouble);
                    serde_json::from_slice(&refusal.body).unwrap()
                }
            };
            let file = format!("{folder}/{name}.whole.json");
            wrong.extend(golden::difference(&file, &format!("{whole:#}\n")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn counts_come_in_chunks_only_where_they_were_asked_for() {
    let events = &fixtures()[0].1;
    assert!(!streamed(Door::OpenAi, false, events).contains("usage"));
    let told = streamed(Door::OpenAi, true, events);
    assert_eq!(told.matches("\"usage\":null").count(), 4);
    assert_eq!(told.matches("\"usage\":{").count(), 1);
}

#[test]
fn an_answer_that_broke_off_is_no_whole_one() {
    let events = [text("Half"), WireEvent::Error(WireError::Cut)];
    for (_, door) in DOORS {
        let trouble = door.write_whole(&head(), &events).unwrap_err();
        assert_eq!(trouble, Trouble::new(TroubleKind::Upstream));
    }
}

#[test]
fn what_keeps_a_connection_alive_says_nothing() {
    for (_, door) in DOORS {
        let events = &fixtures()[1].1;
        let mut bytes = Vec::new();
        let mut encoder = door.encoder(head(), true);
        for event in events {
            bytes.extend_from_slice(door.keep_alive());
            encoder.write(event, &mut bytes);
            bytes.extend_from_slice(door.keep_alive());
        }
        encoder.finish(&mut bytes);
        let read = |bytes: &[u8]| {
            let mut out = Vec::new();
            let mut decoder = dialect(door).decoder();
            decoder.feed(bytes, &mut out);
            decoder.finish(&mut out);
            (out, decoder.events(), decoder.skipped())
        };
        assert_eq!(read(&bytes), read(streamed(door, true, events).as_bytes()));
    }
}

/// Languages that carry arguments as objects cannot carry anything else.
#[test]
fn arguments_that_are_no_object_are_never_sent_as_one() {
    let events = [
        call(0, "a", None),
        arguments(0, "[1"),
        WireEvent::Finish(FinishReason::ToolCalls),
    ];
    for door in [Door::Anthropic, Door::Gemini] {
        assert!(door.write_whole(&head(), &events).is_err());
    }
    assert!(streamed(Door::Gemini, true, &events).contains("error"));
}

/// Both of `OpenAI`'s languages tell them where they were asked for; the other two have no words for them.
#[test]
fn how_likely_tokens_were_is_handed_on() {
    let token =
        |token: &str| json!({"token": token, "logprob": -0.5, "bytes": null, "top_logprobs": []});
    let events = [
        text("Good "),
        WireEvent::Likelihoods(vec![token("Good ")]),
        text("day"),
        WireEvent::Likelihoods(vec![token("d"), token("ay")]),
        WireEvent::Finish(FinishReason::Stop),
    ];
    let all = json!([token("Good "), token("d"), token("ay")]);
    for (door, place) in [
        (Door::OpenAi, "/choices/0/logprobs/content"),
        (Door::Responses, "/output/0/content/0/logprobs"),
    ] {
        let mut read = Vec::new();
        let mut decoder = dialect(door).decoder();
        decoder.feed(streamed(door, true, &events).as_bytes(), &mut read);
        assert_eq!(read, events, "{door:?}");
        let whole = door.write_whole(&head(), &events).unwrap();
        let body: Value = serde_json::from_slice(&whole).unwrap();
        assert_eq!(body.pointer(place), Some(&all), "{door:?}: {body}");
        let read = dialect(door).read_whole(&whole);
        let tokens = read
            .iter()
            .any(|event| matches!(event, WireEvent::Likelihoods(_)));
        assert_eq!(tokens, door == Door::OpenAi, "{read:?}");
    }
    for door in [Door::Anthropic, Door::Gemini] {
        let without = [
            text("Good "),
            text("day"),
            WireEvent::Finish(FinishReason::Stop),
        ];
        assert_eq!(
            streamed(door, true, &events),
            streamed(door, true, &without)
        );
    }
}

#[test]
fn several_answers_share_a_stream_and_a_body() {
    let first = vec![
        text("One"),
        WireEvent::Usage(USAGE),
        WireEvent::Finish(FinishReason::Stop),
    ];
    let second = vec![
        call(0, "a", None),
        WireEvent::Usage(USAGE),
        WireEvent::Finish(FinishReason::Stop),
    ];
    let body = Door::write_all(&head(), &[first, second]).unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    let choices = body["choices"].as_array().unwrap();
    let told: Vec<_> = choices
        .iter()
        .map(|it| (&it["index"], &it["finish_reason"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!(0), &json!("stop")),
            (&json!(1), &json!("tool_calls"))
        ]
    );
    assert_eq!(body["usage"]["total_tokens"], 2 * 46);

    let mut out = Vec::new();
    let mut encoder = Door::OpenAi.encoder(head(), false);
    for (index, event) in [(1, text("b")), (0, text("a")), (1, text("B"))] {
        encoder.choose(index);
        encoder.write(&event, &mut out);
    }
    encoder.finish(&mut out);
    let stream = String::from_utf8(out).unwrap();
    let chunks = stream
        .lines()
        .filter_map(|line| line.strip_prefix("data: {"));
    let chunks: Vec<Value> = chunks
        .map(|rest| serde_json::from_str(&format!("{{{rest}")).unwrap())
        .collect();
    for (index, words) in [(0, "a"), (1, "bB")] {
        let of_it = chunks
            .iter()
            .map(|chunk| &chunk["choices"][0])
            .filter(|it| it["index"] == index);
        let of_it: Vec<_> = of_it.collect();
        assert_eq!(of_it[0]["delta"]["role"], "assistant");
        let said = of_it
            .iter()
            .filter_map(|it| it["delta"]["content"].as_str());
        assert_eq!(said.collect::<String>(), words);
        assert_eq!(of_it.last().unwrap()["finish_reason"], "stop");
    }
    assert_eq!(stream.matches("[DONE]").count(), 1);
}
