//! What else could be done to a node or an import: with another component, or with one that is generated.

use super::command::Command;
use crate::canvas::board::Board;
use crate::canvas::splicing;
use crate::editor::{Offer, link_name};
use crate::panels::open_component;
use js_sys::encode_uri_component;
use patchbay_model::{Endpoint, NodeId};

/// How many links a menu names at most.
const LINKS: usize = 6;

/// For a node: the links that it could go into, and its replacement.
pub fn of_node(board: Board, id: &NodeId) -> Vec<Command> {
    let editor = board.editor;
    let graph = editor.graph().get();
    let mut commands = Vec::new();
    for link in graph.links() {
        let Some(ops) = splicing::ops(editor, id, &link) else {
            continue;
        };
        let name = link_name(&graph, &link);
        let step = splicing::step(&graph, id, &link);
        commands.push(Command::new(format!("Put into {name}"), move || {
            editor.commit(step.clone(), ops.clone());
        }));
        if commands.len() == LINKS {
            break;
        }
    }
    if let Some(component) = editor.component_of(id) {
        let composed = component.composed;
        commands.push(Command::new("Open as a graph", move || {
            open_component(editor, &component);
        }));
        if composed {
            let expand = Offer::expand(id, &board.name(id));
            commands.push(Command::new("Expand in place", move || {
                editor.take(vec![expand.clone()]);
            }));
        }
    }
    let nodes = editor.selection.get().nodes;
    if nodes.len() > 1 && nodes.contains(id) {
        let ids: Vec<String> = nodes.iter().map(|id| quoted(&id.0)).collect();
        let address = format!("group?nodes={}", ids.join(","));
        commands.push(Command::new("Make one component of these…", move || {
            editor.ask("One component of several", address.clone());
        }));
    }
    let (name, address) = (
        board.name(id),
        format!("replacements?node={}", quoted(&id.0)),
    );
    commands.push(Command::new("Replace by…", move || {
        editor.ask(format!("Replace {name} by"), address.clone());
    }));
    commands
}

/// For an open import: what could fill it until there is a real component.
pub fn of_import(board: Board, import: &Endpoint) -> Vec<Command> {
    let mut commands: Vec<Command> = stubs(import)
        .into_iter()
        .map(|(words, offer)| Command::new(words, move || board.editor.take(vec![offer.clone()])))
        .collect();
    let import = import.clone();
    commands.push(Command::new(
        "Fill with a stub of given values…",
        move || {
            let (node, port) = (quoted(&import.node.0), quoted(&import.port));
            let address = format!("stub?node={node}&port={port}");
            board
                .editor
                .ask(format!("A stub for {}", import.port), address);
        },
    ));
    commands
}

/// The stubs that need no answers, in words.
pub fn stubs(import: &Endpoint) -> [(&'static str, Offer); 2] {
    [
        ("Fill with a stub that traps", Offer::stub(import, false)),
        (
            "Fill with a stub of default values",
            Offer::stub(import, true),
        ),
    ]
}

fn quoted(text: &str) -> String {
    encode_uri_component(text).into()
}
