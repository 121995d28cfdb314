//! Generated components, kept like uploads.

use super::{FuseError, Workbench};
use crate::library::{LibraryError, Upload};
use crate::storage::StorageError;
use patchbay_composer::generate::stub::{Answers, Otherwise, for_wit};
use patchbay_composer::generate::{self, Placed};
use patchbay_composer::{Component, GenerateError, Parts};
use patchbay_model::api::{AdapterRequest, Addition, Expansion, GroupRequest};
use patchbay_model::{ComponentInfo, Endpoint, Graph, NodeId};
use std::collections::BTreeMap;

/// Why nothing was generated.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// It cannot be.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// Something else failed.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

impl Workbench {
    /// An adapter between ports of a graph, kept.
    pub async fn adapt(&self, request: AdapterRequest) -> Result<Addition, AddError> {
        let AdapterRequest {
            graph,
            from,
            to,
            renames,
        } = request;
        self.place(graph, move |graph, parts| {
            generate::adapt(graph, parts, &from, &to, &renames)
        })
        .await
    }

    /// A stub that fills an import of a graph, kept.
    pub async fn fill(
        &self,
        graph: Graph,
        import: Endpoint,
        answers: Answers,
    ) -> Result<Addition, AddError> {
        self.place(graph, move |graph, parts| {
            generate::fill(graph, parts, &import, &answers)
        })
        .await
    }

    /// One component out of some nodes of a graph, kept.
    pub async fn group(&self, request: GroupRequest) -> Result<Addition, FuseError> {
        let graph = self.library.resolve(request.graph).await;
        let parts = self.library.parts(&graph).await?;
        let nodes = request.nodes.into_iter().collect();
        let group = move || patchbay_composer::group(&graph, &parts, &nodes, &request.name);
        let grouped = self.blocking.run(group).await.map_err(LibraryError::from)?;
        let placed = grouped.map_err(FuseError::Problems)?;
        let (component, _) = self.library.keep(&placed.component).await?;
        Ok(Addition {
            component,
            ops: placed.ops,
        })
    }

    /// The nodes that a node is made of, in its place, with their components kept.
    pub async fn ungroup(&self, graph: Graph, node: NodeId) -> Result<Expansion, FuseError> {
        let graph = self.library.resolve(graph).await;
        let parts = self.library.parts(&graph).await?;
        let ungroup = move || patchbay_composer::ungroup(&graph, &parts, &node);
        let ungrouped = self.blocking.run(ungroup).await;
        let ungrouped = ungrouped.map_err(LibraryError::from)?;
        let ungrouped = ungrouped.map_err(FuseError::Problems)?;
        Ok(Expansion {
            components: self.library.keep_new(&ungrouped.components).await?,
            ops: ungrouped.ops,
            lost: ungrouped.notes,
        })
    }

    /// A stub of a world of WIT text, kept.
    pub async fn stub(
        &self,
        text: String,
        world: Option<String>,
        answers: Answers,
    ) -> Result<Addition, AddError> {
        let component = self.made(text, world, answers).await?;
        self.keep(Placed {
            component,
            ops: Vec::new(),
        })
        .await
    }

    /// A stub of the world in a file of WIT text, kept, and whether it is new. What it is asked traps.
    pub async fn stub_of(&self, file: Upload) -> Result<(ComponentInfo, bool), AddError> {
        let bytes = self.blocking.run(move || file.read()).await;
        let bytes = bytes.map_err(LibraryError::from)?;
        let bytes = bytes.map_err(|error| LibraryError::from(StorageError::from(error)))?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let answers = Answers {
            values: BTreeMap::new(),
            otherwise: Otherwise::Trap,
        };
        let component = self.made(text, None, answers).await?;
        Ok(self.library.keep(&component).await?)
    }

    async fn made(
        &self,
        text: String,
        world: Option<String>,
        answers: Answers,
    ) -> Result<Component, AddError> {
        let make = move || for_wit("world.wit", &text, world.as_deref(), &answers);
        let made = self.blocking.run(make).await.map_err(LibraryError::from)?;
        Ok(made?)
    }

    async fn place(
        &self,
        graph: Graph,
        make: impl FnOnce(&Graph, &Parts) -> Result<Placed, GenerateError> + Send + 'static,
    ) -> Result<Addition, AddError> {
        let graph = self.library.resolve(graph).await;
        let parts = self.library.parts(&graph).await?;
        let make = move || make(&graph, &parts);
        let placed = self
            .blocking
            .run(make)
            .await
            .map_err(LibraryError::from)??;
        self.keep(placed).await
    }

    async fn keep(&self, placed: Placed) -> Result<Addition, AddError> {
        let (component, _) = self.library.keep(&placed.component).await?;
        Ok(Addition {
            component,
            ops: placed.ops,
        })
    }
}
