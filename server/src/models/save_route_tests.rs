//! What is refused, and what is stored.

use super::{check, row_of, sharing_of};
use crate::models::version_of;
use contract::keys::{KeyEnvironment, KeyScope};
use contract::models::{
    ModelFacts, RouteDraft, RouteOptions, RouteSharing, TargetDraft, TimeLimits,
};
use contract::{ErrorCode, KeyId, MemberId};
use serde_json::json;
use store::provider_keys::ProviderKeyRow;
use store::routes::RouteRow;
use uuid::Uuid;

fn key(number: u128, environment: &str, scope: KeyScope) -> ProviderKeyRow {
    ProviderKeyRow {
        id: KeyId::from_uuid(Uuid::from_u128(number)),
        secret_id: Uuid::from_u128(number),
        name: format!("key {number}"),
        environment: environment.into(),
        provider: "openai".into(),
        base_url: Some("https://api.openai.com/v1".into()),
        place: json!({}),
        sealed_secret: Vec::new(),
        ends_in: String::new(),
        account: None,
        scope,
        added_by_name: String::new(),
        replaces: None,
        previous_until_ms: None,
        history: json!([]),
        models: json!([]),
        expires_ms: None,
        rotate_by_ms: None,
        disabled: false,
        created_ms: 0,
    }
}

fn target(number: u128, model: &str) -> TargetDraft {
    TargetDraft {
        key: Some(KeyId::from_uuid(Uuid::from_u128(number))),
        model: model.into(),
        weight: 1,
        limits: TimeLimits::default(),
        facts: ModelFacts::default(),
    }
}

fn draft(targets: Vec<TargetDraft>) -> RouteDraft {
    RouteDraft {
        changes: None,
        alias: "careful".into(),
        label: String::new(),
        environment: KeyEnvironment::Production,
        strategy: "priority".into(),
        targets,
        options: RouteOptions::default(),
        sharing: None,
        seen: String::new(),
    }
}

fn ours() -> Vec<ProviderKeyRow> {
    let mine = KeyScope::Member(MemberId::from_uuid(Uuid::from_u128(9)));
    let mut off = key(4, "production", KeyScope::Workspace);
    off.disabled = true;
    vec![
        key(1, "production", KeyScope::Workspace),
        key(2, "staging", KeyScope::Workspace),
        key(3, "production", mine),
        off,
    ]
}

#[test]
fn a_route_is_stored_as_it_was_written() {
    let mut second = target(1, " gpt-4.1-mini ");
    second.limits.first_text_ms = Some(20_000);
    let draft = draft(vec![target(1, "gpt-4.1-2025-04-14"), second]);
    check(&draft).unwrap();
    let row = row_of(&draft, &[], None, &ours()).unwrap();
    assert_eq!((row.label.as_str(), row.position), ("Careful", 1));
    let id = ours()[0].id;
    assert_eq!(
        row.targets,
        json!([
            {"kind": "model", "key": id, "model": "gpt-4.1-2025-04-14"},
            {"kind": "model", "key": id, "model": "gpt-4.1-mini", "limits": {"first_text_ms": 20_000}},
        ])
    );
    assert_eq!(row.options, json!({}));
}

#[test]
fn keys_of_others_and_of_elsewhere_are_not_to_be_had() {
    for (number, words) in [
        (2, "belongs to staging"),
        (3, "not there"),
        (4, "is disabled"),
        (77, "not there"),
    ] {
        let draft = draft(vec![target(1, "a"), target(number, "b")]);
        let refused = row_of(&draft, &[], None, &ours()).unwrap_err();
        assert_eq!(refused.target, Some(1));
        assert!(
            refused.error.message.to_string().contains(words),
            "{refused:?}"
        );
    }
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let mut heavy = target(1, "a");
    heavy.weight = 9_999;
    for (line, targets) in [
        (None, vec![]),
        (None, (0..17).map(|n| target(1, &format!("m{n}"))).collect()),
        (Some(1), vec![target(1, "a"), target(1, " ")]),
        (Some(1), vec![target(1, "a"), target(1, "a")]),
        (Some(0), vec![target(1, "a b")]),
        (Some(0), vec![heavy]),
    ] {
        let refused = check(&draft(targets)).unwrap_err();
        assert_eq!(refused.target, line, "{refused:?}");
        assert_eq!(refused.error.code, ErrorCode::Invalid);
    }
    let mut weighted = draft(vec![target(1, "a")]);
    weighted.strategy = "weighted".into();
    weighted.targets[0].weight = 0;
    assert!(check(&weighted).is_err());
    let mut odd = draft(vec![target(1, "a")]);
    odd.strategy = "guess".into();
    assert!(check(&odd).is_err());
    let mut named = draft(vec![target(1, "a")]);
    named.alias = "../admin".into();
    assert!(check(&named).is_err());
}

fn stored() -> RouteRow {
    RouteRow {
        alias: "careful".into(),
        label: "Careful".into(),
        environment: "production".into(),
        strategy: "priority".into(),
        targets: json!([{"kind": "model", "key": ours()[3].id, "model": "m"}]),
        options: json!({}),
        position: 3,
    }
}

#[test]
fn a_form_of_yesterday_changes_nothing() {
    let fresh = draft(vec![target(1, "a")]);
    let taken = row_of(&fresh, &[stored()], None, &ours()).unwrap_err();
    assert_eq!(taken.error.code, ErrorCode::Invalid, "the name is taken");
    let mut change = draft(vec![target(1, "a"), target(4, "m")]);
    change.changes = Some("careful".into());
    change.seen = version_of(&stored(), None);
    let row = row_of(&change, &[stored()], None, &ours()).unwrap();
    assert_eq!(
        row.position, 3,
        "and a disabled key that was named may stay"
    );
    for routes in [
        vec![],
        vec![RouteRow {
            strategy: "weighted".into(),
            ..stored()
        }],
    ] {
        let refused = row_of(&change, &routes, None, &ours()).unwrap_err();
        assert_eq!(refused.error.code, ErrorCode::Conflict);
    }
    change.alias = "other".into();
    assert!(row_of(&change, &[stored()], None, &ours()).is_err());
}

#[test]
fn sharing_is_part_of_what_was_changed_and_names_another_alias() {
    let sharing = RouteSharing {
        embeddings: Some("vectors".into()),
        ..RouteSharing::default()
    };
    let mut change = draft(vec![target(1, "m")]);
    change.sharing = Some(sharing.clone());
    assert!(
        sharing_of(&change, &[stored()]).is_err(),
        "there is no such alias"
    );
    let vectors = RouteRow {
        alias: "vectors".into(),
        ..stored()
    };
    let kept = sharing_of(&change, &[vectors]).unwrap().unwrap();
    assert_eq!(
        kept,
        json!({"wrong_at_most": 10_000, "verify": false, "embeddings": "vectors"})
    );
    for wrong_at_most in [0, 99, 100_001] {
        change.sharing = Some(RouteSharing {
            wrong_at_most,
            ..RouteSharing::default()
        });
        assert!(sharing_of(&change, &[]).is_err(), "{wrong_at_most}");
    }
    // Somebody switched it on after the form was shown.
    change.changes = Some("careful".into());
    change.seen = version_of(&stored(), None);
    let refused = row_of(&change, &[stored()], Some(&kept), &ours()).unwrap_err();
    assert_eq!(refused.error.code, ErrorCode::Conflict);
}
