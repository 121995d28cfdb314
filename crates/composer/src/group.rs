//! A part of a graph as one component: nested composition.
//!
//! The nodes become a graph of their own, which is fused; a node of the result takes their place. What outside nodes and the
//! result have from them is exported, what they have from outside is imported.

use crate::fuse::{FuseOptions, fuse_with};
use crate::generate::Placed;
use crate::inspect::upload::inspect_upload;
use crate::parts::Parts;
use patchbay_model::analysis::{Problem, ProblemKind, Severity};
use patchbay_model::graph::inner;
use patchbay_model::name::{InterfaceName, check_label, release, share_name, unique_label};
use patchbay_model::op::Transaction;
use patchbay_model::{Endpoint, ExportSource, Graph, Link, Node, NodeId, Op, Point};
use std::collections::{BTreeMap, BTreeSet};

/// One component out of some nodes of a graph, and the operations that put a node of it in their place. It exports what
/// is linked to nodes outside or exported from the result, or all that nothing inside takes where nothing is.
///
/// # Errors
/// For nodes that are not there, a name that is none, nodes outside that would have to wait for the group and it for them,
/// an interface that two of the nodes have from different places, and whatever keeps the part from being fused.
pub fn group(
    graph: &Graph,
    parts: &Parts,
    nodes: &BTreeSet<NodeId>,
    name: &str,
) -> Result<Placed, Vec<Problem>> {
    check_label(name).map_err(|error| refusal(ProblemKind::ExportName, None, error.to_string()))?;
    if let Some(between) = between(graph, nodes) {
        let name = graph.path_in_words(std::slice::from_ref(&between));
        let words = format!(
            "`{name}` takes from these nodes and they take from it, so they cannot be one component without it. Put `{name}` into the group too."
        );
        return Err(refusal(ProblemKind::Cycle, Some(&between), words));
    }
    let exported = exported(graph, parts, nodes);
    let inside = part(graph, nodes, name, &exported)?;
    let options = FuseOptions {
        keep_graph: true,
        ..FuseOptions::default()
    };
    let bytes = fuse_with(&inside, parts, options)?;
    let component = inspect_upload(&format!("{name}.wasm"), bytes)
        .map_err(|error| refusal(ProblemKind::Encoding, None, error.to_string()))?;

    let mut ops = graph.removal(&nodes.iter().cloned().collect::<Vec<_>>());
    let id = graph.free_id();
    let taken = |name: &str| {
        let node = graph.node_named(name);
        node.is_some_and(|node| !nodes.contains(&node.id))
    };
    let name = unique_label(name, taken);
    let node = Node::instance(
        id.clone(),
        name,
        component.info.reference(),
        corner(graph, nodes),
    );
    ops.push(Op::AddNode { node });
    let end = |port: String| Endpoint {
        node: id.clone(),
        port,
    };
    let imports: Vec<&str> = component
        .info
        .imports
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    for import in &component.info.imports {
        let suppliers = (graph, parts, nodes);
        if let Some(from) = outside_supplier(suppliers, &imports, &import.name)? {
            let to = end(import.name.clone());
            ops.push(Op::AddLink {
                link: Link { from, to },
            });
        }
    }
    for link in graph.links() {
        if nodes.contains(&link.from.node) && !nodes.contains(&link.to.node) {
            let from = end(renamed(&exported, &link.from));
            ops.push(Op::AddLink {
                link: Link { from, to: link.to },
            });
        }
    }
    for (name, source) in graph.exports() {
        if nodes.contains(&source.node) {
            let port = Some(renamed(&exported, &source_end(source)));
            let source = ExportSource {
                node: id.clone(),
                port,
            };
            ops.push(Op::AddExport {
                name: name.to_owned(),
                source,
            });
        }
    }
    Ok(Placed { component, ops })
}

/// What a group exports: the export of the node (empty for the whole instance), and its name outside.
type Exported = BTreeMap<Endpoint, String>;

/// A node outside that takes from the nodes, and that the nodes take from.
fn between(graph: &Graph, nodes: &BTreeSet<NodeId>) -> Option<NodeId> {
    let links: Vec<Link> = graph.links().collect();
    let mut after: BTreeSet<&NodeId> = BTreeSet::new();
    let mut queue: Vec<&NodeId> = nodes.iter().collect();
    while let Some(node) = queue.pop() {
        for link in links.iter().filter(|link| link.from.node == *node) {
            if !nodes.contains(&link.to.node) && after.insert(&link.to.node) {
                queue.push(&link.to.node);
            }
        }
    }
    let back = links
        .iter()
        .find(|link| nodes.contains(&link.to.node) && after.contains(&link.from.node));
    back.map(|link| link.from.node.clone())
}

/// The end that an export of the result is made of; its port is empty for a whole instance.
fn source_end(source: &ExportSource) -> Endpoint {
    Endpoint {
        node: source.node.clone(),
        port: source.port.clone().unwrap_or_default(),
    }
}

