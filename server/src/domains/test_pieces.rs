//! A claim, rules and answers for the tests of this module.

use super::dns::Reply;
use super::rules::Rules;
use crate::config::Scheme;
use contract::TenantId;
use std::time::Duration;
use store::platform::claims::ClaimRow;
use uuid::Uuid;

/// A claim on `host` whose token names it.
pub(crate) fn claim(host: &str) -> ClaimRow {
    ClaimRow {
        id: Uuid::from_u128(1),
        tenant: TenantId::from_uuid(Uuid::from_u128(2)),
        host: host.to_owned(),
        token: format!("token-of-{host}"),
        label: "label0123456789a".to_owned(),
        begun_by: "Mia".to_owned(),
        begun_ms: 0,
        proven_ms: None,
        missing_ms: None,
        conflicts: serde_json::json!([]),
        checked_ms: None,
        next_check_ms: 0,
        quiet_checks: 0,
        reminders: 0,
        bound: false,
    }
}

/// Names below `target.test`, and one address of each kind.
pub(crate) fn rules() -> Rules {
    Rules {
        platform_host: "platform.test".to_owned(),
        target_name: "target.test".to_owned(),
        target_addresses: vec![
            "192.0.2.10".parse().unwrap(),
            "2001:db8::10".parse().unwrap(),
        ],
        test_names: true,
        grace: Duration::from_hours(72),
        quarantine: Duration::from_hours(720),
        scheme: Scheme::Http,
        port: 3000,
    }
}

/// What a server said.
pub(crate) fn said(records: &[&str]) -> Reply {
    Reply::Records(records.iter().map(|it| (*it).to_owned()).collect())
}
