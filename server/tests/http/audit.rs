//! The audit log at the command line: whole after everything that happened here, and not whole
//! once somebody with the database's own password changes it by hand.

use crate::rig::House;
use crate::rig::checks::Checks;
use serde_json::Value;
use std::path::PathBuf;

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "audit: the log of the day is whole, here and in an export",
            whole(house.clone()),
        )
        .await;
    checks
        .run(
            "audit: a deleted workspace leaves where its log ended",
            closing(house.clone()),
        )
        .await;
    checks
        .run(
            "audit: a wrong password for a real account is recorded, and no other",
            refused_sign_in(house.clone()),
        )
        .await;
    checks
        .run(
            "audit: what is done to it by hand is found and named",
            tampered(house.clone()),
        )
        .await;
}

const VERIFY: [&str; 4] = ["audit", "verify", "--workspace", "nordwind"];

/// An export in a file of its own, with the key that verifies it.
async fn export(house: &House) -> (PathBuf, PathBuf) {
    let folder = house.server.data_dir();
    let (file, key) = (folder.join("export.jsonl"), folder.join("export.key"));
    let exported = house
        .server
        .said(&["audit", "export", "--workspace", "nordwind"])
        .await;
    std::fs::write(&file, exported).unwrap();
    let printed = house
        .server
        .said(&["audit", "key", "--workspace", "nordwind"])
        .await;
    std::fs::write(&key, printed).unwrap();
    (file, key)
}

async fn whole(house: House) {
    let (file, key) = export(&house).await;
    let proof = house.server.desk(&VERIFY, None).await;
    let records = proof["proof"]["records"].as_u64().unwrap();
    assert!(records > 5, "the day left {records} records");
    assert!(proof["proof"]["anchors"].as_u64().unwrap() >= 1);
    let (file, key) = (file.to_str().unwrap(), key.to_str().unwrap());
    let offline = ["audit", "verify", "--export", file, "--key-file", key];
    assert_eq!(
        house.server.desk(&offline, None).await["proof"]["records"],
        records - 1,
        "the key was printed after the export"
    );

    let original = std::fs::read_to_string(file).unwrap();
    let lines: Vec<&str> = original.lines().collect();
    let edited = original.replacen("\"key.added\"", "\"key.edded\"", 1);
    let cut = format!("{}\n", lines[..lines.len() - 1].join("\n"));
    let is_anchor = |line: &&str| line.starts_with("{\"anchor\"");
    let bare: Vec<&str> = lines
        .iter()
        .copied()
        .filter(|line| !is_anchor(line))
        .collect();
    let bare = format!("{}\n", bare.join("\n"));
    assert!(bare.len() < original.len());
    for (what, text) in [("edited", edited), ("cut", cut), ("without anchors", bare)] {
        std::fs::write(file, text).unwrap();
        let (code, said) = house.server.refused(&offline).await;
        assert_eq!(code, Some(1), "{what}: {said}");
        assert!(said.contains("not whole"), "{what}: {said}");
    }
    // The key of a neighbour does not fit.
    std::fs::write(file, &original).unwrap();
    let other = house
        .server
        .said(&["audit", "key", "--workspace", "halden"])
        .await;
    std::fs::write(key, other).unwrap();
    let (code, said) = house.server.refused(&offline).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("signature"), "{said}");
}

async fn closing(house: House) {
    let create = [
        "workspace",
        "create",
        "--slug",
        "short-lived",
        "--name",
        "Short Lived",
    ];
    house.server.desk(&create, None).await;
    let schema = house.schema("short-lived").await;
    let delete = [
        "workspace",
        "delete",
        "--slug",
        "short-lived",
        "--confirm",
        "short-lived",
    ];
    house.server.desk(&delete, None).await;
    let id = schema.trim_start_matches("t_");
    let anchors =
        format!("select count(*), max(seq) from platform.audit_anchors where tenant_id = '{id}'");
    // Created and deleted: two records, and where they ended is kept.
    assert_eq!(house.by_hand(&anchors), "1|2");
    let file = house.server.data_dir().join("audit-anchors.log");
    let copies = std::fs::read_to_string(file).unwrap();
    let id = uuid::Uuid::parse_str(id).unwrap();
    assert!(copies.contains(&id.to_string()) || copies.contains(&id.simple().to_string()));
}

