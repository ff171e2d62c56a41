//! The pack for an auditor, opened with programs that are not ours: every file has its sum, the log in it
//! verifies offline, and nothing in it is a secret or somebody else's.

use crate::invitations::as_person;
use crate::rig::House;
use crate::rig::browser::{Browser, with_form};
use crate::rig::checks::Checks;
use reqwest::Method;
use reqwest::header::ORIGIN;
use std::path::Path;
use std::process::Command;

const ADDRESS: &str = "/admin/audit/evidence";

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "evidence: a pack checks offline, file by file and record by record",
            offline(house.clone()),
        )
        .await;
    checks
        .run(
            "evidence: only owners, admins and auditors take one, about days that are days",
            refused(house.clone()),
        )
        .await;
}

/// Runs a program in `folder`; it must succeed.
fn run_in(folder: &Path, program: &str, args: &[&str]) -> String {
    let ended = Command::new(program)
        .args(args)
        .current_dir(folder)
        .output();
    let ended = ended.unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{program} {args:?}: {said}");
    String::from_utf8(ended.stdout).unwrap()
}

async fn offline(house: House) {
    let ida = as_person(&house, "ida@nordwind.example").await;
    let fields = [("from", "2026-01-01"), ("until", "2099-12-31")];
    let request = ida
        .request(Method::POST, ADDRESS)
        .header(ORIGIN, ida.origin());
    let taken = with_form(request, &fields).send().await.unwrap();
    assert_eq!(taken.status(), 200);
    assert_eq!(taken.headers()["content-type"], "application/zip");
    let named = taken.headers()["content-disposition"].to_str().unwrap();
    assert!(named.contains("evidence-nordwind-2026-01-01-2099-12-31.zip"));
    let folder = house.server.data_dir().join("evidence");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("pack.zip"), taken.bytes().await.unwrap()).unwrap();

    run_in(&folder, "python3", &["-m", "zipfile", "-t", "pack.zip"]);
    run_in(
        &folder,
        "python3",
        &["-m", "zipfile", "-e", "pack.zip", "."],
    );
    let sums = run_in(&folder, "sha256sum", &["--check", "--strict", "SHA256SUMS"]);
    assert_eq!(sums.matches(": OK").count(), 12, "{sums}");

    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let verification: serde_json::Value = serde_json::from_str(&read("verification.json")).unwrap();
    assert_eq!(verification["log"]["whole"], true, "{verification}");
    let key = house
        .server
        .said(&["audit", "key", "--workspace", "nordwind"])
        .await;
    std::fs::write(folder.join("key"), key).unwrap();
    let (log, key) = (folder.join("records.jsonl"), folder.join("key"));
    let (log, key) = (log.to_str().unwrap(), key.to_str().unwrap());
    let verify = ["audit", "verify", "--export", log, "--key-file", key];
    let proof = house.server.desk(&verify, None).await;
    assert_eq!(proof["whole"], true, "{proof}");

    let people = read("people.csv");
    assert!(people.contains("ida@nordwind.example,auditor"), "{people}");
    assert!(
        read("roles.csv").contains("chat,yes,yes,yes,no"),
        "{}",
        read("roles.csv")
    );
    assert!(read("key-events.csv").contains(",key.added,"));
    let everybody = read("people-events.csv");
    assert!(everybody.contains(",session.begun,") && everybody.contains(",audit.evidence_taken,"));
    // Each row of events is the record that it names.
    let records: Vec<serde_json::Value> = read("records.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["record"].take())
        .collect();
    for line in everybody
        .lines()
        .skip(1)
        .filter(|line| line.contains(",session.begun,"))
    {
        let number = line.split(',').next().unwrap();
        let record = records
            .iter()
            .find(|it| it["seq"].to_string() == number)
            .unwrap();
        assert_eq!(record["action"], "session.begun", "{line}");
    }
    let all: String = [
        "people.csv",
        "signed-in.csv",
        "provider-keys.csv",
        "virtual-keys.csv",
        "records.jsonl",
    ]
    .map(read)
    .concat();
    for secret in ["$argon2", "sk-", "brightfold.example"] {
        assert!(!all.contains(secret), "{secret}");
    }
    for canary in house.canaries.all() {
        assert!(
            !all.contains(&canary.text),
            "{} is in the pack",
            canary.what
        );
    }
}

async fn refused(house: House) {
    let fields = [("from", "2026-01-01"), ("until", "2026-12-31")];
    let anna = Browser::enter(&house.server, "nordwind", "anna@nordwind.example").await;
    let denied = anna.form(ADDRESS, &fields).await;
    assert_eq!(denied.status, 403, "{}", denied.body);
    let nobody = Browser::at(&house.server, "nordwind");
    assert_eq!(nobody.form(ADDRESS, &fields).await.status, 303);
    let ida = as_person(&house, "ida@nordwind.example").await;
    for (from, until) in [
        ("", ""),
        ("2026-02-30", "2026-03-01"),
        ("2026-03-02", "2026-03-01"),
        ("x", "2026-03-01"),
    ] {
        let page = ida.form(ADDRESS, &[("from", from), ("until", until)]).await;
        assert_eq!(page.status, 422, "{from} {until}: {}", page.body);
        assert!(page.body.contains("first and a last day"), "{}", page.body);
    }
}
