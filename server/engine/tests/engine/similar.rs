//! The same question in other words, at the engine's door.
//!
//! The vectors here count letters, which is enough for questions that differ in little words; the real encoder is
//! looked at in `server/embed/tests`.

use crate::cached::house;
use crate::harness::{House, Told, ask, facts, target, tenant};
use crate::upstream::{
    Act, Upstream, finish, good, head, status as status_of, text, usage_and_done,
};
use async_trait::async_trait;
use contract::{CacheStatus, NanoUsd, Role, TenantId};
use engine::semantic::{Change, EmbedError, Embedder, Evidence, Lessons, LessonsLost};
use engine::{
    AdmissionFacts, Ask, AskMessage, Asker, CacheUse, How, Purged, Sharing, SystemPrompt, Vectors,
};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

struct Letters;

#[async_trait]
impl Embedder for Letters {
    async fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        Ok(texts.iter().map(|text| letters(text)).collect())
    }

    fn dimension(&self) -> usize {
        26
    }

    fn id(&self) -> &'static str {
        "letters"
    }
}

fn letters(text: &str) -> Vec<f32> {
    let mut counts = [0.0_f32; 26];
    for letter in text.to_lowercase().bytes().filter(u8::is_ascii_lowercase) {
        counts[usize::from(letter - b'a')] += 1.0;
    }
    let length = counts.iter().map(|count| count * count).sum::<f32>().sqrt();
    counts.iter().map(|count| count / length).collect()
}

const FIRST: &str = "How do I reset my password?";
const SECOND: &str = "How can I reset my password?";

fn sharing_house() -> House {
    let house = house();
    house.engine.embed_with(Arc::new(Letters));
    house
}

fn shared(upstream: &Upstream) -> AdmissionFacts {
    let mut facts = facts(vec![target(&upstream.base_url(), 7)]);
    facts.cache.similar = Some(Sharing::default());
    facts
}

async fn told(house: &House, facts: AdmissionFacts, ask: Ask) -> Told {
    let told = house.ask_as(facts, ask).await;
    house.settled().await;
    assert_eq!(told.ended.how, How::Complete);
    told
}

async fn status(house: &House, facts: AdmissionFacts, ask: Ask) -> CacheStatus {
    told(house, facts, ask).await.ended.cache
}

#[tokio::test]
async fn a_question_in_other_words_gets_the_answer_at_no_cost() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = sharing_house();
    let first = told(&house, shared(&upstream), ask(FIRST)).await;
    assert_eq!(first.ended.cache, CacheStatus::Miss);
    let second = told(&house, shared(&upstream), ask(SECOND)).await;
    assert_eq!(second.text, first.text);
    assert_eq!(second.ended.cache, CacheStatus::Similar);
    assert_eq!(second.started.unwrap().cache, CacheStatus::Similar);
    assert_eq!(
        (second.ended.cost, second.ended.attempts),
        (Some(NanoUsd::ZERO), 0)
    );
    assert_eq!(second.ended.saved.unwrap().cost, first.ended.cost);
    assert_eq!((upstream.requests().len(), house.intents().len()), (1, 1));
    let other_number = status(&house, shared(&upstream), ask("How do I reset password 2?")).await;
    assert_eq!(other_number, CacheStatus::Miss);
    let counts = house.engine.similar_counts(tenant(1));
    assert_eq!(
        (counts.asked, counts.shared, counts.told_apart, counts.wrong),
        (3, 1, 1, 0)
    );
}

#[tokio::test]
async fn nobody_shares_who_did_not_ask_for_it_or_is_somebody_else() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = sharing_house();
    told(&house, shared(&upstream), ask(FIRST)).await;
    let mut off = shared(&upstream);
    off.cache.similar = None;
    let mut other = shared(&upstream);
    other.tenant = tenant(2);
    let mut model = facts(vec![target(&upstream.base_url(), 8)]);
    model.cache.similar = Some(Sharing::default());
    for facts in [off, other, model] {
        assert_eq!(status(&house, facts, ask(SECOND)).await, CacheStatus::Miss);
    }
    let mut instructed = ask(SECOND);
    instructed.system = Some(SystemPrompt {
        version: 2,
        text: "Be brief.".into(),
    });
    assert_eq!(
        status(&house, shared(&upstream), instructed).await,
        CacheStatus::Miss
    );
    // Another member of the same workspace does share it.
    let mut colleague = shared(&upstream);
    colleague.role = Role::Owner;
    let in_other_words = ask("How could I reset my password?");
    assert_eq!(
        status(&house, colleague, in_other_words).await,
        CacheStatus::Similar
    );
}

