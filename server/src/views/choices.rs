//! What people choose from in a dialog: which export fills an import, which component takes a node's place, what a stub
//! answers.

use super::compare::{changes, judgement};
use super::html::{Act, TYPED, details, escape, muted};
use super::pre;
use patchbay_app::panels::units;
use patchbay_model::compare::Comparison;
use patchbay_model::connect::OpenReason;
use patchbay_model::{
    ComponentInfo, Connected, Digest, Endpoint, Fit, Graph, Link, Node, NodeId, Op, Port,
};
use serde_json::json;
use std::collections::BTreeMap;

/// What connecting all left to a person: the imports that several exports could fill, and those that stay open.
pub fn connect(graph: &Graph, connected: &Connected) -> String {
    let mut html = String::new();
    if !connected.ops.is_empty() {
        let step = "connect what is sure now";
        html += &Act::ops(step, &connected.ops).button("Connect what is sure now");
    }
    for choice in &connected.choices {
        let mut rows = String::new();
        for candidate in &choice.candidates {
            let remark = match &candidate.fit {
                Fit::Version { note } | Fit::Structure { note } => note,
                _ => "",
            };
            let link = Link {
                from: candidate.export.clone(),
                to: choice.import.clone(),
            };
            let step = format!("connect {}", patchbay_app::editor::link_name(graph, &link));
            let draw = Act::ops(&step, &[Op::AddLink { link }]);
            rows += &draw.choice(&of_node(graph, &candidate.export), remark);
        }
        let title = format!("What fills {}?", of_node(graph, &choice.import));
        html += &format!(
            "<h3>{}</h3><ul class=\"open-list\">{rows}</ul>",
            escape(&title)
        );
    }
    let open: String = connected
        .open
        .iter()
        .filter(|open| open.reason != OpenReason::Host)
        .map(|open| {
            let import = escape(&of_node(graph, &open.import));
            format!("<li><code>{import}</code> {}</li>", escape(&open.message))
        })
        .collect();
    if !open.is_empty() {
        html += &format!("<h3>Stays open</h3><ul class=\"open-list plain-list\">{open}</ul>");
    }
    match html.is_empty() {
        true => muted("Everything is connected, as far as the components go."),
        false => html,
    }
}

/// The other components, those of the same name first.
pub fn replacements(
    node: &Node,
    components: &[ComponentInfo],
    judged: &BTreeMap<Digest, Comparison>,
) -> String {
    let Some(reference) = node.component() else {
        return muted("This node is no instance of a component.");
    };
    let mut rows = String::new();
    for same in [true, false] {
        for component in components {
            let named = component.short_name() == reference.short_name();
            if named != same || Some(&component.digest) == reference.digest.as_ref() {
                continue;
            }
            let question =
                json!({ "graph": "@graph", "node": node.id, "component": component.digest });
            let step = format!("replace {}", node.name);
            let remark = format!(
                "{} · {} · {}…",
                component.package,
                units::size(component.size),
                &component.digest.as_str()[..8]
            );
            let replace = Act::ask(&step, "/swap", &question).and("data-close", "");
            rows += &replace.choice(component.short_name(), &remark);
            if let Some(compared) = judged.get(&component.digest) {
                let id = format!("changes-of-{}", component.digest);
                let summary = format!("As a new version: {}", judgement(compared.judgement));
                let changes = details(&id, "", &summary, &changes(compared));
                rows += &format!("<li class=\"compared\">{changes}</li>");
            }
        }
    }
    match rows.is_empty() {
        true => muted("There is no other component to replace it by."),
        false => format!("<ul class=\"open-list\">{rows}</ul>"),
    }
}

/// A form for what a stub of an import answers, from the functions that return something.
pub fn stub(node: &Node, import: &Port, functions: &[String]) -> String {
    let fields: String = functions
        .iter()
        .map(|name| {
            let short = name.strip_prefix(&import.name).unwrap_or(name);
            let (short, name) = (short.trim_start_matches('.'), escape(name));
            format!(
                "<label class=\"field\"><span>{}</span><input type=\"text\" name=\"{name}\" autocomplete=\"off\" \
                 spellcheck=\"false\" placeholder=\"the plainest value\"></label>",
                escape(short)
            )
        })
        .collect();
    let to = Endpoint {
        node: node.id.clone(),
        port: import.name.clone(),
    };
    let question = json!({
        "of": { "import": { "graph": "@graph", "import": to } },
        "values": "@values",
        "defaults": true,
    });
    let step = format!("fill {} with a stub", import.name);
    let make = Act::ask(&step, "/stubs", &question).and("data-close", "");
    format!(
        "<div class=\"stub-form\" data-form>{}{fields}<div>{}</div></div>{}",
        muted(
            "What each function returns, as WAVE text: 42, \"text\", some(1), ok({name: \"a\"}). Left empty, it returns \
             the plainest value of its type."
        ),
        make.button("Make the stub"),
        pre(&import.name, &import.wit)
    )
}

/// A form for the name of what some nodes become.
pub fn group(graph: &Graph, nodes: &[NodeId]) -> String {
    let question = json!({ "graph": "@graph", "nodes": nodes, "name": TYPED });
    let step = format!("make {TYPED} of {} nodes", nodes.len());
    let make = Act::ask(&step, "/groups", &question);
    let make = make.and("data-close", "").button("Make one component");
    let names: Vec<&str> = nodes
        .iter()
        .filter_map(|id| Some(graph.node(id)?.name.as_str()))
        .collect();
    let words = format!(
        "{} become one component in the palette, and one node here. Opening it as a graph shows them again.",
        names.join(", ")
    );
    format!(
        "<div class=\"stub-form\" data-form>{}<label class=\"field\"><span>Name</span><input type=\"text\" \
         autocomplete=\"off\" spellcheck=\"false\" value=\"{}\"></label><div>{make}</div></div>",
        muted(&words),
        escape(&graph.free_name("group"))
    )
}

fn of_node(graph: &Graph, end: &Endpoint) -> String {
    let node = graph.path_in_words(std::slice::from_ref(&end.node));
    format!("{} of {node}", end.port)
}
