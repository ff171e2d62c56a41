//! The nearest of many vectors.
//!
//! Outlines of 256 bits are compared with all, exactly and in order of memory; the vectors behind the
//! closest outlines are then compared in full. Refuses vectors of another length.

use crate::semantic::sketch::{BITS, Sketch, Sketcher, distance, most_bits};

/// Outlines whose vectors are compared in full.
const RESCORED: usize = 96;
/// Products summed side by side, so that a processor can.
const LANES: usize = 16;

/// Vectors of one length, by position.
#[derive(Debug)]
pub struct Index {
    dimension: usize,
    sketcher: Sketcher,
    sketches: Vec<Sketch>,
    vectors: Vec<f32>,
}

impl Index {
    /// An empty index of vectors with `dimension` numbers.
    #[must_use]
    pub fn new(dimension: usize) -> Self {
        Self {
            dimension,
            sketcher: Sketcher::new(dimension),
            sketches: Vec::new(),
            vectors: Vec::new(),
        }
    }

    /// How many vectors there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.sketches.len()
    }

    /// There are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.sketches.is_empty()
    }

    /// Bytes that one more vector takes.
    #[must_use]
    pub const fn bytes_each(&self) -> usize {
        self.dimension * size_of::<f32>() + size_of::<Sketch>()
    }

    /// Adds a vector of length one at the end. `false`: it has another number of numbers, and is
    /// left out.
    pub fn push(&mut self, vector: &[f32]) -> bool {
        if vector.len() != self.dimension {
            return false;
        }
        self.sketches.push(self.sketcher.sketch(vector));
        self.vectors.extend_from_slice(vector);
        true
    }

    /// Takes the vector at `at` out; the last one takes its place.
    pub fn swap_remove(&mut self, at: usize) {
        if at >= self.len() {
            return;
        }
        let last = self.len() - 1;
        self.sketches.swap_remove(at);
        let from = last * self.dimension;
        if at < last {
            self.vectors
                .copy_within(from..from + self.dimension, at * self.dimension);
        }
        self.vectors.truncate(from);
    }

    /// At most `count` positions with a cosine of at least `at_least` to `vector`, the nearest
    /// first.
    #[must_use]
    pub fn nearest(&self, vector: &[f32], count: usize, at_least: f32) -> Vec<(usize, f32)> {
        if vector.len() != self.dimension || self.is_empty() {
            return Vec::new();
        }
        let mut scored: Vec<(usize, f32)> = self
            .closest_outlines(vector, most_bits(at_least))
            .into_iter()
            .map(|at| (at, dot(self.vector(at), vector)))
            .filter(|(_, cosine)| *cosine >= at_least)
            .collect();
        scored.sort_by(|one, other| other.1.total_cmp(&one.1));
        scored.truncate(count);
        scored
    }

    /// The same by comparing every vector in full; what [`Index::nearest`] is measured against.
    #[must_use]
    pub fn nearest_by_force(&self, vector: &[f32]) -> Option<(usize, f32)> {
        (0..self.len())
            .map(|at| (at, dot(self.vector(at), vector)))
            .max_by(|one, other| one.1.total_cmp(&other.1))
    }

    fn vector(&self, at: usize) -> &[f32] {
        &self.vectors[at * self.dimension..(at + 1) * self.dimension]
    }

    /// Positions of the outlines that differ least, in at most `most` bits.
    fn closest_outlines(&self, vector: &[f32], most: u32) -> Vec<usize> {
        let sought = self.sketcher.sketch(vector);
        let sketches = self.sketches.iter();
        let distances: Vec<u32> = sketches.map(|sketch| distance(sketch, &sought)).collect();
        let limit = self.limit(&distances, most);
        let close = distances.iter().enumerate();
        close
            .filter(|(_, bits)| **bits <= limit)
            .map(|(at, _)| at)
            .take(RESCORED * 4)
            .collect()
    }

    /// The distance within which [`RESCORED`] outlines lie, or `most`.
    #[expect(clippy::unused_self, reason = "reads as a step of the search")]
    fn limit(&self, distances: &[u32], most: u32) -> u32 {
        let mut counts = [0_usize; BITS as usize + 1];
        for bits in distances {
            counts[*bits as usize] += 1;
        }
        let mut sum = 0;
        for (bits, count) in (0..=most).zip(counts) {
            sum += count;
            if sum >= RESCORED {
                return bits;
            }
        }
        most
    }
}

