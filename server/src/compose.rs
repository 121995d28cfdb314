//! From a graph to what can be said of it, and to one component.

use crate::blocking::Blocking;
use crate::library::{Library, LibraryError};
use bytes::Bytes;
use patchbay_composer::FuseOptions;
use patchbay_model::{Analysis, Graph, Problem};
use std::sync::Arc;

/// The composer, with a library to find components in and threads to work on.
#[derive(Clone, Debug)]
pub struct Workbench {
    library: Arc<Library>,
    blocking: Blocking,
}

/// Why a graph was not fused.
#[derive(Debug, thiserror::Error)]
pub enum FuseError {
    /// The graph has errors.
    #[error("the graph cannot be fused")]
    Problems(Vec<Problem>),
    /// Something else failed.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

impl Workbench {
    /// A workbench over a library.
    pub fn new(library: Arc<Library>, blocking: Blocking) -> Self {
        Self { library, blocking }
    }

    /// What can be said of a graph.
    pub async fn check(&self, graph: Graph) -> Result<Analysis, LibraryError> {
        let graph = self.library.resolve(graph).await;
        let parts = self.library.parts(&graph).await?;
        let check = move || patchbay_composer::check(&graph, &parts);
        Ok(self.blocking.run(check).await?)
    }

    /// One component out of a graph; the same bytes every time.
    pub async fn fuse(&self, graph: Graph, options: FuseOptions) -> Result<Bytes, FuseError> {
        let graph = self.library.resolve(graph).await;
        let parts = self.library.parts(&graph).await?;
        let fuse = move || patchbay_composer::fuse_with(&graph, &parts, options);
        let fused = self.blocking.run(fuse).await.map_err(LibraryError::from)?;
        fused.map(Bytes::from).map_err(FuseError::Problems)
    }
}
