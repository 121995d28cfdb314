//! Resources that two instances each make for themselves.
//!
//! wac compares resources by name when a link is drawn, so `bucket` of one store fits `bucket` of another; only the
//! validator knows that a handle from the one means nothing to the other (wac#149, wasm-tools#1565). It names neither
//! instance, so we look for the links that bring one interface from different places.

use crate::assembly::Assembly;
use patchbay_model::analysis::{Fix, Problem, ProblemKind, Severity, Side};
use patchbay_model::graph::{Endpoint, Graph, Link, Node, NodeId};
use patchbay_model::name::share_name;
use patchbay_model::op::Op;
use wac_graph::types::{ItemKind, Type};

/// Two nodes that meet over an interface, and get its resources from different places.
struct Clash {
    /// The import of the consumer that brings the resource.
    import: Endpoint,
    /// Where that import is linked to; `None` is the outside.
    source: Option<Endpoint>,
    /// The node that hands over things made of the resource, …
    supplier: NodeId,
    /// … the consumer's import where it does, …
    over: String,
    /// … and where it has the resource from.
    other: Origin,
}

/// Where a node has an interface from.
struct Origin {
    /// The node's import of it; `None` where it exports the interface itself.
    import: Option<Endpoint>,
    /// What that import is linked to, or the node's own export; `None` is the outside.
    source: Option<Endpoint>,
}

/// Explains the validator's “resource types are not the same”: the place where it stopped, and every other where the same
/// is wrong.
pub(crate) fn problems(
    graph: &Graph,
    assembly: &Assembly<'_>,
    node: Option<&Node>,
    message: &str,
) -> Vec<Problem> {
    let mut found: Vec<Clash> = graph
        .nodes()
        .flat_map(|node| clashes(graph, assembly, node))
        .collect();
    // The validator's message names the import it was looking at.
    let here = |clash: &Clash| node.is_none_or(|node| node.id == clash.import.node);
    let named = |clash: &Clash| message.contains(&format!("`{}`", clash.over));
    let first = found
        .iter()
        .position(|clash| here(clash) && named(clash))
        .or_else(|| found.iter().position(here));
    let Some(first) = first else {
        return vec![unexplained(node)];
    };
    let first = found.remove(first);
    found.retain(|clash| is_shared(assembly, clash));
    std::iter::once(&first)
        .chain(&found)
        .map(|clash| explain(graph, assembly, clash))
        .collect()
}

/// Whether a resource of the one import is spoken of in the other, so that both must come from one instance.
fn is_shared(assembly: &Assembly<'_>, clash: &Clash) -> bool {
    let over = Endpoint {
        node: clash.import.node.clone(),
        port: clash.over.clone(),
    };
    let interface = |end| match assembly.port(Side::Import, end)? {
        ItemKind::Instance(id) => Some(id),
        _ => None,
    };
    let (Some(owner), Some(over)) = (interface(&clash.import), interface(&over)) else {
        return false;
    };
    let types = assembly.types();
    types[over].exports.values().any(|kind| match kind {
        ItemKind::Type(Type::Resource(id)) => types[*id]
            .alias
            .is_some_and(|alias| alias.owner == Some(owner)),
        _ => false,
    })
}

fn unexplained(node: Option<&Node>) -> Problem {
    let place = node.map_or_else(String::new, |n| {
        format!(" where `{}` is instantiated", n.name)
    });
    let problem = Problem::new(
        Severity::Error,
        ProblemKind::ResourceIdentity,
        format!(
            "Two instances each make a resource of the same name{place}, and a handle from one means nothing to the other. Let all who exchange it be linked to one instance"
        ),
    );
    match node {
        Some(node) => problem.at_node(&node.id),
        None => problem,
    }
}

