//! Where the vectors of questions come from.
//!
//! Owns the local encoder, where the program was built with it and an operator provides weights. Refuses
//! to start with weights that cannot be used: a setting that does nothing would be found out too late.

#[cfg(feature = "local-embeddings")]
mod local;
mod weights;

pub use weights::{FetchError, SOURCE, Weights};

use engine::semantic::Embedder;
use std::path::Path;
use std::sync::Arc;

/// Why there is no encoder although one was asked for.
#[derive(Debug, thiserror::Error)]
pub enum NoEmbedder {
    /// The program was built without.
    #[error(
        "semantic.model_dir: this program was built without local embeddings; leave it empty, or build with \
         --features local-embeddings"
    )]
    NotBuilt,
    /// The weights cannot be used.
    #[cfg(feature = "local-embeddings")]
    #[error("semantic.model_dir: {0}")]
    Weights(#[from] embed::LoadError),
}

/// The encoder with the weights in `folder`; `None` where no folder is named.
///
/// # Errors
/// The weights cannot be used, or nothing here can use any.
pub fn embedder(folder: &Path) -> Result<Option<Arc<dyn Embedder>>, NoEmbedder> {
    if folder.as_os_str().is_empty() {
        return Ok(None);
    }
    load(folder).map(Some)
}

#[cfg(feature = "local-embeddings")]
fn load(folder: &Path) -> Result<Arc<dyn Embedder>, NoEmbedder> {
    Ok(Arc::new(local::LocalEmbedder::load(folder)?))
}

#[cfg(not(feature = "local-embeddings"))]
const fn load(_: &Path) -> Result<Arc<dyn Embedder>, NoEmbedder> {
    Err(NoEmbedder::NotBuilt)
}

#[cfg(test)]
mod tests {
    use super::embedder;
    use std::path::Path;

    #[test]
    fn no_folder_is_no_encoder_and_a_wrong_one_is_told() {
        assert!(embedder(Path::new("")).unwrap().is_none());
        let refused = embedder(Path::new("/nowhere")).err().unwrap().to_string();
        assert!(refused.starts_with("semantic.model_dir: "), "{refused}");
    }
}
