//! A build of a graph for a preview that counts the calls of each link: see [`interposer`](crate::generate::interposer).
//!
//! What comes of it is for the preview alone: the graph, what is checked, and what is downloaded, have nothing of it.

mod fit;
mod probe;

pub use probe::{Probe, probe};

use crate::fuse::fuse;
use crate::generate::interposer::{INTERFACE, interposer};
use crate::parts::Parts;
use fit::Fit;
use patchbay_model::analysis::{Problem, ProblemKind, Severity};
use patchbay_model::graph::{Endpoint, Graph, Link, Node, Point};
use patchbay_model::op::{Op, Transaction};

/// How many links are traced at most: each has an interposer of its own, to be compiled with the rest.
pub const MOST: usize = 200;

/// How often it is tried which of them keep the result from being valid, where some do. Each time the graph is fused.
const TRIALS: usize = 40;

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
    let bytes = match trial.fused() {
        Ok(bytes) => bytes,
        Err(why) => with_what_fits(graph, parts, &mut links, why)?,
    };
    Ok(Traced {
        bytes,
        untraced,
        links,
    })
}

/// The same where the interposers do not fit together, for this reason: those that do not fit are left out.
fn with_what_fits(
    graph: &Graph,
    parts: &Parts,
    links: &mut [TracedLink],
    why: String,
) -> Result<Vec<u8>, Vec<Problem>> {
    let none = Trial {
        graph: graph.clone(),
        parts: parts.clone(),
    };
    let mut fit = Fit::new(
        (none, None),
        |(whole, _): &(Trial, _), more: &[usize]| {
            let mut trial = whole.clone();
            for n in more {
                trial.trace(
                    graph,
                    &links[*n].link,
                    u32::try_from(*n).unwrap_or(u32::MAX),
                )?;
            }
            let bytes = trial.fused()?;
            Ok((trial, Some(bytes)))
        },
        TRIALS,
    );
    let traced = links.iter().enumerate();
    let traced = traced.filter(|(_, link)| link.untraced.is_none());
    let traced: Vec<_> = traced.map(|(n, _)| n).collect();
    fit.split(&traced, why);
    let (left_out, bytes) = (fit.left_out, fit.whole.1);
    for (n, why) in left_out {
        links[n].untraced = Some(match why {
            Some(why) => {
                format!("with an interposer in it, nothing valid comes of the graph: {why}")
            }
            None => "other links cannot be traced, and to find out about all would take too long"
                .to_owned(),
        });
    }
    match bytes {
        Some(bytes) => Ok(bytes),
        None => fuse(graph, parts),
    }
}

/// A graph with interposers, as far as they are put in.
#[derive(Clone)]
struct Trial {
    graph: Graph,
    parts: Parts,
}

impl Trial {
    /// What comes of it, or why nothing does.
    fn fused(&self) -> Result<Vec<u8>, String> {
        fuse(&self.graph, &self.parts).map_err(|problems| {
            let first = problems.into_iter().next();
            first.map_or_else(String::new, |problem| problem.message)
        })
    }

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