#[tokio::test]
async fn what_was_said_before_must_be_the_same() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = sharing_house();
    let after = |before: &str, question: &str| {
        let mut ask = ask(question);
        for (role, text) in [(Asker::Assistant, "Which one?"), (Asker::User, before)] {
            let text = text.to_owned();
            if let engine::Conversation::Chat(messages) = &mut ask.conversation {
                messages.insert(0, AskMessage { role, text });
            }
        }
        ask
    };
    let mail = "About the mail server.";
    told(&house, shared(&upstream), after(mail, FIRST)).await;
    for (before, expected) in [
        ("About the door.", CacheStatus::Miss),
        (mail, CacheStatus::Similar),
    ] {
        let status = status(&house, shared(&upstream), after(before, SECOND)).await;
        assert_eq!(status, expected);
    }
    assert_eq!(
        status(&house, shared(&upstream), ask(SECOND)).await,
        CacheStatus::Miss
    );
}

#[tokio::test]
async fn asking_again_says_that_it_was_wrong() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = sharing_house();
    told(&house, shared(&upstream), ask(FIRST)).await;
    assert_eq!(
        status(&house, shared(&upstream), ask(SECOND)).await,
        CacheStatus::Similar
    );
    let mut again = ask(SECOND);
    again.bypass_cache = true;
    assert_eq!(
        status(&house, shared(&upstream), again).await,
        CacheStatus::Bypassed
    );
    assert_eq!(house.engine.similar_counts(tenant(1)).wrong, 1);
    // The fresh answer is kept, but at this likeness nothing is shared any more.
    assert_eq!(
        status(&house, shared(&upstream), ask(SECOND)).await,
        CacheStatus::Exact
    );
    let third = "How could I reset my password?";
    assert_eq!(
        status(&house, shared(&upstream), ask(third)).await,
        CacheStatus::Miss
    );
    let mut lenient = shared(&upstream);
    lenient.cache.similar = Some(Sharing {
        wrong_at_most: 50_000,
        ..Sharing::default()
    });
    let fourth = ask("How should I reset my password?");
    assert_eq!(status(&house, lenient, fourth).await, CacheStatus::Similar);
}

#[tokio::test]
async fn purged_forgotten_and_unproven_answers_are_not_shared() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = sharing_house();
    told(&house, shared(&upstream), ask(FIRST)).await;
    let mut strict = shared(&upstream);
    strict.cache.similar = Some(Sharing {
        wrong_at_most: 100,
        ..Sharing::default()
    });
    assert_eq!(status(&house, strict, ask(SECOND)).await, CacheStatus::Miss);
    let mut purged = shared(&upstream);
    purged.cache.epoch = 1;
    purged.cache.purged = Arc::new(Purged {
        everything: 1,
        ..Purged::default()
    });
    let third = "How could I reset my password?";
    assert_eq!(status(&house, purged, ask(third)).await, CacheStatus::Miss);
    house.engine.forget_answers(tenant(1));
    let fourth = ask("How should I reset my password?");
    assert_eq!(
        status(&house, shared(&upstream), fourth).await,
        CacheStatus::Miss
    );
}

#[tokio::test]
async fn without_an_embedder_everybody_is_answered_afresh() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = house();
    told(&house, shared(&upstream), ask(FIRST)).await;
    assert_eq!(
        status(&house, shared(&upstream), ask(SECOND)).await,
        CacheStatus::Miss
    );
}

fn says(word: &str) -> Vec<Act> {
    vec![head(), text(word), finish("stop"), usage_and_done(60, 1)]
}

fn verified(upstream: &Upstream) -> AdmissionFacts {
    let mut facts = shared(upstream);
    facts.cache.similar = Some(Sharing {
        // Nothing is ever proven under such a bound, so everything is verified.
        wrong_at_most: 1,
        verify: true,
        ..Sharing::default()
    });
    facts
}

#[tokio::test]
async fn what_is_not_proven_is_shared_where_the_model_says_that_it_fits() {
    let upstream = Upstream::start(vec![good(), says("Yes."), says("No"), good()]).await;
    let house = sharing_house();
    let first = told(&house, verified(&upstream), ask(FIRST)).await;
    let fits = told(&house, verified(&upstream), ask(SECOND)).await;
    assert_eq!(
        (fits.ended.cache, fits.text),
        (CacheStatus::Similar, first.text)
    );
    // The verdict costs what it costs, and is recorded as any other call.
    assert_eq!(
        (fits.ended.cost, fits.ended.attempts),
        (Some(NanoUsd::new(62)), 0)
    );
    let fits_not = told(
        &house,
        verified(&upstream),
        ask("How could I reset my password?"),
    )
    .await;
    assert_eq!(fits_not.ended.cache, CacheStatus::Miss);
    assert_eq!(
        (fits_not.ended.cost, fits_not.ended.attempts),
        (Some(NanoUsd::new(75)), 1)
    );
    let asked: Vec<bool> = upstream
        .requests()
        .iter()
        .map(|request| request.contains("Second question:"))
        .collect();
    assert_eq!(asked, [false, true, true, false]);
    let numbers: Vec<u32> = house.intents().iter().map(|intent| intent.number).collect();
    assert_eq!(numbers, [1, 0, 0, 1]);
    assert_eq!(house.settlements().len(), 4);
}

