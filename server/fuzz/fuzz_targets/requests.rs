//! Requests as any program may send them: whatever the bytes are, reading ends without a panic. What
//! was read can be asked of every provider, names in complaints are ours, and a request that is handed
//! on as it came still asks the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wire::Dialect;
use wire::chat::To;
use wire::door::{Door, Trouble, read_embeddings};
use wire::openai::Peer;

const DOORS: [(Door, Dialect); 4] = [
    (Door::OpenAi, Dialect::OpenAi(Peer::Compatible)),
    (Door::Responses, Dialect::Responses(Peer::OpenAi)),
    (Door::Anthropic, Dialect::Anthropic),
    (Door::Gemini, Dialect::Gemini),
];
const PATH: &str = "models/m:streamGenerateContent";
const TO: To<'static> = To {
    model: "anthropic.claude-sonnet-4-5",
    max_output: None,
};

/// What most requests hold, so that the fuzzer is soon behind the first checks.
const STARTS: [&str; 4] = [
    r#"{"model":"m","messages":[{"role":"user","content":"#,
    r#"{"model":"m","input":[{"role":"user","content":"#,
    r#"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"#,
    r#"{"contents":[{"role":"user","parts":"#,
];

fn check(door: Door, same: Dialect, body: &[u8]) {
    let asked = match door.read(PATH, body) {
        Ok(asked) => asked,
        Err(wrong) => {
            assert!(!wrong.reason.is_empty());
            let field = wrong.field.as_deref().unwrap_or("body");
            assert!(field.bytes().all(|byte| byte.is_ascii_graphic()));
            assert_eq!(door.refuse(&Trouble::from(wrong)).status, 400);
            return;
        }
    };
    assert!(!asked.alias.is_empty() && !asked.request.messages.is_empty());
    assert!(asked.left_out.names().len() <= 32);
    assert!(asked.left_out.names().iter().all(|name| name.len() <= 64));
    for (_, dialect) in DOORS.into_iter().chain([(door, Dialect::Bedrock)]) {
        let encoded = dialect.encode(&asked.request, TO);
        assert!(encoded.body.starts_with(b"{"));
    }
    let Ok(passed) = door.pass(body, same, TO) else {
        return;
    };
    let passed = passed.expect("it is the same dialect");
    let again = door.read(PATH, &passed).expect("it was read before");
    assert_eq!(again.request, asked.request);
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, bytes)) = bytes.split_first() else {
        return;
    };
    let (door, same) = DOORS[usize::from(choice) % DOORS.len()];
    check(door, same, bytes);
    let start = STARTS[usize::from(choice) % STARTS.len()].as_bytes();
    check(door, same, &[start, bytes].concat());
    let _ = read_embeddings(bytes);
});
