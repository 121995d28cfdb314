//! Everything that can be said of a graph.

use crate::assembly::{Assembly, Code};
use crate::encode::encode;
use crate::exports;
use crate::fits::fits;
use crate::fuse::FuseOptions;
use crate::guard::guarded;
use crate::merged;
use crate::nearest::nearest;
use crate::parts::Parts;
use crate::relink::instead;
use crate::verdict::{Judge, TypedPort};
use crate::world::trusted_world;
use crate::{imports, limits};
use patchbay_model::analysis::{
    Analysis, Fit, Fix, LinkReport, PortFit, Problem, ProblemKind, Severity, Side, World, WorldItem,
};
use patchbay_model::graph::{Endpoint, ExportSource, Graph, Link};
use patchbay_model::op::Op;
use wac_types::are_semver_compatible;

/// Checks every link, finds what else fits, and tries to encode the whole, on skeletons of the components.
pub fn check(graph: &Graph, parts: &Parts) -> Analysis {
    if let Some(problem) = too_large(graph) {
        return unchecked(graph, problem);
    }
    guarded(|| analysis(graph, parts)).unwrap_or_else(|panicked| {
        let message = format!("This graph cannot be checked: {panicked}");
        let problem = Problem::new(Severity::Error, ProblemKind::Encoding, message);
        unchecked(graph, problem)
    })
}

fn unchecked(graph: &Graph, problem: Problem) -> Analysis {
    let links = graph.links().map(|link| LinkReport { link, fit: None });
    Analysis {
        links: links.collect(),
        problems: vec![problem],
        ..Analysis::default()
    }
}

/// Refuses what would take long, before any work.
pub(crate) fn too_large(graph: &Graph) -> Option<Problem> {
    [
        (graph.nodes().len(), limits::NODES, "nodes"),
        (graph.links().len(), limits::LINKS, "links"),
        (graph.exports().len(), limits::EXPORTS, "exports"),
    ]
    .into_iter()
    .find(|(found, limit, _)| found > limit)
    .map(|(found, limit, what)| {
        Problem::new(
            Severity::Error,
            ProblemKind::TooLarge,
            format!("This graph has {found} {what}; up to {limit} are checked and fused"),
        )
    })
}

fn analysis(graph: &Graph, parts: &Parts) -> Analysis {
    let (mut assembly, mut problems) = Assembly::new(graph, parts, Code::Skeleton);
    for problem in &mut problems {
        let missing = problem.kind == ProblemKind::MissingComponent;
        if let Some(node) = problem.node.clone().filter(|_| missing) {
            problem.fixes.push(Fix {
                label: format!("Remove `{}`", graph.node(&node).map_or("it", |n| &n.name)),
                ops: graph.removal(&[node]),
            });
        }
    }
    let mut links = Vec::new();
    let fits = fits(&assembly);
    let mut judge = Judge::new(assembly.types());
    for link in graph.links() {
        let (fit, problem) = judge_link(graph, &assembly, &mut judge, &fits, &link);
        problems.extend(problem);
        links.push(LinkReport { link, fit });
    }
    drop(judge);
    problems.extend(cycle(graph));
    problems.extend(imports::problems(graph, &assembly));
    problems.extend(exports::problems(graph, &assembly));
    let mut world = None;
    if problems.is_empty() {
        match trial(graph, &mut assembly, &fits) {
            Ok(result) => world = Some(result),
            Err(problem) => problems.push(problem),
        }
    }
    problems.extend(no_export(graph));
    // A stable sort: within a severity, in the order of the graph.
    problems.sort_by_key(|problem| problem.severity);
    Analysis {
        links,
        fits,
        problems,
        world,
    }
}

/// How a link's two ends fit, and what is wrong with it.
fn judge_link(
    graph: &Graph,
    assembly: &Assembly<'_>,
    judge: &mut Judge<'_>,
    fits: &[PortFit],
    link: &Link,
) -> (Option<Fit>, Option<Problem>) {
    if !assembly.has(&link.from.node) || !assembly.has(&link.to.node) {
        // Said of the node already.
        return (None, None);
    }
    for (side, end) in [(Side::Export, &link.from), (Side::Import, &link.to)] {
        if assembly.port(side, end).is_none() {
            let mut problem = missing_port(graph, assembly, link, side, end);
            for fix in instead(graph, assembly, fits, link) {
                if problem.fixes.iter().all(|other| other.ops != fix.ops) {
                    problem.fixes.push(fix);
                }
            }
            problem.fixes.push(remove_link(link));
            return (None, Some(problem));
        }
    }
    let ends = assembly
        .typed(Side::Export, &link.from)
        .zip(assembly.typed(Side::Import, &link.to));
    let Some((export, import)) = ends else {
        return (None, None);
    };
    let fit = judge.fit(TypedPort::from(&export), TypedPort::from(&import));
    let problem = match &fit {
        Fit::Mismatch(mismatch) => {
            let message = format!(
                "`{}` cannot fill `{}` of `{}`. {}",
                graph.name_of(&link.from),
                link.to.port,
                graph.name_of(&link.to),
                mismatch.summary
            );
            let mut problem = Problem::new(Severity::Error, ProblemKind::Mismatch, message)
                .at_port(Side::Import, &link.to);
            problem.mismatch = Some(mismatch.clone());
            problem.fixes = instead(graph, assembly, fits, link);
            problem.fixes.push(remove_link(link));
            Some(problem)
        }
        _ => None,
    };
    (Some(fit), problem)
}

