//! A component that is not put together of others, or not in a way that a graph can say: one node.

use super::walk::{OwnCode, Walk};
use super::{Opened, draw};
use crate::inspect::inspect;
use crate::inspect::refusal::NotAComponent;
use crate::limits;
use patchbay_model::graph::{ExportSource, Graph, Node, NodeId, Point};
use patchbay_model::name::label_from;
use patchbay_model::op::{Op, Transaction};
use patchbay_model::opened::{Note, NoteKind};

/// Why a component is one node; `None` for those that can be taken apart.
pub(super) fn reason(walk: &Walk<'_>) -> Option<Note> {
    if walk.instantiations.is_empty() {
        let message = "This component is not composed of others: it is one node";
        return Some(Note::new(NoteKind::NotComposed, message));
    }
    if !walk.own_code.is_none() {
        let message = format!(
            "This component has code of its own around the components inside of it ({}), as compilers make it. It is one node",
            in_words(&walk.own_code)
        );
        return Some(Note::new(NoteKind::NotComposed, message));
    }
    let links: usize = walk.instantiations.iter().map(|i| i.args.len()).sum();
    [
        (walk.instantiations.len(), limits::NODES, "instances"),
        (links, limits::LINKS, "arguments of instances"),
        (walk.exports.len(), limits::EXPORTS, "exports"),
    ]
    .into_iter()
    .find(|(found, limit, _)| found > limit)
    .map(|(found, limit, what)| {
        let message = format!("This component is composed of others, but has {found} {what}, and a graph has up to {limit}. It is one node");
        Note::new(NoteKind::OneNode, message)
    })
}

fn in_words(own: &OwnCode) -> String {
    let counted: Vec<String> = [
        (own.modules, "core module", "core modules"),
        (own.module_instances, "core instance", "core instances"),
        (own.lifted, "lifted function", "lifted functions"),
        (own.lowered, "lowered function", "lowered functions"),
        (own.starts, "start function", "start functions"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
    .collect();
    counted.join(", ")
}

/// The component as one node, with all that it exports.
pub(super) fn open(name: &str, bytes: &[u8], note: Note) -> Result<Opened, NotAComponent> {
    let label = label_from(name);
    let component = inspect(&format!("local:{label}"), bytes)?;
    let node = NodeId("n1".to_string());
    let reference = component.info.reference();
    let mut ops = vec![Op::AddNode {
        node: Node::instance(node.clone(), label, reference, Point::default()),
    }];
    ops.extend(component.info.exports.iter().map(|port| Op::AddExport {
        name: port.name.clone(),
        source: ExportSource {
            node: node.clone(),
            port: Some(port.name.clone()),
        },
    }));
    let mut graph = Graph::named(name);
    let components = vec![component];
    graph
        .apply(&Transaction::new("open", ops))
        .and_then(|_| draw::arrange(&mut graph, &components))
        .map_err(|error| NotAComponent::invalid(error.to_string()))?;
    Ok(Opened {
        graph,
        components,
        notes: vec![note.at(&node)],
    })
}
