//! The world of the result: what it offers, and what it needs.

use crate::views::Subject;
use crate::views::html::{details, escape, muted};
use crate::views::pre;
use patchbay_app::panels::units;
use patchbay_model::analysis::{World, WorldItem};
use patchbay_model::name::InterfaceName;

/// The imports and exports of the result.
pub fn section(subject: &Subject) -> String {
    let content = match &subject.analysis.world {
        _ if subject.graph.nodes().len() == 0 => muted(
            "Link components, choose what the whole shall export, and see here what comes out.",
        ),
        None => muted("The graph cannot be fused as it is: see Problems."),
        Some(world) => contents(subject, world),
    };
    format!("<section class=\"result\" aria-label=\"Result\"><h2>Result</h2>{content}</section>")
}

fn contents(subject: &Subject, world: &World) -> String {
    let (plumbing, imports): (Vec<_>, Vec<_>) = world.imports.iter().partition(|import| {
        InterfaceName::parse(&import.name).is_some_and(|name| name.is_host_plumbing())
    });
    let exports: Vec<&WorldItem> = world.exports.iter().collect();
    let exports = match exports.is_empty() {
        true => muted("Nothing yet. Select a node and tick what the result shall export."),
        false => items(subject, &exports, "from"),
    };
    let needed = match imports.is_empty() && plumbing.is_empty() {
        true => muted("None: the result runs on its own."),
        false => {
            let mut needed = muted("These must be provided by whoever runs it.");
            needed += &items(subject, &imports, "for");
            if !plumbing.is_empty() {
                let count = units::count(plumbing.len(), "standard WASI import");
                let list = items(subject, &plumbing, "for");
                needed += &details("result-plumbing", "plumbing", &count, &list);
            }
            needed
        }
    };
    let wit = pre("The world of the result", &world.wit);
    let wit = details("result-wit", "", "The whole world as WIT", &wit);
    format!("<h3>Exports</h3>{exports}<h3>Imports</h3>{needed}{wit}")
}

/// A list of imports or exports, each with the nodes behind it.
fn items(subject: &Subject, items: &[&WorldItem], preposition: &str) -> String {
    let rows: String = items
        .iter()
        .map(|item| {
            let mut names: Vec<&str> = Vec::new();
            for port in &item.ports {
                let node = subject.graph.node(&port.node);
                if let Some(node) = node.filter(|node| !names.contains(&node.name.as_str())) {
                    names.push(&node.name);
                }
            }
            let who = match names.is_empty() {
                true => String::new(),
                false => format!(" {preposition} {}", escape(&names.join(", "))),
            };
            let note = item.note.as_deref().map_or_else(String::new, |note| {
                format!("<span class=\"muted\">{}</span>", escape(note))
            });
            format!(
                "<li><code>{}</code><span class=\"muted\">{}{who}</span>{note}</li>",
                escape(&item.name),
                item.kind.word()
            )
        })
        .collect();
    match rows.is_empty() {
        true => rows,
        false => format!("<ul class=\"world-items\">{rows}</ul>"),
    }
}
