//! What can be done to a node, a port or a link.

use super::offered;
use crate::canvas::board::Board;
use crate::canvas::target::{Target, port_id, port_name};
use crate::canvas::{
    clipboard, connecting, controls, keyboard, linking, note, quick_add, settings, sight,
};
use crate::editor::{Selection, link_name};
use crate::panels::picture;
use leptos::prelude::*;
use patchbay_model::analysis::{PortRef, Side};
use patchbay_model::geometry::{GRID, NODE_WIDTH};
use patchbay_model::{Endpoint, ExportSource, Link, NodeId, Op, Point};

/// A line of a menu.
pub struct Command {
    /// Its accessible name.
    pub label: String,
    /// The key that does the same.
    pub hint: &'static str,
    /// For what is on or off.
    pub checked: Option<bool>,
    /// Does it.
    pub run: Box<dyn Fn() + Send>,
}

impl Command {
    pub(super) fn new(label: impl Into<String>, run: impl Fn() + Send + 'static) -> Self {
        Self {
            label: label.into(),
            hint: "",
            checked: None,
            run: Box::new(run),
        }
    }

    fn key(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    fn checked(mut self, checked: bool) -> Self {
        self.checked = Some(checked);
        self
    }
}

/// The name of the menu of something.
pub fn title(board: Board, of: &Target) -> String {
    board.editor.graph().with(|graph| match of {
        Target::Node(id) => format!("Menu of {}", graph.title(id)),
        Target::Port(port) => format!("Menu of {}", port_name(graph, port)),
        Target::Link(_) => "Menu of the link".to_string(),
        Target::Pane | Target::Overlay => "Menu of the canvas".to_string(),
    })
}

/// What can be done to something.
pub fn commands(board: Board, of: &Target) -> Vec<Command> {
    match of {
        Target::Node(id) => of_node(board, id),
        Target::Port(port) => of_port(board, port),
        Target::Link(to) => of_link(board, to),
        Target::Pane | Target::Overlay => of_pane(board),
    }
}

/// The ports that a link may end at.
pub fn choices(board: Board, ports: &[PortRef]) -> Vec<Command> {
    let choice = |port: &PortRef| {
        let name = board.editor.graph().with(|graph| port_name(graph, port));
        let port = port.clone();
        Command::new(name, move || linking::finish(board, port.clone()))
    };
    ports.iter().map(choice).collect()
}

fn of_pane(board: Board) -> Vec<Command> {
    let wheel_zooms = board.wheel_zooms.get();
    let view = board.editor.viewport.get();
    let at = board.menu.with(|menu| menu.as_ref().map(|menu| menu.at));
    let at = view.to_canvas(at.unwrap_or_default());
    vec![
        Command::new("Add a component…", move || {
            quick_add::open_at_centre(board)
        })
        .key("Ctrl+K"),
        Command::new("Add a note", move || note::add(board, at)),
        Command::new("Select all", move || keyboard::select_all(board)).key("Ctrl+A"),
        Command::new("Fit view", move || sight::fit_all(board)).key("1"),
        Command::new("Tidy", move || controls::tidy_up(board)),
        Command::new("Connect all", move || connecting::connect_all(board)),
        Command::new("Export as SVG", move || picture::save(board.editor, false)),
        Command::new("Export as PNG", move || picture::save(board.editor, true)),
        Command::new("Zoom with the wheel", move || {
            settings::set(sight::WHEEL_ZOOMS, !wheel_zooms);
            board.wheel_zooms.set(!wheel_zooms);
        })
        .checked(wheel_zooms),
    ]
}

fn of_node(board: Board, id: &NodeId) -> Vec<Command> {
    let editor = board.editor;
    let node = editor.graph().with(|graph| graph.node(id).cloned());
    let renamed = id.clone();
    let rename = move || keyboard::rename_node(board, &renamed);
    let duplicate = Command::new("Duplicate", move || clipboard::duplicate(board)).key("Ctrl+D");
    let frame = Command::new("Put a frame around", move || note::frame(board)).key("Ctrl+G");
    let delete = move || {
        editor.delete_selection();
        board.focus_pane();
    };
    let delete = Command::new("Delete", delete).key("Del");
    let Some(node) = node else {
        let write = Command::new("Write", rename).key("F2");
        return vec![write, duplicate, frame, delete];
    };
    let whole = board.wiring.with(|wiring| wiring.whole.contains(id));
    let source = ExportSource {
        node: id.clone(),
        port: None,
    };
    let mut commands = vec![Command::new("Rename", rename).key("F2")];
    if node.component().is_some() {
        commands.push(duplicate);
        commands.push(
            Command::new("Export whole instance", move || {
                editor.toggle_export(source.clone());
            })
            .checked(whole),
        );
        commands.extend(offered::of_node(board, id));
    }
    if board.shape(id).is_some_and(|shape| shape.plumbing > 0) {
        let expanded = !node.expanded;
        let (words, label) = match expanded {
            true => (
                "Show host imports",
                format!("show the host imports of {}", node.name),
            ),
            false => (
                "Hide host imports",
                format!("hide the host imports of {}", node.name),
            ),
        };
        let node = id.clone();
        commands.push(Command::new(words, move || {
            let op = Op::ExpandNode {
                node: node.clone(),
                expanded,
            };
            editor.commit(label.clone(), vec![op]);
        }));
    }
    commands.push(frame);
    commands.push(delete);
    commands
}

fn of_port(board: Board, port: &PortRef) -> Vec<Command> {
    let editor = board.editor;
    let mut commands = Vec::new();
    let full = editor.graph().with(|graph| port_name(graph, port));
    if port.side == Side::Export {
        let exported = board
            .wiring
            .with(|wiring| !wiring.names(&port.end).is_empty());
        let source = ExportSource {
            node: port.end.node.clone(),
            port: Some(port.end.port.clone()),
        };
        // `export … of …` is the port; its command is the same with a capital, as the contract of names has it.
        let label = format!("E{}", &full[1..]);
        commands.push(
            Command::new(label, move || {
                editor.toggle_export(source.clone());
            })
            .checked(exported),
        );
    }
    let origin = port.clone();
    commands.push(
        Command::new("Connect…", move || {
            super::super::target::focus_id(&port_id(&origin));
            linking::click(board, origin.clone());
        })
        .key("Enter"),
    );
    if port.side == Side::Export {
        return commands;
    }
    let supplied = editor
        .graph()
        .with(|graph| graph.supplier(&port.end).is_some());
    if supplied {
        let to = port.end.clone();
        commands.push(Command::new("Remove the link", move || {
            remove_link(board, &to)
        }));
    } else {
        let end = port.end.clone();
        commands.push(Command::new("Make this import a node", move || {
            draw_import(board, &end)
        }));
        commands.extend(offered::of_import(board, &port.end));
    }
    commands
}

/// Draws what fills an open import from outside as a node of its own.
fn draw_import(board: Board, to: &Endpoint) {
    let editor = board.editor;
    let ops = editor.graph().with_untracked(|graph| {
        let node = graph.node(&to.node)?;
        graph.drawn_import(
            to,
            Point {
                x: node.position.x - NODE_WIDTH - 7.0 * GRID,
                ..node.position
            },
        )
    });
    if let Some(ops) = ops {
        editor.commit(format!("draw the import {}", to.port), ops);
    }
}

fn of_link(board: Board, to: &Endpoint) -> Vec<Command> {
    let (link, source) = (to.clone(), to.clone());
    vec![
        Command::new("Go to the exporter", move || {
            let graph = board.editor.graph();
            let from = graph.with_untracked(|graph| graph.supplier(&source).cloned());
            if let Some(from) = from {
                board
                    .editor
                    .selection
                    .set(Selection::node(from.node.clone()));
                board.editor.reveal.set(Some((from.node, String::new())));
            }
        }),
        Command::new("Delete", move || remove_link(board, &link)).key("Del"),
    ]
}

/// Takes a link away.
pub fn remove_link(board: Board, to: &Endpoint) {
    let found = board.editor.graph().with_untracked(|graph| {
        let link = Link {
            from: graph.supplier(to)?.clone(),
            to: to.clone(),
        };
        let name = link_name(graph, &link);
        Some((link, name))
    });
    if let Some((link, name)) = found {
        board
            .editor
            .commit(format!("disconnect {name}"), vec![Op::RemoveLink { link }]);
        board.editor.selection.update(|selection| {
            selection.links.remove(to);
        });
    }
}