fn exported(graph: &Graph, parts: &Parts, nodes: &BTreeSet<NodeId>) -> Exported {
    let outer = |end: &Endpoint| Endpoint {
        node: end.node.clone(),
        port: inner::steps(&end.port).0.to_owned(),
    };
    let mut ends: BTreeSet<Endpoint> = BTreeSet::new();
    let mut used: BTreeSet<Endpoint> = BTreeSet::new();
    for link in graph.links().filter(|link| nodes.contains(&link.from.node)) {
        match nodes.contains(&link.to.node) {
            true => used.insert(outer(&link.from)),
            false => ends.insert(outer(&link.from)),
        };
    }
    let sources = graph.exports().map(|(_, source)| source_end(source));
    ends.extend(
        sources
            .filter(|end| nodes.contains(&end.node))
            .map(|end| outer(&end)),
    );
    if ends.is_empty() {
        for node in nodes.iter().filter_map(|id| graph.node(id)) {
            let component = node.component().and_then(|of| parts.get(of));
            let exports = component.map(|of| of.info.exports.as_slice());
            ends.extend(exports.unwrap_or_default().iter().map(|port| Endpoint {
                node: node.id.clone(),
                port: port.name.clone(),
            }));
        }
        ends.retain(|end| !used.contains(end));
    }
    let mut named = Exported::new();
    for end in ends {
        let taken = |name: &str| named.values().any(|other| other == name);
        let name = match (end.port.as_str(), graph.name_of(&end)) {
            ("", node) => unique_label(node, taken),
            (port, _) if !taken(port) => port.to_owned(),
            (port, node) => {
                let last = InterfaceName::parse(port).map_or(port, |name| name.interface);
                unique_label(&format!("{node}-{last}"), taken)
            }
        };
        named.insert(end, name);
    }
    named
}

/// The port of the group's node that stands for one of a node inside.
fn renamed(exported: &Exported, end: &Endpoint) -> String {
    let (outer, inside) = inner::steps(&end.port);
    let key = Endpoint {
        node: end.node.clone(),
        port: outer.to_owned(),
    };
    let name = exported.get(&key).cloned().unwrap_or_default();
    inside.fold(name, |port, name| inner::within(&port, name))
}

/// The nodes as a graph of their own.
fn part(
    graph: &Graph,
    nodes: &BTreeSet<NodeId>,
    name: &str,
    exported: &Exported,
) -> Result<Graph, Vec<Problem>> {
    let mut ops = Vec::new();
    for id in nodes {
        let Some(node) = graph.node(id) else {
            let words = format!("There is no node `{id}` in this graph.");
            return Err(refusal(ProblemKind::MissingComponent, None, words));
        };
        if node.component().is_none() {
            let words = format!(
                "`{}` is an import of the result, and stays outside of a group.",
                node.name
            );
            return Err(refusal(ProblemKind::ImportName, Some(id), words));
        }
        ops.push(Op::AddNode { node: node.clone() });
    }
    let both = |link: &Link| nodes.contains(&link.from.node) && nodes.contains(&link.to.node);
    ops.extend(graph.links().filter(both).map(|link| Op::AddLink { link }));
    ops.extend(exported.iter().map(|(end, name)| Op::AddExport {
        name: name.clone(),
        source: ExportSource {
            node: end.node.clone(),
            port: (!end.port.is_empty()).then(|| end.port.clone()),
        },
    }));
    let mut inside = Graph::named(name);
    inside
        .apply(&Transaction::new(name, ops))
        .map_err(|error| refusal(ProblemKind::Encoding, None, error.to_string()))?;
    Ok(inside)
}

/// What fills an import of the group from outside: all nodes inside that have it must have it from there.
fn outside_supplier(
    (graph, parts, nodes): (&Graph, &Parts, &BTreeSet<NodeId>),
    imports: &[&str],
    import: &str,
) -> Result<Option<Endpoint>, Vec<Problem>> {
    let mut found: Option<(&Node, Option<&Endpoint>)> = None;
    for node in nodes.iter().filter_map(|id| graph.node(id)) {
        let component = node.component().and_then(|of| parts.get(of));
        for port in component.map_or(&[][..], |of| &of.info.imports) {
            let end = Endpoint {
                node: node.id.clone(),
                port: port.name.clone(),
            };
            let supplier = graph.supplier(&end);
            let inside = supplier.is_some_and(|from| nodes.contains(&from.node));
            if inside || became(&port.name, imports) != Some(import) {
                continue;
            }
            match found {
                None => found = Some((node, supplier)),
                Some((_, same)) if same == supplier => {}
                Some((other, _)) => {
                    let words = format!(
                        "`{}` and `{}` have {import} from different places, and a component has each import once. Leave one of the two out of the group.",
                        other.name, node.name
                    );
                    return Err(refusal(ProblemKind::ImportConflict, Some(&node.id), words));
                }
            }
        }
    }
    Ok(found.and_then(|(_, supplier)| supplier.cloned()))
}

/// The import of the group that one of a node inside became: of the same name, or of a compatible version.
pub(crate) fn became<'i>(port: &str, imports: &[&'i str]) -> Option<&'i str> {
    let line = |name: &str| {
        let [major, minor, _] = release(InterfaceName::parse(name)?.version?)?;
        Some(if major == 0 { (0, minor) } else { (major, 0) })
    };
    let mut imports = imports.iter().copied();
    let same = imports.clone().find(|import| *import == port);
    same.or_else(|| {
        imports.find(|it| share_name(it, port) && line(it).is_some() && line(it) == line(port))
    })
}

/// The top left corner of what surrounds the nodes.
fn corner(graph: &Graph, nodes: &BTreeSet<NodeId>) -> Point {
    let positions = nodes.iter().filter_map(|id| Some(graph.node(id)?.position));
    positions
        .reduce(|a, b| Point {
            x: a.x.min(b.x),
            y: a.y.min(b.y),
        })
        .unwrap_or_default()
}

pub(crate) fn refusal(kind: ProblemKind, node: Option<&NodeId>, words: String) -> Vec<Problem> {
    let problem = Problem::new(Severity::Error, kind, words);
    vec![match node {
        Some(node) => problem.at_node(node),
        None => problem,
    }]
}
