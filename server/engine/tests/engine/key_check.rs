//! Live checks of keys against servers that answer as the providers do.
//!
//! Each desk answers by the path it is asked for, writes down what it was sent, and repeats the key
//! in every refusal, as real ones do: none of that may come through.

use contract::keys::{
    CheckEvent, CheckOutcome, CheckReport, CheckStep, KeyPlace, KeyProvider, StepState,
};
use contract::{NanoUsd, Price};
use engine::Egress;
use engine::key_check::{KeyCheck, check};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const KEY: &str = "sk-canary-0123456789abcdef0123456789";

/// How a desk answers a request with the key: path, then status and body.
type Rule = (&'static str, u16, &'static str);

/// A provider on a loopback port.
struct Desk {
    base: String,
    heads: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Desk {
    async fn open(rules: &'static [Rule]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let log = heads.clone();
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, rules, log.clone()));
            }
        });
        Self { base, heads, task }
    }

    /// First lines and key-carrying headers of all requests.
    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut socket: TcpStream, rules: &'static [Rule], log: Arc<Mutex<Vec<String>>>) {
    let Some(head) = read_request(&mut socket).await else {
        return;
    };
    log.lock().unwrap().push(head.clone());
    let line = head.lines().next().unwrap_or_default();
    let path = line.split(' ').nth(1).unwrap_or_default();
    let rule = rules.iter().find(|(wanted, ..)| path.starts_with(wanted));
    let (status, body) = rule.map_or((404, "<html>nothing</html>"), |(_, status, body)| {
        (*status, *body)
    });
    if body == "HANG" {
        tokio::time::sleep(Duration::from_mins(1)).await;
    }
    let body = match body {
        "HUGE" => "x".repeat(3 * 1024 * 1024),
        body => body.replace("%key%", KEY),
    };
    let answer = format!(
        "HTTP/1.1 {status} told\r\ncontent-type: application/json\r\nlocation: https://elsewhere.example/{KEY}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    // The other side may have heard enough.
    let _ = socket.write_all(answer.as_bytes()).await;
}

/// The head of a request, once its body is there too.
async fn read_request(socket: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        let read = socket.read(&mut part).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            return Some(head.to_owned());
        }
    }
}

/// What a check told, and its report.
struct Told {
    steps: Vec<(CheckStep, StepState)>,
    report: CheckReport,
}

async fn ask(provider: KeyProvider, base: &str, place: KeyPlace) -> Told {
    let egress = Egress::new(&["127.0.0.0/8".parse().unwrap()], Duration::from_secs(2)).unwrap();
    ask_through(&egress, provider, base, place, KEY).await
}

async fn ask_through(
    egress: &Egress,
    provider: KeyProvider,
    base: &str,
    place: KeyPlace,
    key: &str,
) -> Told {
    let wanted = KeyCheck {
        provider,
        secret: key.to_owned().into(),
        base_url: base.to_owned(),
        place,
        answer: true,
    };
    let price = |_: &str| Some(Price::new(NanoUsd::from_usd(1), NanoUsd::from_usd(2)));
    let mut events = Vec::new();
    let report = check(egress, &wanted, price, |event| events.push(event)).await;
    let all = format!("{events:?}{report:?}");
    assert!(!all.contains(key), "the key came back: {all}");
    assert!(
        !all.contains("provider says"),
        "provider text came through: {all}"
    );
    let steps = events.into_iter().filter_map(|event| match event {
        CheckEvent::Step {
            state: StepState::Running,
            ..
        }
        | CheckEvent::Done(_) => None,
        CheckEvent::Step { step, state, .. } => Some((step, state)),
    });
    Told {
        steps: steps.collect(),
        report,
    }
}

fn states(told: &Told) -> Vec<StepState> {
    let order: Vec<CheckStep> = told.steps.iter().map(|(step, _)| *step).collect();
    assert_eq!(order, CheckStep::ALL, "every step is told once, in order");
    told.steps.iter().map(|(_, state)| *state).collect()
}

const MODELS: &str = r#"{"data":[{"id":"tiny-mini"},{"id":"big"}]}"#;
const CHAT: &str = r#"{"choices":[{"message":{"content":"Yes"}}],"usage":{"prompt_tokens":9,"completion_tokens":1}}"#;
const BAD: &str =
    r#"{"error":{"code":"invalid_api_key","message":"provider says %key% is wrong"}}"#;
const QUOTA: &str = r#"{"error":{"code":"insufficient_quota","message":"provider says no more"}}"#;

