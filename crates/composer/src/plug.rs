//! Plugging: components, the plugs, fill the imports of another one, the socket.
//!
//! As `wac plug` does it, an import takes an export of its name, or of a version that may stand in for it, and all that
//! the socket exports is exported. Beyond that, plugs fill each other's imports, and nothing is passed over in silence:
//! two plugs for one import, types that do not fit, and a plug that nobody takes anything from are told.

use crate::inspect::Component;
use crate::parts::Parts;
use crate::wiring::connect_all;
use patchbay_model::analysis::Problem;
use patchbay_model::connect::{Choice, Connected, OpenReason};
use patchbay_model::geometry::shapes;
use patchbay_model::layout::tidy;
use patchbay_model::name::label_from;
use patchbay_model::{ExportSource, Graph, Node, NodeId, Op, Point, Transaction};

/// A socket with what was plugged into it.
#[derive(Clone, Debug)]
pub struct Plugged {
    /// The socket and the plugs, linked; all that the socket exports is exported.
    pub graph: Graph,
    /// Their components.
    pub parts: Parts,
    /// The socket's node.
    pub socket: NodeId,
    /// What was linked, what several plugs could fill, and what stays open.
    pub connected: Connected,
}

impl Plugged {
    /// What stands against taking this as the answer, a sentence each: imports that several plugs fill, exports that do
    /// not fit or would close a cycle, and a socket that nothing was plugged into.
    pub fn obstacles(&self) -> Vec<String> {
        let mut obstacles: Vec<String> = self
            .connected
            .choices
            .iter()
            .map(|choice| self.crowded(choice))
            .collect();
        let wrong = self
            .connected
            .open
            .iter()
            .filter(|open| matches!(open.reason, OpenReason::Mismatch | OpenReason::Cycle));
        obstacles.extend(wrong.map(|open| {
            let name = self.name(&open.import.node);
            format!("`{}` of `{name}`: {}", open.import.port, open.message)
        }));
        if obstacles.is_empty() && !self.graph.links().any(|link| link.to.node == self.socket) {
            obstacles.push(format!(
                "no plug exports anything that `{}` imports",
                self.name(&self.socket)
            ));
        }
        obstacles
    }

    /// The plugs that nothing takes anything from, by name.
    pub fn idle(&self) -> Vec<&str> {
        let supplies = |node: &NodeId| self.graph.links().any(|link| link.from.node == *node);
        self.graph
            .nodes()
            .filter(|node| node.id != self.socket && !supplies(&node.id))
            .map(|node| node.name.as_str())
            .collect()
    }

    fn crowded(&self, choice: &Choice) -> String {
        let plugs: Vec<String> = choice
            .candidates
            .iter()
            .map(|candidate| format!("`{}`", self.name(&candidate.export.node)))
            .collect();
        format!(
            "{} could all fill `{}` of `{}`, which takes one: leave the others out",
            plugs.join(", "),
            choice.import.port,
            self.name(&choice.import.node)
        )
    }

    fn name(&self, node: &NodeId) -> &str {
        self.graph.node(node).map_or("?", |node| &node.name)
    }
}

/// Plugs components into a socket. The links are those that follow without a guess; see [`Plugged::obstacles`].
///
/// # Errors
/// More plugs than may be checked at once.
pub fn plug(socket: &Component, plugs: &[Component]) -> Result<Plugged, Problem> {
    let mut graph = Graph::default();
    let mut parts = Parts::new();
    let socket_node = add(&mut graph, &mut parts, socket);
    for component in plugs {
        add(&mut graph, &mut parts, component);
    }
    let exports = socket.info.exports.iter().map(|port| Op::AddExport {
        name: port.name.clone(),
        source: ExportSource {
            node: socket_node.clone(),
            port: Some(port.name.clone()),
        },
    });
    apply(&mut graph, exports.collect());
    let connected = connect_all(&graph, &parts)?;
    apply(&mut graph, connected.ops.clone());
    let components: Vec<_> = std::iter::once(socket)
        .chain(plugs)
        .map(|c| c.info.clone())
        .collect();
    let places = tidy(&graph, &shapes(&graph, &components));
    apply(&mut graph, places);
    Ok(Plugged {
        graph,
        parts,
        socket: socket_node,
        connected,
    })
}

fn add(graph: &mut Graph, parts: &mut Parts, component: &Component) -> NodeId {
    let id = graph.free_id();
    let node = Node::instance(
        id.clone(),
        graph.free_name(&label_from(component.info.short_name())),
        component.info.reference(),
        Point::default(),
    );
    parts.insert(component.clone());
    apply(graph, vec![Op::AddNode { node }]);
    id
}

/// Names and ids are free, and links close no cycle: nothing here can be refused.
fn apply(graph: &mut Graph, ops: Vec<Op>) {
    let applied = graph.apply(&Transaction::new("plug", ops));
    debug_assert!(applied.is_ok(), "{applied:?}");
}
