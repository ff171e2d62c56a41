//! Several processes share orders, questions and certificates; and many hosts stay within the limits.

use crate::authority::Looks;
use crate::house::{Door, House};
use crate::issue::dump;
use crate::rig::checks::Checks;
use crate::rig::ports::free_address;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Hosts below one registered domain: two more than the authority's week allows.
const MANY: usize = 52;

pub(crate) async fn run(checks: &mut Checks) {
    if !checks.wants("share:") {
        return;
    }
    let (http, tls) = (free_address(), free_address());
    let looks = Looks {
        http: http.port(),
        tls: tls.port(),
    };
    let house = House::prepare("lv-tls-c", |_| looks, 0).await;
    house.door.server.start_for_real().await;
    // The authority asks the second process only: what the first one orders, the second one answers.
    let second = house
        .door
        .server
        .second()
        .with("LIVERY_SERVER__LISTEN", &http.to_string())
        .with("LIVERY_TLS__LISTEN", &tls.to_string());
    second.start_for_real().await;
    let second = Arc::new(Door {
        server: second,
        tls: tls.port(),
    });
    checks
        .run(
            "share: one orders, another answers",
            shared(Arc::clone(&house), Arc::clone(&second)),
        )
        .await;
    checks
        .run(
            "share: many hosts stay within the limits",
            many(Arc::clone(&house), second),
        )
        .await;
}

async fn shared(house: Arc<House>, second: Arc<Door>) {
    let hosts: Vec<String> = (0..12).map(|n| format!("ai.c{n}.test")).collect();
    let named: Vec<&str> = hosts.iter().map(String::as_str).collect();
    house.bind("shared", &named).await;
    for host in &hosts {
        let here = house.shown(&house.door, host).await;
        let there = house.shown(&second, host).await;
        assert_eq!(here, there, "{host}");
    }
    // Both ordered, and one answered for both.
    let nodes = ordering_nodes(&dump(&house.door.server.data_dir()));
    assert_eq!(nodes.len(), 2, "{nodes:?}");
    let renew = ["certificate", "renew", "--host", "ai.c0.test"];
    let before = house.shown(&second, "ai.c0.test").await;
    house.door.server.desk(&renew, None).await;
    let here = house
        .shown_other_than(&house.door, "ai.c0.test", &before)
        .await;
    let there = house.shown_other_than(&second, "ai.c0.test", &before).await;
    assert_eq!(here, there);
    // The second one dies; the first one shows what both had.
    second.server.kill().await;
    house.shown(&house.door, "ai.c1.test").await;
}

/// Which processes made the orders that ended with a certificate.
fn ordering_nodes(dump: &str) -> HashSet<String> {
    let begin = "COPY platform.acme_orders (";
    let table = &dump[dump.find(begin).unwrap() + begin.len()..];
    let (columns, rows) = table.split_once(") FROM stdin;\n").unwrap();
    let column = |name: &str| columns.split(", ").position(|it| it == name).unwrap();
    let (node, state) = (column("node_id"), column("state"));
    rows.lines()
        .take_while(|row| *row != "\\.")
        .map(|row| row.split('\t').collect::<Vec<_>>())
        .filter(|row| row[state] == "issued")
        .map(|row| row[node].to_owned())
        .collect()
}

async fn many(house: Arc<House>, second: Arc<Door>) {
    second.server.start_for_real().await;
    let hosts: Vec<String> = (0..MANY).map(|n| format!("c{n}.agency.test")).collect();
    let named: Vec<&str> = hosts.iter().map(String::as_str).collect();
    house.bind("many", &named).await;
    let deadline = Instant::now() + Duration::from_secs(100);
    loop {
        let list = house.door.server.desk(&["certificate", "list"], None).await;
        let rows = list["certificates"].as_array().unwrap();
        let ours = || {
            rows.iter()
                .filter(|row| row["host"].as_str().unwrap().ends_with(".agency.test"))
        };
        let issued = ours().filter(|row| row["state"] == "issued").count();
        let waiting: Vec<_> = ours().filter(|row| row["waits_for"].is_string()).collect();
        assert!(issued <= 50, "the limit is exceeded");
        if issued == 50 && waiting.len() == MANY - 50 {
            let why = waiting[0]["waits_for"].as_str().unwrap();
            assert!(why.contains("agency.test") && why.contains("50"), "{why}");
            assert!(waiting[0]["next_ms"].as_i64().unwrap() > list_time() + 6 * 86_400_000);
            return;
        }
        assert!(
            Instant::now() < deadline,
            "{issued} issued, {} wait",
            waiting.len()
        );
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

fn list_time() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}
