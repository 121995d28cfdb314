//! Containers of objects, in any place that `object_store` reaches. Knows nothing of WebAssembly.
//!
//! A container is a folder with an empty object in it, [`MARK`], so that there are empty ones too.

use super::error::{BlobError, ObjectEntry, no_container};
use crate::limits::Limits;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{Error, GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt};
use std::sync::Arc;
use tokio::sync::Mutex;

/// The object that says that there is a container.
const MARK: &str = ".container";

/// How many objects are listed at most.
const LISTED: usize = 10_000;

type Done<T> = Result<T, BlobError>;

/// Containers of objects. Clones are the same.
#[derive(Clone)]
pub struct BlobStore {
    store: Arc<dyn ObjectStore>,
    object_bytes: usize,
    /// Objects and bytes in all, where it is we who keep them.
    quota: Option<(usize, usize)>,
    /// One writes at a time, so that what is there is counted before more comes.
    writing: Arc<Mutex<()>>,
}

impl BlobStore {
    /// In memory, gone with the last clone.
    pub fn in_memory(limits: &Limits) -> Self {
        Self::within(Arc::new(InMemory::new()), limits)
    }

    /// In a place of the operator's, within the quotas of a preview.
    pub fn within(store: Arc<dyn ObjectStore>, limits: &Limits) -> Self {
        Self {
            quota: Some((limits.objects, limits.objects_total_bytes)),
            ..Self::elsewhere(store, limits)
        }
    }

    /// In a place whose owner says how much it takes.
    pub(super) fn elsewhere(store: Arc<dyn ObjectStore>, limits: &Limits) -> Self {
        Self {
            store,
            object_bytes: limits.object_bytes,
            quota: None,
            writing: Arc::default(),
        }
    }

    /// Makes a container; one that is there stays as it is.
    pub(crate) async fn create(&self, container: &str) -> Done<()> {
        if !self.exists(container).await? {
            self.write(&path(container, MARK)?, Bytes::new()).await?;
        }
        Ok(())
    }

    pub(crate) async fn exists(&self, container: &str) -> Done<bool> {
        if self.store.head(&path(container, MARK)?).await.is_ok() {
            return Ok(true);
        }
        let folder = folder(container)?;
        let first = self.store.list(Some(&folder)).next().await;
        Ok(first.transpose().map_err(unavailable)?.is_some())
    }

