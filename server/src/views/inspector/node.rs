//! A node: what it is an instance of, and its ports.

use crate::views::html::{Act, TYPED, details, escape, muted};
use crate::views::pre;
use crate::views::{Said, Subject};
use patchbay_app::panels::units;
use patchbay_composer::Documented;
use patchbay_model::analysis::Side;
use patchbay_model::name::InterfaceName;
use patchbay_model::{ComponentInfo, ExportSource, Node, NodeKind, Op, Port};
use serde_json::json;

/// What there is to know of a node.
pub fn section(subject: &Subject, node: &Node, said: &Said) -> String {
    let rename = Op::RenameNode {
        node: node.id.clone(),
        name: TYPED.to_owned(),
    };
    let step = format!("rename {} to {TYPED}", node.name);
    let name = Act::ops(&step, &[rename]).field("node-name", "Node name", &node.name);
    let (what, package) = match &node.kind {
        NodeKind::Instance(component) => ("Instance of", &component.package),
        NodeKind::Import(import) => ("Import of the result:", &import.name),
    };
    let contents = match (subject.component(node), node.import()) {
        (Some(component), _) => {
            facts(component, &said.annotations)
                + &expanding(node, component)
                + &contents(subject, node, component, &said.ports)
        }
        (None, Some(_)) => String::new(),
        (None, None) => "<p class=\"warn\">The component of this node is not here. Add its file: the same bytes are \
                         the same component.</p>"
            .to_owned(),
    };
    format!(
        "<section class=\"details\" aria-label=\"Node\">{name}<p class=\"package\"><span class=\"muted\">{what} </span>\
         <code>{}</code></p>{contents}</section>",
        escape(package)
    )
}

/// A button for what is made of other components.
fn expanding(node: &Node, component: &ComponentInfo) -> String {
    if !component.composed {
        return String::new();
    }
    let question = json!({ "graph": "@graph", "node": node.id });
    let expand = Act::ask(&format!("expand {}", node.name), "/ungroup", &question);
    let words = muted("Made of other components.");
    format!(
        "{words}<div class=\"acts\">{}</div>",
        expand.button("Expand in place")
    )
}

fn facts(component: &ComponentInfo, said: &[(&str, String)]) -> String {
    let digest = component.digest.as_str();
    let short = &digest[..12];
    let copy = Act::copy("the digest", digest).and("aria-label", "Copy digest");
    let copy = copy.button("Copy");
    let size = units::size(component.size);
    let mut facts: String = said
        .iter()
        .map(|(what, words)| format!("<dt>{what}</dt><dd>{}</dd>", escape(words)))
        .collect();
    facts += &format!(
        "<dt>Digest</dt><dd><code title=\"{digest}\">{short}…</code> {copy}</dd><dt>Size</dt><dd>{size}</dd>"
    );
    if let Some(generated) = component.generated {
        facts += &format!(
            "<dt>Kind</dt><dd>{}, made by Patchbay</dd>",
            generated.word()
        );
    }
    if !component.producers.is_empty() {
        let producers = escape(&component.producers.join(", "));
        facts += &format!("<dt>Made with</dt><dd>{producers}</dd>");
    }
    format!("<dl class=\"facts\">{facts}</dl>")
}

fn contents(
    subject: &Subject,
    node: &Node,
    component: &ComponentInfo,
    said: &Documented,
) -> String {
    let exports: String = component
        .exports
        .iter()
        .map(|port| {
            let source = ExportSource {
                node: node.id.clone(),
                port: Some(port.name.clone()),
            };
            let exporting = exporting(subject, node, &source);
            let details = port_details(node, Side::Export, port, said);
            format!("<li>{details}{exporting}</li>")
        })
        .collect();
    let exports = match exports.is_empty() {
        true => muted("None"),
        false => {
            let whole = ExportSource {
                node: node.id.clone(),
                port: None,
            };
            let whole = exporting(subject, node, &whole);
            format!("<ul class=\"ports\">{exports}</ul>{whole}")
        }
    };
    let imports = imports(node, component, said);
    format!("<h3>Exports</h3>{exports}<h3>Imports</h3>{imports}")
}

fn imports(node: &Node, component: &ComponentInfo, said: &Documented) -> String {
    let (plumbing, imports): (Vec<&Port>, Vec<&Port>) =
        component.imports.iter().partition(|port| {
            InterfaceName::parse(&port.name).is_some_and(|name| name.is_host_plumbing())
        });
    let list = |ports: &[&Port]| {
        let rows: String = ports
            .iter()
            .map(|port| format!("<li>{}</li>", port_details(node, Side::Import, port, said)))
            .collect();
        format!("<ul class=\"ports\">{rows}</ul>")
    };
    let mut html = match (imports.is_empty(), plumbing.is_empty()) {
        (true, true) => muted("None"),
        (true, false) => String::new(),
        (false, _) => list(&imports),
    };
    if !plumbing.is_empty() {
        let count = units::count(plumbing.len(), "standard WASI import");
        let id = format!("plumbing-of-{}", node.id);
        html += &details(&id, "plumbing", &count, &list(&plumbing));
    }
    html
}

