//! What does not work: hosts that lead elsewhere, records that forbid, name servers that fail, limits. Each
//! is told in words, with the time of the next attempt; and where HTTP does not work, handshakes may.

use crate::authority::Looks;
use crate::house::House;
use crate::rig::checks::Checks;
use crate::rig::ports::free_address;
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) async fn run(checks: &mut Checks) {
    if !checks.wants("refuse:") {
        return;
    }
    // Nobody answers where the authority looks by HTTP; where it shakes hands, we do.
    let silent = free_address().port();
    let house = House::prepare(
        "lv-tls-b",
        |usual| Looks {
            http: silent,
            ..usual
        },
        0,
    )
    .await;
    // Where these lead, nobody listens at all.
    let away = json!({ "host": "ai.away.test", "addresses": ["127.0.0.9"] });
    house.authority.record("add-a", away).await;
    let forbids = json!({ "host": "strict.test", "policies": [{ "tag": "issue", "value": "other.example" }] });
    house.authority.record("add-caa", forbids).await;
    house
        .authority
        .record("set-servfail", json!({ "host": "ai.silent.test" }))
        .await;
    let hosts = [
        "ai.shaken.test",
        "ai.away.test",
        "ai.strict.test",
        "ai.silent.test",
    ];
    house.bind("client", &hosts).await;
    house.door.server.start_for_real().await;
    checks
        .run(
            "refuse: a handshake convinces where HTTP does not",
            shaken(Arc::clone(&house)),
        )
        .await;
    checks
        .run(
            "refuse: a host that leads elsewhere waits",
            away_from_here(Arc::clone(&house)),
        )
        .await;
    checks
        .run(
            "refuse: CAA records forbid before an order",
            forbidden(Arc::clone(&house)),
        )
        .await;
    checks
        .run("refuse: silence is not a no", silence(Arc::clone(&house)))
        .await;
}

async fn shaken(house: Arc<House>) {
    let first = house.shown(&house.door, "ai.shaken.test").await;
    // What worked is tried first from then on.
    let renew = ["certificate", "renew", "--host", "ai.shaken.test"];
    house.door.server.desk(&renew, None).await;
    house
        .shown_other_than(&house.door, "ai.shaken.test", &first)
        .await;
}

async fn away_from_here(house: Arc<House>) {
    let row = house.comes_to("ai.away.test", "failed").await;
    assert_eq!(row["class"], "unreachable", "{row}");
    assert!(row["words"].as_str().unwrap().contains("ai.away.test"));
    if row["failures"] == 1 {
        waits(&row, 54_000..=67_000);
    }
    // The next attempts wait longer; asking by hand makes them at once.
    let renew = ["certificate", "renew", "--host", "ai.away.test"];
    for (failures, range) in [(2, 540_000..=661_000), (3, 5_400_000..=6_601_000)] {
        house.door.server.desk(&renew, None).await;
        let mut row = house.comes_to("ai.away.test", "failed").await;
        while row["failures"].as_i64().unwrap() < failures {
            // Two attempts fail each time; five in an hour are the limit.
            if row["waits_for"].is_string() || row["class"] != "unreachable" {
                panic!("{row}");
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            row = house.comes_to("ai.away.test", "failed").await;
        }
        if row["failures"] == failures {
            waits(&row, range);
        }
    }
}

fn waits(row: &Value, wanted: std::ops::RangeInclusive<i64>) {
    let wait = row["next_ms"].as_i64().unwrap() - row["failed_ms"].as_i64().unwrap();
    // From the claim to the failure some seconds pass.
    let wanted = wanted.start() - 20_000..=*wanted.end();
    assert!(wanted.contains(&wait), "{wait} ms, {row}");
}

async fn forbidden(house: Arc<House>) {
    let row = house.comes_to("ai.strict.test", "refused-by-caa").await;
    let words = row["words"].as_str().unwrap();
    assert!(
        words.contains("strict.test") && words.contains("pebble.test"),
        "{words}"
    );
    house
        .authority
        .record("clear-caa", json!({ "host": "strict.test" }))
        .await;
    let renew = ["certificate", "renew", "--host", "ai.strict.test"];
    house.door.server.desk(&renew, None).await;
    house.shown(&house.door, "ai.strict.test").await;
}

async fn silence(house: Arc<House>) {
    let row = house.comes_to("ai.silent.test", "could-not-check").await;
    assert_eq!(row["class"], "dns", "{row}");
}
