//! What one import of the result asks of its host when several open imports were merged into it.
//!
//! wac imports the highest version, with the functions of all: each node alone would be content with less.

use crate::assembly::Assembly;
use patchbay_model::analysis::{Side, WorldItem};
use patchbay_model::graph::{Endpoint, Graph};
use patchbay_model::name::InterfaceName;
use std::collections::{BTreeMap, BTreeSet};
use wac_graph::types::ItemKind;

/// How many functions are named.
const NAMED: usize = 3;

/// Which versions and functions were merged, and who brought them in; `None` where all nodes want the same.
pub(crate) fn note(graph: &Graph, assembly: &Assembly<'_>, item: &WorldItem) -> Option<String> {
    if item.ports.len() < 2 {
        return None;
    }
    let mut versions: BTreeMap<&str, Vec<&Endpoint>> = BTreeMap::new();
    for port in &item.ports {
        versions.entry(&port.port).or_default().push(port);
    }
    if versions.len() > 1 {
        let version = |name: &str| {
            let name = InterfaceName::parse(name);
            name.and_then(|n| n.version)
                .unwrap_or("no version")
                .to_string()
        };
        let wants: Vec<String> = versions
            .iter()
            .map(|(name, ports)| format!("{} for {}", version(name), names(graph, ports)))
            .collect();
        return Some(format!(
            "Merged from {}: the host must offer {}, with the functions that any of them needs.",
            wants.join(" and "),
            version(&item.name)
        ));
    }
    not_for_all(graph, assembly, item)
}

/// The functions that some of the nodes do without.
fn not_for_all(graph: &Graph, assembly: &Assembly<'_>, item: &WorldItem) -> Option<String> {
    let mut users: BTreeMap<&str, Vec<&Endpoint>> = BTreeMap::new();
    for port in &item.ports {
        let Some(ItemKind::Instance(id)) = assembly.port(Side::Import, port) else {
            return None;
        };
        for (name, kind) in &assembly.types()[id].exports {
            if matches!(kind, ItemKind::Func(_)) {
                users.entry(name).or_default().push(port);
            }
        }
    }
    let partial: Vec<String> = users
        .iter()
        .filter(|(_, ports)| ports.len() < item.ports.len())
        .map(|(name, ports)| format!("`{name}` for {}", names(graph, ports)))
        .collect();
    let more = match partial.len().checked_sub(NAMED) {
        None | Some(0) => String::new(),
        Some(more) => format!(" and {more} more"),
    };
    let partial = partial.get(..NAMED.min(partial.len()))?;
    (!partial.is_empty()).then(|| {
        format!(
            "Merged from imports that need different functions: the host must offer all, also {}{more}.",
            partial.join(", ")
        )
    })
}

fn names(graph: &Graph, ports: &[&Endpoint]) -> String {
    let names: BTreeSet<&str> = ports.iter().map(|port| graph.name_of(port)).collect();
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
