//! What is left behind: nothing that people wrote, and no secret, in any byte on disk.

use crate::programs::TOKEN;
use crate::rig::House;
use crate::rig::browser::Browser;
use crate::rig::canaries::{Canary, random_text};
use crate::rig::checks::{Checks, say};
use nix::sys::signal::Signal;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "sealed: no page, no export and no metric holds a key",
            pages(house.clone()),
        )
        .await;
    // Without the checks before it there is nothing to look for.
    checks
        .run(
            "sealed: no byte on disk and no line of the log holds what people wrote",
            sealed(house.clone()),
        )
        .await;
}

/// Every page that leads on from the pages of an owner, with the state that pages carry for scripts.
async fn pages(house: House) {
    let canaries = house.canaries.all();
    let secret = |canary: &&Canary| {
        ["provider key", "access to a key service", TOKEN].contains(&canary.what)
    };
    let secrets: Vec<&Canary> = canaries.iter().filter(secret).collect();
    assert!(
        !secrets.is_empty(),
        "the checks before this one leave secrets to look for"
    );
    let (mut looked, mut keys) = (0, 0);
    let mut look = |at: &str, text: &str| {
        looked += 1;
        let found: Vec<_> = secrets
            .iter()
            .filter(|secret| text.contains(&secret.text))
            .collect();
        assert!(found.is_empty(), "{at} holds {} secrets", found.len());
    };
    for (slug, email) in [
        ("nordwind", "mia@nordwind.example"),
        ("lumen", "edda@lumen.example"),
        ("halden", "ruth@halden.example"),
    ] {
        let owner = Browser::enter(&house.server, slug, email).await;
        let mut seen = BTreeSet::new();
        let first = [
            "/",
            "/account",
            "/account/keys",
            "/admin/members",
            "/admin/keys",
            "/admin/keys/service",
            "/admin/virtual-keys",
            "/account/tokens",
            "/admin/audit",
            "/admin/workspace",
        ];
        let mut next: Vec<String> = first.map(str::to_owned).to_vec();
        while let Some(path) = next.pop() {
            if !seen.insert(path.clone()) || seen.len() > 300 {
                continue;
            }
            let page = owner.get(&path).await;
            look(&path, &format!("{:?} {}", page.headers, page.body));
            let links = page.between("href=\"/", '"').into_iter();
            next.extend(links.map(|link| format!("/{}", link.replace("&amp;", "&"))));
        }
        keys += seen
            .iter()
            .filter(|path| path.starts_with("/admin/keys/0"))
            .count();
        let export = owner.form("/admin/audit/export", &[]).await;
        look("the export", &export.body);
        let ledger = ["ledger", "export", "--workspace", slug];
        look(
            "the ledger",
            &house.server.desk(&ledger, None).await.to_string(),
        );
        let keys = ["key", "list", "--workspace", slug];
        let programs = ["virtual-key", "list", "--workspace", slug];
        look(
            "the list of programs",
            &house.server.desk(&programs, None).await.to_string(),
        );
        look(
            "the list of keys",
            &house.server.desk(&keys, None).await.to_string(),
        );
    }
    assert!(keys > 0, "no page of a key was among them");
    for path in ["/metrics", "/readyz", "/healthz"] {
        look(path, &house.server.private(path).unwrap());
    }
    say(&format!(
        "        {} secrets, {looked} pages and files",
        secrets.len()
    ));
}

async fn sealed(house: House) {
    // An orderly end is a checkpoint: every page is in its file, the journal is complete.
    if house.server.is_running() {
        house.server.signal(Signal::SIGTERM);
        assert_eq!(house.server.ended().await, Some(0));
    }
    let canaries = house.canaries.all();
    assert!(
        canaries.len() >= 3,
        "the checks before this one leave secrets to look for"
    );
    let mut files = Vec::new();
    files_below(&house.server.data_dir(), &mut files);
    let journal = files
        .iter()
        .filter(|file| file.components().any(|part| part.as_os_str() == "pg_wal"));
    assert!(journal.count() > 0, "the journal is among the files");
    // The search must be able to find: a member's address is stored in the open.
    let mut needles = canaries.clone();
    needles.push(known("anna@nordwind.example"));
    let seen = search(&files, &needles);
    assert!(
        seen.bytes > 10_000_000,
        "only {} bytes were read",
        seen.bytes
    );
    assert!(
        seen.found.contains(&"anna@nordwind.example".to_owned()),
        "the search finds nothing"
    );
    let leaks: Vec<_> = seen
        .found
        .iter()
        .filter(|text| *text != "anna@nordwind.example")
        .collect();
    assert!(
        leaks.is_empty(),
        "found on disk: {:#?}",
        named(&canaries, &leaks)
    );
    let mut needles = canaries.clone();
    needles.push(known("TRACE"));
    for address in [
        "@nordwind.example",
        "@halden.example",
        "@lumen.example",
        "@brightfold.example",
    ] {
        needles.push(known(address));
    }
    let log = search(&[house.server.log()], &needles);
    assert!(
        log.found.contains(&"TRACE".to_owned()),
        "the log was not at its most talkative"
    );
    let leaks: Vec<_> = log.found.iter().filter(|text| *text != "TRACE").collect();
    assert!(
        leaks.is_empty(),
        "found in the log: {:#?}",
        named(&canaries, &leaks)
    );
    let absent = search(&files, &[known(&random_text())]);
    assert!(absent.found.is_empty());
    say(&format!(
        "        {} secrets, {} files of {} MB, {} KB of log",
        canaries.len(),
        files.len(),
        seen.bytes / 1_000_000,
        log.bytes / 1_000
    ));
}

fn known(text: &str) -> Canary {
    Canary {
        what: "known",
        text: text.to_owned(),
    }
}

fn named<'a>(canaries: &'a [Canary], leaks: &[&'a String]) -> Vec<(&'a str, &'a str)> {
    let what = |text: &str| canaries.iter().find(|canary| canary.text == text);
    let name = |text: &&'a String| (what(text).map_or("?", |canary| canary.what), text.as_str());
    leaks.iter().map(name).collect()
}

struct Seen {
    bytes: usize,
    found: Vec<String>,
}

/// Reads every byte of the files and tells which needles occur.
fn search(files: &[PathBuf], needles: &[Canary]) -> Seen {
    let mut by_start: Vec<Vec<&[u8]>> = vec![Vec::new(); 1 << 16];
    for needle in needles {
        let text = needle.text.as_bytes();
        by_start[start_of(text)].push(text);
    }
    let mut found: Vec<String> = Vec::new();
    let mut bytes = 0;
    for file in files {
        let content = std::fs::read(file).unwrap();
        bytes += content.len();
        for at in 0..content.len().saturating_sub(1) {
            for text in &by_start[start_of(&content[at..])] {
                if content[at..].starts_with(text) {
                    found.push(String::from_utf8_lossy(text).into_owned());
                }
            }
        }
    }
    found.sort();
    found.dedup();
    Seen { bytes, found }
}

/// The first two bytes as an index.
fn start_of(text: &[u8]) -> usize {
    usize::from(text[0]) << 8 | usize::from(text[1])
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = path.symlink_metadata().unwrap().file_type();
        if kind.is_dir() {
            files_below(&path, files);
        } else if kind.is_file() {
            files.push(path);
        }
    }
}
