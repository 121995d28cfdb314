//! Containers of objects, in any place that `object_store` reaches. Knows nothing of WebAssembly.
//!
//! A container is a folder with an empty object in it, [`MARK`], so that there are empty ones too.

use super::error::{BlobError, ObjectEntry, no_container, not_a_name};
use crate::limits::Limits;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{Error, GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::timeout;

/// The object that says that there is a container.
const MARK: &str = ".container";

/// How long the names of a container and of an object in it may be together, in bytes.
const NAMES: usize = 1024;

/// How many objects are listed at most of a place whose owner says how much it takes.
const LISTED: usize = 10_000;

/// How long all their names may be together, in bytes.
const LISTED_BYTES: usize = 4 << 20;

/// How long going through a list may take, however many pages it has.
const PATIENCE: Duration = Duration::from_secs(20);

type Done<T> = Result<T, BlobError>;

/// Containers of objects. Clones are the same.
#[derive(Clone)]
pub struct BlobStore {
    store: Arc<dyn ObjectStore>,
    object_bytes: usize,
    /// Where it is we who keep them.
    quota: Option<Quota>,
}

/// How much a place takes.
#[derive(Clone)]
struct Quota {
    objects: usize,
    /// Names and contents.
    bytes: usize,
    /// One writes at a time, so that what is there is counted before more comes.
    writing: Arc<Mutex<()>>,
}

impl BlobStore {
    /// In memory, gone with the last clone.
    pub fn in_memory(limits: &Limits) -> Self {
        Self::within(Arc::new(InMemory::new()), limits, Arc::default())
    }

    /// In a place of the operator's, within the quotas of a preview. Whoever else writes to it, holds `writing` meanwhile.
    pub fn within(store: Arc<dyn ObjectStore>, limits: &Limits, writing: Arc<Mutex<()>>) -> Self {
        let quota = Quota {
            objects: limits.objects,
            bytes: limits.objects_total_bytes,
            writing,
        };
        Self {
            quota: Some(quota),
            ..Self::elsewhere(store, limits)
        }
    }

    /// In a place whose owner says how much it takes.
    pub(super) fn elsewhere(store: Arc<dyn ObjectStore>, limits: &Limits) -> Self {
        Self {
            store,
            object_bytes: limits.object_bytes,
            quota: None,
        }
    }

    /// Makes a container; one that is there stays as it is.
    pub(crate) async fn create(&self, container: &str) -> Done<()> {
        if !self.exists(container).await? {
            self.write(&mark(container)?, Bytes::new()).await?;
        }
        Ok(())
    }

    pub(crate) async fn exists(&self, container: &str) -> Done<bool> {
        if self.store.head(&mark(container)?).await.is_ok() {
            return Ok(true);
        }
        let folder = folder(container)?;
        patiently(async {
            let first = self.store.list(Some(&folder)).next().await;
            Ok(first.transpose().map_err(unavailable)?.is_some())
        })
        .await
    }

    /// When it was made, in seconds since 1970; 0, where nobody knows.
    pub(crate) async fn created(&self, container: &str) -> Done<u64> {
        let mark = self.store.head(&mark(container)?).await;
        Ok(mark.map_or(0, |mark| seconds(&mark)))
    }

    /// The bytes from `start` to `end`, the last one included; fewer, where there are fewer.
    pub(crate) async fn read(
        &self,
        container: &str,
        name: &str,
        start: u64,
        end: u64,
    ) -> Done<Bytes> {
        let place = path(container, name)?;
        let size = self.info(container, name).await?.size;
        let end = end.saturating_add(1).min(size);
        if start >= end {
            return Ok(Bytes::new());
        }
        let limit = self.object_bytes;
        if end - start > limit as u64 {
            return Err(BlobError::TooLong { limit });
        }
        let options = GetOptions {
            range: Some(GetRange::Bounded(start..end)),
            ..GetOptions::default()
        };
        let found = self.store.get_opts(&place, options).await;
        let found = found.map_err(|error| missing(error, name))?;
        found.bytes().await.map_err(unavailable)
    }

    /// Writes an object, in place of the one that was there. The container has to be there.
    ///
    /// # Errors
    ///
    /// When it does not fit, or there is no such container.
    pub async fn put(&self, container: &str, name: &str, data: Bytes) -> Done<()> {
        let place = path(container, name)?;
        let limit = self.object_bytes;
        if data.len() > limit {
            return Err(BlobError::TooLong { limit });
        }
        if !self.exists(container).await? {
            return Err(no_container(container));
        }
        self.write(&place, data).await
    }

    /// As [`BlobStore::put`], and makes the container where there is none.
    ///
    /// # Errors
    ///
    /// When it does not fit, or there can be no such container.
    pub async fn put_new(&self, container: &str, name: &str, data: Bytes) -> Done<()> {
        path(container, name)?;
        self.create(container).await?;
        self.put(container, name, data).await
    }

    async fn write(&self, place: &Path, data: Bytes) -> Done<()> {
        let mut turn = None;
        if let Some(quota) = &self.quota {
            turn = Some(quota.writing.lock().await);
            self.fits(quota, place, data.len()).await?;
        }
        let written = self.store.put(place, data.into()).await;
        drop(turn);
        written.map(drop).map_err(unavailable)
    }

    /// Whether there is room for as many bytes at that place.
    async fn fits(&self, quota: &Quota, place: &Path, length: usize) -> Done<()> {
        let mut count = 0;
        let mut sum = (place.as_ref().len() + length) as u64;
        let mut there = self.store.list(None);
        while let Some(other) = there.try_next().await.map_err(unavailable)? {
            if other.location != *place {
                count += 1;
                sum += other.location.as_ref().len() as u64 + other.size;
            }
            if count >= quota.objects {
                let limit = quota.objects;
                return Err(BlobError::TooMany { limit });
            }
        }
        match sum > quota.bytes as u64 {
            true => Err(BlobError::Full { limit: quota.bytes }),
            false => Ok(()),
        }
    }

    /// Whether there is such an object.
    pub(crate) async fn has(&self, container: &str, name: &str) -> Done<bool> {
        match self.info(container, name).await {
            Ok(_) => Ok(true),
            Err(BlobError::Missing { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn info(&self, container: &str, name: &str) -> Done<ObjectEntry> {
        let found = self.store.head(&path(container, name)?).await;
        let found = found.map_err(|error| missing(error, name))?;
        Ok(ObjectEntry {
            container: container.to_owned(),
            name: name.to_owned(),
            size: found.size,
            time: seconds(&found),
        })
    }

    /// Deletes an object; that there is none is no error.
    ///
    /// # Errors
    ///
    /// A name that none can have, and a store that does not answer.
    pub async fn delete(&self, container: &str, name: &str) -> Done<()> {
        self.remove(&path(container, name)?).await
    }

    async fn remove(&self, place: &Path) -> Done<()> {
        match self.store.delete(place).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(unavailable(error)),
        }
    }

    pub(crate) async fn copy(&self, from: (&str, &str), to: (&str, &str)) -> Done<()> {
        // Through here, so that it is counted.
        let data = self.read(from.0, from.1, 0, u64::MAX).await?;
        self.put(to.0, to.1, data).await
    }

    /// The names of the objects in a container, in order.
    pub(crate) async fn names(&self, container: &str) -> Done<Vec<String>> {
        let objects = self.listed(Some(folder(container)?), LISTED).await?;
        Ok(objects.into_iter().map(|object| object.name).collect())
    }

    /// Deletes the objects of a container, and with `itself` the container.
    pub(crate) async fn clear(&self, container: &str, itself: bool) -> Done<()> {
        let folder = folder(container)?;
        patiently(async {
            let mut objects = self.store.list(Some(&folder));
            while let Some(object) = objects.try_next().await.map_err(unavailable)? {
                if itself || entry(&object).is_some() {
                    self.remove(&object.location).await?;
                }
            }
            Ok(())
        })
        .await
    }

    /// What there is, in order, for people to look at; not more than `most`.
    ///
    /// # Errors
    ///
    /// When the store does not answer.
    pub async fn entries(&self, most: usize) -> Done<Vec<ObjectEntry>> {
        self.listed(None, most).await
    }

    /// The bytes of an object.
    ///
    /// # Errors
    ///
    /// When there is none, or the store does not answer.
    pub async fn get(&self, container: &str, name: &str) -> Done<Bytes> {
        self.read(container, name, 0, u64::MAX).await
    }

    /// The first objects of a folder, or of all, in order.
    async fn listed(&self, folder: Option<Path>, most: usize) -> Done<Vec<ObjectEntry>> {
        // Ours are few, and come in any order.
        let ours = self.quota.is_some();
        let mut entries = Vec::new();
        let mut bytes = 0;
        patiently(async {
            let mut objects = self.store.list(folder.as_ref());
            while ours || entries.len() < most.min(LISTED) {
                let Some(object) = objects.try_next().await.map_err(unavailable)? else {
                    break;
                };
                bytes += object.location.as_ref().len();
                if !ours && bytes > LISTED_BYTES {
                    break;
                }
                entries.extend(entry(&object));
            }
            Ok(())
        })
        .await?;
        entries.sort_by(|a, b| (&a.container, &a.name).cmp(&(&b.container, &b.name)));
        entries.truncate(most);
        Ok(entries)
    }
}

/// Gives up on a list that does not come to its end.
async fn patiently<T>(listing: impl Future<Output = Done<T>>) -> Done<T> {
    let listed = timeout(PATIENCE, listing).await;
    listed.unwrap_or_else(|_| Err(BlobError::Unavailable("its list takes too long".to_owned())))
}

/// The object that lies there; nothing for what says that there is a container.
fn entry(object: &ObjectMeta) -> Option<ObjectEntry> {
    let decode = |part: &str| {
        let decoded = percent_encoding::percent_decode_str(part);
        decoded.decode_utf8_lossy().into_owned()
    };
    let (container, name) = object.location.as_ref().split_once('/')?;
    (name != MARK).then(|| ObjectEntry {
        container: decode(container),
        name: decode(name),
        size: object.size,
        time: seconds(object),
    })
}

fn seconds(object: &ObjectMeta) -> u64 {
    u64::try_from(object.last_modified.timestamp()).unwrap_or_default()
}

fn folder(container: &str) -> Done<Path> {
    if container.is_empty() || container.contains('/') || container.len() > NAMES {
        return Err(not_a_name(container));
    }
    Ok(Path::from_iter([container]))
}

/// Where it is said that there is a container.
fn mark(container: &str) -> Done<Path> {
    Ok(folder(container)?.join(MARK))
}

/// Where an object lies. Each word is a folder, with what could mean more than itself written otherwise.
pub(super) fn path(container: &str, name: &str) -> Done<Path> {
    let folder = folder(container)?;
    let fits = container.len() + name.len() <= NAMES;
    if !fits || name == MARK || name.split('/').any(str::is_empty) {
        return Err(not_a_name(name));
    }
    Ok(name.split('/').fold(folder, |path, word| path.join(word)))
}

fn missing(error: Error, name: &str) -> BlobError {
    match error {
        Error::NotFound { .. } => BlobError::Missing {
            what: "object",
            name: name.to_owned(),
        },
        error => unavailable(error),
    }
}

/// The innermost cause says what is wrong; what is around it, with which of the store's requests.
fn unavailable(error: Error) -> BlobError {
    let mut cause: &dyn std::error::Error = &error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    BlobError::Unavailable(cause.to_string())
}

#[cfg(test)]
mod tests;
