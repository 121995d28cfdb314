//! A build of a graph for a preview that counts the calls of each link: see [`interposer`](crate::generate::interposer).
//!
//! What comes of it is for the preview alone: the graph, what is checked, and what is downloaded, have nothing of it.

mod probe;

pub use probe::{Probe, probe};

use crate::fuse::fuse;
use crate::generate::interposer::{INTERFACE, interposer};
use crate::parts::Parts;
use patchbay_model::analysis::{Problem, ProblemKind, Severity};
use patchbay_model::graph::{Endpoint, Graph, Link, Node, Point};
use patchbay_model::op::{Op, Transaction};

/// How many links are traced at most: each has an interposer of its own, to be compiled with the rest.
pub const MOST: usize = 200;

/// A traced build.
#[derive(Clone, Debug)]
pub struct Traced {
    /// The component, which imports `patchbay:preview/trace`.
    pub bytes: Vec<u8>,
    /// How many bytes the same graph has without the interposers.
    pub untraced: usize,
    /// Every link of the graph in its order; the place of one is what its interposer calls it.
    pub links: Vec<TracedLink>,
}

/// A link of a traced build.
#[derive(Clone, Debug, PartialEq)]
pub struct TracedLink {
    /// It.
    pub link: Link,
    /// Why its calls are not counted, in a sentence without its full stop; `None` where they are.
    pub untraced: Option<String>,
}

/// Fuses a graph with an interposer in each link that can have one.
///
/// # Errors
/// As [`fuse`]; and where a component imports `patchbay:preview/trace` itself, as what it told could not be told from what
/// the interposers tell.
pub fn fuse_traced(graph: &Graph, parts: &Parts) -> Result<Traced, Vec<Problem>> {
    let untraced = fuse(graph, parts)?.len();
    if let Some(problem) = tells(graph, parts) {
        return Err(vec![problem]);
    }
    let mut trial = Trial {
        graph: graph.clone(),
        parts: parts.clone(),
    };
    let mut links: Vec<TracedLink> = Vec::new();
    for (n, link) in (0..).zip(graph.links()) {
        let traced = match n as usize >= MOST {
            true => Err(format!("only the first {MOST} links of a graph are traced")),
            false => trial.trace(graph, &link, n),
        };
        let untraced = traced.err();
        links.push(TracedLink { link, untraced });
    }
    if let Ok(bytes) = fuse(&trial.graph, &trial.parts) {
        return Ok(Traced {
            bytes,
            untraced,
            links,
        });
    }
    one_by_one(graph, parts, untraced, links)
}

/// The same where the interposers do not fit together: they are put in one after the other, and those that do not fit are
/// left out.
fn one_by_one(
    graph: &Graph,
    parts: &Parts,
    untraced: usize,
    mut links: Vec<TracedLink>,
) -> Result<Traced, Vec<Problem>> {
    let mut whole = Trial {
        graph: graph.clone(),
        parts: parts.clone(),
    };
    let mut bytes = None;
    for (n, traced) in (0..).zip(&mut links) {
        if traced.untraced.is_some() {
            continue;
        }
        let mut trial = whole.clone();
        let fused = trial.trace(graph, &traced.link, n).and_then(|()| {
            let sentence = |problems: Vec<Problem>| {
                let first = problems.into_iter().next();
                first.map_or_else(String::new, |problem| problem.message)
            };
            fuse(&trial.graph, &trial.parts).map_err(sentence)
        });
        match fused {
            Ok(fused) => (whole, bytes) = (trial, Some(fused)),
            Err(why) => {
                traced.untraced = Some(format!(
                    "with an interposer in it, nothing valid comes of the graph: {why}"
                ));
            }
        }
    }
    let bytes = match bytes {
        Some(bytes) => bytes,
        None => fuse(graph, parts)?,
    };
    Ok(Traced {
        bytes,
        untraced,
        links,
    })
}

/// A graph with interposers, as far as they are put in.
#[derive(Clone)]
struct Trial {
    graph: Graph,
    parts: Parts,
}

impl Trial {
    /// Puts an interposer into a link of the graph that this one comes from.
    fn trace(&mut self, drawn: &Graph, link: &Link, n: u32) -> Result<(), String> {
        let importer = drawn.node(&link.to.node).and_then(Node::component);
        let importer = importer.and_then(|reference| self.parts.get(reference));
        let importer = importer.ok_or("the component of its importer is not here")?;
        let component = interposer(importer, &link.to.port, n)?;
        let id = self.graph.free_id();
        let end = |port: &str| Endpoint {
            node: id.clone(),
            port: port.to_owned(),
        };
        let name = self.graph.free_name(&format!("trace-{n}"));
        let reference = component.info.reference();
        let node = Node::instance(id.clone(), name, reference, Point::default());
        let mut ops = vec![Op::AddNode { node }];
        for import in &component.info.imports {
            let from = match import.name == link.to.port {
                true => Some(&link.from),
                // The importer has its types from there, too.
                false => drawn.supplier(&Endpoint {
                    node: link.to.node.clone(),
                    port: import.name.clone(),
                }),
            };
            ops.extend(from.map(|from| Op::AddLink {
                link: Link {
                    from: from.clone(),
                    to: end(&import.name),
                },
            }));
        }
        ops.extend(self.graph.linking(Link {
            from: end(&link.to.port),
            to: link.to.clone(),
        }));
        let applied = self.graph.apply(&Transaction::new("trace a link", ops));
        applied.map_err(|error| error.to_string())?;
        self.parts.insert(component);
        Ok(())
    }
}

/// A component that would tell of calls itself.
fn tells(graph: &Graph, parts: &Parts) -> Option<Problem> {
    let node = graph.nodes().find(|node| {
        let component = node.component().and_then(|reference| parts.get(reference));
        component.is_some_and(|component| component.info.import(INTERFACE).is_some())
    })?;
    let message = format!(
        "`{}` imports `{INTERFACE}`, by which a traced build counts calls, so this graph cannot be traced",
        node.name
    );
    let problem = Problem::new(Severity::Error, ProblemKind::ImportConflict, message);
    Some(problem.at_node(&node.id))
}
