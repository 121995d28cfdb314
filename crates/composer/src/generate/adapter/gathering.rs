//! One instance of what several have.

use super::encode::options;
use super::{port, verify_pairs};
use crate::generate::{GenerateError, finish};
use crate::inspect::{Component, load};
use patchbay_model::component::Generated;
use patchbay_model::name::label_from;
use wac_graph::CompositionGraph;
use wac_graph::types::Types;

/// A component without code that imports all that another exports, and exports it: an instance of it is one of the other,
/// whatever its imports come from.
///
/// # Errors
/// For exports that cannot be imported: a component has only what is in the way of its types.
pub(crate) fn gathering(component: &Component, name: &str) -> Result<Component, GenerateError> {
    let mut graph = CompositionGraph::new();
    let digest = component.info.digest.as_str();
    let world = load(graph.types_mut(), digest, component.skeleton())
        .map_err(|refusal| GenerateError::Failed(refusal.to_string()))?;
    let exports = graph.types()[world].exports.clone();
    let gathered = finish(Generated::Adapter, &label_from(name), || {
        let mut encode = || {
            for (name, kind) in &exports {
                let import = graph.import(name, *kind)?;
                graph.export(import, name)?;
            }
            anyhow::Ok(graph.encode(options())?)
        };
        encode().map_err(|error| GenerateError::NotAdaptable(format!("{error:#}")))
    })?;
    let mut types = Types::default();
    let mut pairs = Vec::new();
    for name in exports.keys() {
        let (own, imported, exported) = (
            port(&mut types, component, name, "export")?,
            port(&mut types, &gathered, name, "import")?,
            port(&mut types, &gathered, name, "export")?,
        );
        pairs.extend([(own, imported), (exported, own)]);
    }
    verify_pairs(&types, &pairs)?;
    Ok(gathered)
}
