//! Bytes under the name of their SHA-256.

use super::StorageError;
use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Location;
use object_store::{ObjectStore, ObjectStoreExt};
use patchbay_model::Digest;
use std::path::Path;
use std::sync::Arc;

/// A content-addressed store: a digest stands for the same bytes for ever, so writing them twice is harmless.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
}

impl Blobs {
    /// Blobs as files below a directory, which is made when it is not there.
    pub fn open(directory: &Path) -> Result<Self, StorageError> {
        std::fs::create_dir_all(directory)?;
        let store = LocalFileSystem::new_with_prefix(directory)?.with_fsync(true);
        Ok(Self {
            store: Arc::new(store),
        })
    }

    /// Keeps bytes; when this returns they are on the disk.
    pub async fn put(&self, digest: &Digest, bytes: Bytes) -> Result<(), StorageError> {
        self.store.put(&location(digest), bytes.into()).await?;
        Ok(())
    }

    /// The bytes of that digest, if they are kept.
    pub async fn get(&self, digest: &Digest) -> Result<Option<Bytes>, StorageError> {
        match self.store.get(&location(digest)).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// `ab/abcdef…`: no directory gets too many entries.
fn location(digest: &Digest) -> Location {
    let digest = digest.as_str();
    Location::from_iter([&digest[..2], digest])
}
