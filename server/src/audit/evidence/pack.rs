//! A ZIP archive that is sent while it is written: what has been sent is not in memory any more.
//!
//! Each file is stored with its SHA-256 in the list at the end, so that a copy can be checked file by file.

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

/// The archive under way. Files are written one after the other: [`Pack::begin`], [`Pack::write`] as often as
/// need be, and so on; [`Pack::finish`] at the end.
pub(super) struct Pack {
    zip: ZipWriter<StreamWriter<Outlet>>,
    outlet: Outlet,
    to: mpsc::Sender<io::Result<Bytes>>,
    open: Option<(String, Sha256)>,
    sums: Vec<(String, String)>,
}

/// What the archive wrote and nobody took yet.
#[derive(Clone, Default)]
struct Outlet(Arc<Mutex<Vec<u8>>>);

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Pack {
    /// An empty one, sent to `to`.
    pub(super) fn new(to: mpsc::Sender<io::Result<Bytes>>) -> Self {
        let outlet = Outlet::default();
        Self {
            zip: ZipWriter::new_stream(outlet.clone()),
            outlet,
            to,
            open: None,
            sums: Vec::new(),
        }
    }

    /// Ends the file before, and begins one.
    ///
    /// # Errors
    /// The reader is gone.
    pub(super) async fn begin(&mut self, name: &str) -> io::Result<()> {
        self.close();
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        self.zip.start_file(name, options)?;
        self.open = Some((name.to_owned(), Sha256::new()));
        self.send().await
    }

    /// Adds to the file that was begun.
    ///
    /// # Errors
    /// The reader is gone.
    pub(super) async fn write(&mut self, content: &[u8]) -> io::Result<()> {
        self.zip.write_all(content)?;
        if let Some((_, sum)) = &mut self.open {
            sum.update(content);
        }
        self.send().await
    }

    /// A whole file.
    ///
    /// # Errors
    /// The reader is gone.
    pub(super) async fn add(&mut self, name: &str, content: &str) -> io::Result<()> {
        self.begin(name).await?;
        self.write(content.as_bytes()).await
    }

    /// Adds the list of all files with their sums, as `sha256sum --check` reads it, and ends the archive.
    ///
    /// # Errors
    /// The reader is gone.
    pub(super) async fn finish(mut self) -> io::Result<()> {
        self.close();
        let list: String = self
            .sums
            .iter()
            .map(|(name, sum)| format!("{sum}  {name}\n"))
            .collect();
        self.begin("SHA256SUMS").await?;
        self.write(list.as_bytes()).await?;
        let Self {
            zip, outlet, to, ..
        } = self;
        zip.finish()?;
        forward(&outlet, &to).await
    }

    fn close(&mut self) {
        if let Some((name, sum)) = self.open.take() {
            let sum: [u8; 32] = sum.finalize().into();
            self.sums.push((name, crate::audit::hex(&sum)));
        }
    }

    async fn send(&mut self) -> io::Result<()> {
        forward(&self.outlet, &self.to).await
    }
}

/// Hands on what was written.
async fn forward(outlet: &Outlet, to: &mpsc::Sender<io::Result<Bytes>>) -> io::Result<()> {
    let held = std::mem::take(&mut *outlet.0.lock().unwrap_or_else(PoisonError::into_inner));
    if held.is_empty() {
        return Ok(());
    }
    let sent = to.send(Ok(held.into())).await;
    sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
}
