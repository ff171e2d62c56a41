//! The owner's switch, a service in trouble, and rows changed by somebody else.

use super::{Client, HELD, SLUG, SOON};
use crate::programs::TOKEN;
use crate::rig::ALIAS;
use crate::rig::browser::{Browser, Page, read, with_json};
use crate::rig::chat::{question, question_of};
use crate::rig::checks::say;
use crate::rig::kms::{KmsLine, Line};
use contract::AnswerEnd;
use nix::sys::signal::Signal;
use reqwest::Method;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::time::sleep;

impl Client {
    /// A token for a program of this workspace.
    async fn program(&self) -> String {
        let create = ["virtual-key", "create", "--workspace", SLUG];
        let create = [&create[..], &["--name", "asks while sealed"]].concat();
        let made = self.house.server.desk(&create, None).await;
        let token = made["token"].as_str().unwrap().to_owned();
        self.house.canaries.watch(TOKEN, &token);
        for _ in 0..100 {
            if self.asks(&token).await.status != 401 {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
        token
    }

    async fn asks(&self, token: &str) -> Page {
        self.asks_for(token, ALIAS).await
    }

    async fn asks_for(&self, token: &str, model: &str) -> Page {
        let place = Browser::at(&self.house.server, SLUG);
        let request = place.request(Method::POST, "/v1/chat/completions");
        let request = request.header("authorization", format!("Bearer {token}"));
        let line = json!({"role": "user", "content": self.house.canaries.fresh("question")});
        let request = with_json(request, &json!({"model": model, "messages": [line]}));
        read(request.send().await.unwrap()).await
    }

    pub(super) async fn switched_off(self) {
        let anna = Browser::enter(&self.house.server, "nordwind", "anna@nordwind.example").await;
        let calls = self.house.upstream.asked("after the key went off").len();
        let program = self.program().await;
        assert_eq!(self.asks(&program).await.status, 200);
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
        // Nor is a program answered, which would touch nothing of it but a provider's key.
        for model in [ALIAS, "demo"] {
            let page = self.asks_for(&program, model).await;
            assert_eq!(page.status, 503, "{model}: {}", page.body);
            assert!(
                page.body.contains("This workspace is sealed"),
                "{}",
                page.body
            );
            assert!(!page.body.contains("AWS"), "{}", page.body);
            assert_eq!(page.header("x-should-retry"), "true");
        }
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
        assert_eq!(self.asks(&program).await.status, 200);
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

    /// Two processes of one installation: a move and the switch hold on both.
    pub(super) async fn two_processes(self) {
        let second = self.house.server.second();
        second.start().await;
        let (here, there) = (self.paul.clone(), self.paul.over_at(&second));
        let rotate = ["kms", "rotate", "--workspace", SLUG];
        self.house.server.desk(&rotate, None).await;
        // What one writes the other reads, whatever phase either of them knows of.
        let begun = Instant::now();
        let mut rounds = 0;
        while self.status().await["phase"] != "settled" {
            assert!(begun.elapsed() < 2 * SOON, "the move is not carried on");
            for (writer, reader) in [(&here, &there), (&there, &here)] {
                let (turn, shown) = writer.converse(&question("Can you read me?")).await;
                let end = shown.end;
                assert!(matches!(end, Some(AnswerEnd::Done { .. })), "{end:?}");
                let view = reader.conversation(turn.conversation).await;
                assert_eq!(question_of(&view.messages[0]), "Can you read me?");
            }
            rounds += 1;
        }
        assert!(rounds > 3, "only {rounds} rounds during the move");
        self.kms
            .owner("DisableKey", &json!({ "KeyId": self.arn }))
            .await;
        for browser in [&here, &there] {
            self.until_at(browser, 503).await;
        }
        self.kms
            .owner("EnableKey", &json!({ "KeyId": self.arn }))
            .await;
        for browser in [&here, &there] {
            self.until_at(browser, 200).await;
        }
        second.signal(Signal::SIGTERM);
        assert_eq!(second.ended().await, Some(0));
        self.reads_well().await;
        say(&format!(
            "        {rounds} rounds of writing here and reading there during the move"
        ));
    }

    pub(super) async fn about_to_go(self) {
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

    pub(super) async fn faulty_line(self) {
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

    pub(super) async fn start_without(self) {
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

    pub(super) async fn by_hand(self) {
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

    /// The row that says under which key the workspace is sealed: removed, and turned back.
    pub(super) async fn row_by_hand(self) {
        let row = "platform.workspace_sealing";
        let secrets = format!(
            "select count(*) from {}.provider_keys where sealed_secret is not null",
            self.house.schema(SLUG).await
        );
        let before = self.house.by_hand(&secrets);
        self.house
            .by_hand(&format!("create table kept as select * from {row}"));
        for change in [
            format!("delete from {row}"),
            // As it was while the key was being attached: secrets went under the keyring then.
            format!("update {row} set phase = 'spreading'"),
            // On its way back to the keyring, without anybody having asked for it.
            format!(
                "update {row} set from_service_id = service_id, from_version = version,
                        service_id = null, version = null, phase = 'moving'"
            ),
        ] {
            self.house.by_hand(&change);
            self.until(503).await;
            let asked = self.paul.press_send(&question("under which key?")).await;
            assert_eq!(asked.status, 503, "{change}: {}", asked.body);
            let told = self.told().await;
            assert!(
                told.contains("what was signed and recorded last"),
                "{change}: not told"
            );
            let (add, secret) = self.another_key();
            let (code, said) = self.house.server.refused_with(&add, &secret).await;
            assert_eq!(code, Some(1), "{change}: {said}");
            assert!(
                said.contains("not by this installation"),
                "{change}: {said}"
            );
            let (code, said) = self
                .house
                .server
                .refused(&["kms", "detach", "--workspace", SLUG])
                .await;
            assert!(
                code == Some(1) && said.contains("not by this installation"),
                "{said}"
            );
            assert_eq!(
                self.house.by_hand(&secrets),
                before,
                "{change}: a secret was sealed"
            );
            let repair = ["kms", "repair", "--workspace", SLUG];
            assert_eq!(
                self.house.server.desk(&repair, None).await["repaired"],
                true
            );
            self.until(200).await;
            self.reads_well().await;
            let same = format!(
                "select count(*) from {row} s join kept k using (workspace_id, service_id, version, phase)"
            );
            assert_eq!(self.house.by_hand(&same), "1", "{change}");
            assert_eq!(
                self.house.server.desk(&repair, None).await["repaired"],
                false
            );
        }
        self.house.by_hand("drop table kept");
        self.forged_witness().await;
        if let Some(sink) = &self.house.sink {
            let letters = sink.until("Lumen Clinic is open again", 1).await;
            assert_eq!(letters[0].to(), ["edda@lumen.example"]);
            assert!(
                sink.about("Lumen Clinic is sealed")
                    .iter()
                    .all(|one| one.to() == ["edda@lumen.example"])
            );
        }
    }

    /// A record that says otherwise, written with everything that the application's login may do.
    async fn forged_witness(&self) {
        let schema = self.house.schema(SLUG).await;
        let copy = format!(
            "insert into {schema}.audit (seq, at_ms, actor_name, action, object, detail)
             select 900000, at_ms, actor_name, action, object, detail from {schema}.audit
             where detail ? 'sealing' order by seq limit 1"
        );
        self.house.by_hand(&copy);
        self.until(503).await;
        let (code, said) = self
            .house
            .server
            .refused(&["kms", "repair", "--workspace", SLUG])
            .await;
        assert!(
            code == Some(1) && said.contains("not by this installation"),
            "{said}"
        );
        self.house
            .by_hand(&format!("delete from {schema}.audit where seq = 900000"));
        self.until(200).await;
    }

    fn another_key(&self) -> ([&'static str; 9], String) {
        let args = [
            "key",
            "add",
            "--workspace",
            SLUG,
            "--name",
            "one more",
            "--provider",
            "openai",
            "--environment=development",
        ];
        (args, self.house.canaries.fresh("provider key"))
    }
}
