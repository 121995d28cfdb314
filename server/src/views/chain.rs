//! A dialog that puts nodes in a row: their order, and the places where the row can go.

use super::html::{Act, escape, muted};
use patchbay_model::splice::Sink;
use patchbay_model::{Graph, NodeId, Op};

/// The title of the dialog.
pub const TITLE: &str = "Put in a row";

/// How many nodes a row may have: each can be moved by two buttons, which tell the whole order.
pub const LONGEST: usize = 32;

/// How many places are offered.
const PLACES: usize = 50;

/// The address of the dialog for nodes in an order.
pub fn address(nodes: &[NodeId]) -> String {
    let ids: Vec<&str> = nodes.iter().map(|id| id.0.as_str()).collect();
    format!("chain?nodes={}", ids.join(","))
}

/// What is shown for more nodes than that.
pub fn too_long() -> String {
    muted(&format!(
        "Up to {LONGEST} nodes can be put in a row at once."
    ))
}

/// The nodes in their order, which can be changed, and what it takes to put them before each sink.
pub fn page(graph: &Graph, nodes: &[NodeId], ways: &[(Sink, Vec<Op>)]) -> String {
    let name = |id: &NodeId| graph.title(id);
    let mut order = String::new();
    for (at, node) in nodes.iter().enumerate() {
        let mut moves = String::new();
        for (to, words) in [(at.checked_sub(1), "earlier"), (Some(at + 1), "later")] {
            if nodes.len() == 1 {
                continue;
            }
            let mut other = nodes.to_vec();
            let possible = to.filter(|to| *to < nodes.len());
            if let Some(to) = possible {
                other.swap(at, to);
            }
            // At the ends too, so that the focus stays on the button of a node that has come there.
            let button = Act::dialog(TITLE, &address(&other))
                .and("id", &format!("move-{}-{words}", node.0))
                .and("aria-disabled", &possible.is_none().to_string());
            moves += &button.button(&format!("Move {} {words}", name(node)));
        }
        order += &format!("<li><strong>{}</strong> {moves}</li>", escape(&name(node)));
    }
    let row: Vec<String> = nodes.iter().map(name).collect();
    let row = row.join(" → ");
    let choices: String = ways
        .iter()
        .take(PLACES)
        .map(|(sink, ops)| {
            let (label, remark) = match sink {
                Sink::Import(end) => (
                    format!("{row} → {}", name(&end.node)),
                    format!("by its import {}", end.port),
                ),
                Sink::Export(export) => (
                    format!("{row} → the result"),
                    format!("by its export {export}"),
                ),
            };
            match ops.is_empty() {
                true => format!(
                    "<li class=\"plain\"><strong>{}</strong> <span class=\"muted\">is so already</span></li>",
                    escape(&label)
                ),
                false => {
                    let put = Act::ops(&format!("put in a row: {row}"), ops);
                    put.and("data-close", "").choice(&label, &remark)
                }
            }
        })
        .collect();
    let places = match choices.is_empty() {
        true => muted(
            "There is no link that all of them fit into in this order: each has to import what the one before exports.",
        ),
        false => format!("<h3>Where it goes</h3><ul class=\"open-list\">{choices}</ul>"),
    };
    format!(
        "{}<ol class=\"chain\">{order}</ol>{places}",
        muted(
            "Each gives the next what it exports. A request comes the other way: the last one sees it first."
        )
    )
}
