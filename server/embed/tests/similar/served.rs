//! Counting what each way to decide would have served.

use crate::pairs::Pair;
use engine::semantic::guard::{Facts, agree};
use engine::semantic::{START, upper_bound};
use std::fmt;

/// Paraphrases and traps, and how many of each were served.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    paraphrases: u32,
    served: u32,
    traps: u32,
    wrong: u32,
}

impl Counts {
    pub(crate) fn served_share(self) -> f64 {
        f64::from(self.served) / f64::from(self.paraphrases)
    }

    pub(crate) fn wrong_share(self) -> f64 {
        f64::from(self.wrong) / f64::from(self.traps)
    }

    fn add(&mut self, pair: &Pair, serves: bool) {
        let (all, given) = if pair.trap {
            (&mut self.traps, &mut self.wrong)
        } else {
            (&mut self.paraphrases, &mut self.served)
        };
        *all += 1;
        *given += u32::from(serves);
    }
}

/// What was served by which way to decide.
pub(crate) struct Tally(Vec<(&'static str, Counts)>);

const EXACT: &str = "exact";
const PLAIN_90: &str = "likeness 0.90";
const PLAIN_95: &str = "likeness 0.95";
const GUARDED: &str = "guarded";

pub(crate) fn tally<'a>(pairs: impl Iterator<Item = &'a Pair>) -> Tally {
    let mut tally = Tally(
        [EXACT, PLAIN_90, PLAIN_95, GUARDED]
            .map(|way| (way, Counts::default()))
            .to_vec(),
    );
    for pair in pairs {
        for (way, counts) in &mut tally.0 {
            let serves = match *way {
                EXACT => pair.cached == pair.asked,
                PLAIN_90 => pair.likeness >= 0.90,
                PLAIN_95 => pair.likeness >= 0.95,
                _ => pair.likeness >= START && asks_the_same(pair),
            };
            counts.add(pair, serves);
        }
    }
    tally
}

fn asks_the_same(pair: &Pair) -> bool {
    let (cached, asked) = (Facts::of(&pair.cached), Facts::of(&pair.asked));
    let both = cached.zip(asked);
    both.is_some_and(|(cached, asked)| agree(&cached, &asked).is_ok())
}

impl Tally {
    fn of(&self, way: &str) -> Counts {
        let found = self.0.iter().find(|(name, _)| *name == way);
        found.unwrap().1
    }

    pub(crate) fn guarded(&self) -> Counts {
        self.of(GUARDED)
    }

    pub(crate) fn plain(&self, likeness: f32) -> Counts {
        self.of(if likeness < 0.93 { PLAIN_90 } else { PLAIN_95 })
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (way, counts) in &self.0 {
            let Counts {
                paraphrases,
                served,
                traps,
                wrong,
            } = counts;
            writeln!(
                formatter,
                "{way:>14}: {served:>3} of {paraphrases} paraphrases served ({:.1} %), {wrong:>3} of {traps} traps answered \
                 wrongly ({:.1} %, at most {:.1} %)",
                counts.served_share() * 100.0,
                counts.wrong_share() * 100.0,
                upper_bound(*wrong, *traps) * 100.0,
            )?;
        }
        Ok(())
    }
}
