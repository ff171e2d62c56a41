//! Mail to administrators: over a real SMTP server, once per trouble and once when it is over, to
//! nobody else, and without losing any while that server is down.

use crate::rig::House;
use crate::rig::browser::Browser;
use crate::rig::chat::question;
use crate::rig::checks::{Checks, say};
use crate::rig::mail::{Sink, Taken};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use contract::AnswerEnd;
use contract::chat::SendMessage;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the provider says when it refuses; nobody is to read it.
const PROVIDERS_WORDS: &str = "words-of-the-provider-that-nobody-is-to-read";
/// The workspace: an owner, an admin, a member and an auditor.
const SLUG: &str = "nordwind";
const ADMINS: [&str; 2] = ["jonas@nordwind.example", "mia@nordwind.example"];

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    if !checks.wants("mail:") {
        return;
    }
    let Some(sink) = house.sink.clone() else {
        say("mail: no mail server was named: nothing was tested");
        return;
    };
    checks
        .run(
            "mail: a test letter is taken, and what refuses it is told at the desk",
            at_the_desk(house.clone(), Arc::clone(&sink)),
        )
        .await;
    checks
        .run(
            "mail: a key in trouble is told to owners and admins, once, and again when it works",
            trouble(house.clone(), Arc::clone(&sink)),
        )
        .await;
    checks
        .run(
            "mail: while its server is down nobody waits, and nothing is lost",
            server_down(house.clone(), sink),
        )
        .await;
}

/// A provider that accepts its key, or not, as it is told.
struct Provider {
    accepts: Arc<AtomicBool>,
    base_url: String,
}

impl Provider {
    async fn start() -> Self {
        let accepts = Arc::new(AtomicBool::new(true));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        let router = Router::new()
            .fallback(any(answer))
            .with_state(Arc::clone(&accepts));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { accepts, base_url }
    }

    fn accept(&self, yes: bool) {
        self.accepts.store(yes, Ordering::SeqCst);
    }
}

async fn answer(State(accepts): State<Arc<AtomicBool>>, uri: axum::http::Uri) -> Response {
    if !accepts.load(Ordering::SeqCst) {
        let error = json!({ "error": { "message": PROVIDERS_WORDS, "code": "invalid_api_key" } });
        return (StatusCode::UNAUTHORIZED, axum::Json(error)).into_response();
    }
    let body = if uri.path().ends_with("/models") {
        json!({ "data": [{ "id": "rehearsal-1" }] })
    } else {
        json!({
            "choices": [{ "message": { "content": "Yes" }, "finish_reason": "stop" }],
            "usage": { "prompt_tokens": 3, "completion_tokens": 1 },
        })
    };
    axum::Json(body).into_response()
}

/// A sealed key of the workspace; its id and its secret.
async fn add_key(house: &House, name: &str, provider: &Provider) -> (String, String) {
    let secret = house.canaries.fresh("provider key");
    let named = ["key", "add", "--workspace", SLUG, "--name", name];
    let place = [
        "--provider",
        "openai-compatible",
        "--base-url",
        &provider.base_url,
    ];
    let args = [&named[..], &place[..]].concat();
    let added = house.server.desk(&args, Some(&secret)).await;
    (added["id"].as_str().unwrap().replace('-', ""), secret)
}

/// The live check of a key, whatever it finds.
async fn check_key(house: &House, name: &str) {
    let args = ["key", "check", "--workspace", SLUG, "--name", name];
    house.server.refused(&args).await;
}

fn readers(letters: &[Taken]) -> Vec<&str> {
    let mut readers: Vec<_> = letters.iter().flat_map(Taken::to).collect();
    readers.sort_unstable();
    readers
}

async fn at_the_desk(house: House, sink: Arc<Sink>) {
    let send = |to: &'static str| ["mail", "test", "--workspace", "halden", "--to", to];
    house.server.desk(&send("desk@agency.example"), None).await;
    let letters = sink.until("A test of mail", 1).await;
    let letter = &letters[0];
    assert!(letter.came_safely(), "{letter:?}");
    assert_eq!(letter.to(), ["desk@agency.example"]);
    assert_eq!(
        letter.header("From"),
        "Halden Energy <notices@agency.example>"
    );
    assert!(
        !letter.all().to_lowercase().contains("livery"),
        "{}",
        letter.all()
    );
    let (code, said) = house.server.refused(&send("nobody@agency.example")).await;
    assert!(code == Some(1) && said.contains("550"), "{said}");
    let (code, said) = house.server.refused(&send("not an address")).await;
    assert!(code == Some(1) && said.contains("refuses it"), "{said}");
    for (setting, value) in [
        // Somebody else's certificate, and a password that is not the server's.
        ("LIVERY_MAIL__CA_FILE", ""),
        ("LIVERY_MAIL__PASSWORD_FILE", "/proc/self/comm"),
    ] {
        let said = house
            .server
            .refused_where((setting, value), &send("desk@agency.example"))
            .await;
        assert!(said.contains("did not take it"), "{setting}: {said}");
    }
    sink.stop();
    let (code, said) = house.server.refused(&send("desk@agency.example")).await;
    assert!(
        code == Some(1) && said.contains("did not take it"),
        "{said}"
    );
    sink.start();
    assert_eq!(
        sink.about("A test of mail").len(),
        1,
        "a refused letter arrived"
    );
}

