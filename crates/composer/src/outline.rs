//! The result of a graph without its code.

use crate::check::{Fixes, checked};
use crate::parts::Parts;
use patchbay_model::analysis::{Problem, Severity, World};
use patchbay_model::graph::Graph;

/// A component of the type that a fuse would give, and its world with the ports behind each item.
pub(crate) struct Outline {
    pub(crate) bytes: Vec<u8>,
    pub(crate) world: World,
}

/// What a graph would become.
///
/// # Errors
/// What keeps it from being fused.
pub(crate) fn outline(graph: &Graph, parts: &Parts) -> Result<Outline, Vec<Problem>> {
    if let (_, Some(outline)) = checked(graph, parts, Fixes::Without) {
        return Ok(outline);
    }
    let (analysis, outline) = checked(graph, parts, Fixes::With);
    let mut problems = analysis.problems;
    problems.retain(|problem| problem.severity == Severity::Error);
    outline.ok_or(problems)
}
