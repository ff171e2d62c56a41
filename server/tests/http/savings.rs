//! Answers that are given again: by one process and by two, what people see of it, and purging.

use crate::invitations::as_person;
use crate::rig::browser::Browser;
use crate::rig::chat::{again, question};
use crate::rig::checks::Checks;
use crate::rig::redis::RealRedis;
use crate::rig::{ALIAS, House};
use contract::chat::{Receipt, SendMessage};
use contract::{AnswerEnd, CacheStatus, NanoUsd};
use serde_json::json;
use std::time::Duration;
use tokio::time::{sleep, timeout};

const PAGE: &str = "/admin/savings";
const WORKSPACE: [&str; 2] = ["--workspace", "nordwind"];

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "savings: the same question costs once, and again asks again",
            once(house.clone()),
        )
        .await;
    checks
        .run(
            "savings: who asks the same at the same moment sees the same answer, and outlives its leader",
            together(house.clone()),
        )
        .await;
    checks
        .run(
            "savings: a purge and a switch on the command line hold in the running server",
            purged(house.clone()),
        )
        .await;
    checks
        .run(
            "savings: owners, admins and auditors see them, and only the first two change anything",
            roles(house.clone()),
        )
        .await;
    checks
        .run(
            "savings: two processes share answers through a Redis that knows nothing, and lose it calmly",
            shared(),
        )
        .await;
}

async fn receipt(browser: &Browser, message: &SendMessage) -> Receipt {
    let (_, shown) = browser.converse(message).await;
    match shown.end {
        Some(AnswerEnd::Done { receipt }) => receipt,
        other => panic!("not answered: {other:?}"),
    }
}

async fn once(house: House) {
    let anna = as_person(&house, "anna@nordwind.example").await;
    let mia = as_person(&house, "mia@nordwind.example").await;
    let text = house.canaries.fresh("question");
    let (turn, shown) = anna.converse(&question(&text)).await;
    let Some(AnswerEnd::Done { receipt: first }) = shown.end else {
        panic!("not answered");
    };
    assert_eq!(
        (first.cache, first.cached),
        (Some(CacheStatus::Miss), false)
    );
    assert!(first.provider_cached_tokens.is_some_and(|count| count > 0));
    // The route has no price for tokens from the provider's cache, so nobody knows what they save.
    assert_eq!(first.saved_by_provider, None);
    let second = receipt(&mia, &question(&text)).await;
    assert_eq!(
        (second.cache, second.cached),
        (Some(CacheStatus::Exact), true)
    );
    assert_eq!((second.cost, second.attempts), (Some(NanoUsd::ZERO), 0));
    let saved = second.saved.unwrap();
    assert_eq!(saved.cost, first.cost);
    assert_eq!(Some(saved.input_tokens), first.input_tokens.map(u64::from));
    assert_eq!(house.upstream.asked(&text).len(), 1);
    let fresh = receipt(&anna, &again(turn.conversation, turn.question.id)).await;
    assert_eq!(fresh.cache, Some(CacheStatus::Bypassed));
    assert_eq!(house.upstream.asked(&text).len(), 2);
    // A reload shows the same receipt.
    let view = anna.conversation(turn.conversation).await;
    let last = view.messages.last().unwrap();
    let (_, _, end) = crate::rig::chat::answer_of(last);
    assert_eq!(end, Some(&AnswerEnd::Done { receipt: fresh }));
}