#[tokio::test]
async fn a_good_key_passes_every_step() {
    use StepState::{Passed, Skipped};
    let desk = Desk::open(&[
        ("/v1/models", 200, MODELS),
        ("/v1/chat/completions", 200, CHAT),
    ])
    .await;
    for provider in KeyProvider::ALL.iter().copied() {
        if matches!(
            provider,
            KeyProvider::Anthropic
                | KeyProvider::Gemini
                | KeyProvider::Azure
                | KeyProvider::Bedrock
                | KeyProvider::OpenRouter
        ) {
            continue;
        }
        let told = ask(provider, &format!("{}/v1", desk.base), KeyPlace::default()).await;
        assert_eq!(
            told.report.outcome,
            CheckOutcome::Valid,
            "{provider:?}: {:?}",
            told.report
        );
        assert_eq!(
            states(&told),
            [Passed, Passed, Passed, Skipped, Passed, Passed]
        );
        assert_eq!(told.report.models, ["big", "tiny-mini"]);
        assert_eq!(told.report.cost, Some(NanoUsd::new(11_000)));
    }
    // Reaching is asked without the key; everything else carries it in a header.
    for head in desk.heads() {
        let first = head.lines().next().unwrap();
        assert!(!first.contains(KEY), "{first}");
        assert_eq!(
            head.contains(&format!("authorization: Bearer {KEY}")),
            !first.contains(" /v1/ "),
            "{head}"
        );
    }
}

#[tokio::test]
async fn keys_in_trouble_are_told_apart() {
    const GOOD: Rule = ("/v1/models", 200, MODELS);
    let cases: [(&'static [Rule], CheckOutcome); 9] = [
        (&[("/v1/models", 401, BAD)], CheckOutcome::Bad),
        (&[GOOD, ("/v1/chat", 429, QUOTA)], CheckOutcome::NoCredit),
        (&[("/v1/models", 403, "{}")], CheckOutcome::Restricted),
        (&[("/v1/models", 503, "{}")], CheckOutcome::Unknown),
        (&[("/v1/models", 302, "")], CheckOutcome::Unreachable),
        (
            &[("/v1/models", 200, "<html>provider says hello</html>")],
            CheckOutcome::Unreachable,
        ),
        (&[], CheckOutcome::Unreachable),
        (&[("/v1/models", 200, "HUGE")], CheckOutcome::Unreachable),
        (
            &[
                GOOD,
                (
                    "/v1/chat",
                    404,
                    r#"{"error":{"message":"provider says no model"}}"#,
                ),
            ],
            CheckOutcome::Restricted,
        ),
    ];
    for (rules, outcome) in cases {
        let desk = Desk::open(rules).await;
        let told = ask(
            KeyProvider::OpenAiCompatible,
            &format!("{}/v1", desk.base),
            KeyPlace::default(),
        )
        .await;
        assert_eq!(told.report.outcome, outcome, "{rules:?}: {:?}", told.report);
        assert!(!told.report.reason.is_empty());
        assert!(states(&told).contains(&StepState::Failed), "{rules:?}");
    }
}

#[tokio::test]
async fn a_key_that_may_not_list_models_can_still_answer() {
    let scopes = r#"{"error":{"message":"provider says: missing scopes: api.model.read"}}"#;
    let rules: &'static [Rule] = Box::leak(Box::new([
        ("/v1/models", 403, scopes),
        ("/v1/chat/completions", 200, CHAT),
    ]));
    let desk = Desk::open(rules).await;
    let told = ask(
        KeyProvider::OpenAi,
        &format!("{}/v1", desk.base),
        KeyPlace::default(),
    )
    .await;
    assert_eq!(
        told.report.outcome,
        CheckOutcome::Limited,
        "{:?}",
        told.report
    );
    assert_eq!(states(&told)[4..], [StepState::Warned, StepState::Passed]);
}

