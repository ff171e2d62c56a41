//! Names of clients against real name servers: a claim that turns when its zone does, and everything that
//! must not make it turn.
//!
//! One installation and one zone serve all checks, so they run one after the other; `ONLY=` as in the
//! checks of the HTTP door.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod names;
#[path = "../http/rig/mod.rs"]
#[expect(dead_code, reason = "the HTTP checks use the rest")]
mod rig;
mod stage;
mod taking_over;

use contract::domains::{Fact, FactState};
use rig::checks::Checks;
use stage::{Stage, proof, way};
use std::net::UdpSocket;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_of_clients_serve_once_they_are_proven() {
    let stage = Stage::open().await;
    let mut checks = Checks::new();
    checks
        .run(
            "domains: a CNAME alone binds nothing; with its TXT the four facts turn",
            turns(stage.clone()),
        )
        .await;
    checks
        .run(
            "domains: what stands in the way is listed record by record",
            conflicts(stage.clone()),
        )
        .await;
    checks
        .run(
            "domains: what nobody answers is not known, and a name serves on",
            silence(stage.clone()),
        )
        .await;
    checks
        .run(
            "domains: other names lead to the primary one, where it is wished",
            redirect(stage.clone()),
        )
        .await;
    checks
        .run(
            "domains: the suffix of an agency serves its workspaces at once",
            base(stage.clone()),
        )
        .await;
    taking_over::run(&mut checks, &stage).await;
    checks.finish();
}

async fn turns(stage: Stage) {
    let mia = stage.mia().await;
    let claim = stage.claim(&mia, "ai.client.test").await;
    assert!(claim.token.len() >= 32);
    let page = mia.get("/admin/domains/ai.client.test").await;
    for shown in [
        "_workspace-verify.ai",
        &claim.token,
        &format!("{}.target.test", claim.label),
    ] {
        assert!(page.body.contains(shown), "{shown}");
    }
    stage.names.publish(&way(&claim));
    stage
        .until(&claim, Fact::Routing, FactState::Confirmed)
        .await;
    let (ownership, _) = stage.known(&claim, Fact::Ownership).await;
    assert_eq!(ownership, FactState::Waiting);
    assert_eq!(
        stage.ask("ai.client.test", "/sign-in").await.0,
        421,
        "a CNAME bound a name"
    );
    // The server looks by itself from here on: nobody presses anything.
    stage
        .names
        .publish(&[way(&claim), vec![proof(&claim)]].concat());
    stage.until_status("ai.client.test", 200).await;
    stage
        .until(&claim, Fact::Serving, FactState::Confirmed)
        .await;
    assert_eq!(
        stage.known(&claim, Fact::Certificate).await.0,
        FactState::NotNeeded
    );
    let list = mia.get("/admin/domains").await;
    assert!(list.body.contains("ai.client.test") && list.body.contains("Confirmed"));
    let log = mia.get("/admin/audit?kind=settings").await;
    assert!(log.body.contains("A domain was proven") && log.body.contains("Claimed a domain"));
}

async fn conflicts(stage: Stage) {
    let mia = stage.mia().await;
    let claim = stage.claim(&mia, "www.crowded.test").await;
    let cut = &claim.token[..20];
    stage.names.publish(&[
        "www.crowded A 203.0.113.9".to_owned(),
        "www.crowded A 127.0.0.1".to_owned(),
        "www.crowded AAAA 2001:db8::9".to_owned(),
        format!("_workspace-verify.www.crowded TXT \"{cut}\""),
    ]);
    stage.until(&claim, Fact::Routing, FactState::Wrong).await;
    let page = stage
        .domains
        .read_one(claim.tenant, &claim.host)
        .await
        .unwrap();
    let listed: Vec<&str> = page.conflicts.iter().map(|it| it.record.as_str()).collect();
    assert_eq!(listed.len(), 3, "{listed:?}");
    for (part, advice) in [
        ("203.0.113.9", "Leads elsewhere"),
        ("2001:db8::9", "Forgotten"),
        (cut, "was cut"),
    ] {
        let found = page
            .conflicts
            .iter()
            .find(|it| it.record.contains(part))
            .unwrap();
        assert!(found.advice.contains(advice), "{found:?}");
    }
    stage
        .names
        .publish(&["www.crowded CNAME shop.example.".to_owned()]);
    stage.until(&claim, Fact::Routing, FactState::Wrong).await;
    let shown = mia.get("/admin/domains/www.crowded.test").await;
    assert!(shown.body.contains("shop.example"), "{}", shown.body);
}

