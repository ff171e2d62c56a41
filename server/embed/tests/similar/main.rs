//! What is served and what is wrong, on the committed pairs and with the real MiniLM weights.
//!
//! `MINILM_DIR` names the folder of the weights (`end2end/minilm/fetch.sh` fills it). In continuous integration its
//! absence is a failure, not a reason to skip.
//!
//! The pairs stand in `server/engine/tests/semantic/pairs.jsonl`. Of the first 489 half is for tuning, half held out: the
//! guard's words and the threshold were chosen while looking at the tuning half only, but one person wrote all of it. The
//! fresh ones were written when the guard stood. At their first run one of their 64 traps was answered wrongly (single
//! capitals: product A, product B); that was mended since, and is the honest size of what is still unknown.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and says what it measured"
)]

mod pairs;
mod served;
mod turn;

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

/// Padding that is not masked would make unrelated sentences as alike as 0.74.
#[test]
fn vectors_have_length_one_and_unrelated_sentences_are_far_apart() {
    let Some(model) = weights() else { return };
    assert_eq!(model.dimension(), 384);
    assert!(model.id().starts_with("minilm-") && model.id().len() == 23);
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
    let of = |parts: &[&str]| {
        let tally = served::tally(
            pairs
                .iter()
                .filter(|pair| parts.contains(&pair.part.as_str())),
        );
        println!("{}\n{tally}", parts.join(" and "));
        tally
    };
    for part in ["tuning", "held-out", "fresh"] {
        let tally = of(&[part]);
        let guarded = tally.guarded();
        assert!(guarded.wrong_share() <= 0.01, "{part}: {guarded:?}");
        // Without the guard no threshold does both.
        assert!(tally.plain(0.90).wrong_share() > 0.1);
        assert!(tally.plain(0.95).served_share() < 0.5);
    }
    let unseen = of(&["held-out", "fresh"]).guarded();
    assert!(unseen.served_share() >= 0.5, "{unseen:?}");
}

#[test]
fn a_folder_that_is_not_one_of_weights_is_refused_in_words() {
    let Some(_) = weights() else { return };
    let good = env::var("MINILM_DIR").unwrap();
    let folder = env::temp_dir().join(format!("weights-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let refused = || MiniLm::load(&folder).unwrap_err().to_string();
    assert!(
        refused().ends_with("config.json cannot be read"),
        "{}",
        refused()
    );
    for name in ["config.json", "model.safetensors", "tokenizer.json"] {
        std::fs::copy(Path::new(&good).join(name), folder.join(name)).unwrap();
    }
    for name in ["model.safetensors", "tokenizer.json", "config.json"] {
        std::fs::write(folder.join(name), "{}").unwrap();
        assert!(
            refused().contains(&format!("{name} is not what its name says")),
            "{}",
            refused()
        );
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
