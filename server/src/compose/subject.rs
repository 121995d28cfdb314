//! A graph with all that is known of it, for views.

use super::Workbench;
use crate::library::LibraryError;
use crate::views::{Said, Subject};
use patchbay_composer::generate::stub;
use patchbay_composer::{Component, GenerateError, Parts};
use patchbay_model::{ComponentInfo, Graph, Node};

impl Workbench {
    /// A graph, its components and its analysis. Several views are drawn of each version of a graph: the composer remembers
    /// what it found out at the first.
    pub async fn subject(&self, graph: Graph) -> Result<Subject, LibraryError> {
        let graph = self.library.resolve(graph).await;
        let parts = self.library.parts(&graph).await?;
        let look = move || {
            let components = components(&graph, &parts);
            let analysis = patchbay_composer::check(&graph, &parts);
            Subject {
                graph,
                components,
                analysis,
            }
        };
        Ok(self.blocking.run(look).await?)
    }

    /// What the author of a node's component says of it, and what is said of its ports; nothing when it is not here.
    pub async fn said(&self, node: &Node) -> Result<Said, LibraryError> {
        let Some(component) = self.component_of(node).await? else {
            return Ok(Said::default());
        };
        let read = move || Said {
            annotations: patchbay_composer::annotations(&component.bytes),
            ports: patchbay_composer::documented(&component),
        };
        Ok(self.blocking.run(read).await?)
    }

    async fn component_of(&self, node: &Node) -> Result<Option<Component>, LibraryError> {
        match node.component().and_then(|of| of.digest.as_ref()) {
            Some(digest) => self.library.component(digest).await,
            None => Ok(None),
        }
    }

    /// The functions of an import that a stub can be told the answers of; `None` when its component is not here.
    pub async fn asked(
        &self,
        node: &Node,
        import: &str,
    ) -> Result<Option<Result<Vec<String>, GenerateError>>, LibraryError> {
        let Some(component) = self.component_of(node).await? else {
            return Ok(None);
        };
        let import = import.to_owned();
        let ask = move || stub::asked(&component, &import);
        Ok(Some(self.blocking.run(ask).await?))
    }
}

/// The components of a graph, each once.
fn components(graph: &Graph, parts: &Parts) -> Vec<ComponentInfo> {
    let mut components: Vec<ComponentInfo> = Vec::new();
    for component in graph.references().filter_map(|of| parts.get(of)) {
        if components
            .iter()
            .all(|known| known.digest != component.info.digest)
        {
            components.push(component.info.clone());
        }
    }
    components
}
