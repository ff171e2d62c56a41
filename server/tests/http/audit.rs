//! The audit log at the command line: whole after everything that happened here, and not whole
//! once somebody with the database's own password changes it by hand.

use crate::invitations::as_person;
use crate::rig::House;
use crate::rig::browser::{Browser, Page};
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
            "audit: owners, admins and auditors read it page by page and take it away, nobody else does",
            pages(house.clone()),
        )
        .await;
    checks
        .run(
            "audit: no record of the day reads like a program wrote it",
            in_words(house.clone()),
        )
        .await;
    checks
        .run(
            "audit: a log that grows is signed without waiting for the next round",
            grown(house.clone()),
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

/// Every page of the workspace's records, from the newest on.
async fn all_pages(browser: &Browser, first: &str) -> Vec<Page> {
    let mut pages = vec![browser.get(first).await];
    loop {
        let page = pages.last().unwrap();
        assert_eq!(page.status, 200, "{}", page.body);
        let older = page.between("href=\"/admin/audit?", '"');
        let Some(older) = older
            .into_iter()
            .find(|address| address.contains("before="))
        else {
            return pages;
        };
        assert!(pages.len() < 100, "the pages never end");
        let next = format!("/admin/audit?{}", older.replace("&amp;", "&"));
        pages.push(browser.get(&next).await);
    }
}

fn numbers(pages: &[Page]) -> Vec<u64> {
    let ids = pages
        .iter()
        .flat_map(|page| page.between("id=\"record-", '"'));
    ids.map(|id| id.parse().unwrap()).collect()
}

async fn pages(house: House) {
    let ida = as_person(&house, "ida@nordwind.example").await;
    let pages = all_pages(&ida, "/admin/audit").await;
    assert!(pages.len() > 1, "the day filled one page only");
    assert!(pages[0].body.contains(">Whole<"), "{}", pages[0].body);
    let all = numbers(&pages);
    let counting = (1..=all[0]).rev();
    assert_eq!(
        all,
        counting.collect::<Vec<_>>(),
        "every record, once, newest first"
    );
    let keys = all_pages(&ida, "/admin/audit?kind=keys").await;
    let some = numbers(&keys);
    assert!(!some.is_empty() && some.len() < all.len());
    assert!(keys.iter().all(|page| !page.body.contains("Signed in<")));
    let never = ida.get("/admin/audit?until=2001-01-01").await;
    assert!(
        never.body.contains("No record is like this."),
        "{}",
        never.body
    );

    let taken = ida.form("/admin/audit/export", &[]).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    assert_eq!(taken.header("content-type"), "application/x-ndjson");
    assert!(
        taken
            .header("content-disposition")
            .contains("audit-nordwind.jsonl")
    );
    let folder = house.server.data_dir();
    let (file, key) = (folder.join("taken.jsonl"), folder.join("taken.key"));
    std::fs::write(&file, &taken.body).unwrap();
    let printed = house
        .server
        .said(&["audit", "key", "--workspace", "nordwind"])
        .await;
    std::fs::write(&key, printed).unwrap();
    let (file, key) = (file.to_str().unwrap(), key.to_str().unwrap());
    let offline = ["audit", "verify", "--export", file, "--key-file", key];
    let proof = house.server.desk(&offline, None).await;
    // With the record that it was taken, and not the one of the key.
    assert!(
        proof["proof"]["records"].as_u64().unwrap() > all[0],
        "{proof}"
    );
    let first = ida.get("/admin/audit?kind=records").await;
    assert!(
        first.body.contains("Exported these records"),
        "{}",
        first.body
    );

    let before = numbers(&[ida.get("/admin/audit").await]);
    for (slug, email, status) in [
        ("nordwind", "anna@nordwind.example", 403),
        ("halden", "tim@halden.example", 403),
        ("nordwind", "", 303),
    ] {
        let other = match email {
            "" => Browser::at(&house.server, slug),
            email => Browser::enter(&house.server, slug, email).await,
        };
        for page in [
            other.get("/admin/audit").await,
            other.form("/admin/audit/export", &[]).await,
        ] {
            assert_eq!(page.status, status, "{email}: {}", page.body);
            assert!(!page.body.contains("record-"), "{email} reads a record");
            assert!(!page.body.contains("audit_export"), "{email} takes the log");
        }
    }
    let after = numbers(&[ida.get("/admin/audit").await]);
    // Somebody signed in for this; nobody took anything.
    assert!(after[0] <= before[0] + 1, "{before:?} {after:?}");
    let clara = Browser::enter(&house.server, "brightfold", "clara@brightfold.example").await;
    let theirs = clara.get("/admin/audit").await;
    assert_eq!(theirs.status, 200);
    assert!(
        !theirs.body.contains("nordwind.example"),
        "another workspace's record"
    );
}

/// Whoever records a deed gives it words; see `contract::audit::action_in_words`.
async fn in_words(house: House) {
    for (slug, email) in [
        ("nordwind", "ida@nordwind.example"),
        ("lumen", "edda@lumen.example"),
        ("halden", "noor@halden.example"),
    ] {
        let schema = house.schema(slug).await;
        let stored = house.by_hand(&format!("select distinct action from {schema}.audit"));
        let unknown: Vec<&str> = stored
            .lines()
            .filter(|action| contract::audit::action_in_words(action).is_none())
            .collect();
        assert_eq!(unknown, Vec::<&str>::new(), "{slug}");
        let reader = Browser::enter(&house.server, slug, email).await;
        for page in all_pages(&reader, "/admin/audit").await {
            for wrote in page.between("class=\"deed\">", '<') {
                assert!(
                    !wrote.contains('_') && wrote.starts_with(char::is_uppercase),
                    "{wrote}"
                );
            }
        }
    }
}

async fn grown(house: House) {
    let schema = house.schema("brightfold").await;
    let id = schema.trim_start_matches("t_");
    let head = format!("select seq from {schema}.audit_head");
    let signed = format!(
        "select coalesce(max(seq), 0) from platform.audit_anchors where tenant_id = '{id}'"
    );
    let number = |sql: &str| house.by_hand(sql).parse::<i64>().unwrap();
    let (begun, wanted) = (number(&head), (number(&head) / 64 + 1) * 64);
    while number(&head) < wanted {
        Browser::enter(&house.server, "brightfold", "sam@brightfold.example").await;
    }
    assert!(number(&head) > begun);
    for _ in 0..200 {
        if number(&signed) >= wanted {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{wanted} records, signed up to {}", number(&signed));
}
