//! Embedding: tokens, the encoder, the mean of its last layer, length one.

use crate::load::MiniLm;
use candle_core::{Device, Tensor};

/// A text could not be embedded.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// The tokenizer refused the text.
    #[error("the text could not be cut into tokens")]
    Tokens(#[source] tokenizers::Error),
    /// The encoder failed, usually for want of memory.
    #[error("the encoder failed")]
    Encoder(#[from] candle_core::Error),
}

impl MiniLm {
    /// One vector of length one for `text`. Takes about ten milliseconds of one core for a short
    /// sentence, so it does not belong on a thread that serves requests.
    pub fn embed(&self, text: &str) -> Result<Vec<f32>, EmbedError> {
        let encoding = self
            .tokenizer
            .encode(text, true)
            .map_err(EmbedError::Tokens)?;
        let ids = Tensor::new(encoding.get_ids(), &Device::Cpu)?.unsqueeze(0)?;
        let kinds = ids.zeros_like()?;
        let hidden = self.model.forward(&ids, &kinds, None)?;
        let mean = hidden.mean(1)?.squeeze(0)?.to_vec1::<f32>()?;
        Ok(normalised(mean))
    }
}

/// The same direction with length one; what has no direction stays as it is.
fn normalised(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|number| number * number).sum::<f32>();
    let length = length.sqrt();
    if length > f32::EPSILON {
        for number in &mut vector {
            *number /= length;
        }
    }
    vector
}
