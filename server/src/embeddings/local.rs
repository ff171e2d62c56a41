//! The local encoder as the engine wants it.
//!
//! Owns the threads it may use: half of the processors, so that answers keep streaming.

use async_trait::async_trait;
use embed::{LoadError, MiniLm};
use engine::semantic::{EmbedError, Embedder};
use std::path::Path;
use std::sync::Arc;
use std::thread::available_parallelism;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

pub(super) struct LocalEmbedder {
    model: Arc<MiniLm>,
    threads: Semaphore,
}

impl LocalEmbedder {
    pub(super) fn load(folder: &Path) -> Result<Self, LoadError> {
        let processors = available_parallelism().map_or(1, usize::from);
        Ok(Self {
            model: Arc::new(MiniLm::load(folder)?),
            threads: Semaphore::new((processors / 2).max(1)),
        })
    }
}

#[async_trait]
impl Embedder for LocalEmbedder {
    async fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let _thread = self.threads.acquire().await.map_err(|_| EmbedError)?;
        let model = Arc::clone(&self.model);
        let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
        let embedding = spawn_blocking(move || {
            let vectors = texts.iter().map(|text| model.embed(text));
            vectors.collect::<Result<Vec<_>, _>>()
        });
        let vectors = embedding.await.map_err(|_| EmbedError)?;
        vectors.map_err(|error| {
            tracing::warn!(%error, "a question could not be turned into a vector");
            EmbedError
        })
    }

    fn dimension(&self) -> usize {
        self.model.dimension()
    }

    fn id(&self) -> &str {
        self.model.id()
    }
}
