//! The result of a graph without its code.

use crate::check::{Asked, checked};
use crate::parts::Parts;
use patchbay_model::analysis::{Problem, Severity, World};
use patchbay_model::graph::Graph;

/// A component of the type that a fuse would give, and its world with the ports behind each item, where it was asked for.
pub(crate) struct Outline {
    pub(crate) bytes: Vec<u8>,
    pub(crate) world: World,
}

/// What a graph would become.
///
/// # Errors
/// What keeps it from being fused.
pub(crate) fn outline(graph: &Graph, parts: &Parts) -> Result<Outline, Vec<Problem>> {
    asked(graph, parts, Asked::World)
}

/// The same without its world.
///
/// # Errors
/// As [`outline`].
pub(crate) fn outlined(graph: &Graph, parts: &Parts) -> Result<Vec<u8>, Vec<Problem>> {
    asked(graph, parts, Asked::Result).map(|outline| outline.bytes)
}

fn asked(graph: &Graph, parts: &Parts, asked: Asked) -> Result<Outline, Vec<Problem>> {
    if let (_, Some(outline)) = checked(graph, parts, asked) {
        return Ok(outline);
    }
    let (analysis, outline) = checked(graph, parts, Asked::All);
    let mut problems = analysis.problems;
    problems.retain(|problem| problem.severity == Severity::Error);
    outline.ok_or(problems)
}