#[tokio::test]
async fn each_dialect_has_its_own_traps() {
    let place = |base: &str| KeyPlace {
        base_url: Some(base.to_owned()),
        ..KeyPlace::default()
    };
    let desk = Desk::open(&[("/v1beta/models", 400, r#"{"error":{"code":400,"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}"#)]).await;
    let told = ask(KeyProvider::Gemini, &desk.base, place(&desk.base)).await;
    assert_eq!(
        told.report.outcome,
        CheckOutcome::Bad,
        "a bad key of Gemini is a 400"
    );
    assert!(desk.heads()[1].contains(&format!("x-goog-api-key: {KEY}")));

    let desk = Desk::open(&[
        (
            "/v1beta/models/gemini-flash:generateContent",
            200,
            r#"{"candidates":[{}],"usageMetadata":{"promptTokenCount":4}}"#,
        ),
        (
            "/v1beta/models",
            200,
            r#"{"models":[{"name":"models/gemini-flash"}]}"#,
        ),
    ])
    .await;
    let told = ask(KeyProvider::Gemini, &desk.base, place(&desk.base)).await;
    assert_eq!(
        told.report.outcome,
        CheckOutcome::Valid,
        "{:?}",
        told.report
    );

    let desk = Desk::open(&[
        ("/v1/models", 200, r#"{"data":[{"id":"claude-haiku"}]}"#),
        (
            "/v1/messages",
            400,
            r#"{"error":{"message":"provider says your credit balance is too low"}}"#,
        ),
    ])
    .await;
    let told = ask(KeyProvider::Anthropic, &desk.base, place(&desk.base)).await;
    assert_eq!(told.report.outcome, CheckOutcome::NoCredit);
    assert!(desk.heads()[1].contains(&format!("x-api-key: {KEY}")));
    assert!(desk.heads()[1].contains("anthropic-version: "));
}

#[tokio::test]
async fn routers_and_clouds_have_theirs() {
    let place = |base: &str| KeyPlace {
        base_url: Some(base.to_owned()),
        ..KeyPlace::default()
    };
    let desk = Desk::open(&[
        (
            "/key",
            200,
            r#"{"data":{"label":"firm","limit_remaining":3.5,"is_free_tier":false}}"#,
        ),
        ("/models", 200, MODELS),
        ("/chat/completions", 200, CHAT),
    ])
    .await;
    let told = ask(KeyProvider::OpenRouter, &desk.base, place(&desk.base)).await;
    assert_eq!(
        (told.report.outcome, told.report.account.as_deref()),
        (CheckOutcome::Valid, Some("firm"))
    );

    let azure = KeyPlace {
        deployment: Some("ours".to_owned()),
        api_version: Some("2024-10-21".to_owned()),
        ..KeyPlace::default()
    };
    let desk = Desk::open(&[
        ("/openai/models?api-version=2024-10-21", 200, MODELS),
        (
            "/openai/deployments/ours/chat/completions?api-version=2024-10-21",
            404,
            r#"{"error":{"code":"DeploymentNotFound"}}"#,
        ),
    ])
    .await;
    let told = ask(KeyProvider::Azure, &desk.base, azure).await;
    assert_eq!(told.report.outcome, CheckOutcome::Restricted);
    assert!(told.report.reason.contains("deployment"));
    assert!(desk.heads()[1].contains(&format!("api-key: {KEY}")));

    let desk = Desk::open(&[
        (
            "/foundation-models",
            200,
            r#"{"modelSummaries":[{"modelId":"amazon.nova-micro-v1:0"}]}"#,
        ),
        (
            "/model/amazon.nova-micro-v1%3A0/converse",
            200,
            r#"{"output":{},"usage":{"inputTokens":4,"outputTokens":1}}"#,
        ),
    ])
    .await;
    let told = ask(KeyProvider::Bedrock, &desk.base, KeyPlace::default()).await;
    assert_eq!(
        told.report.outcome,
        CheckOutcome::Valid,
        "{:?}",
        told.report
    );
}

#[tokio::test]
async fn nothing_is_sent_where_it_must_not_go() {
    let desk = Desk::open(&[("/v1/models", 200, MODELS)]).await;
    // A closed network: not even the address is tried.
    let closed = Egress::new(&[], Duration::from_secs(1)).unwrap();
    let base = format!("{}/v1", desk.base);
    let told = ask_through(
        &closed,
        KeyProvider::OpenAiCompatible,
        &base,
        KeyPlace::default(),
        KEY,
    )
    .await;
    assert_eq!(told.report.outcome, CheckOutcome::Unreachable);
    assert!(told.report.next.contains("egress.allow_private"));
    // The shape of somebody else's key: it stays here.
    let open = Egress::new(&["127.0.0.0/8".parse().unwrap()], Duration::from_secs(1)).unwrap();
    let told = ask_through(
        &open,
        KeyProvider::OpenAi,
        &base,
        KeyPlace::default(),
        "sk-ant-api03-canary",
    )
    .await;
    assert_eq!(told.report.outcome, CheckOutcome::Bad);
    assert_eq!(states(&told)[1..], [StepState::Skipped; 5]);
    assert!(desk.heads().is_empty());
    // Nobody listens there: that says nothing about the key.
    let told = ask(
        KeyProvider::OpenAiCompatible,
        "http://127.0.0.1:9/v1",
        KeyPlace::default(),
    )
    .await;
    assert_eq!(told.report.outcome, CheckOutcome::Unreachable);
}

#[tokio::test(start_paused = true)]
async fn a_silent_provider_is_left() {
    let desk = Desk::open(&[("/v1/models", 200, "HANG")]).await;
    let told = ask(
        KeyProvider::OpenAiCompatible,
        &format!("{}/v1", desk.base),
        KeyPlace::default(),
    )
    .await;
    assert_eq!(
        told.report.outcome,
        CheckOutcome::Unreachable,
        "{:?}",
        told.report
    );
    assert!(told.report.reason.contains("ten seconds"));
}
