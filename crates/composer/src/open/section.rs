//! The custom section in which a fused component carries the graph that it was fused from.
//!
//! `patchbay:graph` holds the graph document, as JSON, with the digest of every component. The components are not in it:
//! they are in the binary anyway, and are found there by their digests. Section and component can come apart (other
//! tools change components, and anybody can write a section), so what it says is compared with how the component is in
//! truth put together; a drawing of anything else is not used.

use super::source::{Source, Sources};
use super::walk::Walk;
use crate::limits;
use crate::parts::Parts;
use patchbay_model::component::{ComponentRef, Digest};
use patchbay_model::graph::{Endpoint, Graph, NodeId, inner};
use std::collections::BTreeMap;
use wac_types::are_semver_compatible;
use wasm_encoder::{ComponentSection, CustomSection};

/// The section's name.
pub(crate) const NAME: &str = "patchbay:graph";

/// Writes the section behind a component that was fused from the graph.
pub(crate) fn append(bytes: &mut Vec<u8>, graph: &Graph, parts: &Parts) {
    let graph = graph.clone().pinned(|package| {
        let package = package.to_string();
        let known = parts.get(&ComponentRef {
            package,
            digest: None,
        });
        known.map(|component| component.info.digest.clone())
    });
    // As with `Graph::to_json`, nothing in a graph can make this fail.
    let Ok(document) = serde_json::to_vec(&graph) else {
        return;
    };
    let section = CustomSection {
        name: NAME.into(),
        data: document.into(),
    };
    section.append_to_component(bytes);
}

/// The graph of a section as it was drawn; `embedded` are the digests of the instantiations' components.
///
/// # Errors
/// Why it is not used, as the end of a sentence.
pub(super) fn drawing(
    walk: &Walk<'_>,
    embedded: &[Option<&Digest>],
) -> Option<Result<Graph, String>> {
    let mut sections = walk.custom.iter().filter(|(name, _)| *name == NAME);
    let (_, content) = sections.next()?;
    if sections.next().is_some() {
        return Some(Err("there are several".to_string()));
    }
    Some(read(content).and_then(
        |graph| match Comparison::new(&graph, walk, embedded).is_drawn() {
            true => Ok(graph),
            false => Err("it shows other instances, links or exports than there are".to_string()),
        },
    ))
}

fn read(content: &[u8]) -> Result<Graph, String> {
    let text = std::str::from_utf8(content).map_err(|_| "it is not text".to_string())?;
    let graph = Graph::from_json(text).map_err(|error| error.to_string())?;
    let small = graph.nodes().len() <= limits::NODES
        && graph.links().len() <= limits::LINKS
        && graph.exports().len() <= limits::EXPORTS;
    small
        .then_some(graph)
        .ok_or_else(|| "it is too large".to_string())
}

/// A drawing beside what it is said to be a drawing of.
struct Comparison<'g, 'w, 'a> {
    graph: &'g Graph,
    walk: &'w Walk<'a>,
    sources: Sources<'w, 'a>,
    embedded: &'w [Option<&'w Digest>],
    /// The instantiation behind each node that is an instance.
    instances: BTreeMap<&'g NodeId, usize>,
}

impl<'g, 'w, 'a> Comparison<'g, 'w, 'a> {
    fn new(graph: &'g Graph, walk: &'w Walk<'a>, embedded: &'w [Option<&'w Digest>]) -> Self {
        let named: BTreeMap<&str, usize> = walk
            .instantiations
            .iter()
            .enumerate()
            .filter_map(|(at, i)| Some((*walk.instance_names.get(&i.index)?, at)))
            .collect();
        let instances = graph
            .nodes()
            .filter(|node| node.component().is_some())
            .filter_map(|node| Some((&node.id, *named.get(node.name.as_str())?)))
            .collect();
        Self {
            graph,
            walk,
            sources: Sources::new(walk),
            embedded,
            instances,
        }
    }

    fn is_drawn(&self) -> bool {
        self.has_its_components() && self.has_its_links() && self.has_its_exports()
    }

    /// Every instance is a node of the same name and the same bytes, and every component that the graph speaks of is
    /// inside.
    fn has_its_components(&self) -> bool {
        let drawn = self.graph.nodes().filter(|n| n.component().is_some());
        let same = self.instances.iter().all(|(id, at)| {
            let node = self.graph.node(id).and_then(|node| node.component());
            let digest = node.and_then(|component| component.digest.as_ref());
            digest.is_some() && digest == self.embedded[*at]
        });
        same && drawn.count() == self.instances.len()
            && self.instances.len() == self.walk.instantiations.len()
            && self.graph.references().all(|reference| {
                let inside = self.embedded.iter().flatten();
                reference
                    .digest
                    .iter()
                    .any(|d| inside.clone().any(|e| *e == d))
            })
    }

    /// Every argument comes from where the drawing says, and there are no more links than arguments.
    fn has_its_links(&self) -> bool {
        let mut found = 0;
        let links = self.instances.iter().all(|(id, at)| {
            self.walk.instantiations[*at]
                .args
                .iter()
                .all(|(port, item)| {
                    let to = Endpoint {
                        node: (*id).clone(),
                        port: port.to_string(),
                    };
                    let source = self.sources.of(*item);
                    match self.graph.supplier(&to) {
                        Some(from) => {
                            found += 1;
                            self.is_source(&from.node, &from.port, &source)
                        }
                        None => is_import(port, &[], &source),
                    }
                })
        });
        links && found == self.graph.links().len()
    }

    fn has_its_exports(&self) -> bool {
        let drawn: BTreeMap<_, _> = self.graph.exports().collect();
        drawn.len() == self.walk.exports.len()
            && self.walk.exports.iter().all(|export| {
                let source = self.sources.of(export.item);
                drawn.get(export.name).is_some_and(|drawn| {
                    let port = drawn.port.as_deref().unwrap_or_default();
                    self.is_source(&drawn.node, port, &source)
                })
            })
    }

    /// Whether a port of the drawing, or what is inside of it, is what something comes from.
    fn is_source(&self, node: &NodeId, port: &str, source: &Source<'a>) -> bool {
        let (first, inside) = inner::steps(port);
        let mut inside: Vec<&str> = inside.collect();
        if let Some(import) = self.graph.node(node).and_then(|node| node.import()) {
            return is_import(&import.name, &inside, source);
        }
        if !first.is_empty() {
            inside.insert(0, first);
        }
        let Some(at) = self.instances.get(node) else {
            return false;
        };
        *source
            == Source::Instance {
                instantiation: *at,
                inside,
            }
    }
}

/// Whether something comes from the import that stands for `wanted`: wac merges compatible versions.
fn is_import(wanted: &str, within: &[&str], source: &Source<'_>) -> bool {
    match source {
        Source::Import { name, inside } => {
            (*name == wanted || are_semver_compatible(name, wanted)) && inside == within
        }
        _ => false,
    }
}