/// A port's name, and on demand what it is for and its type.
fn port_details(node: &Node, side: Side, port: &Port, said: &Documented) -> String {
    let summary = format!(
        "<code>{}</code> <span class=\"muted\">{}</span>",
        escape(&port.name),
        port.kind.word()
    );
    let id = format!("{}-{}-of-{}", side.word(), port.name, node.id);
    let docs = said.port(side, &port.name);
    let about = docs.and_then(|docs| docs.about.as_deref());
    let about = about.map_or_else(String::new, prose);
    let wit = docs.and_then(|docs| docs.wit.as_ref());
    let wit = pre(&port.name, &flowing(wit.unwrap_or(&port.wit)));
    details(&id, "port-details", &summary, &format!("{about}{wit}"))
}

/// WIT with each paragraph of a comment in one line, to be broken where the panel ends.
fn flowing(wit: &str) -> String {
    let mut text = String::new();
    let mut open = false;
    for line in wit.lines() {
        let comment = line.trim_start().strip_prefix("/// ");
        // What stands in lines of its own on purpose stays so.
        let flows = comment.is_some_and(|words| {
            words.starts_with(|first: char| first.is_alphanumeric() || "`(\"'".contains(first))
                && !words.starts_with("```")
        });
        match comment.filter(|_| flows && open) {
            Some(words) => {
                text.push(' ');
                text.push_str(words);
            }
            None => {
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(line);
            }
        }
        open = flows;
    }
    text.push('\n');
    text
}

/// A comment as paragraphs, the items of lists among them, its code told apart.
fn prose(words: &str) -> String {
    let words = words.replace("\n- ", "\n\n• ").replace("\n* ", "\n\n• ");
    let paragraphs = words.split("\n\n").map(|paragraph| {
        let pieces = paragraph.split('`').enumerate();
        let pieces = pieces.map(|(n, piece)| match n % 2 {
            0 => escape(piece),
            _ => format!("<code>{}</code>", escape(piece)),
        });
        format!("<p class=\"port-about\">{}</p>", pieces.collect::<String>())
    });
    paragraphs.collect()
}

/// Whether, and under which names, something of a node is exported from the result.
fn exporting(subject: &Subject, node: &Node, source: &ExportSource) -> String {
    let (what, words) = match &source.port {
        Some(port) => (format!("{port} of {}", node.name), "Export from the result"),
        None => (
            format!("the whole instance of {}", node.name),
            "Export the whole instance, as one interface",
        ),
    };
    let names = subject.graph.export_names(source);
    let port = source.port.as_deref().unwrap_or_default();
    let id = format!("exports-{port}-of-{}", node.id);
    let mut html = String::new();
    let mut exported = false;
    for (n, name) in names.enumerate() {
        exported = true;
        let ops = [
            Op::RemoveExport {
                name: name.to_owned(),
            },
            Op::AddExport {
                name: TYPED.to_owned(),
                source: source.clone(),
            },
        ];
        let label = format!("Name of the export {what}");
        let rename = Act::ops(&format!("export as {TYPED}"), &ops).and("aria-label", &label);
        html += &rename.field(&format!("{id}-{n}"), "Name in the result", name);
    }
    let tick = Act::export(source).and("aria-label", &format!("Export {what}"));
    let tick = tick.tick(&id, words, exported);
    format!("<div class=\"exporting\">{tick}{html}</div>")
}

#[cfg(test)]
mod tests {
    use super::{flowing, prose};

    #[test]
    fn paragraphs_of_comments_flow_and_lists_do_not() {
        let wit = "interface i {\n  /// One\n  /// and more.\n  ///\n  /// - a\n  /// - b\n  f: func();\n  /// Two\n  g: func();\n}\n";
        let flowing = flowing(wit);
        assert_eq!(
            flowing,
            "interface i {\n  /// One and more.\n  ///\n  /// - a\n  /// - b\n  f: func();\n  /// Two\n  g: func();\n}\n"
        );
        assert_eq!(
            prose("A `b<c>`.\n- one\n- two"),
            "<p class=\"port-about\">A <code>b&lt;c&gt;</code>.</p><p class=\"port-about\">• one</p>\
             <p class=\"port-about\">• two</p>"
        );
    }
}
