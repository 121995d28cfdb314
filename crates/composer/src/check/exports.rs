//! The names under which a result may export things.

use crate::assembly::Assembly;
use crate::assembly::names;
use crate::explain::nearest::nearest;
use patchbay_model::analysis::{Fix, Problem, ProblemKind, Severity, Side};
use patchbay_model::graph::{Endpoint, ExportSource, Graph};
use patchbay_model::name::label_from;
use patchbay_model::op::Op;
use wac_graph::types::ItemKind;

/// What is wrong with the exports of a graph.
pub(crate) fn problems(graph: &Graph, assembly: &Assembly<'_>) -> Vec<Problem> {
    let exports = graph.exports();
    exports
        .filter_map(|(name, source)| {
            missing_port(graph, assembly, name, source)
                .or_else(|| bad_name(graph, assembly, name, source))
                .or_else(|| same_name(graph, name, source))
        })
        .collect()
}

/// Where an export's problem is shown: at the port, or at the node for a whole instance.
pub(crate) fn at_source(problem: Problem, source: &ExportSource) -> Problem {
    match &source.port {
        Some(port) => {
            let end = Endpoint {
                node: source.node.clone(),
                port: port.clone(),
            };
            problem.at_port(Side::Export, &end)
        }
        None => problem.at_node(&source.node),
    }
}

fn missing_port(
    graph: &Graph,
    assembly: &Assembly<'_>,
    name: &str,
    source: &ExportSource,
) -> Option<Problem> {
    let port = source.port.as_ref()?;
    let end = Endpoint {
        node: source.node.clone(),
        port: port.clone(),
    };
    if !assembly.has(&source.node) || assembly.port(Side::Export, &end).is_some() {
        return None;
    }
    let node = graph.node(&source.node).map_or("", |n| n.name.as_str());
    let exports = assembly.beside(&end);
    let near = nearest(port, exports.iter());
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let mut problem = at_source(
        Problem::new(
            Severity::Error,
            ProblemKind::MissingPort,
            format!("The result is to export `{port}` of `{node}`, which has no such export{hint}"),
        ),
        source,
    );
    let remove = Op::RemoveExport { name: name.into() };
    if let Some(near) = near {
        problem.fixes.push(Fix::new(
            format!("Export `{near}` instead"),
            vec![
                remove.clone(),
                Op::AddExport {
                    name: name.into(),
                    source: ExportSource {
                        port: Some(near.to_string()),
                        ..source.clone()
                    },
                },
            ],
        ));
    }
    problem
        .fixes
        .push(Fix::new("Remove the export".to_string(), vec![remove]));
    Some(problem)
}

fn bad_name(
    graph: &Graph,
    assembly: &Assembly<'_>,
    name: &str,
    source: &ExportSource,
) -> Option<Problem> {
    let end = Endpoint {
        node: source.node.clone(),
        port: source.port.clone().unwrap_or_default(),
    };
    let kind = assembly.port(Side::Export, &end)?;
    let why = names::fault(name, matches!(kind, ItemKind::Instance(_)))?;
    let problem = at_source(
        Problem::new(
            Severity::Error,
            ProblemKind::ExportName,
            format!(
                "“{name}” {why}. Use lower-case words joined by `-`, such as `run`, or for an interface its full name, such as `wasi:cli/run@0.2.0`"
            ),
        ),
        source,
    );
    Some(renamed(graph, problem, name, source))
}

/// Names are compared without regard to case: `Run` and `run` cannot both be exported.
fn same_name(graph: &Graph, name: &str, source: &ExportSource) -> Option<Problem> {
    let (other, _) = graph
        .exports()
        .take_while(|(other, _)| *other != name)
        .find(|(other, _)| other.eq_ignore_ascii_case(name))?;
    let problem = at_source(
        Problem::new(
            Severity::Error,
            ProblemKind::ExportName,
            format!(
                "The result exports “{other}” and “{name}”, which count as one name: capitals make no difference. Rename one of them"
            ),
        ),
        source,
    );
    Some(renamed(graph, problem, name, source))
}

/// Offers a name that is valid and free.
fn renamed(graph: &Graph, mut problem: Problem, name: &str, source: &ExportSource) -> Problem {
    let taken = |name: &str| {
        let mut exports = graph.exports();
        exports.any(|(other, _)| other.eq_ignore_ascii_case(name))
    };
    let better = patchbay_model::name::unique_label(&label_from(name), taken);
    problem.fixes.push(Fix::new(
        format!("Rename it to `{better}`"),
        vec![
            Op::RemoveExport { name: name.into() },
            Op::AddExport {
                name: better,
                source: source.clone(),
            },
        ],
    ));
    problem
}