async fn refused_sign_in(house: House) {
    let schema = house.schema("brightfold").await;
    let refused = format!(
        "select count(*) filter (where object = 'clara@brightfold.example'), count(*) from {schema}.audit where action = 'session.refused'"
    );
    let count = |house: &House| {
        let counts = house.by_hand(&refused);
        let (known, all) = counts.split_once('|').unwrap();
        assert_eq!(known, all, "an account that does not exist left a trace");
        known.parse::<u32>().unwrap()
    };
    let before = count(&house);
    let browser = crate::rig::browser::Browser::at(&house.server, "brightfold");
    for email in ["nobody@brightfold.example", "clara@brightfold.example"] {
        let fields = [("email", email), ("password", "a guess")];
        let page = browser.form("/sign-in", &fields).await;
        // Tries of the checks before this one count as well.
        assert!(matches!(page.status, 422 | 429), "{}", page.status);
        if page.status == 429 && email.starts_with("clara") {
            assert!(before > 0, "what was refused before is recorded");
            return;
        }
    }
    for _ in 0..100 {
        if count(&house) > before {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(count(&house), before + 1);
}

async fn tampered(house: House) {
    let schema = house.schema("nordwind").await;
    let table = format!("{schema}.audit");
    let head = format!("{schema}.audit_head");
    for (change, undo, seq) in [
        (
            format!("insert into {table} (seq, at_ms, actor_name, action, object) values (900000, 1, 'Eve', 'key.added', 'x')"),
            format!("delete from {table} where seq = 900000"),
            "record 900000: it stands outside the chain",
        ),
        (
            format!("insert into {table} (seq, at_ms, actor_name, action, object) values (0, 1, 'Eve', 'key.added', 'x')"),
            format!("delete from {table} where seq = 0"),
            "record 0: it stands outside the chain",
        ),
        (
            format!("update {table} set actor_name = 'Nobody' || actor_name where seq = 2"),
            format!("update {table} set actor_name = substr(actor_name, 7) where seq = 2"),
            "record 2: it was changed",
        ),
        (
            format!("update {table} set at_ms = at_ms - 1 where seq = 3"),
            format!("update {table} set at_ms = at_ms + 1 where seq = 3"),
            "record 3: it was changed",
        ),
        (
            format!("create table public_copy as select * from {table} where seq = 2; delete from {table} where seq = 2"),
            format!("insert into {table} select * from public_copy; drop table public_copy"),
            "record 2: it is missing",
        ),
        (
            format!(
                "create table public_copy as select * from {table} where seq > 4; create table public_head as select * from {head};
                 delete from {table} where seq > 4;
                 update {head} set seq = 4, hash = (select hash from {table} where seq = 4)"
            ),
            format!(
                "insert into {table} select * from public_copy; drop table public_copy;
                 update {head} set seq = h.seq, hash = h.hash from public_head h; drop table public_head"
            ),
            "record 5: it is missing: the log was longer",
        ),
        // Everything that the database knows, anchors too: the copies beside it still know better.
        (
            format!(
                "create table public_copy as select * from {table}; create table public_head as select * from {head};
                 create table public_anchors as select * from platform.audit_anchors;
                 delete from {table}; delete from platform.audit_anchors;
                 update {head} set seq = 0, hash = decode(repeat('00', 32), 'hex')"
            ),
            format!(
                "insert into {table} select * from public_copy; drop table public_copy;
                 insert into platform.audit_anchors select * from public_anchors; drop table public_anchors;
                 update {head} set seq = h.seq, hash = h.hash from public_head h; drop table public_head"
            ),
            "it is missing",
        ),
    ] {
        house.by_hand(&change);
        let (code, said) = house.server.refused(&VERIFY).await;
        assert_eq!(code, Some(1), "{change}: {said}");
        assert!(said.contains(seq), "{change}: {said}");
        house.by_hand(&undo);
        let proof: Value = house.server.desk(&VERIFY, None).await;
        assert_eq!(proof["whole"], true);
    }
}
