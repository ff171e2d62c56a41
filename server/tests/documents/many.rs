//! One document for many workspaces, and many documents in one file.

use crate::rig::Rig;
use serde_json::json;

pub(crate) async fn run(rig: &Rig) {
    for slug in ["acme-one", "acme-two", "acme-three", "zenith"] {
        let made = [
            "workspace",
            "create",
            "--slug",
            slug,
            "--name",
            slug,
            "--json",
        ];
        rig.livery(&made).await.json();
    }
    one_that_fails_stops_no_other(rig).await;
    what_only_one_can_have_is_refused(rig).await;
    all_of_them_can_be_written_down(rig).await;
}

async fn one_that_fails_stops_no_other(rig: &Rig) {
    for slug in ["acme-one", "acme-three"] {
        let team = [
            "team",
            "create",
            "--workspace",
            slug,
            "--name",
            "Desk",
            "--json",
        ];
        rig.livery(&team).await.json();
    }
    let text = "livery: 1\ncache: 5m\nlimits: [{team: Desk, requests_per_minute: 9}]\n";
    let file = rig.file("document.yaml", text);
    let planned = rig
        .livery(&[
            "apply",
            &file,
            "--workspace",
            "acme-*",
            "--dry-run",
            "--json",
        ])
        .await;
    assert_eq!(planned.code, Some(1));
    assert_eq!(rig.export("acme-one").await["cache"], "usual");
    let said = rig
        .livery(&["apply", &file, "--workspace", "acme-*", "--json"])
        .await;
    assert_eq!(said.code, Some(1));
    assert!(
        said.err.contains("1 of 3") && said.err.contains("acme-two"),
        "{}",
        said.err
    );
    let report: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let of = |slug: &str| {
        let rows = report["workspaces"].as_array().unwrap().iter();
        rows.clone()
            .find(|row| row["workspace"] == slug)
            .unwrap()
            .clone()
    };
    assert_eq!(of("acme-one")["steps"].as_array().unwrap().len(), 2);
    assert_eq!(of("acme-two")["problems"][0]["line"], 3);
    for (slug, cache) in [
        ("acme-one", "5m"),
        ("acme-two", "usual"),
        ("acme-three", "5m"),
        ("zenith", "usual"),
    ] {
        assert_eq!(rig.export(slug).await["cache"], cache, "{slug}");
    }
}

async fn what_only_one_can_have_is_refused(rig: &Rig) {
    let text = "livery: 1\nname: Same\nhosts: [{host: a.client.example}]\n";
    let file = rig.file("document.yaml", text);
    let said = rig.livery(&["apply", &file, "--all"]).await;
    assert_eq!(said.code, Some(1));
    let told = "cannot say this";
    assert_eq!(said.err.matches(told).count(), 2, "{}", said.err);
    let nobody = rig
        .livery(&["apply", &file, "--workspace", "nobody-*"])
        .await;
    assert_eq!(nobody.code, Some(1));
    let agency = rig.livery(&["apply", &file, "--agency", "nobody"]).await;
    assert!(agency.err.contains("no agency"), "{}", agency.err);
}

async fn all_of_them_can_be_written_down(rig: &Rig) {
    let all = rig.livery(&["export", "--all"]).await;
    assert_eq!(all.code, Some(0), "{}", all.err);
    let again = rig.apply(&all.out, &[]).await;
    let rows = again["workspaces"].as_array().unwrap();
    assert!(rows.len() >= 7, "{again}");
    assert!(rows.iter().all(|row| row["steps"] == json!([])), "{again}");
    let listed = rig.livery(&["export", "--all", "--json"]).await.out;
    let again = rig.apply(&listed, &[]).await;
    assert_eq!(again["workspaces"].as_array().unwrap().len(), rows.len());
    let every = rig
        .apply("livery: 1\nmember_keys: true\n", &["--all"])
        .await;
    assert_eq!(every["workspaces"].as_array().unwrap().len(), rows.len());
    assert_eq!(rig.export("zenith").await["member_keys"], true);
}
