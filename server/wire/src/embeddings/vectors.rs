//! What is answered.

use crate::event::WireError;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// Vectors, one for each text, in the order of the texts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Embeddings {
    /// The vectors as they came; not every provider brings them to length one.
    pub vectors: Vec<Vec<f32>>,
    /// Tokens read, where the provider said how many.
    pub input_tokens: Option<u64>,
}

impl Embeddings {
    /// Checks that there is one vector for each of `asked` texts, and that all have one length.
    pub(crate) fn check(
        vectors: Vec<Vec<f32>>,
        asked: usize,
        input_tokens: Option<u64>,
    ) -> Result<Self, WireError> {
        let length = vectors.first().map_or(0, Vec::len);
        let whole = vectors.len() == asked
            && length > 0
            && vectors.iter().all(|vector| {
                vector.len() == length && vector.iter().all(|number| number.is_finite())
            });
        if !whole {
            return Err(WireError::Cut);
        }
        Ok(Self {
            vectors,
            input_tokens,
        })
    }
}

/// A vector as base64 of its numbers, four bytes each, the lowest first.
pub(crate) fn write_base64(vector: &[f32]) -> String {
    let bytes: Vec<u8> = vector
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect();
    BASE64_STANDARD.encode(bytes)
}

/// Reads what [`write_base64`] writes.
pub(crate) fn read_base64(text: &str) -> Option<Vec<f32>> {
    let bytes = BASE64_STANDARD.decode(text).ok()?;
    let (numbers, rest) = bytes.as_chunks::<4>();
    rest.is_empty().then(|| {
        numbers
            .iter()
            .map(|bytes| f32::from_le_bytes(*bytes))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::{Embeddings, read_base64, write_base64};

    #[test]
    fn numbers_survive_base64_exactly() {
        let vector = [0.1, -1.5e-20, f32::MAX, 0.0];
        assert_eq!(read_base64(&write_base64(&vector)).unwrap(), vector);
        assert_eq!(read_base64("AAAA"), None);
        assert_eq!(read_base64("*"), None);
    }

    #[test]
    fn one_vector_for_each_text_and_all_of_one_length() {
        let check = |vectors: &[&[f32]], asked| {
            let vectors = vectors.iter().map(|vector| vector.to_vec()).collect();
            Embeddings::check(vectors, asked, None).is_ok()
        };
        assert!(check(&[&[1.0, 2.0], &[3.0, 4.0]], 2));
        assert!(!check(&[&[1.0, 2.0]], 2));
        assert!(!check(&[&[1.0, 2.0], &[3.0]], 2));
        assert!(!check(&[&[]], 1));
        assert!(!check(&[&[f32::NAN]], 1));
        assert!(!check(&[], 0));
    }
}
