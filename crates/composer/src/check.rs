//! Everything that can be said of a graph.

pub(crate) mod conflict;
pub(crate) mod exports;
pub(crate) mod fits;
pub(crate) mod imports;
mod links;
pub(crate) mod locate;
mod merged;
pub(crate) mod outline;
pub(crate) mod relink;
pub(crate) mod resources;
pub(crate) mod verdict;

use crate::assembly::encode::{encode, validate};
use crate::assembly::{Assembly, Code};
use crate::check::fits::Fits;
use crate::check::links::{briefly, judge_link, weight};
use crate::check::outline::Outline;
use crate::check::verdict::Judge;
use crate::fuse::FuseOptions;
use crate::guard::guarded;
use crate::inspect::refusal::NotAComponent;
use crate::inspect::skeleton::strip;
use crate::limits;
use crate::memory::Memory;
use crate::parts::Parts;
use crate::wit::text::is_beyond_wit;
use crate::world::{bounded_outline, world_of_result};
use patchbay_model::analysis::{
    Analysis, Fix, LinkReport, PortFit, Problem, ProblemKind, Severity, Side, World, WorldItem,
};
use patchbay_model::graph::{Endpoint, ExportSource, Graph, Link};
use patchbay_model::op::Op;
use wac_types::are_semver_compatible;

/// Checks every link, finds what else fits, and tries to encode the whole, on skeletons of the components.
///
/// What is found out about the components is remembered in `parts`, so that the next check of them is fast.
pub fn check(graph: &Graph, parts: &Parts) -> Analysis {
    let (mut analysis, outline) = checked(graph, parts, Asked::All);
    analysis.world = outline.map(|outline| outline.world);
    analysis
}

/// What is asked about a graph.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// All that people see.
    All,
    /// As long as all is well: what the result is, and its world.
    World,
    /// As long as all is well: what the result is.
    Result,
}

/// The same, with the result as it was encoded without its code, if it could be: its world is there, where it was asked
/// for, and not in the analysis.
pub(crate) fn checked(graph: &Graph, parts: &Parts, asked: Asked) -> (Analysis, Option<Outline>) {
    if let Some(problem) = too_large(graph) {
        return (unchecked(graph, problem), None);
    }
    guarded(|| analysis(graph, parts, asked)).unwrap_or_else(|panicked| {
        let message = format!("This graph cannot be checked: {panicked}");
        let problem = Problem::new(Severity::Error, ProblemKind::Encoding, message);
        (unchecked(graph, problem), None)
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

fn analysis(graph: &Graph, parts: &Parts, asked: Asked) -> (Analysis, Option<Outline>) {
    let (mut assembly, mut problems) = Assembly::new(graph, parts, Code::Skeleton);
    for problem in &mut problems {
        problem.fixes = imports::fixes(graph, problem);
    }
    let mut links = Vec::new();
    let mut judge = Judge::new(assembly.types());
    let fits = match asked {
        Asked::All => Fits::new(&assembly, parts.memory(), &mut judge),
        Asked::World | Asked::Result => Fits::default(),
    };
    let none = Fits::default();
    let (mut so_far, mut mended) = (0, 0);
    for link in graph.links() {
        let enough = mended >= limits::MENDED_LINKS;
        let offered = if enough { &none.list } else { &fits.list };
        let (mut fit, mut problem) =
            judge_link(graph, &assembly, &mut judge, (&fits, offered), &link);
        mended += usize::from(problem.is_some());
        if let Some(problem) = &mut problem {
            so_far += weight(problem);
            if so_far > limits::TOLD_BYTES {
                briefly(&mut fit, problem);
            }
        }
        problems.extend(problem);
        links.push(LinkReport { link, fit });
    }
    drop(judge);
    problems.extend(cycle(graph));
    problems.extend(imports::problems(graph, &assembly));
    problems.extend(exports::problems(graph, &assembly));
    let mut outline = None;
    if problems.is_empty() {
        match trial(graph, &mut assembly, (parts.memory(), asked), &fits.list) {
            Ok(result) => outline = Some(result),
            Err(found) => problems.extend(found),
        }
    }
    problems.extend(no_export(graph));
    // A stable sort: within a severity, in the order of the graph.
    problems.sort_by_key(|problem| problem.severity);
    let analysis = Analysis {
        links,
        fits: fits.list,
        problems,
        world: None,
    };
    (analysis, outline)
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
        problem.fixes.push(Fix::new(label, ops.collect()));
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

/// The result without its code, and its world.
fn trial(
    graph: &Graph,
    assembly: &mut Assembly<'_>,
    (memory, asked): (&Memory, Asked),
    fits: &[PortFit],
) -> Result<Outline, Vec<Problem>> {
    let bytes = connect(graph, assembly)
        .and_then(|()| encode(graph, assembly, fits, FuseOptions::default()))
        .map_err(|problem| vec![problem])?;
    // Without the names of nodes, which are not in its world.
    let bare = strip(&bytes);
    let bare = bare.as_deref().unwrap_or(&bytes);
    let mut world = match memory.world(bare) {
        Some(world) => world,
        None if asked == Asked::Result => {
            let outlined = bounded_outline(bare);
            outlined.or_else(|refusal| unreadable(graph, assembly, &bytes, &refusal))?;
            World::default()
        }
        None => {
            let mut worlds = graph
                .exports()
                .filter_map(|(_, source)| assembly.world(&source.node));
            let sayable = !worlds.any(|world| is_beyond_wit(assembly.types(), world));
            let world = world_of_result(bare, sayable);
            let world = world.or_else(|refusal| unreadable(graph, assembly, &bytes, &refusal))?;
            memory.keep_world(bare, &world);
            world
        }
    };
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
    Ok(Outline { bytes, world })
}

/// Why a result without code cannot be read, though reading it validates all that is left of it: a validator says where.
fn unreadable<T>(
    graph: &Graph,
    assembly: &Assembly<'_>,
    bytes: &[u8],
    refusal: &NotAComponent,
) -> Result<T, Vec<Problem>> {
    validate(graph, assembly, bytes)?;
    let message = format!("The result cannot be read back: {refusal}");
    let kind = ProblemKind::Encoding;
    Err(vec![Problem::new(Severity::Error, kind, message)])
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
