//! A stream cut at every byte and split at every boundary means the same or fails in one way.

use proptest::prelude::*;
use wire::openai::Peer;
use wire::{Dialect, FinishReason, WireError, WireEvent};

/// A stream as a provider sends it: keep-alives, reasoning, text with characters of every width, a
/// call of a tool in pieces, usage, end.
struct Case {
    dialect: Dialect,
    stream: &'static str,
}

const OPENAI: &str = concat!(
    ": keep-alive\r\n\r\n",
    "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",",
    "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},",
    "\"finish_reason\":null}],\"usage\":null}\r\n\r\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"Hm — 日\"}}]}\n\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Grüße \"},\"finish_reason\":null}]}\n\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"😀 日本\"}}]}\n\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"t\",",
    "\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}}]}\n\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,",
    "\"function\":{\"arguments\":\"{\\\"x\\\":1}\"}}]}}]}\n\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n",
    "data: {\"choices\":[],\ndata: \"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4,",
    "\"total_tokens\":13}}\n\n",
    "data: [DONE]\n\n",
);

const RESPONSES: &str = concat!(
    "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,",
    "\"response\":{\"id\":\"r\",\"status\":\"in_progress\",\"output\":[],\"usage\":null}}\n\n",
    "event: response.output_item.added\ndata: {\"type\":\"response.output_item.added\",",
    "\"output_index\":0,\"item\":{\"type\":\"reasoning\",\"id\":\"rs\",\"summary\":[]}}\n\n",
    "event: response.reasoning_summary_text.delta\ndata: {\"type\":",
    "\"response.reasoning_summary_text.delta\",\"output_index\":0,\"summary_index\":0,",
    "\"delta\":\"Hm — 日\"}\n\n",
    "event: response.output_item.done\ndata: {\"type\":\"response.output_item.done\",",
    "\"output_index\":0,\"item\":{\"type\":\"reasoning\",\"summary\":[],",
    "\"encrypted_content\":\"c2VhbA==\"}}\n\n",
    "event: response.output_item.added\ndata: {\"type\":\"response.output_item.added\",",
    "\"output_index\":1,\"item\":{\"type\":\"message\",\"content\":[]}}\n\n",
    "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",",
    "\"output_index\":1,\"content_index\":0,\"delta\":\"Grüße 😀 日本\"}\n\n",
    "event: response.output_text.done\ndata: {\"type\":\"response.output_text.done\",",
    "\"output_index\":1,\"content_index\":0,\"text\":\"Grüße 😀 日本\"}\n\n",
    "event: response.output_item.added\ndata: {\"type\":\"response.output_item.added\",",
    "\"output_index\":2,\"item\":{\"type\":\"function_call\",\"call_id\":\"t\",\"name\":\"f\",",
    "\"arguments\":\"\"}}\n\n",
    "event: response.function_call_arguments.delta\ndata: {\"type\":",
    "\"response.function_call_arguments.delta\",\"output_index\":2,",
    "\"delta\":\"{\\\"x\\\":1}\"}\n\n",
    "event: response.function_call_arguments.done\ndata: {\"type\":",
    "\"response.function_call_arguments.done\",\"output_index\":2,",
    "\"arguments\":\"{\\\"x\\\":1}\"}\n\n",
    "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{",
    "\"status\":\"completed\",\"output\":[],\"usage\":{\"input_tokens\":9,\"output_tokens\":4,",
    "\"total_tokens\":13}}}\n\n",
);

const ANTHROPIC: &str = concat!(
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"usage\":",
    "{\"input_tokens\":9,\"cache_read_input_tokens\":5,\"output_tokens\":1}}}\n\n",
    "event: ping\ndata: {\"type\":\"ping\"}\n\n",
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,",
    "\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}\n\n",
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,",
    "\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"Hm — 日\"}}\n\n",
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,",
    "\"delta\":{\"type\":\"signature_delta\",\"signature\":\"c2VhbA==\"}}\n\n",
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n",
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":1,",
    "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,",
    "\"delta\":{\"type\":\"text_delta\",\"text\":\"Grüße 😀 日本\"}}\n\n",
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":1}\n\n",
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":2,",
    "\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}}\n\n",
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":2,",
    "\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"x\\\":1}\"}}\n\n",
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":2}\n\n",
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},",
    "\"usage\":{\"output_tokens\":4}}\n\n",
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
);

const GEMINI: &str = concat!(
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hm — 日\",\"thought\":true}]}}],",
    "\"usageMetadata\":{\"promptTokenCount\":9}}\r\n\r\n",
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Grüße 😀 日本\"}]}}]}\r\n\r\n",
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"f\",",
    "\"args\":{\"x\":1}},\"thoughtSignature\":\"c2VhbA==\"}]}}]}\r\n\r\n",
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\",",
    "\"thoughtSignature\":\"bW9yZQ==\"}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":",
    "{\"promptTokenCount\":9,\"candidatesTokenCount\":4,\"thoughtsTokenCount\":2}}\r\n\r\n",
);

