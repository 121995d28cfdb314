//! The components in the samples directory: `<namespace>/<name>.wasm` stands for the package `<namespace>:<name>`.
//!
//! They are built while the server runs, so the directory is looked at whenever somebody asks, and only files that
//! changed since are read.

use crate::blocking::Blocking;
use bytes::Bytes;
use patchbay_model::{ComponentInfo, Digest};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;
use tokio::sync::Mutex;

/// The namespace whose components the palette offers. What others need (fixtures of tests, say) is found, not offered.
const OFFERED: &str = "patchbay:";

/// The samples directory.
#[derive(Debug)]
pub struct Samples {
    directory: PathBuf,
    blocking: Blocking,
    latest: Mutex<Arc<Shelf>>,
}

/// What was in the directory at one moment.
#[derive(Debug, Default)]
pub struct Shelf {
    files: BTreeMap<PathBuf, File>,
}

/// One file, as it was when its stamp was taken.
#[derive(Clone, Debug)]
struct File {
    stamp: Stamp,
    /// Absent when it is not a component: half written, perhaps.
    sample: Option<Arc<Sample>>,
}

/// A component in the directory.
#[derive(Debug)]
pub struct Sample {
    /// What is known of it.
    pub info: ComponentInfo,
    path: PathBuf,
}

#[derive(Clone, Debug, PartialEq)]
struct Stamp {
    modified: Option<SystemTime>,
    size: u64,
}

impl Samples {
    /// A directory, which need not be there yet.
    pub fn new(directory: PathBuf, blocking: Blocking) -> Self {
        Self {
            directory,
            blocking,
            latest: Mutex::default(),
        }
    }

    /// The directory as it is now.
    pub async fn now(&self) -> Arc<Shelf> {
        // Held while files are read: whoever comes meanwhile wants the same answer.
        let mut latest = self.latest.lock().await;
        let directory = self.directory.clone();
        let found = tokio::task::spawn_blocking(move || scan(&directory)).await;
        let found = found.unwrap_or_default();
        let same = found.len() == latest.files.len()
            && found.iter().all(|(path, _, stamp)| latest.has(path, stamp));
        if !same {
            let mut files = BTreeMap::new();
            for (path, package, stamp) in found {
                let file = match latest.files.get(&path) {
                    Some(file) if file.stamp == stamp => file.clone(),
                    _ => self.inspect(&path, package, stamp).await,
                };
                files.insert(path, file);
            }
            *latest = Arc::new(Shelf { files });
        }
        latest.clone()
    }

    /// The package and the bytes of the sample of that digest. Whether they are still the same is for the caller to
    /// check: the file may have been built anew since it was inspected.
    pub async fn read(&self, digest: &Digest) -> Option<(String, Bytes)> {
        let sample = self.now().await.by_digest(digest)?;
        let bytes = tokio::fs::read(&sample.path).await;
        let bytes = bytes.inspect_err(|e| tracing::warn!("{}: {e}", sample.path.display()));
        Some((sample.info.package.clone(), bytes.ok()?.into()))
    }

    async fn inspect(&self, path: &Path, package: String, stamp: Stamp) -> File {
        let from = path.to_owned();
        let inspected = self.blocking.run(move || {
            let bytes = std::fs::read(from).map_err(|e| e.to_string())?;
            let component = patchbay_composer::inspect(&package, &bytes);
            component.map(|c| c.info).map_err(|e| e.to_string())
        });
        let inspected = inspected.await.map_err(|e| e.to_string()).flatten();
        let inspected =
            inspected.inspect_err(|e| tracing::warn!("{} is not a sample: {e}", path.display()));
        let sample = inspected.ok().map(|info| {
            Arc::new(Sample {
                info: ComponentInfo {
                    sample: info.package.starts_with(OFFERED),
                    ..info
                },
                path: path.to_owned(),
            })
        });
        File { stamp, sample }
    }
}

impl Shelf {
    /// The samples that the palette offers, by name.
    pub fn offered(&self) -> Vec<ComponentInfo> {
        let offered = self.samples().filter(|sample| sample.info.sample);
        offered.map(|sample| sample.info.clone()).collect()
    }

    /// The sample of that digest, whether the palette offers it or not.
    pub fn by_digest(&self, digest: &Digest) -> Option<Arc<Sample>> {
        self.samples()
            .find(|sample| sample.info.digest == *digest)
            .cloned()
    }

    /// The sample of that digest, if the palette offers it.
    pub fn offered_by_digest(&self, digest: &Digest) -> Option<Arc<Sample>> {
        self.samples()
            .find(|sample| sample.info.sample && sample.info.digest == *digest)
            .cloned()
    }

    /// The sample of that package.
    pub fn by_package(&self, package: &str) -> Option<Arc<Sample>> {
        self.samples()
            .find(|sample| sample.info.package == package)
            .cloned()
    }

    fn samples(&self) -> impl Iterator<Item = &Arc<Sample>> {
        self.files.values().filter_map(|file| file.sample.as_ref())
    }

    fn has(&self, path: &Path, stamp: &Stamp) -> bool {
        self.files
            .get(path)
            .is_some_and(|file| file.stamp == *stamp)
    }
}

/// Every `<namespace>/<name>.wasm`, with its package. What cannot be read is not there.
fn scan(directory: &Path) -> Vec<(PathBuf, String, Stamp)> {
    let mut found = Vec::new();
    for namespace in entries(directory) {
        for file in entries(&namespace.path()) {
            let path = file.path();
            if path.extension().is_none_or(|extension| extension != "wasm") {
                continue;
            }
            // Through the path, so that links are followed.
            let Ok(metadata) = std::fs::metadata(&path) else {
                continue;
            };
            let (Some(name), Some(space)) =
                (path.file_stem(), path.parent().and_then(Path::file_name))
            else {
                continue;
            };
            let package = format!("{}:{}", space.to_string_lossy(), name.to_string_lossy());
            let stamp = Stamp {
                modified: metadata.modified().ok(),
                size: metadata.len(),
            };
            found.push((path, package, stamp));
        }
    }
    found
}

fn entries(directory: &Path) -> impl Iterator<Item = std::fs::DirEntry> {
    std::fs::read_dir(directory).into_iter().flatten().flatten()
}
