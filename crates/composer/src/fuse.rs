//! From a graph to one component.

use crate::assembly::embed::{Placeholder, embed};
use crate::assembly::encode::{encode, validate};
use crate::assembly::{Assembly, Code};
use crate::check::connect;
use crate::check::outline::outlined;
use crate::guard::guarded;
use crate::inspect::Component;
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
    /// Do not validate what comes of a `.wac` source, or a result that imports its components. For graphs it makes no
    /// difference, since nothing is validated twice: see [`fuse`].
    pub skip_validation: bool,
    /// Keep the graph in a custom section of the result, so that [`open`](crate::open()) shows it as it was drawn: the
    /// bytes then depend on where nodes stand, too. Not where components are imported, since they are not there to open.
    pub keep_graph: bool,
}

/// Composes the graph into one component. It is valid: each component was validated when it was inspected, what is
/// around them is validated here, and validity asks for nothing else. The same graph over the same components gives the same
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
    let mut outline = outlined(graph, parts)?;
    if options.import_dependencies {
        return importing(graph, parts, options);
    }
    let components: BTreeMap<&Digest, &Component> = graph
        .nodes()
        .filter_map(|node| parts.get(node.component()?))
        .map(|component| (&component.info.digest, component))
        .collect();
    let components: Vec<&Component> = components.into_values().collect();
    too_large(&components).map_err(|problem| vec![problem])?;
    if options.keep_graph {
        section::append(&mut outline, graph, parts);
    }
    let placeholders: Vec<_> = components.into_iter().map(Placeholder::of).collect();
    embed(&outline, &placeholders).ok_or_else(|| {
        let message = "The result cannot be put together from its components";
        vec![Problem::new(
            Severity::Error,
            ProblemKind::Encoding,
            message,
        )]
    })
}

/// The result that imports its components.
fn importing(graph: &Graph, parts: &Parts, options: FuseOptions) -> Result<Vec<u8>, Vec<Problem>> {
    let (mut assembly, problems) = Assembly::new(graph, parts, Code::Imported);
    if !problems.is_empty() {
        return Err(problems);
    }
    let encoded = || {
        let bytes = connect(graph, &mut assembly)
            .and_then(|()| encode(graph, &assembly, &[], options))
            .map_err(|problem| vec![problem])?;
        if !options.skip_validation {
            validate(graph, &assembly, &bytes)?;
        }
        Ok(bytes)
    };
    guarded(encoded).unwrap_or_else(|panicked| {
        let message = format!("This graph cannot be fused: {panicked}");
        let kind = ProblemKind::Encoding;
        Err(vec![Problem::new(Severity::Error, kind, message)])
    })
}

/// Refuses before any work what would be too large after it: each component is embedded once.
fn too_large(components: &[&Component]) -> Result<(), Problem> {
    let size: u64 = components.iter().map(|component| component.info.size).sum();
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
