use super::{Near, Question, Similar};
use crate::cache::Sharing;
use crate::semantic::embedder::{EmbedError, Embedder};
use crate::semantic::place::{Partition, Place, Scope};
use crate::semantic::shelf::ShelfLimits;
use async_trait::async_trait;
use contract::TenantId;
use std::future::pending;
use std::sync::Arc;
use uuid::Uuid;

const BOUND: u32 = 10_000;

/// Counts letters: enough to be the same for the same letters in another order.
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

/// Never answers, or answers with an error, or with too short a vector.
enum Broken {
    Silent,
    Failing,
    Short,
}

#[async_trait]
impl Embedder for Broken {
    async fn embed(&self, _: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        match self {
            Self::Silent => pending().await,
            Self::Failing => Err(EmbedError),
            Self::Short => Ok(vec![vec![1.0]]),
        }
    }

    fn dimension(&self) -> usize {
        26
    }

    fn id(&self) -> &'static str {
        "broken"
    }
}

fn place(tenant: u128) -> Place {
    Place {
        tenant: TenantId::from_uuid(Uuid::from_u128(tenant)),
        scope: Scope::of_byte(1),
        partition: Partition::of_byte(1),
    }
}

fn similar() -> Similar<&'static str> {
    with(Arc::new(Letters))
}

fn with<A: Clone>(embedder: Arc<dyn Embedder>) -> Similar<A> {
    let similar = Similar::new(ShelfLimits::default());
    similar.embed_with(embedder);
    similar
}

async fn asked(similar: &Similar<&'static str>, question: &str) -> Question {
    similar.ask(question).await.unwrap()
}

fn find(
    similar: &Similar<&'static str>,
    asked: &Question,
    bound: u32,
) -> Option<Near<&'static str>> {
    let sharing = Sharing {
        wrong_at_most: bound,
        ..Sharing::default()
    };
    similar.find(&place(1), asked, sharing, |_| true)
}

/// Asks, and shares what is proven.
async fn shared(similar: &Similar<&'static str>, question: &str) -> Option<&'static str> {
    let asked = asked(similar, question).await;
    let found = find(similar, &asked, BOUND).filter(|found| found.proven)?;
    similar.shared(&place(1), &asked, &found);
    Some(found.answer)
}

#[tokio::test]
async fn a_question_in_other_words_gets_the_answer() {
    let similar = similar();
    let first = asked(&similar, "How do I reset my password?").await;
    assert!(find(&similar, &first, BOUND).is_none());
    similar.keep(&place(1), &first, "a", 1);
    assert_eq!(
        shared(&similar, "How can I reset my password?").await,
        Some("a")
    );
    assert_eq!(
        shared(&similar, "How do I not reset my password?").await,
        None
    );
    let counts = similar.counts(place(1).tenant);
    assert_eq!(
        (counts.asked, counts.shared, counts.told_apart, counts.wrong),
        (3, 1, 1, 0)
    );
}

#[tokio::test]
async fn the_second_nearest_is_taken_where_the_nearest_asks_something_else() {
    let similar = similar();
    for (question, answer) in [
        ("How do I renew permit 4711 in Bremen?", "wrong"),
        ("In Bremen, how do I renew the permit 4712?", "right"),
    ] {
        let kept = asked(&similar, question).await;
        similar.keep(&place(1), &kept, answer, 1);
    }
    assert_eq!(
        shared(&similar, "How do I renew permit 4712 in Bremen?").await,
        Some("right")
    );
}

#[tokio::test]
async fn asking_again_counts_against_it() {
    let similar = similar();
    let kept = asked(&similar, "How do I reset my password?").await;
    similar.keep(&place(1), &kept, "a", 1);
    let again = "How can I reset my password?";
    assert_eq!(shared(&similar, again).await, Some("a"));
    similar.asked_again(&place(1), "something nobody was given an answer for");
    assert_eq!(similar.counts(place(1).tenant).wrong, 0);
    similar.asked_again(&place(1), again);
    similar.asked_again(&place(1), again);
    assert_eq!(similar.counts(place(1).tenant).wrong, 1);
    // The answer is gone, and kept anew it is not shared at this likeness any more.
    assert!(find(&similar, &kept, BOUND).is_none());
    similar.keep(&place(1), &kept, "b", 1);
    assert_eq!(shared(&similar, again).await, None);
    // Where many wrong answers are accepted, it is.
    let asked = asked(&similar, again).await;
    assert!(find(&similar, &asked, 50_000).unwrap().proven);
}

#[tokio::test]
async fn nothing_is_shared_under_a_bound_that_cannot_be_met() {
    let similar = similar();
    let kept = asked(&similar, "How do I reset my password?").await;
    similar.keep(&place(1), &kept, "a", 1);
    let asked = asked(&similar, "How can I reset my password?").await;
    let found = find(&similar, &asked, 1_000).unwrap();
    assert!(!found.proven);
    for _ in 0..2_700 {
        similar.shared(&place(1), &asked, &found);
    }
    assert!(find(&similar, &asked, 1_000).unwrap().proven);
    similar.verified_wrong(&place(1), &found);
    assert!(!find(&similar, &asked, 1_000).unwrap().proven);
}

#[tokio::test]
async fn forgetting_a_workspace_forgets_what_was_learned() {
    let similar = similar();
    let kept = asked(&similar, "How do I reset my password?").await;
    similar.keep(&place(1), &kept, "a", 1);
    shared(&similar, "How can I reset my password?")
        .await
        .unwrap();
    similar.asked_again(&place(1), "How can I reset my password?");
    similar.keep(&place(1), &kept, "a", 1);
    similar.retain(place(1).tenant, |answer| *answer != "a");
    assert!(find(&similar, &kept, BOUND).is_none());
    similar.forget(place(1).tenant);
    similar.keep(&place(1), &kept, "a", 1);
    assert_eq!(
        shared(&similar, "How can I reset my password?").await,
        Some("a")
    );
}

#[tokio::test(start_paused = true)]
async fn a_turn_never_waits_for_a_vector_that_does_not_come() {
    for broken in [Broken::Silent, Broken::Failing, Broken::Short] {
        let similar = with::<()>(Arc::new(broken));
        assert!(similar.ask("How do I reset it?").await.is_none());
    }
    let similar = Similar::<()>::new(ShelfLimits::default());
    assert!(similar.embedder().is_none());
    assert!(similar.ask("How do I reset it?").await.is_none());
    let long = "word ".repeat(2_000);
    let similar = with::<()>(Arc::new(Letters));
    assert!(similar.ask(&long).await.is_none());
}
