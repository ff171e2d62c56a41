//! Two workspaces and one name: at once, one after the other, and after the first has gone.

use crate::rig::checks::Checks;
use crate::stage::{Stage, proof, way};
use contract::domains::{Fact, FactState};
use std::time::Duration;
use store::platform::claims::Standing;

pub(crate) async fn run(checks: &mut Checks, stage: &Stage) {
    checks
        .run(
            "taking over: the record of one workspace proves nothing for another",
            another_token(stage.clone()),
        )
        .await;
    checks
        .run(
            "taking over: of two that prove a name at once exactly one gets it",
            at_once(stage.clone()),
        )
        .await;
    checks
        .run(
            "taking over: a record that went costs the name after its grace, and not before",
            grace(stage.clone()),
        )
        .await;
    checks
        .run(
            "taking over: a removed name is kept from others while it leads here",
            tombstone(stage.clone()),
        )
        .await;
    checks
        .run(
            "taking over: the name of a deleted workspace is nobody's, and not to be had yet",
            deleted(stage.clone()),
        )
        .await;
    checks
        .run(
            "taking over: names that are nobody's to claim are refused in words",
            refusals(stage.clone()),
        )
        .await;
}

async fn another_token(stage: Stage) {
    let (mia, ruth) = (stage.mia().await, stage.ruth().await);
    let host = "one.client.test";
    let (hers, theirs) = (
        stage.claim(&mia, host).await,
        stage.claim(&ruth, host).await,
    );
    assert!(hers.token != theirs.token && hers.label != theirs.label);
    stage
        .names
        .publish(&[way(&theirs), vec![proof(&hers)]].concat());
    stage
        .until(&theirs, Fact::Ownership, FactState::Wrong)
        .await;
    assert!(!stage.find(host, theirs.tenant).await.unwrap().bound);
    stage
        .until(&hers, Fact::Ownership, FactState::Confirmed)
        .await;
    // It leads to the target of the other claim: said, and not taken for a way.
    assert_eq!(stage.known(&hers, Fact::Routing).await.0, FactState::Wrong);
    // Whoever comes later is told at once, and not by whom.
    let lena = stage.ruth().await;
    lena.form(&format!("/admin/domains/{host}/remove"), &[("name", host)])
        .await;
    for taken in [host.to_owned(), format!("below.{host}")] {
        let page = lena.form("/admin/domains", &[("host", &taken)]).await;
        assert_eq!(page.status, 409, "{taken}: {}", page.body);
        assert!(!page.body.contains("Nordwind"), "{taken}");
    }
}

async fn at_once(stage: Stage) {
    let (mia, ruth) = (stage.mia().await, stage.ruth().await);
    let host = "two.client.test";
    let (hers, theirs) = (
        stage.claim(&mia, host).await,
        stage.claim(&ruth, host).await,
    );
    stage.names.publish(&[proof(&hers), proof(&theirs)]);
    let mut looks = tokio::task::JoinSet::new();
    for claim in [&hers, &theirs, &hers, &theirs, &hers, &theirs] {
        let (stage, claim) = (stage.clone(), claim.clone());
        looks.spawn(async move { stage.look(&stage.domains, &claim).await });
    }
    looks.join_all().await;
    let mut bound = 0;
    for claim in [&hers, &theirs] {
        stage
            .until(
                claim,
                Fact::Ownership,
                if stage.find(host, claim.tenant).await.unwrap().bound {
                    bound += 1;
                    FactState::Confirmed
                } else {
                    FactState::Wrong
                },
            )
            .await;
    }
    assert_eq!(bound, 1);
    assert_eq!(stage.ask(host, "/sign-in").await.0, 200);
}

async fn grace(stage: Stage) {
    let mia = stage.mia().await;
    let host = "fading.client.test";
    let claim = stage.claim(&mia, host).await;
    stage
        .names
        .publish(&[way(&claim), vec![proof(&claim)]].concat());
    stage
        .until(&claim, Fact::Serving, FactState::Confirmed)
        .await;
    stage.names.publish(&way(&claim));
    stage
        .until(&claim, Fact::Ownership, FactState::Waiting)
        .await;
    let page = mia.get(&format!("/admin/domains/{host}")).await;
    assert!(page.body.contains("It serves on until"), "{}", page.body);
    assert_eq!(stage.ask(host, "/sign-in").await.0, 200, "within its grace");
    let strict = stage.with(|rules| rules.grace = Duration::ZERO);
    let after = stage.look(&strict, &claim).await.unwrap();
    assert!(!after.bound && after.proven_ms.is_none());
    stage.until_status(host, 421).await;
    let page = mia.get(&format!("/admin/domains/{host}")).await;
    assert!(page.body.contains("stopped serving"));
    // The same claim can be proven again, and its own workspace waits for nothing.
    stage
        .names
        .publish(&[way(&claim), vec![proof(&claim)]].concat());
    stage
        .until(&claim, Fact::Serving, FactState::Confirmed)
        .await;
}

