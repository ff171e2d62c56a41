//! What is served and what is wrong, on the committed pairs and with the real MiniLM weights.
//!
//! `MINILM_DIR` names the folder of the weights (`end2end/minilm/fetch.sh` fills it). In continuous integration its
//! absence is a failure, not a reason to skip.
//!
//! The pairs stand in `server/engine/tests/semantic/pairs.jsonl`, half of each kind for tuning, half held out; the
//! guard's words and the threshold were chosen while looking at the tuning half only.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and says what it measured"
)]

mod pairs;
mod served;

use embed::MiniLm;
use std::env;
use std::path::Path;

/// The weights. `None` only outside continuous integration.
fn weights() -> Option<MiniLm> {
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let folder = set("MINILM_DIR");
    assert!(
        folder.is_some() || set("CI").is_none(),
        "MINILM_DIR must name the folder of the MiniLM weights"
    );
    if folder.is_none() {
        println!("no weights were named: nothing was tested");
    }
    folder.map(|folder| MiniLm::load(Path::new(&folder)).unwrap())
}

/// The cosines that the model's own library gives for the same sentences; padding that is not masked would
/// make the second pair 0.74.
#[test]
fn vectors_are_those_of_the_models_own_library() {
    let Some(model) = weights() else { return };
    assert_eq!(model.dimension(), 384);
    assert_eq!(model.id(), "minilm-");
    let vector = |text: &str| model.embed(text).unwrap();
    let cosine = |one: &str, other: &str| -> f32 {
        let (one, other) = (vector(one), vector(other));
        one.iter().zip(&other).map(|(one, other)| one * other).sum()
    };
    let own = vector("How do I reset my password?");
    let length: f32 = own.iter().map(|number| number * number).sum();
    assert!((length - 1.0).abs() < 1e-5);
    assert!(
        cosine(
            "A cat sits on the mat.",
            "Quarterly revenue grew by nine percent."
        ) < 0.2
    );
    assert!(
        cosine(
            "How do I reset my password?",
            "How can I reset my password?"
        ) > 0.95
    );
}

#[test]
fn guarded_answers_serve_half_of_the_paraphrases_and_almost_no_trap() {
    let Some(model) = weights() else { return };
    let pairs = pairs::read(&model);
    for part in ["tuning", "held-out"] {
        let tally = served::tally(pairs.iter().filter(|pair| pair.part == part));
        println!("{part}\n{tally}");
        let guarded = tally.guarded();
        assert!(guarded.served_share() >= 0.5, "{part}: {guarded:?}");
        assert!(guarded.wrong_share() <= 0.01, "{part}: {guarded:?}");
        // Without the guard no threshold does both.
        assert!(tally.plain(0.90).wrong_share() > 0.1);
        assert!(tally.plain(0.95).served_share() < 0.5);
    }
}
