//! The imports of a result that are drawn as nodes: their names, their types, and how they get along with the open
//! imports of instances, which become imports of the result by themselves.

use crate::assembly::Assembly;
use crate::assembly::names;
use crate::check::conflict::mismatch;
use crate::explain::nearest::nearest;
use crate::wit::printer;
use patchbay_model::analysis::{Fix, Problem, ProblemKind, Severity, Side};
use patchbay_model::graph::{Endpoint, ExportSource, Graph, Import, Link, Node, NodeKind, inner};
use patchbay_model::name::{label_from, unique_label};
use patchbay_model::op::Op;
use wac_graph::ImportError;
use wac_graph::types::{ItemKind, are_semver_compatible};

/// What is wrong among the imports of a result; empty when all can be imported together.
pub(crate) fn problems(graph: &Graph, assembly: &Assembly<'_>) -> Vec<Problem> {
    let open = assembly.open_imports(graph);
    let mut problems = Vec::new();
    for (node, import, _) in assembly.drawn_imports() {
        let drawn = |node: &Node, import: &Import| Endpoint {
            node: node.id.clone(),
            port: import.name.clone(),
        };
        let own = drawn(node, import);
        for end in &open {
            if end.port == import.name {
                problems.push(taken(graph, node, import, end));
            } else if are_semver_compatible(&end.port, &import.name) {
                problems.extend(unmergeable(graph, assembly, &own, (Side::Import, end)));
            }
        }
        for (twin, other, _) in assembly.drawn_imports() {
            // Each pair once.
            if twin.id < node.id && are_semver_compatible(&other.name, &import.name) {
                let twin = drawn(twin, other);
                problems.extend(unmergeable(graph, assembly, &own, (Side::Export, &twin)));
            }
        }
    }
    problems
}

/// wac wants it said whether an import of the same name is to be the drawn one.
fn taken(graph: &Graph, node: &Node, import: &Import, open: &Endpoint) -> Problem {
    let name = graph.node(&open.node).map_or("", |node| node.name.as_str());
    let mut problem = conflict(format!(
        "`{name}` imports `{}` from outside, and so does the node `{}`, but a result has one import of a name: link `{}` to `{name}`, or give the import another name",
        open.port, node.name, node.name
    ))
    .at_port(Side::Import, open);
    let link = Link {
        from: Endpoint {
            node: node.id.clone(),
            port: import.name.clone(),
        },
        to: open.clone(),
    };
    problem.fixes.push(Fix::new(
        format!("Link `{}` to `{name}`", node.name),
        graph.linking(link),
    ));
    problem
}

/// Two imports of one interface in compatible versions become one of the higher version, if their types allow it.
fn unmergeable(
    graph: &Graph,
    assembly: &Assembly<'_>,
    node: &Endpoint,
    (side, other): (Side, &Endpoint),
) -> Option<Problem> {
    let ends = [(Side::Export, node), (side, other)];
    let mismatch = mismatch(graph, assembly, ends, "")?;
    let mut problem = conflict(format!(
        "The import `{}` and `{}` of `{}` are compatible versions of one interface, so the result imports one for both. {}",
        graph.name_of(node),
        other.port,
        graph.name_of(other),
        mismatch.summary,
    ))
    .at_node(&node.node);
    problem.mismatch = Some(mismatch);
    Some(problem)
}

/// Ways out of what is wrong with a node by itself: another name for an import that has none of its own, or no node.
pub(crate) fn fixes(graph: &Graph, problem: &Problem) -> Vec<Fix> {
    let node = problem.node.as_ref().and_then(|id| graph.node(id));
    let Some(node) = node.filter(|_| problem.kind != ProblemKind::Encoding) else {
        return Vec::new();
    };
    let named_badly = problem.kind == ProblemKind::ImportName;
    let import = node.import().filter(|_| named_badly);
    let renamed = import.map(|import| renamed(graph, node, import));
    let removed = Fix::new(
        format!("Remove `{}`", node.name),
        graph.removal(std::slice::from_ref(&node.id)),
    );
    renamed.into_iter().chain([removed]).collect()
}

