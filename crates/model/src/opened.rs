//! What becomes of a component that is opened as a graph.

use crate::component::ComponentInfo;
use crate::graph::{Graph, NodeId};
use serde::{Deserialize, Serialize};

/// A component taken apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenedGraph {
    /// How it is put together.
    pub graph: Graph,
    /// The components that were inside, each once.
    pub components: Vec<ComponentInfo>,
    /// What the graph does not say, or says differently than the component; empty when fusing it gives the same again.
    pub notes: Vec<Note>,
}

/// Something that a person should know about an opened graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// Its class.
    pub kind: NoteKind,
    /// What it is and what it means, in one or two sentences.
    pub message: String,
    /// The node it speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeId>,
}

impl Note {
    /// A note on the whole graph.
    pub fn new(kind: NoteKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            node: None,
        }
    }

    /// The same, on one node.
    pub fn at(mut self, node: &NodeId) -> Self {
        self.node = Some(node.clone());
        self
    }
}

/// The classes of notes; the words in `message` may change, these do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    /// The component is not composed of others, so it is one node.
    NotComposed,
    /// It is composed, but in a way that nodes and links cannot say, so it is one node.
    OneNode,
    /// An interface is put together from items of several sources: a node without code does that.
    Adapter,
    /// An argument of an instance is nothing that a link can come from: its import is open.
    OpenImport,
    /// An export of the component is nothing that the graph can export: it is left out.
    MissingExport,
    /// Something inside that nothing uses: it is left out.
    Unused,
    /// A node's component is not inside the file: it is imported, and must be found elsewhere.
    ImportedComponent,
    /// Custom sections that a fuse does not write: they are left out.
    Metadata,
    /// The file has a drawing of the graph that is not one of this component: it was not used.
    Drawing,
    /// Fusing the graph gives other imports or exports than the component has.
    World,
}
