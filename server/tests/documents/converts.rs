//! What people come from, as documents that can be applied; what is left is named, secrets are not.

use crate::rig::{CANARY, Rig};
use serde_json::Value;
use std::collections::HashMap;

pub(crate) async fn run(rig: &Rig) {
    from_litellm(rig).await;
    from_tenants(rig).await;
    from_env(rig).await;
}

/// Converts a file, as people read it and as programs do. The rig looks for secrets in both.
async fn converted(rig: &Rig, args: &[&str]) -> (String, Value) {
    let said = rig.livery(&[&["convert"], args].concat()).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let json = rig
        .livery(&[&["convert"], args, &["--json"]].concat())
        .await
        .json();
    (said.out, json)
}

fn left(json: &Value) -> HashMap<String, String> {
    let rows = json["left"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rows.map(|row| (text(&row["name"]), text(&row["why"])))
        .collect()
}

/// Applies what came out, with a secret in every variable that it wants.
async fn applied(rig: &Rig, yaml: &str, json: &Value) {
    let file = rig.file("converted.yaml", yaml);
    let mut command = rig.command();
    for name in json["wants"].as_array().unwrap() {
        command.env(name.as_str().unwrap(), CANARY);
    }
    command.args(["apply", &file, "--create"]);
    let ended = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(ended.status.success(), "{said}\n{yaml}");
    assert!(!String::from_utf8(ended.stdout).unwrap().contains(CANARY));
}

async fn from_litellm(rig: &Rig) {
    let file = rig.file("config.yaml", include_str!("fixtures/litellm.yaml"));
    let (yaml, json) = converted(rig, &["litellm", &file, "--workspace", "lite"]).await;
    let document = &json["documents"][0];
    let models = document["models"].as_array().unwrap();
    let model = |alias: &str| models.iter().find(|one| one["alias"] == alias).unwrap();
    let target = |alias: &str, index: usize| model(alias)["targets"][index].clone();
    assert_eq!(model("gpt-4o")["strategy"], "weighted");
    assert_eq!(target("gpt-4o", 0)["weight"], 60);
    assert_eq!(target("gpt-4o", 0)["context"], "128k");
    assert_eq!(target("gpt-4o", 0)["images"], true);
    assert_eq!(target("gpt-4o", 0)["total"], "2m");
    assert_eq!(target("gpt-4o", 1)["total"], "45500ms");
    assert_eq!(target("gpt-4o", 1)["first"], "10s");
    assert_eq!(
        target("gpt-4o", 2)["weight"],
        0,
        "a fallback is for falling back only"
    );
    assert_eq!(target("gpt-4o", 2)["model"], "claude-opus-4-1-20250805");
    assert_eq!(model("local")["allows"]["longer_elsewhere"], true);
    assert_eq!(model("local")["targets"].as_array().unwrap().len(), 3);
    assert_eq!(model("gpt-4")["targets"].as_array().unwrap().len(), 3);
    assert_eq!(document["prices"][0]["read"], "2.5");
    assert_eq!(document["prices"][0]["written"], "10");
    assert_eq!(document["cache"], "10m");
    let limits = document["limits"].as_array().unwrap();
    assert_eq!(limits[0]["usd_per_month"], "100");
    assert_eq!(
        (&limits[1]["model"], &limits[1]["requests_per_minute"]),
        (&"gpt-4o".into(), &80.into())
    );
    let wants = json["wants"].as_array().unwrap();
    for name in [
        "AZURE_KEY_EU",
        "OPENAI_API_KEY",
        "LITE_ANTHROPIC_KEY",
        "AWS_SECRET_ACCESS_KEY",
    ] {
        assert!(
            wants.iter().any(|one| one == name),
            "{name} is not in {wants:?}"
        );
    }
    let left = left(&json);
    for name in [
        "environment_variables.LANGFUSE_SECRET_KEY",
        "model_list[0].litellm_params.region_name",
        "model_list[2].litellm_params.api_key",
        "model_list[2].litellm_params.max_tokens",
        "model_list[5]",
        "model_list[6]",
        "model_list[7]",
        "model_name Claude 3/Opus",
        "router_settings.num_retries",
        "router_settings.redis_password",
        "router_settings.fallbacks[0].gpt-4o to nobody",
        "litellm_settings.success_callback",
        "litellm_settings.cache_params.type",
        "general_settings.master_key",
        "general_settings.alerting",
    ] {
        assert!(left.contains_key(name), "{name} is not in {left:?}");
        assert!(
            yaml.contains(&format!("#   {name}: ")),
            "{name} is not in {yaml}"
        );
    }
    applied(rig, &yaml, &json).await;
}

async fn from_tenants(rig: &Rig) {
    let file = rig.file("tenants.json", include_str!("fixtures/tenants.json"));
    let (yaml, json) = converted(rig, &["tenants", &file]).await;
    let documents = json["documents"].as_array().unwrap();
    let of = |slug: &str| {
        documents
            .iter()
            .find(|one| one["workspace"] == slug)
            .unwrap()
    };
    let north = of("north");
    assert_eq!(
        north["limits"][0]["requests_per_minute"], 60,
        "its own before its plan's"
    );
    assert_eq!(
        north["limits"][0]["usd_per_month"], "50",
        "what only the plan says"
    );
    let models = north["models"].as_array().unwrap();
    let careful = models.iter().find(|one| one["alias"] == "careful").unwrap();
    assert_eq!(careful["targets"][0]["model"], "claude-sonnet-4-5-20250929");
    assert_eq!(of("south-side")["keys"][0]["secret"]["env"], "SOUTH_KEY");
    let left = left(&json);
    for name in [
        "tenants.north.providers.openai.api_key",
        "tenants.north.providers.unheard-of",
        "tenants.north.webhook",
        "tenants.South Side.plan",
        "tenant South Side",
        "plans.pro.seats",
    ] {
        assert!(left.contains_key(name), "{name} is not in {left:?}");
    }
    applied(rig, &yaml, &json).await;
    assert_eq!(rig.export("north").await["name"], "North & Co");
}

async fn from_env(rig: &Rig) {
    let file = rig.file("single.env", include_str!("fixtures/single.env"));
    let (yaml, json) = converted(rig, &["env", &file, "--workspace", "solo"]).await;
    let document = &json["documents"][0];
    assert_eq!(
        (&document["name"], &document["prompt"]),
        (&"First".into(), &"Be brief.".into())
    );
    assert_eq!(document["models"][0]["alias"], "chat");
    assert_eq!(document["limits"][0]["requests_per_minute"], 30);
    assert_eq!(document["keys"].as_array().unwrap().len(), 2);
    let left = left(&json);
    for name in [
        "AZURE_OPENAI_API_KEY",
        "ANTHROPIC_API_KEY",
        "DATABASE_URL",
        "SESSION_SECRET",
        "line 11",
    ] {
        assert!(left.contains_key(name), "{name} is not in {left:?}");
    }
    applied(rig, &yaml, &json).await;
}
