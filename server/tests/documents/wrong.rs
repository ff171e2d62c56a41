//! What is wrong is told whole, with its place, and changes nothing.

use crate::rig::Rig;

pub(crate) async fn run(rig: &Rig) {
    everything_is_told_at_once(rig).await;
    references_are_told_at_once(rig).await;
    usage_is_another_code(rig).await;
    secrets_in_the_wrong_place_are_not_repeated(rig).await;
}

async fn refused(rig: &Rig, text: &str, more: &[&str]) -> String {
    let file = rig.file("document.yaml", text);
    let said = rig
        .livery(&[&["apply", file.as_str()], more].concat())
        .await;
    assert_eq!(said.code, Some(1), "{}", said.out);
    said.err
}

async fn everything_is_told_at_once(rig: &Rig) {
    let text = "livery: 1\nworkspace: first\ncolour: red\nmodels:\n- alias: Fast\n  targets:\n  \
                - {key: main, model: m, first: soon, wait: 3}\nlimits:\n- {team: A, member: b}\n";
    let said = refused(rig, text, &[]).await;
    for place in [
        "line 3, column 1: colour: there is no such field",
        "line 7, column 40: models[0].targets[0].wait: there is no such field",
    ] {
        assert!(said.contains(place), "{place} is not in {said}");
    }
    let text = text.replace("colour: red\n", "").replace(", wait: 3", "");
    let said = refused(rig, &text, &[]).await;
    for place in [
        "line 4, column 3: models[0].alias: ",
        "line 6, column 27: models[0].targets[0].first: `soon` is no time",
        "line 8, column 13: limits[0].member: ",
        "line 8, column 3: limits[0]: limits nothing",
    ] {
        assert!(said.contains(place), "{place} is not in {said}");
    }
    let said = refused(rig, "livery: 1\nname: [", &[]).await;
    assert!(said.contains("cannot be read as YAML or JSON"), "{said}");
    let said = refused(rig, "livery: 1\nname: a\nname: b\n", &[]).await;
    assert!(said.contains("line 3"), "a key that is there twice: {said}");
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\n\
                c: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\n\
                e: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\n\
                g: [*f,*f,*f,*f,*f,*f,*f,*f]\n";
    refused(rig, bomb, &[]).await;
}

async fn references_are_told_at_once(rig: &Rig) {
    let text = "livery: 1\nworkspace: first\nkeys:\n- {name: fresh, provider: openai}\n\
                - {name: other, provider: groq, secret: {env: NOT_SET}}\n\
                - {name: main, provider: openai, base_url: \"https://elsewhere.example/v1\"}\n\
                models:\n- {alias: x, targets: [{key: nobody, model: m}]}\n\
                limits:\n- {team: Nobody, usd_per_month: 1}\n- {model: nothing, concurrent: 1}\n\
                - {member: nobody@client.example, concurrent: 1}\n\
                - {virtual_key: nobody, environment: staging, concurrent: 1}\n";
    let before = rig.export("first").await;
    let said = refused(rig, text, &[]).await;
    for place in [
        "line 4, column 3: keys[0]: there is no key `fresh`",
        "keys[1].secret.env: the environment variable NOT_SET is not set",
        "keys[2]: base_url nothing → “https://elsewhere.example/v1”",
        "models[0].targets[0].key: there is no key `nobody` in production",
        "limits[0].team: there is no team `Nobody`",
        "limits[1].model: there is no model `nothing`",
        "limits[3].virtual_key: there is no virtual key `nobody` in staging",
        "limits[2].member: there is no member `nobody@client.example`",
    ] {
        assert!(said.contains(place), "{place} is not in {said}");
    }
    assert_eq!(rig.export("first").await, before);
    let host = "livery: 1\nworkspace: second\nhosts: [{host: first.client.example}]\n";
    let said = refused(rig, host, &[]).await;
    assert!(said.contains("`first.client.example` is in use"), "{said}");
    let said = refused(rig, &host.replace("second", "nobody"), &["--create"]).await;
    assert!(said.contains("is in use"), "{said}");
    assert_eq!(rig.livery(&["export", "nobody"]).await.code, Some(1));
}

async fn usage_is_another_code(rig: &Rig) {
    for args in [
        &["apply"][..],
        &["export"],
        &["export", "first", "--all"],
        &["apply", "x", "--all", "--workspace", "y"],
        &["convert", "litellm"],
    ] {
        assert_eq!(rig.livery(args).await.code, Some(2), "{args:?}");
    }
    assert_eq!(rig.livery(&["apply", "not-there.yaml"]).await.code, Some(1));
}

async fn secrets_in_the_wrong_place_are_not_repeated(rig: &Rig) {
    // The rig looks for the canary in everything that is said.
    let canary = crate::rig::CANARY;
    let text = format!(
        "livery: 1\nworkspace: first\nkeys:\n\
         - {{name: a, provider: openai, secret: {{env: {canary}}}}}\n"
    );
    let said = refused(rig, &text, &[]).await;
    assert!(said.contains("never write a secret here"), "{said}");
    let text = text.replace(&format!("{{env: {canary}}}"), canary);
    let said = refused(rig, &text, &[]).await;
    assert!(said.contains("keys[0].secret: is text"), "{said}");
}
