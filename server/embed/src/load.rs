//! Reading a folder of weights.

use candle_core::{DType, Device};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use sha2::{Digest, Sha256};
use std::fmt;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tokenizers::{Tokenizer, TruncationParams};

/// Most tokens of a text that are looked at. The positions of these encoders reach to 512, but they
/// were taught on 256 at most; a question worth comparing is shorter.
const TOKENS_MAX: usize = 256;
/// Largest weights taken: MiniLM class models have under 500 MB, larger ones are too slow here.
const WEIGHTS_MAX_BYTES: u64 = 1 << 30;

/// An encoder in memory. Cheap to share behind an `Arc`; embedding needs no exclusive access.
pub struct MiniLm {
    pub(crate) model: BertModel,
    pub(crate) tokenizer: Tokenizer,
    id: String,
    dimension: usize,
}

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file is missing or cannot be read.
    #[error("{} cannot be read", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// The weights are larger than anything of this class.
    #[error("{} is larger than 1 GiB: not weights of the MiniLM class", .0.display())]
    TooLarge(PathBuf),
    /// A file is not what its name says.
    #[error("{} is not what its name says: {}", .0.display(), .1)]
    Malformed(PathBuf, String),
    /// Each file is sound, but they belong to different models.
    #[error("the files of {} do not belong together: {}", .0.display(), .1)]
    Mismatch(PathBuf, String),
}

impl MiniLm {
    /// Reads `config.json`, `model.safetensors` and `tokenizer.json` from `folder`. Takes a tenth of
    /// a second and as much memory as the weights.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        let (config_at, config_bytes) = read(folder, "config.json")?;
        let (weights_at, weights) = read(folder, "model.safetensors")?;
        let (tokenizer_at, tokenizer_bytes) = read(folder, "tokenizer.json")?;
        let id = identity(&[&config_bytes, &weights, &tokenizer_bytes]);
        let config: Config = serde_json::from_slice(&config_bytes)
            .map_err(|error| LoadError::Malformed(config_at, error.to_string()))?;
        let tokenizer = tokenizer(&tokenizer_bytes, &config)
            .map_err(|error| LoadError::Malformed(tokenizer_at, error))?;
        if tokenizer.get_vocab_size(true) > config.vocab_size {
            let told = "the tokenizer knows more words than the weights".to_owned();
            return Err(LoadError::Mismatch(folder.to_owned(), told));
        }
        let dimension = config.hidden_size;
        let tensors = VarBuilder::from_buffered_safetensors(weights, DType::F32, &Device::Cpu)
            .map_err(|error| LoadError::Malformed(weights_at, error.to_string()))?;
        let model = BertModel::load(tensors, &config)
            .map_err(|error| LoadError::Mismatch(folder.to_owned(), error.to_string()))?;
        Ok(Self {
            model,
            tokenizer,
            id,
            dimension,
        })
    }

    /// Model and version: a digest of the files, so that other weights never pass for these.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Numbers in one vector.
    #[must_use]
    pub const fn dimension(&self) -> usize {
        self.dimension
    }
}

impl fmt::Debug for MiniLm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MiniLm")
            .field("id", &self.id)
            .field("dimension", &self.dimension)
            .finish_non_exhaustive()
    }
}

fn read(folder: &Path, name: &str) -> Result<(PathBuf, Vec<u8>), LoadError> {
    let path = folder.join(name);
    let failed = |error| LoadError::File(folder.join(name), error);
    if std::fs::metadata(&path).map_err(failed)?.len() > WEIGHTS_MAX_BYTES {
        return Err(LoadError::TooLarge(path));
    }
    let bytes = std::fs::read(&path).map_err(failed)?;
    Ok((path, bytes))
}

/// `tokenizer.json` of these models asks for padding to 128 tokens. Padding that is not masked
/// makes unrelated texts alike, so it is switched off and texts are embedded one by one.
fn tokenizer(bytes: &[u8], config: &Config) -> Result<Tokenizer, String> {
    let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(|error| error.to_string())?;
    tokenizer.with_padding(None);
    let truncation = TruncationParams {
        max_length: TOKENS_MAX.min(config.max_position_embeddings),
        ..TruncationParams::default()
    };
    tokenizer
        .with_truncation(Some(truncation))
        .map_err(|error| error.to_string())?;
    Ok(tokenizer)
}

fn identity(files: &[&[u8]]) -> String {
    let mut whole = Sha256::new();
    for file in files {
        whole.update(Sha256::digest(file));
    }
    let digest = whole.finalize();
    digest[..8]
        .iter()
        .fold("minilm-".to_owned(), |mut id, byte| {
            let _ = write!(id, "{byte:02x}");
            id
        })
}
