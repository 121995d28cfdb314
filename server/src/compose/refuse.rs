//! What single nodes of a previewed graph may not use.

use super::{FuseError, Workbench, one};
use crate::library::LibraryError;
use bytes::Bytes;
use patchbay_composer::generate::refuse::{self, Importer};
use patchbay_composer::{FuseOptions, Parts, Traced};
use patchbay_model::analysis::{ProblemKind, Severity};
use patchbay_model::{Endpoint, Graph, Problem};

impl Workbench {
    /// The nodes behind the imports of the result of a graph; none where it cannot be fused.
    pub async fn importers(&self, graph: Graph) -> Result<Vec<Importer>, LibraryError> {
        let graph = self.library.resolve(graph).await;
        let parts = self.library.parts(&graph).await?;
        let look = move || {
            let world = patchbay_composer::check(&graph, &parts).world;
            world.map_or_else(Vec::new, |world| refuse::importers(&graph, &parts, &world))
        };
        Ok(self.blocking.run(look).await?)
    }

    /// The component that is previewed for a graph: what comes of it, with components that say no in place of what single
    /// nodes are refused.
    pub async fn fuse_refusing(
        &self,
        graph: Graph,
        refused: Vec<Endpoint>,
    ) -> Result<Bytes, FuseError> {
        let options = FuseOptions::default();
        if refused.is_empty() {
            return self.fuse(graph, options).await;
        }
        let graph = self.library.resolve(graph).await;
        let parts = self.library.parts(&graph).await?;
        let fuse = move || {
            let (graph, parts) = refusing(&graph, &parts, &refused)?;
            let fused = patchbay_composer::fuse_with(&graph, &parts, options);
            fused.map(Bytes::from).map_err(FuseError::Problems)
        };
        self.blocking.run(fuse).await.map_err(LibraryError::from)?
    }

    /// The same with an interposer in each link; and the graph that this was made of.
    pub async fn fuse_traced(
        &self,
        graph: Graph,
        refused: Vec<Endpoint>,
    ) -> Result<(Graph, Traced), FuseError> {
        let graph = self.library.resolve(graph).await;
        let parts = self.library.parts(&graph).await?;
        let fuse = move || {
            let (graph, parts) = refusing(&graph, &parts, &refused)?;
            let traced = patchbay_composer::fuse_traced(&graph, &parts);
            Ok((graph, traced.map_err(FuseError::Problems)?))
        };
        self.blocking.run(fuse).await.map_err(LibraryError::from)?
    }
}

fn refusing(
    graph: &Graph,
    parts: &Parts,
    refused: &[Endpoint],
) -> Result<(Graph, Parts), FuseError> {
    refuse::refuse(graph, parts, refused).map_err(|error| {
        let sentence = error.to_string();
        one(Problem::new(
            Severity::Error,
            ProblemKind::Encoding,
            sentence,
        ))
    })
}
