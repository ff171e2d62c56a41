//! A client's own key at a key service: moved to and back while people work, switched off and on
//! again by its owner alone, and the service silent, broken or somebody else's.

mod moves;
mod trouble;

use crate::rig::House;
use crate::rig::browser::{Browser, Page};
use crate::rig::chat::{question, question_of};
use crate::rig::checks::{Checks, say};
use crate::rig::kms::KmsLine;
use contract::{AnswerEnd, ConversationId};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// The workspace of the client who brings a key.
const SLUG: &str = "lumen";
/// For how long the server keeps keys in these tests, see the settings of the house.
const HELD: Duration = Duration::from_secs(2);
/// A wait for something that takes a moment.
const SOON: Duration = Duration::from_secs(20);

/// What all of these checks share.
#[derive(Clone)]
struct Client {
    house: House,
    kms: Arc<KmsLine>,
    arn: String,
    paul: Browser,
    edda: Browser,
    /// A conversation from before the key came.
    old: ConversationId,
    canary: String,
}

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    // Nothing is set up for checks that are not run.
    if !checks.wants("own key:") {
        return;
    }
    let Some(kms) = KmsLine::open().await else {
        say("own key: no emulator was named: nothing was tested");
        return;
    };
    let client = Client::come(house, kms).await;
    let told = client.clone();
    checks
        .run(
            "own key: a service that does not fit is refused, and nothing has changed",
            told.misfits(),
        )
        .await;
    let told = client.clone();
    checks
        .run(
            "own key: a workspace moves to its own key while people chat, and nothing stays behind",
            told.moves_in(),
        )
        .await;
    let told = client.clone();
    checks
        .run("own key: switched off, it stops its workspace and no other; on again, all is as it was", told.switched_off())
        .await;
    let told = client.clone();
    checks
        .run(
            "own key: a move and the switch hold on two processes at once",
            told.two_processes(),
        )
        .await;
    let told = client.clone();
    checks
        .run(
            "own key: about to be deleted reads otherwise than switched off",
            told.about_to_go(),
        )
        .await;
    in_trouble(checks, &client).await;
    let told = client.clone();
    checks
        .run(
            "own key: a new version seals everything anew, and an old row opens no more",
            told.rotates(),
        )
        .await;
    let told = client.clone();
    checks
        .run(
            "own key: in the browser, with the password and in the record",
            told.in_the_browser(),
        )
        .await;
    let told = client.clone();
    checks
        .run(
            "own key: a server that is killed again and again carries a move to its end",
            told.survives_kills(),
        )
        .await;
    let told = client.clone();
    checks
        .run(
            "own key: back on the keyring, the owner's key is needed no more",
            told.moves_out(),
        )
        .await;
    checks
        .run(
            "keyring: a rotation seals everything anew and closes the old version",
            moves::rotate_keyring(client),
        )
        .await;
}

/// The service in trouble, and rows changed by another hand.
async fn in_trouble(checks: &mut Checks, client: &Client) {
    let told = client.clone();
    checks
        .run(
            "own key: a service that is silent or broken is borne for a while and tried again",
            told.faulty_line(),
        )
        .await;
    let told = client.clone();
    checks
        .run(
            "own key: a server that starts while the service is silent serves everybody else",
            told.start_without(),
        )
        .await;
    let told = client.clone();
    checks
        .run(
            "own key: rows changed by hand are followed nowhere",
            told.by_hand(),
        )
        .await;
    let told = client.clone();
    checks
        .run(
            "own key: a row that was removed or turned back by hand seals nothing and opens nothing",
            told.row_by_hand(),
        )
        .await;
}

impl Client {
    async fn come(house: &House, kms: KmsLine) -> Self {
        house.connect_provider(SLUG).await;
        let arn = kms.new_key().await;
        let paul = Browser::enter(&house.server, SLUG, "paul@lumen.example").await;
        let edda = Browser::enter(&house.server, SLUG, "edda@lumen.example").await;
        let canary = house.canaries.fresh("question");
        // The route that was just made may take a moment to be known.
        let (turn, shown) = paul.converse(&question(&canary)).await;
        assert!(
            matches!(shown.end, Some(AnswerEnd::Done { .. })),
            "{:?}",
            shown.end
        );
        Self {
            house: house.clone(),
            kms: Arc::new(kms),
            arn,
            paul,
            edda,
            old: turn.conversation,
            canary,
        }
    }