#[tokio::test]
async fn a_model_that_says_neither_yes_nor_no_proves_nothing() {
    let upstream = Upstream::start(vec![good(), says("It depends."), good()]).await;
    let house = sharing_house();
    told(&house, verified(&upstream), ask(FIRST)).await;
    let asked = told(&house, verified(&upstream), ask(SECOND)).await;
    assert_eq!(asked.ended.cache, CacheStatus::Miss);
    assert_eq!(upstream.requests().len(), 3);
}

/// A provider of vectors for the workspace's own account: every question gets the same one.
async fn own_vectors() -> Upstream {
    let body = r#"{"data":[{"index":0,"embedding":[3,4]}],"usage":{"prompt_tokens":7}}"#;
    Upstream::start(vec![status_of(200, "", body)]).await
}

fn by_own_provider(upstream: &Upstream, vectors: &Upstream) -> AdmissionFacts {
    let mut facts = shared(upstream);
    facts.cache.similar = Some(Sharing {
        vectors: Vectors::Provider,
        ..Sharing::default()
    });
    let mut route = facts.route.clone().unwrap();
    route.alias = "vectors".into();
    route.targets = vec![target(&vectors.base_url(), 9)];
    facts.cache.embeddings = Some(Arc::new(route));
    facts
}

#[tokio::test]
async fn vectors_of_the_own_provider_are_paid_for_under_the_turn_and_verified() {
    let upstream = Upstream::start(vec![good(), says("Yes.")]).await;
    let vectors = own_vectors().await;
    let house = house();
    let facts = by_own_provider(&upstream, &vectors);
    let turn = facts.turn;
    let first = told(&house, facts, ask(FIRST)).await;
    // Seven tokens for the vector, nine read and two written for the answer.
    assert_eq!(first.ended.cost, Some(NanoUsd::new(7 + 9 + 4)));
    assert_eq!(
        (first.ended.cache, first.ended.attempts),
        (CacheStatus::Miss, 1)
    );
    let intents = house.intents();
    assert!(intents.iter().all(|intent| intent.turn == turn));
    let numbers: Vec<_> = intents
        .iter()
        .map(|it| (it.alias.as_str(), it.number))
        .collect();
    assert_eq!(numbers, [("vectors", 0), ("fast", 1)]);
    assert!(vectors.requests()[0].contains("sk-loopback-9"));

    // The vectors are the same, which proves nothing: the model is asked.
    let second = told(&house, by_own_provider(&upstream, &vectors), ask(SECOND)).await;
    assert_eq!(
        (second.ended.cache, second.text),
        (CacheStatus::Similar, first.text)
    );
    assert!(upstream.requests()[1].contains("Second question:"));
    assert_eq!(house.settlements().len(), 4);
}

#[tokio::test]
async fn no_vector_is_paid_for_where_none_can_be_of_use() {
    let upstream = Upstream::start(vec![good()]).await;
    let vectors = own_vectors().await;
    let house = house();
    let mut off = by_own_provider(&upstream, &vectors);
    off.cache.similar = None;
    told(&house, off, ask("Who shares nothing?")).await;
    let mut keeps_nothing = by_own_provider(&upstream, &vectors);
    keeps_nothing.cache.kept = CacheUse::Off;
    told(&house, keeps_nothing, ask("Who keeps nothing?")).await;
    let mut in_process = by_own_provider(&upstream, &vectors);
    in_process.cache.similar = Some(Sharing::default());
    told(&house, in_process, ask("Who has an encoder of their own?")).await;
    let mut nowhere = by_own_provider(&upstream, &vectors);
    nowhere.cache.embeddings = None;
    told(&house, nowhere, ask("Who knows no model?")).await;
    let mut long = ask("Who said so much?");
    for _ in 0..6 {
        let text = "Something.".to_owned();
        let engine::Conversation::Chat(messages) = &mut long.conversation else {
            unreachable!("a chat was asked");
        };
        messages.insert(
            0,
            AskMessage {
                role: Asker::User,
                text,
            },
        );
    }
    told(&house, by_own_provider(&upstream, &vectors), long).await;
    assert!(vectors.requests().is_empty());
    // An answer that is kept word for word needs none either.
    told(&house, by_own_provider(&upstream, &vectors), ask(FIRST)).await;
    told(&house, by_own_provider(&upstream, &vectors), ask(FIRST)).await;
    assert_eq!(vectors.requests().len(), 1);
}