async fn together(house: House) {
    let anna = as_person(&house, "anna@nordwind.example").await;
    let mia = as_person(&house, "mia@nordwind.example").await;
    let text = format!("hold the line {}", house.canaries.fresh("question"));
    let leader = anna.send(&question(&text)).await;
    let mut of_anna = anna.watch(leader.answer.id).await;
    of_anna
        .until(|shown| shown.html().contains("And then"))
        .await;
    let follower = mia.send(&question(&text)).await;
    let mut of_mia = mia.watch(follower.answer.id).await;
    of_mia
        .until(|shown| shown.html().contains("And then"))
        .await;
    assert_eq!(house.upstream.asked(&text).len(), 1);
    let stop = |turn: &contract::chat::TurnOpened| json!({ "answer_id": turn.answer.id });
    anna.call("stop_turn", &stop(&leader)).await;
    assert!(matches!(
        of_anna.rest().await.end,
        Some(AnswerEnd::Stopped { .. })
    ));
    // Mia's half answer is withdrawn, and a call of her own begins.
    let asked_again = async {
        while house.upstream.asked(&text).len() < 2 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(20), asked_again)
        .await
        .expect("a follower was lost");
    mia.call("stop_turn", &stop(&follower)).await;
    let shown = of_mia.rest().await;
    assert!(
        matches!(shown.end, Some(AnswerEnd::Stopped { .. })),
        "{:?}",
        shown.end
    );
    for turn in [&leader, &follower] {
        let id = turn.answer.id.uuid().to_string();
        assert_eq!(house.ledger_of("nordwind", &id).await.len(), 1);
    }
}

async fn purged(house: House) {
    let anna = as_person(&house, "anna@nordwind.example").await;
    let text = house.canaries.fresh("question");
    let ask = async || receipt(&anna, &question(&text)).await.cache.unwrap();
    assert_eq!(ask().await, CacheStatus::Miss);
    assert_eq!(ask().await, CacheStatus::Exact);
    let command =
        |rest: &[&'static str]| [&["cache"], &rest[..1], &WORKSPACE[..], &rest[1..]].concat();
    for (rest, expected) in [
        (vec!["purge", "--model", "another"], CacheStatus::Exact),
        (vec!["purge", "--model", ALIAS], CacheStatus::Miss),
        (vec!["purge", "--prompt-version", "999"], CacheStatus::Exact),
        (vec!["purge"], CacheStatus::Miss),
        (vec!["set", "--ttl", "off"], CacheStatus::Off),
        (vec!["set", "--ttl", "2h"], CacheStatus::Exact),
        (vec!["set", "--ttl", "usual"], CacheStatus::Exact),
    ] {
        house.server.desk(&command(&rest), None).await;
        // The running server is told by the database, a moment later.
        let follows = async {
            while ask().await != expected {
                sleep(Duration::from_millis(50)).await;
                assert_ne!(expected, CacheStatus::Miss, "{rest:?} was missed");
            }
        };
        if expected == CacheStatus::Miss {
            sleep(Duration::from_millis(500)).await;
        }
        timeout(Duration::from_secs(20), follows)
            .await
            .unwrap_or_else(|_| panic!("{rest:?} does not hold"));
    }
    let status = house.server.desk(&command(&["status"]), None).await;
    assert_eq!(status["kept"], "as the installation is set, 10 min");
    assert_eq!(status["purges"], 4);
    let (code, said) = house
        .server
        .refused(&command(&["set", "--ttl", "10 parsecs"]))
        .await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("10 parsecs"), "{said}");
    let log = house
        .server
        .desk(&["audit", "verify", "--workspace", "nordwind"], None);
    log.await;
}