    fn attach<'a>(&'a self, arn: &'a str, wait: bool) -> Vec<&'a str> {
        let mut args = vec!["kms", "attach", "aws", "--workspace", SLUG, "--key", arn];
        args.extend([
            "--access-key-id",
            "client",
            "--endpoint",
            self.kms.address(),
        ]);
        if wait {
            args.push("--wait");
        }
        args
    }

    async fn status(&self) -> Value {
        let args = ["kms", "status", "--workspace", SLUG];
        self.house.server.desk(&args, None).await
    }

    /// Reads the old conversation, whatever comes of it.
    async fn read(&self) -> Page {
        self.paul
            .call("load_conversation", &json!({ "id": self.old }))
            .await
    }

    async fn reads_well(&self) {
        let view = self.paul.conversation(self.old).await;
        assert_eq!(question_of(&view.messages[0]), self.canary);
    }

    /// Waits until the old conversation answers with `status`; how long that took.
    async fn until(&self, status: u16) -> Duration {
        self.until_at(&self.paul, status).await
    }

    async fn until_at(&self, browser: &Browser, status: u16) -> Duration {
        let begun = Instant::now();
        loop {
            let old = json!({ "id": self.old });
            let page = browser.call("load_conversation", &old).await;
            if page.status == status {
                return begun.elapsed();
            }
            assert!(
                begun.elapsed() < SOON,
                "still {}: {}",
                page.status,
                page.body
            );
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// What an administrator reads on the page of keys.
    async fn told(&self) -> String {
        let page = self.edda.get("/admin/keys").await;
        assert_eq!(page.status, 200, "{}", page.body);
        page.body
    }

    /// Values of the workspace that do not begin with this key's name.
    async fn left_behind(&self, key: &str) -> Value {
        let schema = self.house.schema(SLUG).await;
        let stale = |table: &str, column: &str| {
            format!(
                "(select count(*) from {schema}.{table} where substring({column} from 6 for 20) <> {key})"
            )
        };
        let all = [
            stale("messages", "sealed_body"),
            stale("conversations", "sealed_title"),
            stale("prompts", "sealed_body"),
            stale("stored_responses", "sealed_body"),
            stale("provider_keys", "sealed_secret"),
        ];
        let sql = format!(
            "select json_build_array({}, (select count(*) from {schema}.messages))",
            all.join(", ")
        );
        serde_json::from_str(&self.house.by_hand(&sql)).unwrap()
    }

    /// The name of the key that the workspace is sealed under, as SQL.
    fn current_key() -> &'static str {
        "(select uuid_send(service_id) || int4send(version) from platform.workspace_sealing)"
    }

    async fn misfits(self) {
        let before = self.status().await;
        assert_eq!(
            (&before["own_key"], &before["key"]),
            (&json!(false), &json!("usable"))
        );
        let nobodys =
            "arn:aws:kms:eu-central-1:000000000000:key/11111111-2222-3333-4444-555555555555";
        let off = self.kms.new_key().await;
        self.kms.owner("DisableKey", &json!({ "KeyId": off })).await;
        for (arn, says) in [
            ("alias/livery", "arn:aws:kms"),
            (nobodys, "no such key"),
            (off.as_str(), "disabled"),
        ] {
            let (code, said) = self.house.server.refused(&self.attach(arn, false)).await;
            assert_eq!(code, Some(1), "{arn}: {said}");
            assert!(
                said.contains("standard input"),
                "a secret is asked for first: {said}"
            );
            let said = self.refused_with_access(&self.attach(arn, false)).await;
            assert!(said.contains(says), "{arn}: {said}");
        }
        // An address that is nobody's business is not asked.
        let mut args = self.attach(&self.arn, false);
        let last = args.len() - 1;
        args[last] = "https://169.254.169.254";
        let said = self.refused_with_access(&args).await;
        assert!(said.contains("may not be reached"), "{said}");
        assert_eq!(self.status().await, before);
        for args in [
            ["kms", "rotate", "--workspace", SLUG],
            ["kms", "detach", "--workspace", SLUG],
            ["kms", "check", "--workspace", SLUG],
        ] {
            let (code, said) = self.house.server.refused(&args).await;
            assert_eq!(code, Some(1));
            assert!(said.contains("no key service of its own"), "{said}");
        }
    }

    async fn refused_with_access(&self, args: &[&str]) -> String {
        let access = self.house.canaries.fresh("access to a key service");
        self.house.server.refused_with(args, &access).await.1
    }
}
