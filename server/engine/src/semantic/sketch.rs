//! A vector's outline in 256 bits.
//!
//! Each bit is the side of a random plane the vector lies on; the share of bits in which two outlines
//! differ is their angle over π (M. Charikar, "Similarity estimation techniques from rounding
//! algorithms", STOC 2002). The planes come from three rounds of sign flips and Walsh-Hadamard
//! transforms, which act as a random rotation does and cost `n log n` (A. Andoni et al., "Practical and
//! optimal LSH for angular distance", NIPS 2015).

use std::f32::consts::PI;

const WORDS: usize = 4;
/// Bits of an outline.
pub(crate) const BITS: u32 = 256;
const ROUNDS: usize = 3;
/// Standard deviations by which an outline may miss the angle before its vector is overlooked.
const SPREAD: f32 = 5.0;

/// 256 bits.
pub(crate) type Sketch = [u64; WORDS];

/// The sign flips, the same in every process.
#[derive(Clone, Debug)]
pub(crate) struct Sketcher {
    /// A bit per number and round: whether it is turned round.
    flips: Vec<bool>,
    size: usize,
}

impl Sketcher {
    /// For vectors of `dimension` numbers.
    pub(crate) fn new(dimension: usize) -> Self {
        let size = dimension.next_power_of_two().max(BITS as usize);
        let mut state = 0x4c69_7665_7279_0001_u64;
        let flips = (0..size * ROUNDS).map(|_| next(&mut state) >> 63 == 1);
        Self {
            flips: flips.collect(),
            size,
        }
    }

    /// The outline of `vector`.
    pub(crate) fn sketch(&self, vector: &[f32]) -> Sketch {
        let mut turned = vector.to_vec();
        turned.resize(self.size, 0.0);
        for flips in self.flips.chunks(self.size) {
            for (number, flip) in turned.iter_mut().zip(flips) {
                if *flip {
                    *number = -*number;
                }
            }
            walsh_hadamard(&mut turned);
        }
        let mut sketch = [0; WORDS];
        for (bit, number) in turned.iter().take(BITS as usize).enumerate() {
            sketch[bit / 64] |= u64::from(*number > 0.0) << (bit % 64);
        }
        sketch
    }
}

/// Bits in which two outlines differ.
pub(crate) fn distance(one: &Sketch, other: &Sketch) -> u32 {
    let pairs = one.iter().zip(other);
    pairs.map(|(one, other)| (one ^ other).count_ones()).sum()
}

/// Most bits that the outlines of two vectors differ in when their cosine is at least `cosine`; one pair in
/// three million differs in more.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "between 0 and 256"
)]
pub(crate) fn most_bits(cosine: f32) -> u32 {
    let bits = BITS as f32;
    let share = cosine.clamp(-1.0, 1.0).acos() / PI;
    let spread = (bits * share * (1.0 - share)).sqrt() * SPREAD;
    (bits * share + spread).min(bits) as u32
}

fn walsh_hadamard(numbers: &mut [f32]) {
    let mut half = 1;
    while half < numbers.len() {
        for pair in numbers.chunks_exact_mut(half * 2) {
            let (left, right) = pair.split_at_mut(half);
            for (one, other) in left.iter_mut().zip(right) {
                (*one, *other) = (*one + *other, *one - *other);
            }
        }
        half *= 2;
    }
}

/// `SplitMix64` (G. Steele et al., "Fast splittable pseudorandom number generators", 2014).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::{BITS, Sketcher, distance, most_bits, next};

    /// A vector at the given cosine to the first axis.
    fn at(cosine: f32, dimension: usize, seed: u64) -> Vec<f32> {
        let mut state = seed;
        let mut vector: Vec<f32> = (0..dimension)
            .map(|_| f32::from(u16::try_from(next(&mut state) >> 48).unwrap()) / 32_768.0 - 1.0)
            .collect();
        vector[0] = 0.0;
        let length = vector
            .iter()
            .map(|number| number * number)
            .sum::<f32>()
            .sqrt();
        let sine = (1.0 - cosine * cosine).sqrt();
        for number in &mut vector {
            *number *= sine / length;
        }
        vector[0] = cosine;
        vector
    }

    #[test]
    fn outlines_differ_as_the_angle_says() {
        let sketcher = Sketcher::new(384);
        let mut axis = vec![0.0; 384];
        axis[0] = 1.0;
        let own = sketcher.sketch(&axis);
        assert_eq!(distance(&own, &own), 0);
        for (cosine, least, most) in [(0.95, 10, 45), (0.8, 30, 80), (0.0, 95, 161)] {
            for seed in 1..50 {
                let bits = distance(&own, &sketcher.sketch(&at(cosine, 384, seed)));
                assert!((least..=most).contains(&bits), "{bits} bits at {cosine}");
                assert!(bits <= most_bits(cosine));
            }
        }
    }

    #[test]
    fn fewer_bits_may_differ_where_more_likeness_is_asked_for() {
        assert_eq!(most_bits(1.0), 0);
        assert!(most_bits(0.95) < most_bits(0.8));
        assert!(most_bits(0.0) < BITS);
        assert_eq!(most_bits(-1.0), BITS);
    }
}
