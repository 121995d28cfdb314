//! Refusals: what single nodes of a graph may not use, though the host of the result provides it to the others.
//!
//! All nodes of a result share its imports, so a host cannot tell them apart. What a node is refused is filled by a
//! generated component instead, which says no: see [`Otherwise::Refuse`].

use super::GenerateError;
use super::stub::{Answers, Otherwise, for_imports};
use super::ties::{Tie, ties};
use crate::inspect::Component;
use crate::parts::Parts;
use patchbay_model::analysis::{Side, World};
use patchbay_model::{Digest, Endpoint, Graph, Link, Node, NodeId, Op, Transaction};
use std::collections::{BTreeMap, BTreeSet};

/// A node that needs an import of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Importer {
    /// The import of the result.
    pub import: String,
    /// The import of the node.
    pub end: Endpoint,
    /// Whether it alone can be refused it.
    pub refusal: Refusal,
}

/// What refusing one node an import takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It can be, and these imports of the node are refused with it, since they work with its resources.
    With(Vec<String>),
    /// It cannot be, and why.
    Impossible(String),
}

/// The nodes behind the imports of a result, in the order of those.
pub fn importers(graph: &Graph, parts: &Parts, world: &World) -> Vec<Importer> {
    let mut known = Known::default();
    let mut importers = Vec::new();
    for import in &world.imports {
        for port in &import.ports {
            let drawn = graph
                .node(&port.node)
                .is_some_and(|it| it.import().is_some());
            let ends = match drawn {
                false => vec![port.clone()],
                true => {
                    let links = graph.links().filter(|link| link.from.node == port.node);
                    links.map(|link| link.to).collect()
                }
            };
            importers.extend(ends.into_iter().map(|end| {
                let refusal = match known.refused(graph, parts, &end.node, [&end.port]) {
                    Ok((_, mut ports)) => {
                        ports.remove(&end.port);
                        Refusal::With(ports.into_iter().collect())
                    }
                    Err(GenerateError::NotRefusable { reason, .. }) => Refusal::Impossible(reason),
                    Err(error) => Refusal::Impossible(error.to_string()),
                };
                Importer {
                    import: import.name.clone(),
                    end,
                    refusal,
                }
            }));
        }
    }
    importers
}

/// The graph with these imports of nodes filled by components that say no, and the components of it. What is no import of
/// the result (any more) is left as it is.
///
/// # Errors
/// For an import whose resources its node shares with what it has from elsewhere, and types that WIT cannot describe.
pub fn refuse(
    graph: &Graph,
    parts: &Parts,
    refused: &[Endpoint],
) -> Result<(Graph, Parts), GenerateError> {
    let (mut graph, mut parts) = (graph.clone(), parts.clone());
    let mut by_node: BTreeMap<&NodeId, Vec<&String>> = BTreeMap::new();
    for end in refused.iter().filter(|end| is_outside(&graph, end)) {
        let component = component(&graph, &parts, &end.node);
        let imports = |it: &Component| it.info.imports.iter().any(|port| port.name == end.port);
        if component.is_some_and(imports) {
            by_node.entry(&end.node).or_default().push(&end.port);
        }
    }
    let mut known = Known::default();
    for (node, ports) in by_node {
        let (component, ports) = known.refused(&graph, &parts, node, ports)?;
        let answers = Answers {
            values: BTreeMap::new(),
            otherwise: Otherwise::Refuse(graph.title(node)),
        };
        let ports: Vec<String> = ports.into_iter().collect();
        let refusal = for_imports(&component, &ports, &answers)?;
        let placed = Transaction::new("", placed(&graph, &refusal, node, &ports));
        let failed = |error| GenerateError::Failed(format!("{error}"));
        graph.apply(&placed).map_err(failed)?;
        parts.insert(refusal);
    }
    Ok((graph, parts))
}

/// A node that says no, in place of what these imports of a node had. Its own imports come from where that node has them.
fn placed(graph: &Graph, refusal: &Component, node: &NodeId, ports: &[String]) -> Vec<Op> {
    let id = graph.free_id();
    let end = |node: &NodeId, port: &String| Endpoint {
        node: node.clone(),
        port: port.clone(),
    };
    let name = graph.free_name(&format!("{}-refusal", graph.title(node)));
    let position = graph.position(node).unwrap_or_default();
    let mut ops = vec![Op::AddNode {
        node: Node::instance(id.clone(), name, refusal.info.reference(), position),
    }];
    for import in &refusal.info.imports {
        if let Some(from) = graph.supplier(&end(node, &import.name)) {
            let (from, to) = (from.clone(), end(&id, &import.name));
            let link = Link { from, to };
            ops.push(Op::AddLink { link });
        }
    }
    for port in ports {
        let (from, to) = (end(&id, port), end(node, port));
        ops.extend(graph.linking(Link { from, to }));
    }
    ops
}

/// Whether an import of a node is filled from outside.
fn is_outside(graph: &Graph, end: &Endpoint) -> bool {
    let supplier = graph.supplier(end).and_then(|from| graph.node(&from.node));
    supplier.is_none_or(|node| node.import().is_some())
}

fn component<'p>(graph: &Graph, parts: &'p Parts, node: &NodeId) -> Option<&'p Component> {
    parts.get(graph.node(node)?.component()?)
}

/// What is known of components already.
#[derive(Default)]
struct Known {
    ties: BTreeMap<Digest, Result<BTreeMap<String, Vec<Tie>>, GenerateError>>,
}

impl Known {
    /// The component of a node, and everything that it is refused with these imports: what works with resources must have
    /// them from one place.
    fn refused<'a>(
        &mut self,
        graph: &Graph,
        parts: &Parts,
        node: &NodeId,
        ports: impl IntoIterator<Item = &'a String>,
    ) -> Result<(Component, BTreeSet<String>), GenerateError> {
        let missing = || GenerateError::NoSuchNode(node.clone());
        let component = component(graph, parts, node).ok_or_else(missing)?;
        let digest = component.info.digest.clone();
        let ties = self.ties.entry(digest).or_insert_with(|| ties(component));
        let ties = ties.as_ref().map_err(Clone::clone)?;
        let mut queue: Vec<String> = ports.into_iter().cloned().collect();
        let mut refused = BTreeSet::new();
        while let Some(port) = queue.pop() {
            for tie in ties.get(&port).into_iter().flatten() {
                if let Some(reason) = obstacle(graph, node, tie) {
                    return Err(GenerateError::NotRefusable {
                        node: graph.title(node),
                        port,
                        reason,
                    });
                }
                if !refused.contains(&tie.port) {
                    queue.push(tie.port.clone());
                }
            }
            refused.insert(port);
        }
        Ok((component.clone(), refused))
    }
}

/// Why what works with a resource of an import cannot be refused with it.
fn obstacle(graph: &Graph, node: &NodeId, tie: &Tie) -> Option<String> {
    let Tie {
        side,
        port,
        resource,
    } = tie;
    let title = graph.title(node);
    if *side == Side::Export {
        return Some(format!(
            "it exports `{port}`, which works with the resource `{resource}` of it, so that nobody could call it"
        ));
    }
    let end = Endpoint {
        node: node.clone(),
        port: port.clone(),
    };
    let supplier = graph.supplier(&end).filter(|_| !is_outside(graph, &end))?;
    Some(format!(
        "its `{port}` comes from `{}`, which works with the resource `{resource}` of it, and `{title}` must have both from \
         one place",
        graph.title(&supplier.node)
    ))
}
