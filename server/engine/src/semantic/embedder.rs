//! Where vectors come from.

use async_trait::async_trait;

/// Turns texts into vectors of length one, alike where the texts are alike.
#[async_trait]
pub trait Embedder: Send + Sync {
    /// One vector for each text, in order; each has [`Embedder::dimension`] numbers and length one.
    async fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError>;

    /// Numbers in a vector.
    fn dimension(&self) -> usize;

    /// Model and version, the same for the same vectors. Vectors of different models are never
    /// compared: this is part of what keeps answers apart.
    fn id(&self) -> &str;
}

/// A text could not be turned into a vector. Says nothing about the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the question could not be turned into a vector")]
pub struct EmbedError;
