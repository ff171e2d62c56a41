//! Everything a provider can do wrong, as each surface tells it: status, name, and whether and when
//! another try makes sense. Never a word of the provider's.

use super::Client;
use super::surface::{ALL, Surface};
use crate::rig::browser::Page;
use crate::rig::checks::Checks;
use crate::rig::polyglot_words::PRIVATE;

pub(super) async fn run(checks: &mut Checks, client: &Client) {
    checks
        .run(
            "door: every fault of a provider has its own words on every surface",
            every_fault(client.clone()),
        )
        .await;
    checks
        .run(
            "door: an answer that breaks off is told inside the stream, and as a failure where it is whole",
            cut(client.clone()),
        )
        .await;
    checks
        .run(
            "door: who thinks for a while is waited for",
            slow(client.clone()),
        )
        .await;
}

/// A fault, and what the languages of two companies make of it.
struct Fault {
    model: &'static str,
    openai: (u16, &'static str),
    anthropic: (u16, &'static str),
    may_retry: bool,
    /// The provider said when.
    says_when: bool,
}

const fn fault(
    model: &'static str,
    openai: (u16, &'static str),
    anthropic: (u16, &'static str),
    may_retry: bool,
) -> Fault {
    Fault {
        model,
        openai,
        anthropic,
        may_retry,
        says_when: false,
    }
}

fn faults() -> Vec<Fault> {
    let resting = ((503, "service_unavailable"), (529, "overloaded_error"));
    let refused = ((502, "provider_refused"), (500, "api_error"));
    let failed = ((502, "provider_failed"), (500, "api_error"));
    let wrong = (400, "invalid_request_error");
    vec![
        Fault {
            says_when: true,
            ..fault(
                "limited",
                (429, "rate_limit_exceeded"),
                (429, "rate_limit_error"),
                true,
            )
        },
        fault("failed", resting.0, resting.1, true),
        fault("unavailable", resting.0, resting.1, true),
        fault("overloaded", resting.0, resting.1, true),
        fault("inside", resting.0, resting.1, true),
        fault("garbage", failed.0, failed.1, true),
        fault("no-credit", refused.0, refused.1, false),
        fault("revoked", refused.0, refused.1, false),
        fault("silent", (504, "timeout"), (504, "timeout_error"), true),
        fault("too-long", (400, "context_length_exceeded"), wrong, false),
        fault(
            "forbidden-content",
            (400, "content_policy_violation"),
            wrong,
            false,
        ),
    ]
}

async fn every_fault(client: Client) {
    // Several at once, because some of them are waited for. One model is never asked twice at once:
    // who cools is asked by one at a time.
    let asked = faults().into_iter().map(|fault| {
        let client = client.clone();
        tokio::spawn(async move {
            for surface in ALL {
                for stream in [false, true] {
                    let text = client.house.canaries.fresh("question");
                    let page = if stream {
                        surface.follow(&client.program, fault.model, &text).await
                    } else {
                        surface.ask(&client.program, fault.model, &text).await
                    };
                    assert_fault(surface, &fault, &page);
                }
            }
        })
    });
    for task in asked.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}

fn assert_fault(surface: Surface, fault: &Fault, page: &Page) {
    let (status, name) = match surface {
        Surface::Messages => fault.anthropic,
        Surface::Chat | Surface::Responses => fault.openai,
    };
    let at = format!("{surface:?} {}: {} {}", fault.model, page.status, page.body);
    assert_eq!(page.status, status, "{at}");
    assert_eq!(surface.name_of(&page.refusal()), name, "{at}");
    assert_eq!(
        page.header("x-should-retry"),
        fault.may_retry.to_string(),
        "{at}"
    );
    if fault.says_when {
        let seconds: u64 = page.header("retry-after").parse().unwrap();
        assert!((20..=40).contains(&seconds), "{at}: {seconds}");
        let milliseconds: u64 = page.header("retry-after-ms").parse().unwrap();
        assert_eq!(milliseconds.div_ceil(1_000), seconds);
    }
    if !fault.may_retry {
        assert_eq!(page.header("retry-after"), "", "{at}");
    }
    assert!(
        !page.body.contains(PRIVATE) && !page.body.contains("org-"),
        "{at}"
    );
}

async fn cut(client: Client) {
    for surface in ALL {
        for model in ["cut", "claude-cut"] {
            let text = client.house.canaries.fresh("question");
            let whole = surface.ask(&client.program, model, &text).await;
            let (status, name) = match surface {
                Surface::Messages => (500, "api_error"),
                Surface::Chat | Surface::Responses => (502, "provider_failed"),
            };
            assert_eq!(whole.status, status, "{surface:?} {model}: {}", whole.body);
            assert_eq!(surface.name_of(&whole.refusal()), name);
            assert_eq!(whole.header("x-should-retry"), "true");
            let text = client.house.canaries.fresh("question");
            let page = surface.follow(&client.program, model, &text).await;
            assert_eq!(page.status, 200);
            let events = page.events();
            assert_eq!(surface.said(&events), "Half an ");
            let error = events.iter().find(|event| event["error"].is_object());
            assert_eq!(surface.name_of(error.unwrap()), name, "{}", page.body);
            let last = events.last().unwrap();
            let ends = match surface {
                Surface::Chat => page.body.ends_with("data: [DONE]\n\n"),
                Surface::Responses => last["type"] == "response.failed",
                Surface::Messages => last["type"] == "message_stop",
            };
            assert!(ends, "{}", page.body);
            // What was released is paid for, by estimate.
            let rows = client
                .house
                .ledger_of(super::SLUG, page.header("x-request-id"))
                .await;
            assert_eq!(
                (&rows[0]["state"], &rows[0]["estimated"]),
                (&"interrupted".into(), &true.into())
            );
        }
    }
}

async fn slow(client: Client) {
    for surface in ALL {
        let text = client.house.canaries.fresh("question");
        let page = surface.follow(&client.program, "slow", &text).await;
        assert_eq!(surface.said(&page.events()), format!("You said: {text}"));
        let text = client.house.canaries.fresh("question");
        let page = surface.ask(&client.program, "slow", &text).await;
        assert_eq!(surface.words(&page.json()), format!("You said: {text}"));
    }
}
