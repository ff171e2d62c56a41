//! Refusals: each language's own status and words, and what libraries make of them.

use crate::{DOORS, dialect, golden};
use serde_json::{Value, json};
use std::time::Duration;
use wire::door::{Door, Trouble, TroubleKind, WrongInput};
use wire::{ProviderFault, Refused, RetryAfter, WireError};

const KINDS: [TroubleKind; 14] = [
    TroubleKind::BadRequest,
    TroubleKind::TooLarge,
    TroubleKind::ContextTooLong,
    TroubleKind::ContentPolicy,
    TroubleKind::KeyRejected,
    TroubleKind::Forbidden,
    TroubleKind::ModelNotFound,
    TroubleKind::RateLimited,
    TroubleKind::BudgetUsed,
    TroubleKind::Resting,
    TroubleKind::Misconfigured,
    TroubleKind::Timeout,
    TroubleKind::Upstream,
    TroubleKind::Internal,
];

#[test]
fn every_trouble_has_its_words_in_every_language() {
    let mut wrong = Vec::new();
    for (folder, door) in DOORS {
        let refusals = KINDS.map(|kind| {
            let trouble = Trouble {
                field: Some("messages[0]".into()),
                retry_after: kind.may_retry().then(|| Duration::from_millis(1_500)),
                ..Trouble::new(kind)
            };
            let refusal = door.refuse(&trouble);
            let body: Value = serde_json::from_slice(&refusal.body).unwrap();
            let headers: Vec<String> = refusal
                .headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}"))
                .collect();
            json!({
                "trouble": format!("{kind:?}"),
                "status": refusal.status,
                "headers": headers,
                "body": body,
            })
        });
        let text = format!("{:#}\n", Value::from(refusals.to_vec()));
        wrong.extend(golden::difference(
            &format!("{folder}/troubles.json"),
            &text,
        ));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Livery behind Livery: what one door says, our own reader of that dialect understands.
#[test]
fn our_own_reader_understands_what_our_doors_say() {
    let table = [
        (TroubleKind::ContextTooLong, ProviderFault::ContextTooLong),
        (TroubleKind::KeyRejected, ProviderFault::KeyRejected),
        (TroubleKind::ModelNotFound, ProviderFault::ModelNotFound),
        (TroubleKind::RateLimited, ProviderFault::RateLimited),
        (TroubleKind::Resting, ProviderFault::Down),
        (TroubleKind::Timeout, ProviderFault::Timeout),
        (TroubleKind::Upstream, ProviderFault::Down),
        (TroubleKind::BadRequest, ProviderFault::BadRequest),
    ];
    for (_, door) in DOORS {
        for (kind, fault) in table {
            let refusal = door.refuse(&Trouble::new(kind));
            let read = dialect(door).read_refusal(refusal.status, &refusal.body, None);
            assert_eq!(read.fault, fault, "{door:?} {kind:?}");
        }
    }
}

#[test]
fn a_delay_is_rounded_up_in_seconds_and_exact_in_milliseconds() {
    let trouble = Trouble {
        retry_after: Some(Duration::from_millis(1_001)),
        ..Trouble::new(TroubleKind::RateLimited)
    };
    let headers = Door::OpenAi.refuse(&trouble).headers;
    let find = |wanted: &str| {
        let found = headers.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| value.as_str())
    };
    assert_eq!(find("x-should-retry"), Some("true"));
    assert_eq!(find("retry-after"), Some("2"));
    assert_eq!(
        RetryAfter::parse(find("retry-after-ms"), find("retry-after")),
        Some(RetryAfter::Delay(Duration::from_millis(1_001)))
    );
}

#[test]
fn a_providers_refusal_of_the_workspaces_key_is_not_the_programs() {
    for fault in [
        ProviderFault::KeyRejected,
        ProviderFault::NoCredit,
        ProviderFault::ModelNotFound,
    ] {
        let trouble = Trouble::from(&WireError::Refused(Refused::new(fault)));
        for (_, door) in DOORS {
            let refusal = door.refuse(&trouble);
            assert!(refusal.status >= 500, "{fault:?}");
            assert!(
                refusal
                    .headers
                    .contains(&("x-should-retry", "false".into()))
            );
        }
    }
}

#[test]
fn wrong_input_names_its_field_where_the_language_has_a_place() {
    let wrong = WrongInput {
        field: Some("messages[0].role".into()),
        reason: "must be a text".into(),
    };
    let refusal = Door::OpenAi.refuse(&wrong.into());
    let body: Value = serde_json::from_slice(&refusal.body).unwrap();
    assert_eq!(refusal.status, 400);
    assert_eq!(body["error"]["param"], "messages[0].role");
    assert_eq!(body["error"]["message"], "messages[0].role: must be a text");
}
