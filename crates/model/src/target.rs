//! Whether a component fits the environments that it might run in.

use crate::analysis::Side;
use crate::graph::NodeId;
use serde::{Deserialize, Serialize};

/// Whether a component fits one environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TargetReport {
    /// Names the environment: `wasi:http/proxy@0.2`.
    pub target: String,
    /// What it is, in a few words.
    pub about: String,
    /// Whether the component runs there, as far as its imports and exports tell.
    pub fits: bool,
    /// What keeps it from that, and what else there is to know.
    pub findings: Vec<TargetFinding>,
}

/// What there is to say of an import or export.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TargetFinding {
    /// Its class.
    pub kind: TargetFindingKind,
    /// Whether it is an import or an export.
    pub side: Side,
    /// The full name of the import or export.
    pub name: String,
    /// What it comes to, in a sentence or two.
    pub message: String,
    /// The nodes that bring it into the result.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<NodeId>,
    /// Each difference between the two types, from the outermost inwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<String>,
}

/// The classes of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TargetFindingKind {
    /// The component imports what the environment does not provide.
    NotProvided,
    /// The environment calls an export that the component does not have.
    MissingExport,
    /// Both have it, in types that do not fit.
    Mismatch,
    /// It fits, although the component asks for a newer version than the environment promises.
    Newer,
}

impl TargetFindingKind {
    /// Whether the component cannot run there because of it.
    pub fn is_obstacle(self) -> bool {
        self != Self::Newer
    }
}
