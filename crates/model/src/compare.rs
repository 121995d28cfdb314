//! What differs between two components, or between two graphs.

use crate::analysis::Side;
use crate::graph::NodeId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How much a change asks of those who use a component, as a semantic version would say it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Judgement {
    /// The same imports and exports.
    #[default]
    Identical,
    /// Whoever could use the old one can use the new one: it asks for less. A patch release.
    Compatible,
    /// The same, and it offers more. A minor release.
    Additive,
    /// Some host or importer of the old one cannot use the new one. A major release.
    Breaking,
}

impl fmt::Display for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identical => "identical",
            Self::Compatible => "compatible",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        })
    }
}

/// What differs between the imports and exports of two components.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comparison {
    /// The gravest of the changes.
    pub judgement: Judgement,
    /// The gravest first.
    pub changes: Vec<Change>,
}

/// An import or export that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// What it asks of users.
    pub judgement: Judgement,
    /// Whether it is an import or an export.
    pub side: Side,
    /// Its full name; the new one, where its version changed.
    pub name: String,
    /// What changed and what follows from it, in a sentence or two.
    pub message: String,
    /// Each difference between its two types, from the outermost inwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<String>,
}

/// What differs between two graphs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GraphComparison {
    /// Between the nodes, links and exports. Nodes are the same by their names, or else by their ids.
    pub wiring: Vec<WiringChange>,
    /// Between the components of nodes that were replaced; those that are missing cannot be compared.
    pub components: Vec<NodeComparison>,
    /// Between the results; absent when one of the graphs cannot be fused.
    pub world: Option<Comparison>,
}

/// A node that has another component in the second graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NodeComparison {
    /// The node in the second graph.
    pub node: NodeId,
    /// Its name there.
    pub name: String,
    /// What differs.
    pub comparison: Comparison,
}

/// A difference between the wiring of two graphs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WiringChange {
    /// Its class.
    pub kind: WiringChangeKind,
    /// What it is, by names: ``Link added: `hello` wasi:http/handler@0.3.0 → `auth` ``.
    pub message: String,
    /// The node it speaks of: of the second graph, or of the first where it is gone.
    pub node: NodeId,
}

/// The classes of differences between two graphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum WiringChangeKind {
    /// Only the first graph has the node.
    NodeRemoved,
    /// Only the second graph has the node.
    NodeAdded,
    /// The node has another name.
    NodeRenamed,
    /// The node is an instance of another component.
    ComponentReplaced,
    /// Only the first graph has the link.
    LinkRemoved,
    /// Only the second graph has the link.
    LinkAdded,
    /// Only the first graph exports something under that name.
    ExportRemoved,
    /// Only the second graph exports something under that name.
    ExportAdded,
    /// Both do, but not the same thing.
    ExportChanged,
}
