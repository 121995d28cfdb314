//! What is wrong with a graph, where, and how to get out of it.

use super::Subject;
use super::html::{Act, escape, marked, muted};
use patchbay_app::canvas::port_id;
use patchbay_app::editor::link_name;
use patchbay_model::analysis::{ProblemKind, Severity, Side};
use patchbay_model::{Graph, Link, Mismatch, Problem};
use serde_json::json;

/// The list of problems.
pub fn list(subject: &Subject) -> String {
    let problems = &subject.analysis.problems;
    if problems.is_empty() {
        return muted(match subject.graph.nodes().len() {
            0 => {
                "Nothing to check yet. Add a component from the palette, or drop one on the canvas."
            }
            _ => "No problems: every link fits.",
        });
    }
    let items: String = problems.iter().map(|it| item(&subject.graph, it)).collect();
    format!("<ul class=\"problems\">{items}</ul>")
}

fn item(graph: &Graph, problem: &Problem) -> String {
    let link = problem
        .port
        .as_ref()
        .filter(|port| port.side == Side::Import)
        .and_then(|port| {
            Some(Link {
                from: graph.supplier(&port.end)?.clone(),
                to: port.end.clone(),
            })
        });
    let mut actions = String::new();
    if let Some(node) = problem.node.as_ref().and_then(|id| graph.node(id)) {
        // The import of a link stands for the link.
        let import = link.as_ref().map(|link| link.to.port.as_str());
        let mut show = Act::show(&node.id, import);
        if let Some(port) = &problem.port {
            show = show
                .and("title", &format!("{} {}", port.side.word(), port.end.port))
                .and("data-focus", &port_id(port));
        }
        actions += &show.button(&format!("Show {}", node.name));
    }
    if let Some(link) = link.filter(|_| problem.kind == ProblemKind::Mismatch) {
        actions += &adapt(graph, &link).button("Adapt");
    }
    for fix in &problem.fixes {
        actions += &Act::ops(&fix.label, &fix.ops).button(&fix.label);
    }
    let types = problem
        .mismatch
        .as_ref()
        .map_or_else(String::new, both_types);
    row(problem, &types, &actions)
}

/// A problem in words, with what belongs to it, and its buttons.
pub fn row(problem: &Problem, more: &str, actions: &str) -> String {
    let (path, word, class) = match problem.severity {
        Severity::Error => (
            "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6",
            "Error",
            "error",
        ),
        Severity::Warning => (
            "M8 2 1.5 13.5h13zM8 6.5v3.2M8 11.6v.1",
            "Warning",
            "warning",
        ),
    };
    let message = escape(&problem.message);
    format!(
        "<li class=\"problem\"><span class=\"severity severity-{class}\"><svg class=\"icon\" viewBox=\"0 0 16 16\" \
         width=\"16\" height=\"16\" aria-hidden=\"true\" focusable=\"false\"><path d=\"{path}\"></path></svg>{word}</span>\
         <div class=\"problem-text\"><p>{message}</p>{more}</div><div class=\"problem-actions\">{actions}</div></li>"
    )
}

/// Puts a component without code between two ports that differ in shape.
pub fn adapt(graph: &Graph, link: &Link) -> Act {
    let question = json!({ "graph": "@graph", "from": [link.from], "to": link.to });
    let step = format!("adapt {}", link_name(graph, link));
    Act::ask(&step, "/adapters", &question)
}

/// Two types that do not fit, side by side, with each difference.
pub fn both_types(mismatch: &Mismatch) -> String {
    let reasons: String = mismatch
        .reasons
        .iter()
        .map(|reason| format!("<li>{}</li>", escape(reason)))
        .collect();
    format!(
        "<ul class=\"reasons\">{reasons}</ul><div class=\"both-types\">{}{}</div>",
        marked(&mismatch.export),
        marked(&mismatch.import)
    )
}
