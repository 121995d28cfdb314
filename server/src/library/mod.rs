//! Every component within reach: those people uploaded, and those that come with Patchbay.

mod samples;
mod upload;

pub use upload::{Upload, UploadError};

use crate::blocking::{Blocking, BlockingError};
use crate::cache::Cache;
use crate::storage::{Storage, StorageError};
use bytes::Bytes;
use patchbay_composer::wac::Packages;
use patchbay_composer::{Component, Memory, NotAComponent, PackageName, Parts};
use patchbay_model::opened::OpenedGraph;
use patchbay_model::{ComponentInfo, Digest, Graph};
use samples::Samples;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// How many bytes of components are kept in memory, so that a check need not read them again.
const CACHED_BYTES: usize = 256 << 20;

/// Finds components by digest or by package, and takes new ones in.
#[derive(Debug)]
pub struct Library {
    storage: Storage,
    blocking: Blocking,
    samples: Samples,
    cache: Mutex<Cache<Digest, Component>>,
    /// What checks found out about them.
    memory: Arc<Memory>,
}

/// Why the library could not do something.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The bytes are not a component.
    #[error(transparent)]
    NotAComponent(#[from] NotAComponent),
    /// The disk or the database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No turn to compute, or a panic.
    #[error(transparent)]
    Blocking(#[from] BlockingError),
}

impl Library {
    /// A library over what is stored and what is built in a directory of samples.
    pub fn new(storage: Storage, blocking: Blocking, samples_dir: PathBuf) -> Self {
        Self {
            samples: Samples::new(samples_dir, blocking.clone()),
            cache: Mutex::new(Cache::new(CACHED_BYTES)),
            memory: Arc::default(),
            storage,
            blocking,
        }
    }

    /// What the palette offers: the samples first, then the uploads in the order in which they came.
    pub async fn list(&self) -> Result<Vec<ComponentInfo>, LibraryError> {
        let mut list = self.samples.now().await.offered();
        let digests: BTreeSet<Digest> = list.iter().map(|info| info.digest.clone()).collect();
        let uploads = self.storage.components.list().await?;
        list.extend(
            uploads
                .into_iter()
                .filter(|info| !digests.contains(&info.digest)),
        );
        Ok(list)
    }

    /// What is known of the component of that digest.
    pub async fn info(&self, digest: &Digest) -> Result<Option<ComponentInfo>, LibraryError> {
        let samples = self.samples.now().await;
        if let Some(sample) = samples.offered_by_digest(digest) {
            return Ok(Some(sample.info.clone()));
        }
        let stored = self.storage.components.get(digest).await?;
        Ok(stored.or_else(|| samples.by_digest(digest).map(|sample| sample.info.clone())))
    }

    /// The component of that digest, with its bytes.
    pub async fn component(&self, digest: &Digest) -> Result<Option<Component>, LibraryError> {
        if let Some(component) = self.cache().get(digest) {
            return Ok(Some(component));
        }
        // A sample that was built anew a moment ago is not the one that is meant any more.
        if let Some((package, bytes)) = self.samples.read(digest).await
            && let Ok(component) = self.inspect(package, bytes).await?
            && component.info.digest == *digest
        {
            return Ok(Some(component));
        }
        let Some(info) = self.storage.components.get(digest).await? else {
            return Ok(None);
        };
        let Some(bytes) = self.storage.blobs.get(digest).await? else {
            return Err(corrupt(digest, "its bytes are gone"));
        };
        match self.inspect(info.package, bytes).await? {
            Ok(component) if component.info.digest == *digest => Ok(Some(component)),
            Ok(_) => Err(corrupt(digest, "its bytes have changed")),
            // Only what could be inspected was stored; what cannot be now was damaged since, or is not read any more.
            Err(error) => Err(corrupt(digest, &error.to_string())),
        }
    }

    /// The components of a graph, as far as they are here. What is missing is for the composer to say.
    pub async fn parts(&self, graph: &Graph) -> Result<Parts, LibraryError> {
        let mut parts = Parts::remembering(Arc::clone(&self.memory));
        for digest in digests(graph) {
            if let Some(component) = self.component(&digest).await? {
                parts.insert(component);
            }
        }
        Ok(parts)
    }

    /// The components that go by some package names, as far as they are here; the last one of a name.
    pub async fn packages(&self, names: &[PackageName]) -> Result<Packages, LibraryError> {
        let offered = self.list().await?;
        let mut packages = Packages::new();
        for name in names {
            let full = name.to_string();
            let info = offered.iter().rfind(|info| info.package == full);
            if let Some(info) = info
                && let Some(component) = self.component(&info.digest).await?
            {
                packages.insert(name.clone(), component.bytes);
            }
        }
        Ok(packages)
    }

    /// What is known of the components of a graph, whether the palette offers them or not.
    pub async fn infos(&self, graph: &Graph) -> Result<Vec<ComponentInfo>, LibraryError> {
        let mut infos = Vec::new();
        for digest in digests(graph) {
            infos.extend(self.info(&digest).await?);
        }
        Ok(infos)
    }

    /// The same graph with digests for the components that it knows by package only, where they have been built.
    pub async fn resolve(&self, graph: Graph) -> Graph {
        if graph
            .references()
            .all(|component| component.digest.is_some())
        {
            return graph;
        }
        let samples = self.samples.now().await;
        graph.pinned(|package| {
            samples
                .by_package(package)
                .map(|sample| sample.info.digest.clone())
        })
    }

    /// Keeps the samples that a graph uses: they will be built anew one day, and the graph must open all the same.
    pub async fn keep_samples_of(&self, graph: &Graph) -> Result<(), LibraryError> {
        for digest in digests(graph) {
            if self.storage.components.get(&digest).await?.is_some() {
                continue;
            }
            let samples = self.samples.now().await;
            if let Some(sample) = samples.by_digest(&digest)
                && let Some(component) = self.component(&digest).await?
            {
                let bytes = component.bytes;
                self.storage.blobs.put(&digest, bytes).await?;
                self.storage.components.add(&sample.info, false).await?;
            }
        }
        Ok(())
    }

    /// Takes an uploaded file in, and says whether it is new. The same bytes are the same component, whatever the file
    /// is called: it keeps its first name.
    ///
    /// # Errors
    /// When it is not a component; nothing is stored then.
    pub async fn add(
        &self,
        file_name: &str,
        upload: Upload,
    ) -> Result<(ComponentInfo, bool), LibraryError> {
        // Text has another digest than the component it stands for, so this finds binaries only, but those are large.
        if let Some(known) = self.listed(upload.digest()).await? {
            return Ok((known, false));
        }
        let file_name = file_name.to_owned();
        let inspect = move || {
            upload
                .read()
                .map(|bytes| patchbay_composer::inspect_upload(&file_name, bytes))
        };
        let component = self
            .blocking
            .run(inspect)
            .await?
            .map_err(StorageError::from)??;
        if let Some(known) = self.listed(&component.info.digest).await? {
            return Ok((known, false));
        }
        self.keep(&component).await
    }

    /// Opens a component as a graph, and takes in the components inside. `read` may block.
    ///
    /// # Errors
    /// When it is not a component; nothing is stored then.
    pub async fn open(
        &self,
        file_name: String,
        read: impl FnOnce() -> std::io::Result<Bytes> + Send + 'static,
    ) -> Result<OpenedGraph, LibraryError> {
        let open = move || read().map(|bytes| patchbay_composer::open(&file_name, &bytes));
        let opened = self
            .blocking
            .run(open)
            .await?
            .map_err(StorageError::from)??;
        Ok(OpenedGraph {
            components: self.keep_new(&opened.components).await?,
            graph: opened.graph,
            notes: opened.notes,
        })
    }

    /// Stores those of some components that are not on the palette, and puts them there; says what is known of each.
    pub async fn keep_new(
        &self,
        components: &[Component],
    ) -> Result<Vec<ComponentInfo>, LibraryError> {
        let mut infos = Vec::new();
        for component in components {
            let known = self.listed(&component.info.digest).await?;
            infos.push(match known {
                Some(known) => known,
                None => self.keep(component).await?.0,
            });
        }
        Ok(infos)
    }

    /// Stores a component and puts it on the palette; says whether it is new.
    pub async fn keep(&self, component: &Component) -> Result<(ComponentInfo, bool), LibraryError> {
        let digest = &component.info.digest;
        self.storage
            .blobs
            .put(digest, component.bytes.clone())
            .await?;
        let new = self.storage.components.add(&component.info, true).await?;
        self.remember(component);
        // Another upload of the same bytes may have been faster: then its name is the component's.
        let stored = self.storage.components.get(digest).await?;
        Ok((stored.unwrap_or_else(|| component.info.clone()), new))
    }

    /// What is known of a component that is on the palette.
    async fn listed(&self, digest: &Digest) -> Result<Option<ComponentInfo>, LibraryError> {
        if let Some(sample) = self.samples.now().await.offered_by_digest(digest) {
            return Ok(Some(sample.info.clone()));
        }
        match self.storage.components.get(digest).await? {
            Some(info) => {
                self.storage.components.add(&info, true).await?;
                Ok(Some(info))
            }
            None => Ok(None),
        }
    }

    /// Inspects bytes that are kept, and remembers the component under its own digest.
    async fn inspect(
        &self,
        package: String,
        bytes: Bytes,
    ) -> Result<Result<Component, NotAComponent>, LibraryError> {
        let inspect = move || patchbay_composer::inspect(&package, &bytes);
        let inspected = self.blocking.run(inspect).await?;
        Ok(inspected.inspect(|component| self.remember(component)))
    }

    fn remember(&self, component: &Component) {
        let weight = component.bytes.len() + component.skeleton().len();
        let digest = component.info.digest.clone();
        self.cache().insert(digest, component.clone(), weight);
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, Cache<Digest, Component>> {
        // Nothing in the cache panics half way, so a poisoned one is whole.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The components that a graph names by digest, each once.
fn digests(graph: &Graph) -> BTreeSet<Digest> {
    graph
        .references()
        .filter_map(|component| component.digest.clone())
        .collect()
}

fn corrupt(digest: &Digest, why: &str) -> LibraryError {
    LibraryError::Storage(StorageError::Corrupt {
        what: "component",
        id: digest.to_string(),
        why: why.to_owned(),
    })
}