async fn silence(stage: Stage) {
    let mia = stage.mia().await;
    let claim = stage.claim(&mia, "steady.client.test").await;
    stage
        .names
        .publish(&[way(&claim), vec![proof(&claim)]].concat());
    stage
        .until(&claim, Fact::Serving, FactState::Confirmed)
        .await;
    stage.names.silence();
    stage
        .until(&claim, Fact::Ownership, FactState::Unknown)
        .await;
    let (_, evidence) = stage.known(&claim, Fact::Ownership).await;
    assert!(
        evidence.contains("says nothing about the record"),
        "{evidence}"
    );
    // Even with no grace at all: what could not be asked is not missing.
    let strict = stage.with(|rules| rules.grace = Duration::ZERO);
    let after = stage.look(&strict, &claim).await.unwrap();
    assert!(after.bound && after.missing_ms.is_none());
    // A server that says nothing at all.
    let mute = UdpSocket::bind("127.0.0.1:0").unwrap();
    let asking = stage.asking(mute.local_addr().unwrap());
    let after = stage.look(&asking, &claim).await.unwrap();
    assert!(after.bound && after.missing_ms.is_none());
    assert_eq!(
        stage.known(&claim, Fact::Routing).await.0,
        FactState::Unknown
    );
    assert_eq!(stage.ask("steady.client.test", "/sign-in").await.0, 200);
    stage.names.speak();
    stage
        .until(&claim, Fact::Ownership, FactState::Confirmed)
        .await;
}

async fn redirect(stage: Stage) {
    let mia = stage.mia().await;
    let host = "steady.client.test";
    stage.until_status(host, 200).await;
    let primary = mia
        .form(&format!("/admin/domains/{host}/primary"), &[])
        .await;
    assert_eq!(primary.status, 303, "{}", primary.body);
    assert_eq!(
        stage.ask("nordwind.localhost", "/sign-in").await.0,
        200,
        "before it is wished"
    );
    let on = mia
        .form("/admin/domains/redirect", &[("redirect", "yes")])
        .await;
    assert_eq!(on.status, 303, "{}", on.body);
    stage.until_status("nordwind.localhost", 308).await;
    let (status, to) = stage
        .ask("nordwind.localhost", "/sign-in?next=%2Fc%2F1")
        .await;
    let there = format!(
        "http://{host}:{}/sign-in?next=%2Fc%2F1",
        stage.server.port()
    );
    assert_eq!((status, to), (308, there));
    assert_eq!(
        stage.ask(host, "/sign-in").await.0,
        200,
        "the primary one sends nobody on"
    );
    // What is posted is answered where it arrives, so the way back works from there too.
    let off = mia
        .form("/admin/domains/redirect", &[("redirect", "no")])
        .await;
    assert_eq!(off.status, 303, "{}", off.body);
    stage.until_status("nordwind.localhost", 200).await;
    let back = mia
        .form("/admin/domains/nordwind.localhost/primary", &[])
        .await;
    assert_eq!(back.status, 303, "{}", back.body);
}

async fn base(stage: Stage) {
    let row = stage.opened.workspace("nordwind").await.unwrap();
    let agencies = stage.opened.store.agencies().await.unwrap();
    let agency = agencies
        .into_iter()
        .find(|it| Some(it.id) == row.agency)
        .unwrap();
    let host = "nordwind.ai.agency.test";
    assert_eq!(stage.ask(host, "/sign-in").await.0, 421);
    let add = [
        "domain",
        "base",
        "add",
        "--suffix",
        "AI.agency.test",
        "--agency",
        &agency.slug,
    ];
    stage.server.desk(&add, None).await;
    stage.until_status(host, 200).await;
    let all = stage.opened.store.workspaces().await.unwrap();
    let foreign = all.iter().find(|it| it.agency != row.agency).unwrap();
    for nobody in [
        format!("{}.ai.agency.test", foreign.slug),
        "ai.agency.test".to_owned(),
        format!("a.{host}"),
    ] {
        assert_eq!(stage.ask(&nobody, "/sign-in").await.0, 421, "{nobody}");
    }
    let mia = stage.mia().await;
    assert!(mia.get("/admin/domains").await.body.contains(host));
    for taken in ["ai.agency.test", "x.ai.agency.test", "agency.test"] {
        let page = mia.form("/admin/domains", &[("host", taken)]).await;
        assert_eq!(page.status, 409, "{taken}: {}", page.body);
    }
    let (_, again) = stage.server.refused(&add).await;
    assert!(again.contains("already"), "{again}");
    let listed = stage.server.desk(&["domain", "base", "list"], None).await;
    assert_eq!(listed["base_domains"][0]["suffix"], "ai.agency.test");
    stage
        .server
        .desk(
            &["domain", "base", "remove", "--suffix", "ai.agency.test"],
            None,
        )
        .await;
    stage.until_status(host, 421).await;
}
