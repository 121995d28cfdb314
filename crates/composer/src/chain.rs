//! Nodes put in a row between whoever supplies something and whoever takes it.

use crate::check::check;
use crate::parts::Parts;
use crate::wiring::infos;
use patchbay_model::analysis::{Problem, ProblemKind, Severity, Side};
use patchbay_model::graph::{Endpoint, Graph, Link, NodeId};
use patchbay_model::name::share_name;
use patchbay_model::op::Op;
use patchbay_model::splice::Sink;
use patchbay_model::verdict::{Evidence, Refusal};

/// The operations that lead to `sink` through `nodes`, in their order: one node is spliced into a link, several are put
/// in a row, and those that stand in a row already change places. None when all is so.
///
/// The row begins at `source`, or else at what supplies the sink now; nodes of the row that stand there already are
/// passed over on the way back to it.
///
/// # Errors
/// A sink that nothing supplies; and as [`Evidence::chain`].
pub fn chain(
    graph: &Graph,
    parts: &Parts,
    source: Option<&Endpoint>,
    nodes: &[NodeId],
    sink: &Sink,
) -> Result<Vec<Op>, Problem> {
    refuse(graph, nodes)?;
    let begins = source.cloned().or_else(|| beginning(graph, nodes, sink));
    let Some(source) = begins else {
        return Err(unsupplied(graph, sink));
    };
    with_evidence(graph, parts, |evidence| {
        evidence
            .chain(&source, nodes, sink)
            .map_err(|refusal| told(refusal, sink))
    })
}

/// Where nodes can stand in a row, in their order: each sink that they fit before, with the operations that [`chain`]
/// gives for it. Those come first that a node of the row supplies now.
///
/// # Errors
/// As [`chain`], but for sinks that they do not fit before.
pub fn chain_places(
    graph: &Graph,
    parts: &Parts,
    nodes: &[NodeId],
) -> Result<Vec<(Sink, Vec<Op>)>, Problem> {
    refuse(graph, nodes)?;
    Ok(with_evidence(graph, parts, |evidence| {
        let places = sinks(graph, nodes).into_iter().filter_map(|sink| {
            let source = beginning(graph, nodes, &sink)?;
            let ops = evidence.chain(&source, nodes, &sink).ok()?;
            Some((sink, ops))
        });
        places.collect()
    }))
}

/// Where a row could end: what takes something now from outside of it.
fn sinks(graph: &Graph, nodes: &[NodeId]) -> Vec<Sink> {
    let inner = |link: &Link| nodes.contains(&link.to.node);
    let imports = graph.links().filter(|link| !inner(link)).map(|link| {
        let near = nodes.contains(&link.from.node);
        (near, Sink::Import(link.to))
    });
    let exports = graph.exports().map(|(name, source)| {
        let near = nodes.contains(&source.node);
        (near, Sink::Export(name.to_owned()))
    });
    let (near, far): (Vec<_>, Vec<_>) = imports.chain(exports).partition(|(near, _)| *near);
    near.into_iter().chain(far).map(|(_, sink)| sink).collect()
}

/// What keeps nodes from being put in a row anywhere.
fn refuse(graph: &Graph, nodes: &[NodeId]) -> Result<(), Problem> {
    if let Some(problem) = crate::check::too_large(graph) {
        return Err(problem);
    }
    for (at, node) in nodes.iter().enumerate() {
        if graph.node(node).is_none() {
            let message = format!("There is no node `{node}` in this graph");
            let kind = ProblemKind::MissingComponent;
            return Err(Problem::new(Severity::Error, kind, message).at_node(node));
        }
        if nodes[..at].contains(node) {
            let name = graph.path_in_words(std::slice::from_ref(node));
            let message = format!("`{name}` can stand in a row once only");
            return Err(Problem::new(Severity::Error, ProblemKind::Cycle, message).at_node(node));
        }
    }
    Ok(())
}

fn with_evidence<T>(graph: &Graph, parts: &Parts, then: impl FnOnce(&Evidence<'_>) -> T) -> T {
    let components = infos(graph, parts);
    let analysis = check(graph, parts);
    let analysed = components.iter().map(|info| info.digest.clone()).collect();
    let evidence = Evidence {
        graph,
        components: &components,
        analysis: &analysis,
        analysed: &analysed,
    };
    then(&evidence)
}

/// What supplies the sink now, before the nodes of the row.
fn beginning(graph: &Graph, nodes: &[NodeId], sink: &Sink) -> Option<Endpoint> {
    let mut from = match sink {
        Sink::Import(import) => graph.supplier(import)?.clone(),
        Sink::Export(name) => {
            let (_, source) = graph.exports().find(|(export, _)| export == name)?;
            Endpoint {
                node: source.node.clone(),
                port: source.port.clone()?,
            }
        }
    };
    // Links make no circles, so each node of the row is passed at most once.
    for _ in nodes {
        if !nodes.contains(&from.node) {
            break;
        }
        let mut links = graph.links();
        let before = links
            .find(|link| link.to.node == from.node && share_name(&link.to.port, &from.port))?;
        from = before.from;
    }
    Some(from)
}

fn unsupplied(graph: &Graph, sink: &Sink) -> Problem {
    let (what, port) = match sink {
        Sink::Import(import) => {
            let what = format!("`{}` of `{}`", import.port, graph.name_of(import));
            (what, Some(import))
        }
        Sink::Export(name) => (format!("the export `{name}` of the result"), None),
    };
    let message = format!("No port supplies {what} yet, so say which one is to");
    let problem = Problem::new(Severity::Error, ProblemKind::MissingPort, message);
    match port {
        Some(port) => problem.at_port(Side::Import, port),
        None => problem,
    }
}

fn told(refusal: Refusal, sink: &Sink) -> Problem {
    let kind = match refusal.path.is_empty() {
        true => ProblemKind::Mismatch,
        false => ProblemKind::Cycle,
    };
    let mut problem = Problem::new(Severity::Error, kind, refusal.reason);
    if let Sink::Import(import) = sink {
        problem = problem.at_port(Side::Import, import);
    }
    problem.mismatch = refusal.mismatch.map(|mismatch| *mismatch);
    problem.path = refusal.path;
    problem
}
