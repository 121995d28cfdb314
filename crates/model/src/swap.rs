//! What replacing a component by another build does to the wiring around it.

use crate::analysis::{Mismatch, PortRef};
use crate::op::Op;
use serde::{Deserialize, Serialize};

/// A replacement: what it takes, and what it costs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Swap {
    /// Replaces the component, with every link and export that still fits: one transaction. Names and ids stay.
    pub ops: Vec<Op>,
    /// The links and exports that do not fit any more; the operations remove them.
    pub lost: Vec<Lost>,
    /// The imports that the old component did not have and that nothing fills yet, by full name.
    pub opened: Vec<String>,
}

/// A link, or an export of the result, that a replacement breaks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lost {
    /// The port of the node that it was at.
    pub port: PortRef,
    /// What was lost and why, in a sentence or two.
    pub message: String,
    /// Both types, where the new component has such a port with another type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mismatch: Option<Mismatch>,
}
