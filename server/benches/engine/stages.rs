//! Where the time goes on the way to the first word: the moments that the engine names, and the gaps between them.

use crate::figures::quantile;
use crate::house::House;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Questions, one after the other.
const QUESTIONS: usize = 400;

/// What was reached, and when, in order.
static REACHED: Mutex<Vec<(String, Instant)>> = Mutex::new(Vec::new());

/// Moments are asked for.
static PROFILING: AtomicBool = AtomicBool::new(false);

/// Notes the engine's moments and nothing else.
struct Moments;

impl Subscriber for Moments {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "engine::stage"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut name = Name::default();
        event.record(&mut name);
        note(name.0);
    }
}

#[derive(Default)]
struct Name(String);

impl Visit for Name {
    fn record_str(&mut self, _: &Field, value: &str) {
        value.clone_into(&mut self.0);
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

/// Notes a moment outside of the engine; nothing comes of it while nobody profiles.
pub(crate) fn step(name: &str) {
    if PROFILING.load(Ordering::Relaxed) {
        note(name.to_owned());
    }
}

fn note(name: String) {
    let mut reached = REACHED.lock().unwrap_or_else(PoisonError::into_inner);
    reached.push((name, Instant::now()));
}

/// Asks one question after the other and prints, for each moment, how long after the one before it came. The provider
/// takes its 20 ms before the head of the answer; the intent becomes durable meanwhile, so it is told from the asking on.
pub(crate) async fn profile(house: &House) {
    // The last thing this bench does: from here on every moment is noted.
    tracing::subscriber::set_global_default(Moments).unwrap();
    PROFILING.store(true, Ordering::Relaxed);
    let mut gaps: Vec<(String, Vec<f64>)> = Vec::new();
    for _ in 0..QUESTIONS {
        REACHED
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        let begun = Instant::now();
        let mut told = false;
        house
            .each_word("fixed", |_| {
                if !told {
                    note("the asker has the first word".to_owned());
                }
                told = true;
            })
            .await;
        let reached = REACHED
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let mut before = begun;
        for (name, at) in reached {
            let aside = name == "intent durable";
            let since = if aside { begun } else { before };
            let gap = at.duration_since(since).as_secs_f64() * 1e6;
            match gaps.iter_mut().find(|(known, _)| *known == name) {
                Some((_, all)) => all.push(gap),
                None => gaps.push((name, vec![gap])),
            }
            before = if aside { before } else { at };
        }
    }
    for (name, mut gaps) in gaps {
        println!(
            r#"{{"what":"on the way to the first word, us since the moment before","moment":"{name}","median":{:.1},"p99":{:.1}}}"#,
            quantile(&mut gaps, 0.5),
            quantile(&mut gaps, 0.99)
        );
    }
}