fn missing_port(
    graph: &Graph,
    assembly: &Assembly<'_>,
    link: &Link,
    side: Side,
    end: &Endpoint,
) -> Problem {
    let exports = assembly.beside(end);
    let near = match side {
        Side::Import => assembly
            .world(&end.node)
            .and_then(|world| nearest(&end.port, world.imports.keys())),
        Side::Export => nearest(&end.port, exports.iter()),
    };
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let mut problem = Problem::new(
        Severity::Error,
        ProblemKind::MissingPort,
        format!(
            "A link speaks of the {} `{}` of `{}`, which has no such {}{hint}",
            side.word(),
            end.port,
            graph.name_of(end),
            side.word()
        ),
    )
    .at_port(side, end);
    if let Some(near) = near {
        let moved = Endpoint {
            node: end.node.clone(),
            port: near.to_string(),
        };
        let instead = match side {
            Side::Import => Link {
                from: link.from.clone(),
                to: moved,
            },
            Side::Export => Link {
                from: moved,
                to: link.to.clone(),
            },
        };
        // A link to another import must not take the place of one that is there.
        if side == Side::Export || graph.supplier(&instead.to).is_none() {
            problem.fixes.push(Fix {
                label: format!("Link `{near}` instead"),
                ops: vec![
                    Op::RemoveLink { link: link.clone() },
                    Op::AddLink { link: instead },
                ],
            });
        }
    }
    problem
}

fn remove_link(link: &Link) -> Fix {
    Fix {
        label: "Remove the link".to_string(),
        ops: vec![Op::RemoveLink { link: link.clone() }],
    }
}

/// Compositions have no cycles, by the component model's rules: an instance must exist before it can be an argument.
fn cycle(graph: &Graph) -> Option<Problem> {
    let path = graph.cycle()?;
    let words = graph.path_in_words(&path);
    let mut problem = Problem::new(
        Severity::Error,
        ProblemKind::Cycle,
        format!(
            "These links go round in a circle: {words}. Instances are made one after the other, so none can wait for itself: remove one of the links"
        ),
    );
    problem.node = path.first().cloned();
    for pair in path.windows(2) {
        let on_it = |link: &Link| link.from.node == pair[0] && link.to.node == pair[1];
        let links: Vec<Link> = graph.links().filter(on_it).collect();
        let label = format!("Remove the link {}", graph.path_in_words(pair));
        let ops = links.into_iter().map(|link| Op::RemoveLink { link });
        problem.fixes.push(Fix {
            label,
            ops: ops.collect(),
        });
    }
    problem.path = path;
    Some(problem)
}

fn no_export(graph: &Graph) -> Option<Problem> {
    let nothing = graph.nodes().len() > 0 && graph.exports().len() == 0;
    nothing.then(|| {
        Problem::new(
            Severity::Warning,
            ProblemKind::NoExport,
            "The result exports nothing yet, so nobody can use it: export a port, or a whole node",
        )
    })
}

/// Draws every link and export in wac's graph. The links were judged before, so an error here is one of the whole.
pub(crate) fn connect(graph: &Graph, assembly: &mut Assembly<'_>) -> Result<(), Problem> {
    for link in graph.links() {
        assembly.link(&link).map_err(|error| {
            let message = format!("The link to `{}` cannot be made: {error:#}", link.to.port);
            Problem::new(Severity::Error, ProblemKind::Encoding, message)
                .at_port(Side::Import, &link.to)
        })?;
    }
    for (name, source) in graph.exports() {
        assembly.export(name, source).map_err(|error| {
            let message = format!("“{name}” cannot be exported: {error:#}");
            let problem = Problem::new(Severity::Error, ProblemKind::ExportName, message);
            exports::at_source(problem, source)
        })?;
    }
    Ok(())
}

/// The world of the result, by encoding it without its code.
fn trial(graph: &Graph, assembly: &mut Assembly<'_>, fits: &[PortFit]) -> Result<World, Problem> {
    connect(graph, assembly)?;
    let bytes = encode(graph, assembly, fits, FuseOptions::default())?;
    let mut world = trusted_world(&bytes).map_err(|refusal| {
        let message = format!("The result cannot be read back: {refusal}");
        Problem::new(Severity::Error, ProblemKind::Encoding, message)
    })?;
    for open in assembly.open_imports(graph) {
        if let Some(item) = canonical(&mut world.imports, &open.port) {
            item.ports.push(open);
        }
    }
    for (node, import, _) in assembly.drawn_imports() {
        if let Some(item) = canonical(&mut world.imports, &import.name) {
            item.ports.push(Endpoint {
                node: node.id.clone(),
                port: import.name.clone(),
            });
        }
    }
    for item in &mut world.imports {
        item.note = merged::note(graph, assembly, item);
    }
    for item in &mut world.exports {
        let source = graph.exports().find(|(name, _)| *name == item.name);
        if let Some((_, source)) = source {
            item.ports = behind(assembly, source);
        }
    }
    Ok(world)
}

/// The import that stands for an open one: of the same name, or of the highest version on its track.
fn canonical<'w>(imports: &'w mut [WorldItem], name: &str) -> Option<&'w mut WorldItem> {
    let exact = imports.iter().position(|item| item.name == name);
    let position = exact.or_else(|| {
        let compatible = |item: &WorldItem| are_semver_compatible(&item.name, name);
        imports.iter().position(compatible)
    });
    imports.get_mut(position?)
}

/// The ports behind an export of the result: one, or all exports of a whole instance.
fn behind(assembly: &Assembly<'_>, source: &ExportSource) -> Vec<Endpoint> {
    let end = |port: &String| Endpoint {
        node: source.node.clone(),
        port: port.clone(),
    };
    match &source.port {
        Some(port) => vec![end(port)],
        None if assembly.component(&source.node).is_none() => vec![end(&String::new())],
        None => assembly
            .world(&source.node)
            .into_iter()
            .flat_map(|world| world.exports.keys().map(end))
            .collect(),
    }
}