async fn tombstone(stage: Stage) {
    let (mia, ruth) = (stage.mia().await, stage.ruth().await);
    let host = "fading.client.test";
    let tenant = stage.opened.workspace("nordwind").await.unwrap().id;
    let first = stage.find(host, tenant).await.unwrap();
    let path = format!("/admin/domains/{host}/remove");
    assert_eq!(
        mia.form(&path, &[("name", "another.client.test")])
            .await
            .status,
        422
    );
    stage.until_status(host, 200).await;
    assert_eq!(mia.form(&path, &[("name", host)]).await.status, 303);
    stage.until_status(host, 421).await;
    let refused = ruth.form("/admin/domains", &[("host", host)]).await;
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert!(
        refused.body.contains("until a short time ago"),
        "{}",
        refused.body
    );
    // Its own workspace may have it back, by another record.
    let again = stage.claim(&mia, host).await;
    assert_ne!(again.token, first.token);
    stage.until(&again, Fact::Ownership, FactState::Wrong).await;
    assert_eq!(
        stage.ask(host, "/sign-in").await.0,
        421,
        "an old record proved a new claim"
    );
    assert_eq!(mia.form(&path, &[("name", host)]).await.status, 303);
    // Once it leads here no longer, the quarantine ends.
    stage.names.publish(&[]);
    let strict = stage.with(|rules| rules.quarantine = Duration::ZERO);
    strict.look_at_due().await;
    stage.claim(&ruth, host).await;
}

async fn deleted(stage: Stage) {
    let host = "left.client.test";
    let create = [
        "workspace",
        "create",
        "--slug",
        "passing",
        "--name",
        "Passing",
    ];
    stage.server.desk(&create, None).await;
    let tenant = stage.opened.workspace("passing").await.unwrap().id;
    let operator = (None, "operator");
    let claim = stage
        .domains
        .claim_for(tenant, operator, host)
        .await
        .unwrap();
    stage
        .names
        .publish(&[way(&claim), vec![proof(&claim)]].concat());
    stage
        .until(&claim, Fact::Serving, FactState::Confirmed)
        .await;
    stage
        .server
        .desk(
            &[
                "workspace",
                "delete",
                "--slug",
                "passing",
                "--confirm",
                "passing",
            ],
            None,
        )
        .await;
    stage.until_status(host, 421).await;
    let ruth = stage.ruth().await;
    let refused = ruth.form("/admin/domains", &[("host", host)]).await;
    assert_eq!(refused.status, 409, "{}", refused.body);
    // A claim from before does not slip through either: the name is judged again when it is proven.
    let halden = stage.opened.workspace("halden").await.unwrap().id;
    let mut tx = stage.opened.store.enter(halden).await.unwrap();
    let standing = store::platform::claims::standing(&mut tx, host, i64::MAX / 2)
        .await
        .unwrap();
    assert_eq!(standing, Standing::Buried);
    stage.domains.look_at_due().await;
    assert_eq!(
        ruth.form("/admin/domains", &[("host", host)]).await.status,
        409,
        "it still leads here"
    );
}

async fn refusals(stage: Stage) {
    let mia = stage.mia().await;
    for (typed, status) in [
        ("localhost", 422),
        ("x.localhost", 422),
        ("nordwind.localhost", 422),
        ("a.nordwind.localhost", 422),
        ("target.test", 422),
        ("x.target.test", 422),
        ("*.localhost", 422),
        ("127.0.0.1", 422),
        ("[::1]", 422),
        ("co.uk", 422),
        ("intranet", 422),
        ("аррӏе.com", 422),
        ("<script>.com", 422),
        ("a.client.test:80", 422),
        ("printer.local", 422),
    ] {
        let page = mia.form("/admin/domains", &[("host", typed)]).await;
        assert_eq!(page.status, status, "{typed}: {}", page.body);
        assert!(page.body.contains("role=\"alert\""), "{typed}");
        assert!(!page.body.contains("<script>.com"), "{typed}");
    }
    let foreign = mia.get("/admin/domains/of-nobody.client.test").await;
    assert_eq!(foreign.status, 404);
    let anna =
        crate::rig::browser::Browser::enter(&stage.server, "nordwind", "anna@nordwind.example")
            .await;
    assert_eq!(anna.get("/admin/domains").await.status, 403);
    let page = anna
        .form("/admin/domains", &[("host", "mine.client.test")])
        .await;
    assert_eq!(page.status, 403);
}
