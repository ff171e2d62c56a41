//! AWS KMS, against real emulators: one that knows the states of a key, one that re-encrypts and
//! asks its policies.

use crate::{context, egress, keeps_its_promises, rewraps};
use reqwest::Client;
use serde_json::{Value, json};
use server::kms::{AwsKms, AwsSettings, KeyService as _, KeyServiceError};

/// The running emulator. `None` only outside continuous integration.
fn emulator(name: &str) -> Option<String> {
    let named = std::env::var(name).ok();
    assert!(
        named.is_some() || std::env::var("CI").is_err(),
        "{name} must name a running emulator"
    );
    if named.is_none() {
        println!("no emulator was named by {name}: nothing was tested");
    }
    named
}

async fn post(url: &str, target: &str, scope: &str, body: &Value) -> (u16, String) {
    let signed = format!(
        "AWS4-HMAC-SHA256 Credential=owner/20260101/eu-central-1/{scope}/aws4_request, \
         SignedHeaders=host, Signature=0"
    );
    let answer = Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .post(url)
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", target)
        .header("authorization", signed)
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// What the key's owner does.
async fn owner(emulator: &str, operation: &str, request: &Value) -> Value {
    let target = format!("TrentService.{operation}");
    let (status, body) = post(emulator, &target, "kms", request).await;
    assert_eq!(status, 200, "{operation}: {body}");
    serde_json::from_str(&body).unwrap_or(Value::Null)
}

async fn new_key(emulator: &str) -> String {
    let made = owner(
        emulator,
        "CreateKey",
        &json!({ "KeyUsage": "ENCRYPT_DECRYPT" }),
    )
    .await;
    made["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
}

fn aws(emulator: &str, key: &str) -> AwsKms {
    with_access(emulator, key, ("client", "secret"))
}

fn with_access(emulator: &str, key: &str, (id, secret): (&str, &str)) -> AwsKms {
    let settings = AwsSettings {
        key: key.to_owned(),
        endpoint: Some(emulator.to_owned()),
        access_key_id: id.to_owned(),
    };
    AwsKms::new(egress(), &settings, &secret.into()).unwrap()
}

#[tokio::test]
async fn aws_keeps_its_promises() {
    let Some(emulator) = emulator("KMS_LOCALSTACK_URL") else {
        return;
    };
    let key = new_key(&emulator).await;
    let service = aws(&emulator, &key);
    assert_eq!(service.describe().await.unwrap().pinned, key);
    keeps_its_promises(&service).await;
}

/// One test, because whether policies are asked is one switch for the whole emulator.
#[tokio::test]
async fn aws_wraps_anew_without_opening_and_asks_its_policies() {
    let Some(emulator) = emulator("KMS_MOTO_URL") else {
        return;
    };
    let key = new_key(&emulator).await;
    let service = aws(&emulator, &key);
    keeps_its_promises(&service).await;
    rewraps(&service).await;
    who_may_not_is_denied(&emulator, &key).await;
}

#[tokio::test]
async fn an_alias_is_followed_to_the_key_it_leads_to() {
    let Some(emulator) = emulator("KMS_LOCALSTACK_URL") else {
        return;
    };
    let key = new_key(&emulator).await;
    let name = format!("alias/livery-{}", uuid::Uuid::new_v4().simple());
    owner(
        &emulator,
        "CreateAlias",
        &json!({ "AliasName": name, "TargetKeyId": key }),
    )
    .await;
    let (before, _) = key.split_once(":key/").unwrap();
    let described = aws(&emulator, &format!("{before}:{name}")).describe().await;
    assert_eq!(described.unwrap().pinned, key);
}

#[tokio::test]
async fn the_states_of_a_key_are_told_apart() {
    use KeyServiceError::{Disabled, Misconfigured, NotFound, PendingDeletion};
    let Some(emulator) = emulator("KMS_LOCALSTACK_URL") else {
        return;
    };
    let key = new_key(&emulator).await;
    let service = aws(&emulator, &key);
    let (made, wrapped) = service.generate(&context(7)).await.unwrap();
    for (operation, request, expected) in [
        ("DisableKey", json!({ "KeyId": key }), Disabled),
        (
            "ScheduleKeyDeletion",
            json!({ "KeyId": key, "PendingWindowInDays": 7 }),
            PendingDeletion,
        ),
    ] {
        owner(&emulator, operation, &request).await;
        assert_eq!(service.describe().await, Err(expected), "{operation}");
        assert_eq!(
            service.generate(&context(7)).await.map(drop),
            Err(expected),
            "{operation}"
        );
        let opened = service.unwrap(&context(7), &wrapped).await;
        assert_eq!(opened.map(drop), Err(expected), "{operation}");
    }
    owner(&emulator, "CancelKeyDeletion", &json!({ "KeyId": key })).await;
    owner(&emulator, "EnableKey", &json!({ "KeyId": key })).await;
    let opened = service.unwrap(&context(7), &wrapped).await.unwrap();
    assert_eq!(opened.bytes(), made.bytes());
    // What another key wrapped is not opened, whatever that key would say.
    let other = aws(&emulator, &new_key(&emulator).await);
    let opened = other.unwrap(&context(7), &wrapped).await;
    assert_eq!(opened.map(drop), Err(KeyServiceError::Tampered));
    let (before, _) = key.split_once(":key/").unwrap();
    let nobodys = aws(
        &emulator,
        &format!("{before}:key/11111111-2222-3333-4444-555555555555"),
    );
    assert_eq!(nobodys.describe().await, Err(NotFound));
    assert_eq!(
        nobodys.unwrap(&context(7), &wrapped).await.map(drop),
        Err(NotFound)
    );
    let signing = json!({ "KeyUsage": "SIGN_VERIFY", "KeySpec": "RSA_2048" });
    let signing = owner(&emulator, "CreateKey", &signing).await;
    let signing = aws(&emulator, signing["KeyMetadata"]["Arn"].as_str().unwrap());
    assert!(matches!(signing.describe().await, Err(Misconfigured(_))));
}

async fn who_may_not_is_denied(emulator: &str, key: &str) {
    let iam = |action: &str, rest: &str| {
        let body = format!("Action={action}&Version=2010-05-08&UserName=livery{rest}");
        let url = emulator.to_owned();
        async move {
            let answer = Client::new()
                .post(url)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("authorization", "AWS4-HMAC-SHA256 Credential=owner/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0")
                .body(body)
                .send()
                .await
                .unwrap();
            answer.text().await.unwrap()
        }
    };
    iam("CreateUser", "").await;
    let made = iam("CreateAccessKey", "").await;
    let field = |name: &str| {
        let (_, rest) = made.split_once(&format!("<{name}>")).unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    };
    let (id, secret) = (field("AccessKeyId"), field("SecretAccessKey"));
    let service = with_access(emulator, key, (&id, &secret));
    let (_, wrapped) = service.generate(&context(7)).await.unwrap();
    let switch = |body: &'static str| {
        let url = format!("{emulator}/moto-api/reset-auth");
        async move {
            let client = Client::new().post(url).header("content-type", "text/plain");
            client.body(body).send().await.unwrap();
        }
    };
    switch("0").await;
    // No policy allows this user anything; and nobody knows the second one.
    let denied = service.unwrap(&context(7), &wrapped).await.map(drop);
    let stranger = with_access(emulator, key, ("AKIAUNKNOWN", "secret"));
    let unknown = stranger.describe().await.map(drop);
    switch("1000000").await;
    assert_eq!(denied, Err(KeyServiceError::Denied));
    assert_eq!(unknown, Err(KeyServiceError::Denied));
    assert!(service.unwrap(&context(7), &wrapped).await.is_ok());
}

#[test]
fn only_an_arn_names_a_key() {
    for key in ["", "alias/x", "1234abcd", "arn:aws:s3:::bucket"] {
        let settings = AwsSettings {
            key: key.to_owned(),
            endpoint: None,
            access_key_id: "client".to_owned(),
        };
        let made = AwsKms::new(egress(), &settings, &"secret".into()).map(drop);
        assert!(
            matches!(made, Err(KeyServiceError::Misconfigured(_))),
            "{key}"
        );
    }
}