const CASES: [Case; 4] = [
    Case {
        dialect: Dialect::OpenAi(Peer::OpenAi),
        stream: OPENAI,
    },
    Case {
        dialect: Dialect::Responses(Peer::OpenAi),
        stream: RESPONSES,
    },
    Case {
        dialect: Dialect::Anthropic,
        stream: ANTHROPIC,
    },
    Case {
        dialect: Dialect::Gemini,
        stream: GEMINI,
    },
];

impl Case {
    fn read<'a>(&self, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<WireEvent> {
        let mut out = Vec::new();
        let mut decoder = self.dialect.decoder();
        for piece in pieces {
            decoder.feed(piece, &mut out);
        }
        decoder.finish(&mut out);
        assert!(decoder.state().is_over());
        out
    }

    fn whole(&self) -> Vec<WireEvent> {
        self.read([self.stream.as_bytes()])
    }
}

#[test]
fn every_stream_says_the_same_things() {
    for case in CASES {
        let events = case.whole();
        let said =
            |of: fn(&WireEvent) -> Option<&str>| events.iter().filter_map(of).collect::<String>();
        let text = said(|event| match event {
            WireEvent::Text(text) => Some(text),
            _ => None,
        });
        let thought = said(|event| match event {
            WireEvent::Reasoning(text) => Some(text),
            _ => None,
        });
        let arguments = said(|event| match event {
            WireEvent::ToolArguments { index: 0, json } => Some(json),
            _ => None,
        });
        let told = (text.as_str(), thought.as_str(), arguments.as_str());
        assert_eq!(
            told,
            ("Grüße 😀 日本", "Hm — 日", r#"{"x":1}"#),
            "{:?}",
            case.dialect
        );
        assert!(events.contains(&WireEvent::Finish(FinishReason::ToolCalls)));
        let usage = events.iter().find_map(|event| match event {
            WireEvent::Usage(usage) => Some(*usage),
            _ => None,
        });
        let usage = usage.unwrap();
        assert_eq!(
            (usage.fresh_input, usage.output),
            (9, 4),
            "{:?}",
            case.dialect
        );
    }
}

#[test]
fn one_split_at_every_byte_changes_nothing() {
    for case in CASES {
        let (bytes, whole) = (case.stream.as_bytes(), case.whole());
        for at in 0..=bytes.len() {
            let (left, right) = bytes.split_at(at);
            assert_eq!(
                case.read([left, right]),
                whole,
                "{:?} at {at}",
                case.dialect
            );
        }
    }
}

#[test]
fn a_cut_at_every_byte_is_a_prefix_and_either_complete_or_cut() {
    for case in CASES {
        let (bytes, whole) = (case.stream.as_bytes(), case.whole());
        let finished = WireEvent::Finish(FinishReason::ToolCalls);
        for at in 0..=bytes.len() {
            let mut events = case.read([&bytes[..at]]);
            let cut = events.last() == Some(&WireEvent::Error(WireError::Cut));
            if cut {
                events.pop();
            }
            assert!(
                whole.starts_with(&events),
                "{:?} at {at}: {events:?}",
                case.dialect
            );
            assert_eq!(
                cut,
                !events.contains(&finished),
                "{:?} at {at}",
                case.dialect
            );
        }
    }
}

proptest! {
    #[test]
    fn any_chunking_means_the_same(sizes in prop::collection::vec(1_usize..40, 1..200)) {
        for case in CASES {
            let mut rest = case.stream.as_bytes();
            let mut pieces = Vec::new();
            for size in &sizes {
                let (piece, tail) = rest.split_at((*size).min(rest.len()));
                pieces.push(piece);
                rest = tail;
            }
            pieces.push(rest);
            prop_assert_eq!(case.read(pieces), case.whole());
        }
    }

    #[test]
    fn garbage_never_panics_and_always_ends(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for case in CASES {
            let events = case.read([bytes.as_slice()]);
            let errors = events.iter().filter(|event| matches!(event, WireEvent::Error(_))).count();
            prop_assert!(errors <= 1);
            // The same as a body, and as an event of the stream.
            prop_assert!(!case.dialect.read_whole(&bytes).is_empty());
            let refused = case.dialect.read_refusal(400, &bytes, None);
            prop_assert!(refused.code.is_none_or(|code| code.len() <= 64));
        }
    }

    #[test]
    fn a_damaged_byte_adds_at_most_one_event(at in 0_usize..400, byte in any::<u8>()) {
        for case in CASES {
            let mut bytes = case.stream.as_bytes().to_vec();
            bytes[at] = byte;
            prop_assert!(case.read([bytes.as_slice()]).len() <= case.whole().len() + 1);
        }
    }
}
