//! Quantiles, and how they are told.

use crate::timing::Timing;

/// Answers of one side.
pub(crate) struct Figures(Vec<Timing>);

impl Figures {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn extend(&mut self, more: Vec<Timing>) {
        self.0.extend(more);
    }

    fn quantile(&self, of: fn(&Timing) -> f64, share: f64) -> f64 {
        let mut all: Vec<f64> = self.0.iter().map(of).collect();
        quantile(&mut all, share)
    }
}

/// The value that `share` of `all` does not exceed.
pub(crate) fn quantile(all: &mut [f64], share: f64) -> f64 {
    if all.is_empty() {
        return f64::NAN;
    }
    all.sort_by(f64::total_cmp);
    let last = all.len() - 1;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index below the length"
    )]
    let index = (last as f64 * share).ceil() as usize;
    all[index.min(last)]
}

/// What the engine adds, with what one direct call adds to another beside it.
pub(crate) fn difference(
    what: &str,
    mode: &str,
    in_flight: usize,
    [one, through, other]: [&Figures; 3],
    of: fn(&Timing) -> f64,
) {
    for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
        let (one, other) = (one.quantile(of, share), other.quantile(of, share));
        let (direct, engine) = (f64::midpoint(one, other), through.quantile(of, share));
        println!(
            r#"{{"what":"added to the {what}, us","provider":"{mode}","in_flight":{in_flight},"quantile":"{name}","added":{:.0},"direct":{direct:.0},"engine":{engine:.0},"direct_against_direct":{:.0}}}"#,
            engine - direct,
            (one - other).abs()
        );
    }
}

pub(crate) fn line(what: &str, name: &str, value: f64) {
    println!(r#"{{"what":"{what}","quantile":"{name}","value":{value:.2}}}"#);
}
