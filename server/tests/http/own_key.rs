//! A client's own key at a key service: moved to and back while people work, switched off and on
//! again by its owner alone, and the service silent, broken or somebody else's.

use crate::rig::House;
use crate::rig::browser::{Browser, Page};
use crate::rig::chat::{question, question_of};
use crate::rig::checks::{Checks, say};
use crate::rig::kms::{KmsLine, Line};
use contract::chat::TurnOpened;
use contract::{AnswerEnd, ConversationId};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
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
            "own key: about to be deleted reads otherwise than switched off",
            told.about_to_go(),
        )
        .await;
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
            "own key: back on the keyring, the owner's key is needed no more",
            told.moves_out(),
        )
        .await;
    checks
        .run(
            "keyring: a rotation seals everything anew and closes the old version",
            rotate_keyring(client),
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
        let begun = Instant::now();
        loop {
            let page = self.read().await;
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

    async fn moves_in(self) {
        let access = self.house.canaries.fresh("access to a key service");
        let stop = Arc::new(AtomicBool::new(false));
        let chatted = Arc::new(AtomicUsize::new(0));
        let load = tokio::spawn({
            let (paul, stop, chatted) = (self.paul.clone(), stop.clone(), chatted.clone());
            async move {
                while !stop.load(Ordering::Relaxed) {
                    let (_, shown) = paul.converse(&question("On the move?")).await;
                    assert!(
                        matches!(shown.end, Some(AnswerEnd::Done { .. })),
                        "{:?}",
                        shown.end
                    );
                    chatted.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        self.house
            .server
            .desk(&self.attach(&self.arn, true), Some(&access))
            .await;
        stop.store(true, Ordering::Relaxed);
        load.await.unwrap();
        assert!(
            chatted.load(Ordering::Relaxed) > 3,
            "nobody chatted meanwhile"
        );
        let status = self.status().await;
        assert_eq!(
            (
                &status["own_key"],
                &status["phase"],
                &status["key"],
                &status["unreadable"]
            ),
            (&json!(true), &json!("settled"), &json!("usable"), &json!(0))
        );
        assert!(
            status["sealed_under"]
                .as_str()
                .unwrap()
                .starts_with("the AWS key "),
            "{status}"
        );
        let left = self.left_behind(Self::current_key()).await;
        let messages = left[4].as_u64().unwrap();
        assert_eq!(left, json!([0, 0, 0, 0, messages]));
        self.reads_well().await;
        // However many messages there are, the service is asked for one key now and then.
        let (asked, begun) = (self.kms.asked(), Instant::now());
        for _ in 0..40 {
            self.paul
                .converse(&question("How often is it asked?"))
                .await;
        }
        let refreshes = usize::try_from(begun.elapsed().as_secs()).unwrap() + 2;
        let asked = self.kms.asked() - asked;
        assert!(asked <= refreshes, "{asked} requests for forty messages");
        let told = self.edda.get("/admin/keys/sealing").await.body;
        assert!(
            told.contains("which only the AWS key "),
            "the page does not say under which key"
        );
        say(&format!(
            "        {} answers during the move, {messages} messages sealed anew",
            chatted.load(Ordering::Relaxed)
        ));
        let checked = self
            .house
            .server
            .said(&["kms", "check", "--workspace", SLUG])
            .await;
        assert!(checked.contains("another workspace"), "{checked}");
        let (code, said) = self
            .house
            .server
            .refused_with(&self.attach("alias/livery", false), "x")
            .await;
        assert_eq!(code, Some(1), "{said}");
    }

    async fn switched_off(self) {
        let anna = Browser::enter(&self.house.server, "nordwind", "anna@nordwind.example").await;
        let calls = self.house.upstream.asked("after the key went off").len();
        self.kms
            .owner("DisableKey", &json!({ "KeyId": self.arn }))
            .await;
        let took = self.until(503).await;
        assert!(took < HELD + Duration::from_secs(3), "{took:?}");
        let page = self.read().await;
        assert!(page.body.contains("sealed"), "{}", page.body);
        assert!(
            !page.body.contains("AWS") && !page.body.contains(&self.canary),
            "{}",
            page.body
        );
        // Nothing of it is given: no answer, no search, no page.
        let asked = self
            .paul
            .press_send(&question("after the key went off"))
            .await;
        assert_eq!(asked.status, 503, "{}", asked.body);
        assert_eq!(
            self.house.upstream.asked("after the key went off").len(),
            calls
        );
        let page = self.paul.get(&format!("/c/{}", self.old)).await;
        assert!(
            !page.body.contains(&self.canary) && page.body.contains("sealed"),
            "{}",
            page.body
        );
        let told = self.told().await;
        assert!(
            told.contains("disabled") && told.contains("Enable it"),
            "administrators are told why"
        );
        // Everybody else goes on.
        let (_, shown) = anna.converse(&question("Is anybody there?")).await;
        assert!(
            matches!(shown.end, Some(AnswerEnd::Done { .. })),
            "{:?}",
            shown.end
        );
        assert_eq!(
            self.status().await["key"],
            "the workspace is sealed: its key is disabled"
        );
        self.kms
            .owner("EnableKey", &json!({ "KeyId": self.arn }))
            .await;
        let back = self.until(200).await;
        self.reads_well().await;
        let (_, shown) = self.paul.converse(&question("And now?")).await;
        assert!(
            matches!(shown.end, Some(AnswerEnd::Done { .. })),
            "{:?}",
            shown.end
        );
        say(&format!(
            "        sealed after {took:?}, back after {back:?}; keys are kept for {HELD:?} here"
        ));
    }

    async fn about_to_go(self) {
        let going = json!({ "KeyId": self.arn, "PendingWindowInDays": 7 });
        self.kms.owner("ScheduleKeyDeletion", &going).await;
        self.until(503).await;
        assert_eq!(
            self.status().await["key"],
            "the workspace is sealed: its key is scheduled for deletion"
        );
        let told = self.told().await;
        assert!(
            told.contains("scheduled for deletion") && told.contains("Cancel"),
            "not told"
        );
        self.kms
            .owner("CancelKeyDeletion", &json!({ "KeyId": self.arn }))
            .await;
        self.kms
            .owner("EnableKey", &json!({ "KeyId": self.arn }))
            .await;
        self.until(200).await;
        self.reads_well().await;
    }

    async fn faulty_line(self) {
        for line in [Line::Silent, Line::Garbage, Line::Throttled, Line::Broken] {
            self.reads_well().await;
            self.kms.set(line);
            // What is in memory serves on.
            self.reads_well().await;
            self.until(503).await;
            let asked = self.kms.asked();
            let crowd: Vec<_> = (0..20)
                .map(|_| {
                    let told = self.clone();
                    tokio::spawn(async move { told.read().await })
                })
                .collect();
            for page in crowd {
                let page = page.await.unwrap();
                assert_eq!(page.status, 503, "{line:?}: {}", page.body);
                assert!(
                    page.body.contains("does not answer"),
                    "{line:?}: {}",
                    page.body
                );
            }
            let more = self.kms.asked() - asked;
            assert!(more <= 6, "{line:?}: twenty readers made {more} requests");
            let told = self.told().await;
            assert!(
                told.contains("does not answer"),
                "{line:?}: administrators are not told"
            );
            self.kms.set(Line::Good);
            self.until(200).await;
        }
    }

    async fn start_without(self) {
        self.kms.set(Line::Broken);
        self.house.server.kill().await;
        self.house.server.start().await;
        assert_eq!(self.read().await.status, 503);
        let anna = Browser::enter(&self.house.server, "nordwind", "anna@nordwind.example").await;
        let (_, shown) = anna.converse(&question("Good morning?")).await;
        assert!(
            matches!(shown.end, Some(AnswerEnd::Done { .. })),
            "{:?}",
            shown.end
        );
        self.kms.set(Line::Good);
        self.until(200).await;
        self.reads_well().await;
    }

    async fn by_hand(self) {
        let elsewhere = KmsLine::open().await.unwrap();
        let (ours, theirs) = (self.kms.address(), elsewhere.address());
        // Another address, and a wrapped key that its writer knows.
        let moved = format!(
            "update platform.key_services set settings = replace(settings, '{ours}', '{theirs}')"
        );
        let back = format!(
            "update platform.key_services set settings = replace(settings, '{theirs}', '{ours}')"
        );
        self.house.by_hand(&moved);
        self.until(500).await;
        assert_eq!(
            elsewhere.asked(),
            0,
            "a service that nobody attached was asked"
        );
        self.house.by_hand(&back);
        self.until(200).await;
        let asked = self.kms.asked();
        self.house.by_hand("create table kept as select * from platform.workspace_keys; update platform.workspace_keys set wrapped = '\\x0102'");
        self.until(500).await;
        sleep(HELD).await;
        let before = self.kms.asked();
        assert_eq!(self.read().await.status, 500);
        assert_eq!(
            self.kms.asked(),
            before,
            "a key that nobody made was sent to the service"
        );
        assert!(before >= asked);
        self.house.by_hand("update platform.workspace_keys k set wrapped = kept.wrapped from kept where k.service_id = kept.service_id and k.version = kept.version; drop table kept");
        self.until(200).await;
        self.reads_well().await;
    }

    async fn rotates(self) {
        let schema = self.house.schema(SLUG).await;
        self.house.by_hand(&format!(
            "create table kept as select id, sealed_body from {schema}.messages"
        ));
        let done = self
            .house
            .server
            .desk(&["kms", "rotate", "--workspace", SLUG, "--wait"], None)
            .await;
        assert_eq!(done["version"], 2);
        let left = self.left_behind(Self::current_key()).await;
        assert_eq!(left, json!([0, 0, 0, 0, left[4]]));
        assert_eq!(
            self.house
                .by_hand("select count(*), max(version) from platform.workspace_keys"),
            "1|2"
        );
        self.reads_well().await;
        // The access is replaced, also as somebody else.
        let fresh = self.house.canaries.fresh("access to a key service");
        let access = [
            "kms",
            "access",
            "--workspace",
            SLUG,
            "--identity",
            "client-2",
        ];
        self.house.server.desk(&access, Some(&fresh)).await;
        let settings = self
            .house
            .by_hand("select settings from platform.key_services");
        assert!(settings.contains("client-2"), "{settings}");
        let checked = ["kms", "check", "--workspace", SLUG];
        self.house.server.desk(&checked, None).await;
        // A row from an old backup.
        let swap = format!(
            "create table new_ones as select id, sealed_body from {schema}.messages;
             update {schema}.messages m set sealed_body = kept.sealed_body from kept where kept.id = m.id"
        );
        self.house.by_hand(&swap);
        // At the latest when the process asks for its keys again.
        self.until(500).await;
        let undo = format!(
            "update {schema}.messages m set sealed_body = n.sealed_body from new_ones n where n.id = m.id;
             drop table kept; drop table new_ones"
        );
        self.house.by_hand(&undo);
        self.reads_well().await;
    }

    /// The forms: who may, what is refused, and what is kept of what was typed.
    async fn in_the_browser(self) {
        let wrong = [("password", "not the password")];
        let right = [("password", "lumen-demo-only")];
        for form in ["rotate", "detach"] {
            let path = format!("/admin/keys/service/{form}");
            assert_eq!(self.paul.form(&path, &right).await.status, 403);
            let page = self.edda.form(&path, &wrong).await;
            assert_eq!(page.status, 403, "{}", page.body);
        }
        assert_eq!(self.paul.get("/admin/keys/service").await.status, 403);
        let access = self.house.canaries.fresh("access to a key service");
        let replaced = [("identity", ""), ("access", access.as_str()), right[0]];
        let page = self
            .edda
            .form("/admin/keys/service/access", &replaced)
            .await;
        assert_eq!(page.status, 303, "{}", page.body);
        // Attached already: where to is answered, and what was typed stays, but for the secrets.
        let draft = [
            ("kind", "aws"),
            ("key", "arn:aws:kms:eu-central-1:000000000000:key/nobodys"),
            ("address", self.kms.address()),
            ("identity", "client-3"),
            ("access", access.as_str()),
            right[0],
        ];
        let page = self.edda.form("/admin/keys/service/attach", &draft).await;
        assert_eq!(page.status, 422, "{}", page.body);
        assert!(page.body.contains("no such key") && page.body.contains("Nothing was changed"));
        assert!(!page.body.contains(&access) && !page.body.contains(right[0].1));
        let page = self.edda.form("/admin/keys/service/rotate", &right).await;
        assert_eq!(page.status, 303, "{}", page.body);
        let page = self.edda.get("/admin/keys/service").await;
        assert!(page.body.contains("On its way"), "{}", page.body);
        // One move at a time.
        let page = self.edda.form("/admin/keys/service/detach", &right).await;
        assert_eq!(page.status, 409, "{}", page.body);
        let begun = Instant::now();
        while self.status().await["phase"] != "settled" {
            assert!(
                begun.elapsed() < SOON,
                "the server does not carry the move on"
            );
            sleep(Duration::from_millis(200)).await;
        }
        self.reads_well().await;
        let page = self.edda.get("/admin/keys/service").await;
        assert!(page.body.contains("In order"), "{}", page.body);
        let schema = self.house.schema(SLUG).await;
        let deeds = format!(
            "select string_agg(action, ' ' order by seq) from {schema}.audit where actor_name like '%Edda%' and action like 'kms.%'"
        );
        assert_eq!(
            self.house.by_hand(&deeds),
            "kms.access_replaced kms.rotated"
        );
    }

    async fn moves_out(self) {
        let (paul, house) = (self.paul.clone(), self.house.clone());
        let turn: TurnOpened = paul.send(&question("hold the line while it moves")).await;
        house
            .server
            .desk(&["kms", "detach", "--workspace", SLUG, "--wait"], None)
            .await;
        let stop = json!({ "answer_id": turn.answer.id });
        paul.call("stop_turn", &stop).await;
        assert_eq!(self.status().await["own_key"], false);
        let rows = "select (select count(*) from platform.key_services) + (select count(*) from platform.workspace_keys) + (select count(*) from platform.workspace_sealing)";
        assert_eq!(house.by_hand(rows), "0");
        self.kms
            .owner("DisableKey", &json!({ "KeyId": self.arn }))
            .await;
        sleep(HELD + Duration::from_millis(500)).await;
        self.reads_well().await;
        let verified = ["audit", "verify", "--workspace", SLUG];
        assert_eq!(house.server.desk(&verified, None).await["whole"], true);
    }
}

async fn rotate_keyring(client: Client) {
    let house = client.house.clone();
    let before = house.server.desk(&["keyring", "status"], None).await;
    assert_eq!(before, json!({ "current": 1, "floor": 1, "newest": 1 }));
    let paul = client.paul.clone();
    let stop = Arc::new(AtomicBool::new(false));
    let load = tokio::spawn({
        let stop = stop.clone();
        async move {
            while !stop.load(Ordering::Relaxed) {
                let (_, shown) = paul.converse(&question("While it turns?")).await;
                assert!(
                    matches!(shown.end, Some(AnswerEnd::Done { .. })),
                    "{:?}",
                    shown.end
                );
            }
        }
    });
    let done = house.server.desk(&["keyring", "rotate"], None).await;
    stop.store(true, Ordering::Relaxed);
    load.await.unwrap();
    assert_eq!(
        (&done["version"], &done["unreadable"]),
        (&json!(2), &json!(0))
    );
    assert!(done["moved"].as_u64().unwrap() > 5, "{done}");
    let after = house.server.desk(&["keyring", "status"], None).await;
    assert_eq!(after, json!({ "current": 2, "floor": 2, "newest": 2 }));
    let schema = house.schema(SLUG).await;
    let stale = format!(
        "select count(*) from {schema}.messages where substring(sealed_body from 22 for 4) <> int4send(2)"
    );
    assert_eq!(house.by_hand(&stale), "0");
    client.reads_well().await;
    let verified = ["audit", "verify", "--workspace", SLUG];
    assert_eq!(house.server.desk(&verified, None).await["whole"], true);
}
