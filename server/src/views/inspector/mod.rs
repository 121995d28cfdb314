//! What is selected, and the result.

mod link;
mod node;
mod note;
mod world;

use super::html::{Act, muted};
use super::{Said, Subject, chain};
use patchbay_app::panels::units;
use patchbay_model::{Endpoint, Node, NodeId};

/// The title of the dialog that makes one component of several nodes.
const GROUPING: &str = "One component of several";

/// What the selection comes to.
pub enum Selected {
    /// Nothing: the graph as a whole.
    Nothing,
    /// One node.
    Node(NodeId),
    /// One link, by the import that it fills.
    Link(Endpoint),
    /// Several things, with the nodes among them.
    Several(usize, Vec<NodeId>),
}

/// The panel on the right. `said` is what is said of the selected node's component.
pub fn page(subject: &Subject, selected: &Selected, said: &Said) -> String {
    let about = match selected {
        Selected::Nothing => summary(subject),
        Selected::Node(id) => match (subject.graph.node(id), subject.graph.note(id)) {
            (Some(node), _) => node::section(subject, node, said),
            (None, Some(note)) => note::section(note),
            (None, None) => String::new(),
        },
        Selected::Link(to) => link::section(subject, to),
        Selected::Several(count, nodes) => format!(
            "<section class=\"details\"><h2>{count} things selected</h2>{}{}</section>",
            muted("Select a single node or link to see what it is."),
            grouping(subject, nodes)
        ),
    };
    about + &world::section(subject)
}

/// Makes one component of several nodes, or puts them in a row.
fn grouping(subject: &Subject, nodes: &[NodeId]) -> String {
    let nodes = nodes.iter().filter_map(|id| subject.graph.node(id));
    let mut nodes: Vec<&Node> = nodes.collect();
    if nodes.len() < 2 {
        return String::new();
    }
    let ids: Vec<&str> = nodes.iter().map(|node| node.id.0.as_str()).collect();
    let view = format!("group?nodes={}", ids.join(","));
    let ask = Act::dialog(GROUPING, &view);
    // As they stand on the canvas.
    nodes.sort_by(|a, b| a.position.x.total_cmp(&b.position.x));
    let row: Vec<NodeId> = nodes.iter().map(|node| node.id.clone()).collect();
    let row = Act::dialog(chain::TITLE, &chain::address(&row));
    format!(
        "<div class=\"acts\">{}{}</div>",
        ask.button("Make one component of them"),
        row.button("Put them in a row")
    )
}

/// What the graph comes to.
fn summary(subject: &Subject) -> String {
    let graph = &subject.graph;
    if graph.nodes().len() == 0 {
        return String::new();
    }
    let mut digests: Vec<_> = graph.references().map(|of| &of.package).collect();
    digests.sort();
    digests.dedup();
    let size: u64 = subject.components.iter().map(|of| of.size).sum();
    let facts = [
        ("Nodes", graph.nodes().len().to_string()),
        ("Links", graph.links().count().to_string()),
        (
            "Made of",
            format!(
                "{}, {} before fusing",
                units::count(digests.len(), "component"),
                units::size(size)
            ),
        ),
        (
            "State",
            match subject.analysis.problems.len() {
                0 => "no problems".to_owned(),
                n => format!("{}: see Problems", units::count(n, "problem")),
            },
        ),
    ];
    let facts: String = facts
        .iter()
        .map(|(what, value)| format!("<dt>{what}</dt><dd>{value}</dd>"))
        .collect();
    format!(
        "<section class=\"details\" aria-label=\"Graph\"><h2>Graph</h2><dl class=\"facts\">{facts}</dl></section>"
    )
}
