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
    let components: Vec<ComponentInfo> = graph
        .references()
        .filter_map(|reference| parts.get(reference))
        .map(|component| component.info.clone())
        .collect();
    let fits = check(graph, parts).fits;
    Ok(connect::connect_all(graph, &components, &fits))
}
