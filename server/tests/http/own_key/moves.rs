//! From one key to another and back, at the command line and in the browser, while people chat.

use super::{Client, HELD, SLUG, SOON};
use crate::rig::chat::question;
use crate::rig::checks::say;
use contract::AnswerEnd;
use contract::chat::TurnOpened;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::time::sleep;

impl Client {
    pub(super) async fn moves_in(self) {
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
        let messages = left[5].as_u64().unwrap();
        assert_eq!(left, json!([0, 0, 0, 0, 0, messages]));
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

    pub(super) async fn rotates(self) {
        let schema = self.house.schema(SLUG).await;
        self.house.by_hand(&format!(
            "create table kept as select id, sealed_body from {schema}.messages"
        ));
        let done = self
            .house
            .server
            .desk(&["kms", "rotate", "--workspace", SLUG, "--wait"], None)
            .await;
        // The checks before this one rotated too.
        let version = done["version"].as_u64().unwrap();
        assert!(version >= 2);
        let left = self.left_behind(Self::current_key()).await;
        assert_eq!(left, json!([0, 0, 0, 0, 0, left[5]]));
        assert_eq!(
            self.house
                .by_hand("select count(*), max(version) from platform.workspace_keys"),
            format!("1|{version}")
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
    pub(super) async fn in_the_browser(self) {
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

    /// The process dies again and again while everything is sealed anew.
    pub(super) async fn survives_kills(self) {
        for _ in 0..60 {
            self.paul.converse(&question("One of many")).await;
        }
        let right = [("password", "lumen-demo-only")];
        let page = self.edda.form("/admin/keys/service/rotate", &right).await;
        assert_eq!(page.status, 303, "{}", page.body);
        let begun = Instant::now();
        let (mut kills, mut moving) = (0, 0);
        loop {
            let phase = self
                .house
                .by_hand("select phase from platform.workspace_sealing");
            if phase == "settled" {
                break;
            }
            assert!(begun.elapsed() < 4 * SOON, "never done after {kills} kills");
            moving += u32::from(phase == "moving");
            if kills < 12 {
                let wait = rand::random_range(100..700);
                sleep(Duration::from_millis(wait)).await;
                self.house.server.kill().await;
                self.house.server.start().await;
                kills += 1;
                self.reads_well().await;
            } else {
                sleep(Duration::from_millis(100)).await;
            }
        }
        assert!(moving > 0, "it was never killed while moving");
        let left = self.left_behind(Self::current_key()).await;
        assert_eq!(left, json!([0, 0, 0, 0, 0, left[5]]));
        self.reads_well().await;
        say(&format!(
            "        {kills} kills, {moving} of them while everything was sealed anew"
        ));
    }

    pub(super) async fn moves_out(self) {
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

pub(super) async fn rotate_keyring(client: Client) {
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
