//! Fetching the weights, once, by an operator.
//!
//! Owns which files, their sizes and their digests. Whatever address they come from, nothing else is kept. Refuses to
//! be called by anything but the command: the server itself fetches nothing.

use engine::{Egress, EgressRefused};
use futures_util::StreamExt as _;
use reqwest::{Response, StatusCode, Url};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

/// The public place of the weights.
pub const SOURCE: &str =
    "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/main";
/// Ways round that are gone; public stores send on to a nearer one.
const MOST_REDIRECTS: usize = 4;
/// Longest silence.
const STALL: Duration = Duration::from_secs(30);

/// One file.
struct Expected {
    name: &'static str,
    bytes: u64,
    sha256: &'static str,
}

const FILES: [Expected; 3] = [
    Expected {
        name: "config.json",
        bytes: 612,
        sha256: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    },
    Expected {
        name: "tokenizer.json",
        bytes: 466_247,
        sha256: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    },
    Expected {
        name: "model.safetensors",
        bytes: 90_868_376,
        sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    },
];

/// Why the weights are not there.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address may not be gone to.
    #[error("{0}: {1}")]
    Refused(String, EgressRefused),
    /// Nothing could be reached.
    #[error(
        "{0} cannot be reached. Where this machine has no internet, fetch the three files elsewhere and put them \
         into the folder"
    )]
    Unreachable(String, #[source] Option<reqwest::Error>),
    /// The other side answered something else.
    #[error("{0} answered {1}")]
    Status(String, StatusCode),
    /// Another file than the one this program knows.
    #[error("{0} is not the file this program knows; nothing of it was kept")]
    Digest(&'static str),
    /// The folder cannot be written.
    #[error("{} cannot be written", .0.display())]
    Folder(PathBuf, #[source] std::io::Error),
}

/// The weights of the encoder.
pub struct Weights<'a> {
    /// The way out.
    pub egress: &'a Egress,
    /// Address of the folder they come from.
    pub source: &'a str,
}

impl Weights<'_> {
    /// Puts the files into `folder`; those that are there and whole stay. Returns how many were fetched.
    ///
    /// # Errors
    /// The first thing that went wrong. Files that were whole by then stay.
    pub async fn fetch(&self, folder: &Path) -> Result<usize, FetchError> {
        let failed = |error| FetchError::Folder(folder.to_owned(), error);
        fs::create_dir_all(folder).await.map_err(failed)?;
        let mut fetched = 0;
        for file in &FILES {
            let path = folder.join(file.name);
            if !is_whole(&path, file).await {
                self.fetch_file(file, &path).await?;
                fetched += 1;
            }
        }
        Ok(fetched)
    }

    async fn fetch_file(&self, file: &Expected, path: &Path) -> Result<(), FetchError> {
        let part = path.with_extension("part");
        let outcome = self.write_file(file, &part).await;
        let written = match outcome {
            Ok(()) => fs::rename(&part, path)
                .await
                .map_err(|error| FetchError::Folder(path.to_owned(), error)),
            Err(error) => Err(error),
        };
        if written.is_err() {
            // It may not have been made; then there is nothing to take away.
            let _ = fs::remove_file(&part).await;
        }
        written
    }

    async fn write_file(&self, file: &Expected, part: &Path) -> Result<(), FetchError> {
        let failed = |error| FetchError::Folder(part.to_owned(), error);
        let response = self.follow(file.name).await?;
        let mut to = File::create(part).await.map_err(failed)?;
        let (mut digest, mut bytes) = (Sha256::new(), 0_u64);
        let mut body = response.bytes_stream();
        loop {
            let next = timeout(STALL, body.next()).await;
            let unreachable = |error| FetchError::Unreachable(self.source.to_owned(), error);
            let Some(chunk) = next.map_err(|_| unreachable(None))? else {
                break;
            };
            let chunk = chunk.map_err(|error| unreachable(Some(error)))?;
            bytes += chunk.len() as u64;
            if bytes > file.bytes {
                return Err(FetchError::Digest(file.name));
            }
            digest.update(&chunk);
            to.write_all(&chunk).await.map_err(failed)?;
        }
        to.sync_all().await.map_err(failed)?;
        if hex(&digest.finalize()) == file.sha256 {
            Ok(())
        } else {
            Err(FetchError::Digest(file.name))
        }
    }

    /// The response with the file, each address on the way judged like any other.
    async fn follow(&self, name: &str) -> Result<Response, FetchError> {
        let (mut base, mut path) = (self.source.to_owned(), name.to_owned());
        for _ in 0..=MOST_REDIRECTS {
            let (client, url) = self
                .egress
                .address(&base, &path)
                .map_err(|refused| FetchError::Refused(base.clone(), refused))?;
            let shown = shown(&url);
            let sent = timeout(STALL, client.get(url.clone()).send()).await;
            let unreachable = |error| FetchError::Unreachable(shown.clone(), error);
            let response = sent
                .map_err(|_| unreachable(None))?
                .map_err(|error| unreachable(Some(error.without_url())))?;
            let status = response.status();
            if status.is_success() {
                return Ok(response);
            }
            let next = response
                .headers()
                .get("location")
                .and_then(|location| location.to_str().ok())
                .and_then(|location| url.join(location).ok());
            let next = next.filter(|_| status.is_redirection());
            let next = next.ok_or_else(|| FetchError::Status(shown.clone(), status))?;
            base = next.origin().ascii_serialization();
            next[url::Position::BeforePath..]
                .trim_start_matches('/')
                .clone_into(&mut path);
        }
        Err(FetchError::Unreachable(self.source.to_owned(), None))
    }
}

/// An address without what may be a secret in it.
fn shown(url: &Url) -> String {
    url[..url::Position::AfterPath].to_owned()
}

async fn is_whole(path: &Path, file: &Expected) -> bool {
    match fs::metadata(path).await {
        Ok(found) if found.len() == file.bytes => fs::read(path)
            .await
            .is_ok_and(|bytes| hex(&Sha256::digest(&bytes)) == file.sha256),
        _ => false,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
#[path = "weights_tests.rs"]
mod tests;
