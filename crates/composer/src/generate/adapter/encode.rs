//! The bytes of an adapter: two components in one another, and no code.
//!
//! wac has no way to build an instance out of items (wac#172). But an instance of a component is one: the inner component
//! imports what is offered and exports the items that are wanted, each on its own; the outer one instantiates it, and
//! exports the instance.

use super::plan::{Offer, Part};
use super::resource_functions::{append, is_one};
use crate::assembly::encode::PROCESSOR;
use crate::generate::types::unnamed;
use wac_graph::types::{ItemKind, Package};
use wac_graph::{CompositionGraph, EncodeOptions, NodeId};

/// Encodes the adapter that exports `name` out of these parts, with the import name of each offer.
pub(super) fn encode(
    mut graph: CompositionGraph,
    offers: &[Offer<'_>],
    names: &[String],
    parts: &[Part],
    (name, is_function): (&str, bool),
) -> anyhow::Result<Vec<u8>> {
    let mut imports = Vec::new();
    for ((offered, kind), name) in offers.iter().zip(names) {
        let kind = match kind {
            // Under a label, an interface is one of no name: what it implements is nobody's business.
            ItemKind::Instance(id) if name != offered => {
                ItemKind::Instance(unnamed(graph.types_mut(), *id))
            }
            kind => *kind,
        };
        imports.push(graph.import(name, kind)?);
    }
    for part in parts.iter().filter(|part| !is_one(&part.name)) {
        let import: NodeId = imports[part.offer];
        let item = match &part.item {
            None => import,
            Some(item) => graph.alias_instance_export(import, item)?,
        };
        graph.export(item, &part.name)?;
    }
    let items = graph.encode(options())?;
    let items = append(graph.types(), items, offers, names, parts)?;
    if is_function {
        return Ok(items);
    }
    let mut graph = CompositionGraph::new();
    let package = Package::from_bytes("items", None, items, graph.types_mut())?;
    let package = graph.register_package(package)?;
    let instance = graph.instantiate(package);
    graph.export(instance, name)?;
    Ok(graph.encode(options())?)
}

/// How both are encoded.
pub(in crate::generate) fn options() -> EncodeOptions<'static> {
    EncodeOptions {
        define_components: true,
        // The result is inspected, which validates it.
        validate: false,
        processor: Some(PROCESSOR),
    }
}
