//! A file on its way in: written to the disk as it comes, counted and hashed.

use bytes::Bytes;
use futures::{Stream, StreamExt};
use patchbay_model::Digest;
use sha2::{Digest as _, Sha256};
use std::path::Path;
use std::time::Duration;
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;

/// How much more than allowed is read and thrown away, so that the sender gets to read why it was refused.
const DRAINED_BYTES: u64 = 64 << 20;

/// How long that may take.
const DRAINED_FOR: Duration = Duration::from_secs(10);

/// A file that has arrived whole. It is deleted when this is dropped.
#[derive(Debug)]
pub struct Upload {
    file: NamedTempFile,
    digest: Digest,
}

/// Why a file did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// It has more bytes than allowed.
    #[error("the file is larger than the {} MiB that a component may have", .limit >> 20)]
    TooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// The sender went away.
    #[error("the upload broke off: {0}")]
    BrokenOff(String),
    /// The disk.
    #[error("the upload could not be written: {0}")]
    Disk(#[from] std::io::Error),
}

impl Upload {
    /// Receives a file of at most `limit` bytes.
    ///
    /// # Errors
    /// See [`UploadError`]; nothing is left on the disk then.
    pub async fn receive<E: std::fmt::Display>(
        mut body: impl Stream<Item = Result<Bytes, E>> + Unpin,
        directory: &Path,
        limit: u64,
    ) -> Result<Self, UploadError> {
        let file = NamedTempFile::new_in(directory)?;
        let mut writer = tokio::fs::File::from_std(file.reopen()?);
        let mut hasher = Sha256::new();
        let mut size = 0;
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|e| UploadError::BrokenOff(e.to_string()))?;
            size += chunk.len() as u64;
            if size > limit {
                drain(body).await;
                return Err(UploadError::TooLarge { limit });
            }
            hasher.update(&chunk);
            writer.write_all(&chunk).await?;
        }
        writer.flush().await?;
        let digest: [u8; 32] = hasher.finalize().into();
        Ok(Self {
            file,
            digest: Digest::from_bytes(&digest),
        })
    }

    /// The SHA-256 of the file as it came.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The file's bytes. Blocks.
    pub fn read(&self) -> std::io::Result<Vec<u8>> {
        std::fs::read(self.file.path())
    }
}

/// A client that is answered before it has sent everything may find its connection closed instead of the answer.
async fn drain<E>(mut body: impl Stream<Item = Result<Bytes, E>> + Unpin) {
    let drained = async {
        let mut size = 0;
        while let Some(Ok(chunk)) = body.next().await {
            size += chunk.len() as u64;
            if size > DRAINED_BYTES {
                break;
            }
        }
    };
    // Either way the answer is the same.
    let _ = tokio::time::timeout(DRAINED_FOR, drained).await;
}
