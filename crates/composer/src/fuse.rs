//! From a graph to one component.

use crate::assembly::{Assembly, Code};
use crate::check::{check, connect};
use crate::encode::encode;
use crate::limits;
use crate::open::section;
use crate::parts::Parts;
use patchbay_model::analysis::{Problem, ProblemKind, Severity};
use patchbay_model::component::Digest;
use patchbay_model::graph::Graph;
use std::collections::BTreeMap;

/// How a fuse differs from what nearly everybody wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FuseOptions {
    /// Import the components by their package names in place of embedding them: for tools that bring them later. The
    /// result cannot run as it is, since hosts do not provide components to components.
    pub import_dependencies: bool,
    /// Do not validate the result, which takes most of the time that large components take. The check has validated the
    /// same result without its code by then.
    pub skip_validation: bool,
    /// Keep the graph in a custom section of the result, so that [`open`](crate::open()) shows it as it was drawn: the
    /// bytes then depend on where nodes stand, too. Not where components are imported, since they are not there to open.
    pub keep_graph: bool,
}

/// Composes the graph into one component, validated as a whole. The same graph over the same components gives the same
/// bytes, wherever its nodes stand and in whatever order they were added.
///
/// Imports that no link fills become imports of the result. The names of the nodes are in its name section, and
/// `processed-by` says `patchbay`.
///
/// # Errors
/// Everything that keeps the graph from being fused, as [`check`] says it.
pub fn fuse(graph: &Graph, parts: &Parts) -> Result<Vec<u8>, Vec<Problem>> {
    fuse_with(graph, parts, FuseOptions::default())
}

/// Composes the graph as [`fuse`] does, with other options.
///
/// # Errors
/// As [`fuse`]; and two components of one package name, where components are imported by name.
pub fn fuse_with(
    graph: &Graph,
    parts: &Parts,
    options: FuseOptions,
) -> Result<Vec<u8>, Vec<Problem>> {
    let mut problems = check(graph, parts).problems;
    problems.retain(|problem| problem.severity == Severity::Error);
    if !problems.is_empty() {
        return Err(problems);
    }
    let code = match options.import_dependencies {
        true => Code::Imported,
        false => {
            too_large(graph, parts).map_err(|problem| vec![problem])?;
            Code::Full
        }
    };
    let (mut assembly, problems) = Assembly::new(graph, parts, code);
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut bytes = connect(graph, &mut assembly)
        .and_then(|()| encode(graph, &assembly, &[], options))
        .map_err(|problem| vec![problem])?;
    if options.keep_graph && !options.import_dependencies {
        section::append(&mut bytes, graph, parts);
    }
    Ok(bytes)
}

/// Refuses before any work what would be too large after it: each component is embedded once.
fn too_large(graph: &Graph, parts: &Parts) -> Result<(), Problem> {
    let sizes: BTreeMap<&Digest, u64> = graph
        .nodes()
        .filter_map(|node| parts.get(node.component()?))
        .map(|component| (&component.info.digest, component.info.size))
        .collect();
    let size: u64 = sizes.values().sum();
    if size <= limits::FUSED_BYTES as u64 {
        return Ok(());
    }
    Err(Problem::new(
        Severity::Error,
        ProblemKind::TooLarge,
        format!(
            "The components of this graph have {} MiB together; a result may have up to {} MiB",
            size >> 20,
            limits::FUSED_BYTES >> 20
        ),
    ))
}