/// The same import under a name that is valid and free, with its links and exports.
fn renamed(graph: &Graph, node: &Node, import: &Import) -> Fix {
    let taken = |name: &str| {
        let mut imports = graph.nodes().filter_map(Node::import);
        imports.any(|other| other.name.eq_ignore_ascii_case(name))
    };
    let better = unique_label(&label_from(printer::bare(&import.name)), taken);
    let moved = |port: &str| {
        let (outer, inside) = inner::steps(port);
        let start = match outer == import.name {
            true => better.clone(),
            false => outer.to_string(),
        };
        inside.fold(start, |port, name| inner::within(&port, name))
    };
    let mut ops = graph.removal(std::slice::from_ref(&node.id));
    ops.push(Op::AddNode {
        node: Node {
            kind: NodeKind::Import(Import {
                name: better.clone(),
                item: Some(import.item().to_string()),
                of: import.of.clone(),
            }),
            ..node.clone()
        },
    });
    let links = graph.links().filter(|link| link.from.node == node.id);
    ops.extend(links.map(|mut link| {
        link.from.port = moved(&link.from.port);
        Op::AddLink { link }
    }));
    let exports = graph.exports().filter(|(_, source)| source.node == node.id);
    ops.extend(exports.map(|(name, source)| Op::AddExport {
        name: name.to_string(),
        source: ExportSource {
            port: source.port.as_deref().map(moved),
            ..source.clone()
        },
    }));
    Fix::new(format!("Import it as `{better}`"), ops)
}

fn conflict(message: String) -> Problem {
    Problem::new(Severity::Error, ProblemKind::ImportConflict, message)
}

/// An import whose WIT cannot be used.
pub(crate) fn untyped(node: &Node, import: &Import, why: &str) -> Problem {
    let message = format!(
        "The import `{}` of `{}` has no type: {why}",
        import.name, node.name
    );
    Problem::new(Severity::Error, ProblemKind::Source, message).at_node(&node.id)
}

/// An import that takes its type from what is not there.
pub(crate) fn missing_item<'i>(
    node: &Node,
    import: &Import,
    items: impl Iterator<Item = &'i String> + Clone,
) -> Problem {
    let item = import.item();
    let hint =
        nearest(item, items).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let message = format!(
        "The import `{}` is to have the type of the import `{item}`, which is not where its type comes from{hint}",
        node.name
    );
    Problem::new(Severity::Error, ProblemKind::MissingPort, message).at_node(&node.id)
}

/// Checks the name that the result is to import something under.
pub(crate) fn check_name(node: &Node, import: &Import, kind: ItemKind) -> Result<(), Problem> {
    let is_interface = matches!(kind, ItemKind::Instance(_));
    match names::fault(&import.name, is_interface) {
        None => Ok(()),
        Some(why) => Err(unnamed(
            node,
            &format!(
                "“{}” {why}. Use lower-case words joined by `-`, or for an interface its full name, such as `wasi:cli/run@0.2.0`",
                import.name
            ),
        )),
    }
}

/// Why wac did not take an import.
pub(crate) fn refused(node: &Node, import: &Import, error: &ImportError) -> Problem {
    match error {
        ImportError::ImportAlreadyExists { .. } => unnamed(
            node,
            &format!(
                "two nodes import `{}`, and a result has one import of a name. Link all who need it to one of them, or give one another name",
                import.name
            ),
        ),
        ImportError::InvalidImportName { .. } => unnamed(node, &error.to_string()),
    }
}

fn unnamed(node: &Node, why: &str) -> Problem {
    let message = format!("`{}` cannot be imported: {why}", node.name);
    Problem::new(Severity::Error, ProblemKind::ImportName, message).at_node(&node.id)
}