fn explain(graph: &Graph, assembly: &Assembly<'_>, clash: &Clash) -> Problem {
    let place = |end: &Option<Endpoint>| match end {
        Some(end) => format!("`{}`", graph.name_of(end)),
        None => "outside the result".to_string(),
    };
    let consumer = graph.name_of(&clash.import);
    let supplier = graph.node(&clash.supplier).map_or("?", |n| &n.name);
    let names = resources(assembly, &clash.import);
    let mut problem = Problem::new(
        Severity::Error,
        ProblemKind::ResourceIdentity,
        format!(
            "Two instances supply {names}: `{consumer}` gets `{}` from {}, but `{supplier}`, which gives it `{}`, has it from {}. A handle from one means nothing to the other: link both to the same instance",
            clash.import.port,
            place(&clash.source),
            clash.over,
            place(&clash.other.source),
        ),
    )
    .at_port(Side::Import, &clash.import);
    let both_ways = [
        (&clash.other.source, Some(&clash.import)),
        (&clash.source, clash.other.import.as_ref()),
    ];
    for (from, to) in both_ways {
        let (Some(from), Some(to)) = (from, to) else {
            continue;
        };
        if graph.cycle_with(&from.node, &to.node).is_none() {
            problem.fixes.push(Fix::new(
                format!(
                    "Link `{}` to `{}`, too",
                    graph.name_of(to),
                    graph.name_of(from)
                ),
                graph.linking(Link {
                    from: from.clone(),
                    to: to.clone(),
                }),
            ));
        }
    }
    // Both from outside is one instance, too.
    if clash.source.is_none()
        && let (Some(from), Some(to)) = (&clash.other.source, &clash.other.import)
    {
        let (from, to) = (from.clone(), to.clone());
        problem.fixes.push(Fix::new(
            format!("Leave `{supplier}` open, too: take both from outside"),
            vec![Op::RemoveLink {
                link: Link { from, to },
            }],
        ));
    }
    problem
}

/// The resources of an import in words: ``the resource `bucket` ``.
fn resources(assembly: &Assembly<'_>, import: &Endpoint) -> String {
    let Some(ItemKind::Instance(id)) = assembly.port(Side::Import, import) else {
        return "one resource".to_string();
    };
    let is_resource = |kind: &ItemKind| matches!(kind, ItemKind::Type(Type::Resource(_)));
    let exports = assembly.types()[id].exports.iter();
    let names: Vec<String> = exports
        .filter(|(_, kind)| is_resource(kind))
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    let word = if names.len() == 1 {
        "resource"
    } else {
        "resources"
    };
    format!("the {word} {}", names.join(", "))
}

/// Where a node's interfaces with resources come from, compared with where its suppliers have theirs from.
fn clashes(graph: &Graph, assembly: &Assembly<'_>, node: &Node) -> Vec<Clash> {
    let imports = resource_imports(assembly, &node.id);
    let mut clashes = Vec::new();
    for over in assembly
        .world(&node.id)
        .into_iter()
        .flat_map(|w| w.imports.keys())
    {
        let end = Endpoint {
            node: node.id.clone(),
            port: over.clone(),
        };
        let Some(supply) = graph.supplier(&end) else {
            continue;
        };
        for import in imports.iter().filter(|import| *import != over) {
            let import = Endpoint {
                node: node.id.clone(),
                port: import.clone(),
            };
            let source = graph.supplier(&import).cloned();
            for other in origins(graph, assembly, &supply.node, &import.port) {
                if other.source != source {
                    clashes.push(Clash {
                        import: import.clone(),
                        source: source.clone(),
                        supplier: supply.node.clone(),
                        over: over.clone(),
                        other,
                    });
                }
            }
        }
    }
    clashes
}

/// Where a node has an interface from: what its import of it is linked to, or its own export.
fn origins(graph: &Graph, assembly: &Assembly<'_>, node: &NodeId, interface: &str) -> Vec<Origin> {
    let end = |port: &String| Endpoint {
        node: node.clone(),
        port: port.clone(),
    };
    let imported = resource_imports(assembly, node)
        .into_iter()
        .filter(|port| share_name(port, interface))
        .map(|port| Origin {
            source: graph.supplier(&end(&port)).cloned(),
            import: Some(end(&port)),
        });
    let exported = assembly
        .world(node)
        .into_iter()
        .flat_map(|world| world.exports.keys())
        .filter(|port| share_name(port, interface))
        .map(|port| Origin {
            source: Some(end(port)),
            import: None,
        });
    imported.chain(exported).collect()
}

/// A node's imports of interfaces that have resources.
fn resource_imports(assembly: &Assembly<'_>, node: &NodeId) -> Vec<String> {
    let Some(world) = assembly.world(node) else {
        return Vec::new();
    };
    let types = assembly.types();
    let has_resource = |kind: &ItemKind| match kind {
        ItemKind::Instance(id) => types[*id]
            .exports
            .values()
            .any(|item| matches!(item, ItemKind::Type(Type::Resource(_)))),
        _ => false,
    };
    let imports = world.imports.iter().filter(|(_, kind)| has_resource(kind));
    imports.map(|(name, _)| name.clone()).collect()
}