/// The sum of products; of vectors of length one it is the cosine of their angle.
pub(crate) fn dot(one: &[f32], other: &[f32]) -> f32 {
    let mut sums = [0.0_f32; LANES];
    let (ones, others) = (one.chunks_exact(LANES), other.chunks_exact(LANES));
    let rest = ones.remainder().iter().zip(others.remainder());
    let rest: f32 = rest.map(|(one, other)| one * other).sum();
    for (one, other) in ones.zip(others) {
        for lane in 0..LANES {
            sums[lane] += one[lane] * other[lane];
        }
    }
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::{Index, dot};
    use rand::rngs::StdRng;
    use rand::{RngExt as _, SeedableRng as _};

    fn random(draw: &mut StdRng, dimension: usize) -> Vec<f32> {
        let mut vector: Vec<f32> = (0..dimension)
            .map(|_| draw.random_range(-1.0..1.0))
            .collect();
        let length = dot(&vector, &vector).sqrt();
        for number in &mut vector {
            *number /= length;
        }
        vector
    }

    /// A vector close to another.
    fn near(draw: &mut StdRng, vector: &[f32], noise: f32) -> Vec<f32> {
        let away = random(draw, vector.len());
        let pairs = vector.iter().zip(&away);
        let mut mixed: Vec<f32> = pairs.map(|(here, there)| here + noise * there).collect();
        let length = dot(&mixed, &mixed).sqrt();
        for number in &mut mixed {
            *number /= length;
        }
        mixed
    }

    #[test]
    fn the_nearest_is_found_among_thousands() {
        let mut draw = StdRng::seed_from_u64(7);
        let mut index = Index::new(384);
        for _ in 0..3_000 {
            let vector = random(&mut draw, 384);
            assert!(index.push(&vector));
        }
        for at in (0..3_000).step_by(97) {
            let sought = near(&mut draw, index.vector(at), 0.5);
            let found = index.nearest(&sought, 3, 0.7);
            let (nearest, cosine) = index.nearest_by_force(&sought).unwrap();
            assert_eq!(found.first().map(|found| found.0), Some(nearest));
            assert!((found[0].1 - cosine).abs() < 1e-5);
        }
    }

    #[test]
    fn what_is_not_near_enough_is_not_found() {
        let mut draw = StdRng::seed_from_u64(8);
        let mut index = Index::new(48);
        for _ in 0..50 {
            index.push(&random(&mut draw, 48));
        }
        let sought = near(&mut draw, index.vector(3), 0.9);
        assert!(index.nearest(&sought, 5, 0.999).is_empty());
        assert!(!index.nearest(&sought, 5, 0.5).is_empty());
    }

    #[test]
    fn the_last_takes_the_place_of_one_that_goes() {
        let mut draw = StdRng::seed_from_u64(9);
        let mut index = Index::new(20);
        let vectors: Vec<Vec<f32>> = (0..3).map(|_| random(&mut draw, 20)).collect();
        for vector in &vectors {
            index.push(vector);
        }
        index.swap_remove(0);
        assert_eq!(index.len(), 2);
        assert_eq!(index.nearest(&vectors[2], 1, 0.99)[0].0, 0);
        index.swap_remove(1);
        index.swap_remove(7);
        assert!(index.nearest(&vectors[1], 1, 0.99).is_empty());
        index.swap_remove(0);
        assert!(index.is_empty() && index.nearest(&vectors[2], 1, 0.0).is_empty());
    }

    #[test]
    fn vectors_of_another_length_stay_out() {
        let mut index = Index::new(4);
        assert!(!index.push(&[1.0, 0.0]));
        assert!(index.is_empty());
        index.push(&[1.0, 0.0, 0.0, 0.0]);
        assert!(index.nearest(&[1.0, 0.0], 1, 0.0).is_empty());
    }
}