    /// When it was made, in seconds since 1970; 0, where nobody knows.
    pub(crate) async fn created(&self, container: &str) -> Done<u64> {
        let mark = self.store.head(&path(container, MARK)?).await;
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
        let _turn = self.writing.lock().await;
        if let Some((objects, bytes)) = self.quota {
            let there = self.listed(None).await?;
            let others = there.iter().filter(|it| it.location != *place);
            let (count, sum) = others.fold((0, 0), |(count, sum), it| (count + 1, sum + it.size));
            if count >= objects {
                return Err(BlobError::TooMany { limit: objects });
            }
            if sum + data.len() as u64 > bytes as u64 {
                return Err(BlobError::Full { limit: bytes });
            }
        }
        let written = self.store.put(place, data.into()).await;
        written.map(drop).map_err(unavailable)
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
        match self.store.delete(&path(container, name)?).await {
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
        let objects = self.listed(Some(folder(container)?)).await?;
        let entries = objects.iter().filter_map(entry);
        Ok(entries.map(|entry| entry.name).collect())
    }

    /// Deletes the objects of a container, and with `itself` the container.
    pub(crate) async fn clear(&self, container: &str, itself: bool) -> Done<()> {
        for object in self.listed(Some(folder(container)?)).await? {
            if itself || entry(&object).is_some() {
                self.store
                    .delete(&object.location)
                    .await
                    .map_err(unavailable)?;
            }
        }
        Ok(())
    }

    /// What there is, in order, for people to look at; not more than `most`.
    ///
    /// # Errors
    ///
    /// When the store does not answer.
    pub async fn entries(&self, most: usize) -> Done<Vec<ObjectEntry>> {
        let objects = self.listed(None).await?;
        Ok(objects.iter().filter_map(entry).take(most).collect())
    }

    /// The bytes of an object.
    ///
    /// # Errors
    ///
    /// When there is none, or the store does not answer.
    pub async fn get(&self, container: &str, name: &str) -> Done<Bytes> {
        self.read(container, name, 0, u64::MAX).await
    }

    async fn listed(&self, folder: Option<Path>) -> Done<Vec<ObjectMeta>> {
        let listed = self.store.list(folder.as_ref()).take(LISTED);
        let mut objects: Vec<_> = listed.try_collect().await.map_err(unavailable)?;
        objects.sort_by(|a, b| a.location.cmp(&b.location));
        Ok(objects)
    }
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
    if container.is_empty() || container.contains('/') {
        return Err(BlobError::NotAName(container.to_owned()));
    }
    Ok(Path::from_iter([container]))
}

/// Where an object lies. Each word is a folder, with what could mean more than itself written otherwise.
fn path(container: &str, name: &str) -> Done<Path> {
    if name.split('/').any(str::is_empty) {
        return Err(BlobError::NotAName(name.to_owned()));
    }
    let folder = folder(container)?;
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
mod tests {
    use super::*;

    fn small() -> BlobStore {
        BlobStore::in_memory(&Limits {
            objects: 4,
            object_bytes: 10,
            objects_total_bytes: 16,
            ..Limits::default()
        })
    }

    #[tokio::test]
    async fn objects_are_kept_in_containers() {
        let store = small();
        let refused = store.put("shop", "a", "1".into()).await;
        assert_eq!(refused, Err(no_container("shop")));
        store.create("shop").await.unwrap();
        store.create("empty").await.unwrap();
        assert!(store.exists("empty").await.unwrap());
        store.put("shop", "b/../ü?", "12345".into()).await.unwrap();
        let entries = store.entries(9).await.unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].name, "b/../ü?");
        assert_eq!(
            (entries[0].size, entries[0].container.as_str()),
            (5, "shop")
        );
        let part = store.read("shop", "b/../ü?", 1, 3).await;
        assert_eq!(part.unwrap(), "234");
        let rest = store.read("shop", "b/../ü?", 3, 99).await;
        assert_eq!(rest.unwrap(), "45");
        store
            .copy(("shop", "b/../ü?"), ("empty", "c"))
            .await
            .unwrap();
        assert_eq!(store.names("empty").await.unwrap(), ["c"]);
        store.clear("empty", false).await.unwrap();
        assert!(store.names("empty").await.unwrap().is_empty());
        assert!(store.exists("empty").await.unwrap());
        store.clear("shop", true).await.unwrap();
        assert!(!store.exists("shop").await.unwrap());
    }

    #[tokio::test]
    async fn quotas_hold_and_strange_names_are_refused() {
        let store = small();
        store.create("a").await.unwrap();
        let put = async |name: &str, length| store.put("a", name, vec![0; length].into()).await;
        assert_eq!(put("x", 11).await, Err(BlobError::TooLong { limit: 10 }));
        put("x", 10).await.unwrap();
        assert_eq!(put("y", 7).await, Err(BlobError::Full { limit: 16 }));
        // In its own place it fits.
        put("x", 9).await.unwrap();
        put("y", 7).await.unwrap();
        put("z", 0).await.unwrap();
        assert_eq!(put("w", 0).await, Err(BlobError::TooMany { limit: 4 }));
        for name in ["", "/", "a//b", "/a", "a/"] {
            let refused = put(name, 0).await;
            assert_eq!(refused, Err(BlobError::NotAName(name.to_owned())));
        }
        assert!(store.create("a/b").await.is_err());
        assert!(store.create("").await.is_err());
    }
}
