//! What it costs to trace a call, to be found out by running it.

use super::fuse_traced;
use crate::fuse::fuse;
use crate::inspect::{Component, inspect};
use patchbay_model::analysis::{Problem, ProblemKind, Severity};
use patchbay_model::graph::{Endpoint, ExportSource, Graph, Link, Node, NodeId, Point};
use patchbay_model::op::{Op, Transaction};

/// Two components to find out what it costs to trace a call: see [`probe`].
#[derive(Clone, Debug)]
pub struct Probe {
    /// It exports `run: func(times: u32)`, which makes so many calls of an empty function through a link.
    pub plain: Vec<u8>,
    /// The same, with one traced link.
    pub traced: Vec<u8>,
}

/// Components that call an empty function.
///
/// # Errors
/// None but a mistake in them.
pub fn probe() -> Result<Probe, Vec<Problem>> {
    let failed = |why: String| vec![Problem::new(Severity::Error, ProblemKind::Encoding, why)];
    let component = |name: &str, text: &str| {
        let bytes = wat::parse_str(text).map_err(|error| failed(error.to_string()))?;
        inspect(&format!("patchbay:{name}"), &bytes).map_err(|error| failed(error.to_string()))
    };
    let caller = component("caller", include_str!("caller.wat"))?;
    let callee = component("callee", include_str!("callee.wat"))?;
    let node = |id: &str, component: &Component| {
        let reference = component.info.reference();
        let id = NodeId(id.to_owned());
        let node = Node::instance(id.clone(), id.0, reference, Point::default());
        Op::AddNode { node }
    };
    let end = |node: &str, port: &str| Endpoint {
        node: NodeId(node.to_owned()),
        port: port.to_owned(),
    };
    let ops = vec![
        node("caller", &caller),
        node("callee", &callee),
        Op::AddLink {
            link: Link {
                from: end("callee", "empty"),
                to: end("caller", "empty"),
            },
        },
        Op::AddExport {
            name: "run".to_owned(),
            source: ExportSource {
                node: NodeId("caller".to_owned()),
                port: Some("run".to_owned()),
            },
        },
    ];
    let mut graph = Graph::named("probe");
    let applied = graph.apply(&Transaction::new("probe", ops));
    applied.map_err(|error| failed(error.to_string()))?;
    let parts = [caller, callee].into_iter().collect();
    Ok(Probe {
        plain: fuse(&graph, &parts)?,
        traced: fuse_traced(&graph, &parts)?.bytes,
    })
}