async fn roles(house: House) {
    let mia = as_person(&house, "mia@nordwind.example").await;
    // What the checks before this one asked is stored by now, or will be in a moment.
    let counted = async {
        loop {
            let page = mia.get(PAGE).await;
            assert_eq!(page.status, 200, "{}", page.body);
            if page.body.contains("rehearsal-1") && page.body.contains("class=\"cached\"") {
                break page;
            }
            sleep(Duration::from_millis(200)).await;
        }
    };
    let page = timeout(Duration::from_mins(1), counted)
        .await
        .expect("answers are never counted");
    assert!(page.body.contains("Saved by the cache"));
    let ida = as_person(&house, "ida@nordwind.example").await;
    let page = ida.get(PAGE).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("rehearsal-1") && !page.body.contains("<form"));
    let anna = as_person(&house, "anna@nordwind.example").await;
    let refused = anna.get(PAGE).await;
    assert_eq!(refused.status, 403);
    assert!(!refused.body.contains("rehearsal-1"));
    // A workspace that never asked this model.
    let clara = Browser::enter(&house.server, "brightfold", "clara@brightfold.example").await;
    let page = clara.get(PAGE).await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("rehearsal-1"));
    let before = mia.get(PAGE).await.between("id=\"purges\"", '<');
    let forms = [
        ("/admin/savings/keep", ("keep", "off")),
        ("/admin/savings/purge", ("what", "everything")),
    ];
    for (path, field) in forms {
        for person in [&anna, &ida] {
            assert_eq!(person.form(path, &[field]).await.status, 403, "{path}");
        }
        let nobody = Browser::at(&house.server, "nordwind");
        let page = nobody.form(path, &[field]).await;
        assert!(page.header("location").starts_with("/sign-in"), "{path}");
    }
    assert_eq!(mia.get(PAGE).await.between("id=\"purges\"", '<'), before);
    for (path, fields) in [
        (forms[0].0, vec![("keep", "minutes"), ("minutes", "0")]),
        (
            forms[0].0,
            vec![("keep", "minutes"), ("minutes", "99999999")],
        ),
        (forms[0].0, vec![("keep", "minutes"), ("minutes", "soon")]),
        (forms[0].0, vec![("keep", "for ever")]),
        (forms[1].0, vec![("what", "model:")]),
        (forms[1].0, vec![("what", "prompt:first")]),
        (forms[1].0, vec![("what", "")]),
    ] {
        let page = mia.form(path, &fields).await;
        assert_eq!(page.status, 422, "{fields:?}: {}", page.body);
        assert!(page.body.contains("How long answers are kept"));
    }
    let set = [("keep", "minutes"), ("minutes", "45")];
    let page = mia.form(forms[0].0, &set).await;
    assert_eq!(
        (page.status, page.header("location")),
        (303, "/admin/savings?done=kept")
    );
    assert!(mia.get(PAGE).await.body.contains("value=\"45\""));
    mia.form(forms[0].0, &[("keep", "usual"), ("minutes", "45")])
        .await;
}

async fn shared() {
    let redis = RealRedis::start();
    let settings = [
        ("REDIS_URL", redis.url()),
        (
            "LIVERY_EGRESS__ALLOW_PRIVATE",
            "[\"127.0.0.0/8\"]".to_owned(),
        ),
    ];
    let settings: Vec<(&str, &str)> = settings
        .iter()
        .map(|(key, value)| (*key, value.as_str()))
        .collect();
    let house = House::open("lv-shared", &settings).await;
    let second = house.server.second();
    second.start().await;
    house.connect_provider("nordwind").await;
    let anna = Browser::enter(&house.server, "nordwind", "anna@nordwind.example").await;
    let mia = Browser::enter(&second, "nordwind", "mia@nordwind.example").await;
    let text = house.canaries.fresh("question");
    let first = answered(&anna, &text).await;
    assert_eq!(first, CacheStatus::Miss);
    // It is on its way to Redis while the first reader has it already.
    let arrived = async {
        while redis.dump().await.is_empty() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(20), arrived)
        .await
        .expect("nothing arrived in Redis");
    assert_eq!(answered(&mia, &text).await, CacheStatus::Exact);
    assert_eq!(house.upstream.asked(&text).len(), 1);
    for (name, bytes) in redis.dump().await {
        for word in [text.as_str(), "rehearsal-1", "Nordwind", "main"] {
            let found = bytes
                .windows(word.len())
                .any(|part| part == word.as_bytes());
            assert!(
                !found && !name.contains(word),
                "{word} can be read in {name}"
            );
        }
    }
    let purge = [&["cache", "purge"], &WORKSPACE[..]].concat();
    house.server.desk(&purge, None).await;
    assert!(redis.dump().await.is_empty());
    sleep(Duration::from_millis(500)).await;
    for person in [&anna, &mia] {
        assert_ne!(answered(person, &text).await, CacheStatus::Bypassed);
    }
    assert_eq!(house.upstream.asked(&text).len(), 2);
    drop(redis);
    let text = house.canaries.fresh("question");
    assert_eq!(answered(&anna, &text).await, CacheStatus::Miss);
    assert_eq!(answered(&anna, &text).await, CacheStatus::Exact);
    assert_eq!(answered(&mia, &text).await, CacheStatus::Miss);
    house.server.desk(&purge, None).await;
}

async fn answered(browser: &Browser, text: &str) -> CacheStatus {
    receipt(browser, &question(text)).await.cache.unwrap()
}
