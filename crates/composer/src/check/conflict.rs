//! Open imports of several nodes that cannot become one import of the result.

use crate::assembly::Assembly;
use crate::check::relink::suppliers;
use crate::check::verdict::TypedPort;
use crate::explain::{Side as Shown, explain_merge};
use patchbay_model::analysis::{Fix, Mismatch, PortFit, Problem, ProblemKind, Severity, Side};
use patchbay_model::graph::{Endpoint, Graph, Link, Node, NodeKind, Point};
use patchbay_model::name::{InterfaceName, label_from, unique_label};
use patchbay_model::op::Op;
use wac_graph::types::are_semver_compatible;

/// Two open imports of one name (or of one version track) that wac could not merge: `import` is the one of `second`.
pub(crate) fn problem(
    graph: &Graph,
    assembly: &Assembly<'_>,
    fits: &[PortFit],
    import: &str,
    (first, second): (Option<&Node>, &Node),
    source: &anyhow::Error,
) -> Problem {
    let end = Endpoint {
        node: second.id.clone(),
        port: import.to_string(),
    };
    // wac names the first node of exactly this name, which is the second itself where the versions differ.
    let other = assembly
        .open_imports(graph)
        .into_iter()
        .filter(|open| open.node != second.id && are_semver_compatible(&open.port, import))
        .find(|open| first.is_none_or(|f| f.id == second.id || f.id == open.node));
    let mismatch = other.as_ref().and_then(|other| {
        let ends = [(Side::Import, other), (Side::Import, &end)];
        mismatch(graph, assembly, ends, &format!("{source:#}"))
    });
    let why = match &mismatch {
        Some(mismatch) => mismatch.summary.clone(),
        None => format!("{source:#}."),
    };
    let with = match &other {
        Some(open) => format!("`{}`", graph.name_of(open)),
        None => "another node".to_string(),
    };
    let mut problem = Problem::new(
        Severity::Error,
        ProblemKind::ImportConflict,
        format!(
            "{with} and `{}` both import `{import}` from outside, as different types, and the result can have only one import of that name. {why} Link one of the two, or import it under a name of its own",
            second.name
        ),
    )
    .at_port(Side::Import, &end);
    problem.mismatch = mismatch;
    for open in other.iter().chain([&end]) {
        for from in suppliers(graph, assembly, fits, open) {
            let label = format!(
                "Link `{}` to `{}`",
                graph.name_of(open),
                graph.name_of(&from)
            );
            let to = open.clone();
            let ops = graph.linking(Link { from, to });
            problem.fixes.push(Fix::new(label, ops));
        }
    }
    let both = other.iter().chain([&end]);
    let named_apart = both.filter_map(|open| apart(graph, assembly, open));
    problem.fixes.extend(named_apart);
    problem
}

/// The operations that let the result import this for one node alone, under a name of its own.
fn apart(graph: &Graph, assembly: &Assembly<'_>, open: &Endpoint) -> Option<Fix> {
    let node = graph.node(&open.node)?;
    let position = Point {
        x: node.position.x - 320.0,
        ..node.position
    };
    let mut ops = graph.drawn_import(open, position)?;
    let what = InterfaceName::parse(&open.port).map_or(open.port.as_str(), |name| name.interface);
    let taken = |name: &str| {
        let mut drawn = assembly.drawn_imports();
        drawn.any(|(_, import, _)| import.name == name)
            || assembly
                .open_imports(graph)
                .iter()
                .any(|end| end.port == name)
    };
    let name = unique_label(&label_from(&format!("{what}-{}", node.name)), taken);
    for op in &mut ops {
        match op {
            Op::AddNode { node } => {
                if let NodeKind::Import(import) = &mut node.kind {
                    import.item = Some(std::mem::replace(&mut import.name, name.clone()));
                }
            }
            Op::AddLink { link } => link.from.port.clone_from(&name),
            _ => {}
        }
    }
    Some(Fix::new(
        format!("Import it for `{}` as `{name}`", node.name),
        ops,
    ))
}

/// Why the imports at two ends cannot be one: drawn ones are the exports of their nodes.
pub(crate) fn mismatch(
    graph: &Graph,
    assembly: &Assembly<'_>,
    ends: [(Side, &Endpoint); 2],
    chain: &str,
) -> Option<Mismatch> {
    let names = ends.map(|(_, end)| format!("`{}`", graph.name_of(end)));
    let titles = ends.map(|(_, end)| format!("{} wants", graph.name_of(end)));
    let one = assembly.typed(ends[0].0, ends[0].1)?;
    let other = assembly.typed(ends[1].0, ends[1].1)?;
    explain_merge(
        assembly.types(),
        Shown::new(&names[0], &titles[0], TypedPort::from(&one)),
        Shown::new(&names[1], &titles[1], TypedPort::from(&other)),
        chain,
    )
}
