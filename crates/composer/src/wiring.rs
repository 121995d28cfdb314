//! The links of a graph that follow from the components at hand.

use crate::check::{check, too_large};
use crate::parts::Parts;
use patchbay_model::analysis::Problem;
use patchbay_model::component::ComponentInfo;
use patchbay_model::connect::{self, Connected};
use patchbay_model::graph::Graph;

/// Connects what follows without a guess; see [`patchbay_model::connect`].
///
/// # Errors
/// A graph that is too large to be checked.
pub fn connect_all(graph: &Graph, parts: &Parts) -> Result<Connected, Problem> {
    if let Some(problem) = too_large(graph) {
        return Err(problem);
    }
    let fits = check(graph, parts).fits;
    Ok(connect::connect_all(graph, &infos(graph, parts), &fits))
}

/// What is known of the components of a graph.
pub(crate) fn infos(graph: &Graph, parts: &Parts) -> Vec<ComponentInfo> {
    let components = graph
        .references()
        .filter_map(|reference| parts.get(reference));
    components.map(|component| component.info.clone()).collect()
}