#[tokio::test]
async fn a_provider_without_vectors_holds_nobody_up_and_takes_no_money_twice() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = house();
    for script in [vec![Act::AwaitClose], status_of(404, "", "{}")] {
        let vectors = Upstream::start(vec![script]).await;
        let asked = told(&house, by_own_provider(&upstream, &vectors), ask(FIRST)).await;
        assert_eq!(asked.ended.cache, CacheStatus::Miss);
        assert_eq!(asked.ended.attempts, 1);
        house.engine.forget_answers(tenant(1));
    }
    assert_eq!(house.engine.meters().reserved(tenant(1)), NanoUsd::ZERO);
    assert_eq!(house.settlements().len(), 4, "each is settled once");
}

/// Keeps what was learned as a database would; can be out of reach.
#[derive(Default)]
struct Kept {
    known: Mutex<HashMap<(TenantId, [u8; 32]), Evidence>>,
    lost: AtomicBool,
}

#[async_trait]
impl Lessons for Kept {
    async fn recall(&self, tenant: TenantId, scope: [u8; 32]) -> Result<Evidence, LessonsLost> {
        if self.lost.load(Ordering::SeqCst) {
            return Err(LessonsLost);
        }
        let known = self.known.lock().unwrap();
        Ok(known.get(&(tenant, scope)).cloned().unwrap_or_default())
    }

    async fn add(
        &self,
        tenant: TenantId,
        scope: [u8; 32],
        change: Change,
    ) -> Result<Evidence, LessonsLost> {
        if self.lost.load(Ordering::SeqCst) {
            return Err(LessonsLost);
        }
        let mut known = self.known.lock().unwrap();
        let known = known.entry((tenant, scope)).or_default();
        *known = change.onto(known);
        Ok(known.clone())
    }
}

#[tokio::test]
async fn what_was_learned_holds_in_the_next_process_and_beside_this_one() {
    let upstream = Upstream::start(vec![good()]).await;
    let kept = Arc::new(Kept::default());
    let learning = || {
        let house = sharing_house();
        house.engine.learn_in(kept.clone());
        house
    };
    let (one, beside) = (learning(), learning());
    for house in [&one, &beside] {
        told(house, shared(&upstream), ask(FIRST)).await;
        let second = status(house, shared(&upstream), ask(SECOND)).await;
        assert_eq!(second, CacheStatus::Similar);
        house.engine.keep_lessons().await;
    }
    let seen = || {
        let known = kept.known.lock().unwrap();
        let all: Vec<_> = known.values().map(Evidence::seen).collect();
        all
    };
    assert_eq!(seen(), [(2, 0)], "both add up");
    let mut again = ask(SECOND);
    again.bypass_cache = true;
    status(&one, shared(&upstream), again).await;
    kept.lost.store(true, Ordering::SeqCst);
    one.engine.keep_lessons().await;
    kept.lost.store(false, Ordering::SeqCst);
    one.engine.keep_lessons().await;
    one.engine.keep_lessons().await;
    assert_eq!(
        seen(),
        [(2, 1)],
        "kept once, and later where it could not be kept"
    );

    let next = learning();
    told(&next, shared(&upstream), ask(FIRST)).await;
    let second = status(&next, shared(&upstream), ask(SECOND)).await;
    assert_eq!(
        second,
        CacheStatus::Miss,
        "one wrong answer moved the threshold for good"
    );
}

#[tokio::test]
async fn without_what_was_learned_nothing_is_shared_and_no_vector_paid_for() {
    let upstream = Upstream::start(vec![good()]).await;
    let vectors = own_vectors().await;
    let house = house();
    let kept = Arc::new(Kept::default());
    kept.lost.store(true, Ordering::SeqCst);
    house.engine.learn_in(kept);
    for question in [FIRST, SECOND] {
        let asked = status(&house, by_own_provider(&upstream, &vectors), ask(question)).await;
        assert_eq!(asked, CacheStatus::Miss);
    }
    assert!(vectors.requests().is_empty());
}

#[tokio::test]
async fn counts_are_taken_once() {
    let upstream = Upstream::start(vec![good()]).await;
    let house = sharing_house();
    told(&house, shared(&upstream), ask(FIRST)).await;
    told(&house, shared(&upstream), ask(SECOND)).await;
    let taken = house.engine.take_similar_counts();
    assert_eq!(taken, [(tenant(1), house.engine.similar_counts(tenant(1)))]);
    assert!(house.engine.take_similar_counts().is_empty());
    house
        .engine
        .give_back_similar_counts(taken[0].0, taken[0].1);
    assert_eq!(house.engine.take_similar_counts(), taken);
}
