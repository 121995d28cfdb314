//! Generated components in a graph: what they are made for, and the operations that put them there.

use super::GenerateError;
use super::adapter::adapter;
use super::stub::{Answers, for_imports};
use crate::inspect::Component;
use crate::parts::Parts;
use patchbay_model::name::label_from;
use patchbay_model::{Endpoint, Graph, Link, Node, NodeId, Op, Point};
use std::collections::BTreeMap;

/// How far to the left of what it is for a node is put.
const BESIDE: f64 = 320.0;

/// A generated component, and how it comes into the graph.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The component.
    pub component: Component,
    /// A node and its links, as one gesture.
    pub ops: Vec<Op>,
}

/// An adapter between exports and an import of a graph. Where one export is named and does not do, the others of its node
/// are taken too.
///
/// # Errors
/// For ends that are not there, and what differs in more than shape.
pub fn adapt(
    graph: &Graph,
    parts: &Parts,
    from: &[Endpoint],
    to: &Endpoint,
    renames: &BTreeMap<String, String>,
) -> Result<Placed, GenerateError> {
    let importer = component(graph, parts, &to.node)?;
    let made = |from: &[Endpoint]| {
        let exports: Result<Vec<_>, GenerateError> = from
            .iter()
            .map(|end| Ok((component(graph, parts, &end.node)?, end.port.as_str())))
            .collect();
        adapter(&exports?, importer, &to.port, renames)
    };
    let mut from = from.to_vec();
    let mut adapter = made(&from);
    if let ([one], Err(GenerateError::NotAdaptable(_))) = (from.as_slice(), &adapter) {
        let node = one.node.clone();
        let others = &component(graph, parts, &node)?.info.exports;
        let others = others.iter().filter(|port| port.name != one.port);
        let ends: Vec<Endpoint> = others
            .map(|port| Endpoint {
                node: node.clone(),
                port: port.name.clone(),
            })
            .collect();
        let all: Vec<Endpoint> = from.iter().cloned().chain(ends).collect();
        if let Ok(made) = made(&all) {
            (adapter, from) = (Ok(made), all);
        }
    }
    let adapter = adapter?;
    let mut sources: BTreeMap<&str, Endpoint> = BTreeMap::new();
    for (import, n) in &adapter.inputs {
        sources.insert(import, from[*n].clone());
    }
    let neighbours = from.iter().map(|end| &end.node).chain([&to.node]);
    let neighbours: Vec<&NodeId> = neighbours.collect();
    Ok(placed(
        graph,
        parts,
        &adapter.component,
        to,
        &sources,
        &neighbours,
    ))
}

/// A stub that fills an import of a graph.
///
/// # Errors
/// For ends that are not there, values that do not fit, and types that WIT cannot describe.
pub fn fill(
    graph: &Graph,
    parts: &Parts,
    to: &Endpoint,
    answers: &Answers,
) -> Result<Placed, GenerateError> {
    let importer = component(graph, parts, &to.node)?;
    let stub = for_imports(importer, std::slice::from_ref(&to.port), answers)?;
    Ok(placed(
        graph,
        parts,
        &stub,
        to,
        &BTreeMap::new(),
        &[&to.node],
    ))
}

fn component<'p>(
    graph: &Graph,
    parts: &'p Parts,
    node: &NodeId,
) -> Result<&'p Component, GenerateError> {
    let reference = graph.node(node).and_then(Node::component);
    reference
        .and_then(|reference| parts.get(reference))
        .ok_or_else(|| GenerateError::NoSuchNode(node.clone()))
}

/// A node of the component, linked to what it is for, to its sources, and to whatever its neighbours have the same
/// interface from: resources must come from one place.
fn placed(
    graph: &Graph,
    parts: &Parts,
    component: &Component,
    to: &Endpoint,
    sources: &BTreeMap<&str, Endpoint>,
    neighbours: &[&NodeId],
) -> Placed {
    let id = graph.free_id();
    let at = graph
        .node(&to.node)
        .map_or_else(Point::default, |node| node.position);
    let at = Point {
        x: at.x - BESIDE,
        y: at.y,
    };
    let name = graph.free_name(&label_from(component.info.short_name()));
    let node = Node::instance(id.clone(), name, component.info.reference(), at);
    let mut ops = vec![Op::AddNode { node }];
    for import in &component.info.imports {
        let source = sources.get(import.name.as_str()).cloned();
        let source = source.or_else(|| {
            neighbours.iter().find_map(|neighbour| {
                let end = Endpoint {
                    node: (*neighbour).clone(),
                    port: import.name.clone(),
                };
                let own = (*neighbour != &to.node)
                    .then(|| {
                        graph
                            .node(neighbour)?
                            .component()
                            .and_then(|c| parts.get(c))
                    })
                    .flatten()
                    .and_then(|component| component.info.export(&import.name))
                    .map(|_| end.clone());
                own.or_else(|| graph.supplier(&end).cloned())
            })
        });
        if let Some(from) = source {
            let to = Endpoint {
                node: id.clone(),
                port: import.name.clone(),
            };
            ops.push(Op::AddLink {
                link: Link { from, to },
            });
        }
    }
    let from = Endpoint {
        node: id,
        port: to.port.clone(),
    };
    let to = to.clone();
    ops.extend(graph.linking(Link { from, to }));
    Placed {
        component: component.clone(),
        ops,
    }
}