async fn trouble(house: House, sink: Arc<Sink>) {
    let provider = Provider::start().await;
    // As much of a header as a name can be.
    let name = "“=?utf-8?q?Bcc=3A?=” <eve@evil.example>, x: y";
    let (id, secret) = add_key(&house, name, &provider).await;
    check_key(&house, name).await;
    provider.accept(false);
    check_key(&house, name).await;
    let letters = sink.until("needs attention", ADMINS.len()).await;
    for letter in &letters {
        assert!(letter.came_safely(), "{letter:?}");
        assert_eq!(
            letter.header("From"),
            "Nordwind Legal <notices@agency.example>"
        );
        let subject = letter.header("Subject");
        assert_eq!(
            subject,
            format!("Nordwind Legal: the key “{name}” needs attention")
        );
        let link = format!(
            "http://nordwind.localhost:{}/admin/keys/{id}",
            house.server.port()
        );
        for part in [
            "does not accept",
            "Since: ",
            "What to do: ",
            "Production",
            &link,
        ] {
            assert!(
                letter.text().contains(part),
                "{part} in:\n{}",
                letter.text()
            );
        }
        for never in [secret.as_str(), PROVIDERS_WORDS, "livery", "Livery"] {
            assert!(
                !letter.all().contains(never),
                "{never} in:\n{}",
                letter.all()
            );
        }
        let headers = letter.header_names();
        for never in ["Bcc", "Cc", "X-Mailer", "User-Agent"] {
            assert!(!headers.contains(&never), "{headers:?}");
        }
        assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
    }
    assert_eq!(readers(&letters), ADMINS);
    // Found again, and again in traffic: told once.
    check_key(&house, name).await;
    check_key(&house, name).await;
    provider.accept(true);
    check_key(&house, name).await;
    let over = sink.until("works again", ADMINS.len()).await;
    assert_eq!(readers(&over), ADMINS);
    assert_eq!(
        sink.about("needs attention").len(),
        ADMINS.len(),
        "told twice"
    );
    let ids: BTreeSet<String> = sink
        .taken()
        .iter()
        .map(|one| one.header("Message-ID"))
        .collect();
    assert_eq!(ids.len(), sink.taken().len(), "two letters with one id");
}

async fn server_down(house: House, sink: Arc<Sink>) {
    let provider = Provider::start().await;
    let name = "told late";
    add_key(&house, name, &provider).await;
    sink.stop();
    provider.accept(false);
    check_key(&house, name).await;
    let status = ["mail", "status"];
    let mut waiting: Value;
    loop {
        waiting = house.server.desk(&status, None).await;
        if waiting["tried"].as_u64().unwrap() >= 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(waiting["waiting"], ADMINS.len(), "{waiting}");
    // Somebody chats meanwhile, and the page of keys is there.
    let mia = Browser::enter(&house.server, SLUG, "mia@nordwind.example").await;
    let asked = SendMessage {
        alias: Some("demo".to_owned()),
        ..question("Is the mail on your mind?")
    };
    let (_, shown) = mia.converse(&asked).await;
    assert!(
        matches!(shown.end, Some(AnswerEnd::Done { .. })),
        "{:?}",
        shown.end
    );
    assert_eq!(mia.get("/admin/keys").await.status, 200);
    // Not even a power cut loses them.
    house.server.kill().await;
    house.server.start().await;
    sink.start();
    let letters = sink
        .until("“told late” needs attention", ADMINS.len())
        .await;
    assert_eq!(readers(&letters), ADMINS);
    // An admin who is none any more is not written to; what is left waits for nobody.
    sink.stop();
    provider.accept(true);
    check_key(&house, name).await;
    let schema = house.schema(SLUG).await;
    let role = |role: &str| {
        format!(
            "update {schema}.members set role = '{role}' where email = '{}'",
            ADMINS[0]
        )
    };
    house.by_hand(&role("member"));
    sink.start();
    sink.until("“told late” works again", 1).await;
    loop {
        waiting = house.server.desk(&status, None).await;
        if waiting["waiting"] == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    house.by_hand(&role("admin"));
    let over = sink.about("“told late” works again");
    assert_eq!(readers(&over), ADMINS[1..]);
}
