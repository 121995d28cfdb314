//! What differs between the graph and another one, or between two components.

use super::html::{Act, escape, muted};
use patchbay_model::api::GraphSummary;
use patchbay_model::compare::{Comparison, GraphComparison, Judgement};
use patchbay_model::{Graph, NodeId};

/// The graphs to compare with.
pub fn choose(graphs: &[GraphSummary]) -> String {
    let rows: String = graphs
        .iter()
        .map(|graph| {
            let name = match graph.name.as_str() {
                "" => "Untitled",
                name => name,
            };
            let remark = match graph.nodes {
                1 => "1 node".to_owned(),
                n => format!("{n} nodes"),
            };
            let with = Act::side(&format!("compare?with={}", graph.id));
            with.choice(&format!("Compare with {name}"), &remark)
        })
        .collect();
    match rows.is_empty() {
        true => muted(
            "Another graph that has been saved would be listed here, to compare this one with: a copy made by Share, say.",
        ),
        false => format!(
            "{}<ul class=\"open-list\">{rows}</ul>",
            muted("Choose the graph that stands for the old version.")
        ),
    }
}

/// What differs, with the wiring first.
pub fn graphs(graph: &Graph, old: &Graph, compared: &GraphComparison) -> String {
    let name = match old.name() {
        "" => "Untitled",
        name => name,
    };
    let back = Act::side("compare").button("Compare with another");
    let mut html = format!("<p>Against <strong>{}</strong>. {back}</p>", escape(name));
    let wiring: String = compared
        .wiring
        .iter()
        .map(|change| {
            let message = escape(&change.message);
            format!("<li>{message} {}</li>", show(graph, &change.node))
        })
        .collect();
    html += "<h3>Wiring</h3>";
    html += &match wiring.is_empty() {
        true => muted("The same nodes, links and exports."),
        false => format!("<ul class=\"changes\">{wiring}</ul>"),
    };
    for node in &compared.components {
        let title = escape(&node.name);
        html += &format!(
            "<h3>The component of {title} {}</h3>{}",
            judgement(node.comparison.judgement),
            changes(&node.comparison)
        );
    }
    html += &match &compared.world {
        Some(world) => format!(
            "<h3>The result {}</h3>{}",
            judgement(world.judgement),
            changes(world)
        ),
        None => muted("The results cannot be compared: one of the graphs cannot be fused."),
    };
    html
}

/// The changes of a comparison, the gravest first.
pub fn changes(comparison: &Comparison) -> String {
    let rows: String = comparison
        .changes
        .iter()
        .map(|change| {
            let mut differences: String = change
                .differences
                .iter()
                .map(|difference| format!("<li>{}</li>", escape(difference)))
                .collect();
            if !differences.is_empty() {
                differences = format!("<ul>{differences}</ul>");
            }
            format!(
                "<li>{} {} <code>{}</code>: {}{differences}</li>",
                judgement(change.judgement),
                change.side.word(),
                escape(&change.name),
                escape(&change.message)
            )
        })
        .collect();
    match rows.is_empty() {
        true => muted("The same imports and exports."),
        false => format!("<ul class=\"changes\">{rows}</ul>"),
    }
}

/// A judgement, in colour and in words.
pub fn judgement(judgement: Judgement) -> String {
    let class = match judgement {
        Judgement::Identical => "muted",
        Judgement::Compatible | Judgement::Additive => "ok",
        Judgement::Breaking => "err",
    };
    format!("<span class=\"judgement {class}\">{judgement}</span>")
}

fn show(graph: &Graph, id: &NodeId) -> String {
    graph
        .node(id)
        .map_or_else(String::new, super::html::show_button)
}
