//! Copying, cutting, pasting and duplicating nodes, with the links between them.
//!
//! What is on the clipboard is the document of a graph: it can be pasted into another tab, and into a text file.

use super::board::Board;
use super::keyboard::{is_elsewhere, is_on_canvas};
use super::target::element_of;
use super::{note, settings};
use crate::client::json::{BrowserJson, encode};
use leptos::prelude::*;
use patchbay_model::geometry::GRID;
use patchbay_model::{Endpoint, Graph, Link, NodeId, Op, Point, SortedSet, Transaction};
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Event};

/// The type of what is on the clipboard.
const TEXT: &str = "text/plain";

/// Hears the browser's own copying and pasting, which needs no leave of the person, and the end of the page.
pub fn listen(board: Board) {
    for name in ["copy", "cut", "paste", "pagehide"] {
        window_event_listener_untyped(name, move |event| heard(board, &event));
    }
}

fn heard(board: Board, event: &Event) {
    if event.type_() == "pagehide" {
        return settings::remember_view(board);
    }
    let here = element_of(event).is_none_or(|e| is_on_canvas(&e) && !is_elsewhere(&e));
    let data = event
        .dyn_ref::<ClipboardEvent>()
        .and_then(ClipboardEvent::clipboard_data);
    let (true, Some(data)) = (here, data) else {
        return;
    };
    if event.type_() == "paste" {
        event.prevent_default();
        let text = data.get_data(TEXT).unwrap_or_default();
        match Graph::read_by(&BrowserJson, &text) {
            // With Shift, pasted nodes keep the links that come to them from others.
            Ok(part) => insert(board, &part, board.shift.get_value(), "paste"),
            Err(_) => board.editor.alert(
                "What is on the clipboard is no part of a graph, so nothing was pasted.",
                None,
            ),
        }
        return;
    }
    let part = selected(board);
    let count = part.nodes().len() + part.notes().len();
    let (1.., Ok(json)) = (count, encode(&part)) else {
        return;
    };
    event.prevent_default();
    let _ = data.set_data(TEXT, &json);
    if event.type_() == "cut" {
        // What lies in a frame goes with it.
        let nodes = part.nodes().map(|node| &node.id);
        let all = nodes.chain(part.notes().map(|note| &note.id));
        let all: SortedSet<NodeId> = all.cloned().collect();
        board.editor.selection.update(|it| it.nodes = all);
        board.editor.delete_selection();
        board.focus_pane();
    } else {
        board.editor.announce(format!("Copied {}", words(count)));
    }
}

/// Puts the selected nodes there once more, beside themselves, with the links between them.
pub fn duplicate(board: Board) {
    insert(board, &selected(board), false, "duplicate");
}

/// The selected nodes and what lies in selected frames, with the links between them, as a graph of their own.
pub fn selected(board: Board) -> Graph {
    let nodes = board.editor.selection.with_untracked(|s| s.nodes.clone());
    let nodes = note::with_contents(board, nodes);
    let mut part = Graph::default();
    board.editor.graph().with_untracked(|graph| {
        let mut ops = Vec::new();
        for node in graph.nodes().filter(|node| nodes.contains(&node.id)) {
            ops.push(Op::AddNode { node: node.clone() });
        }
        for note in graph.notes().filter(|note| nodes.contains(&note.id)) {
            ops.push(Op::SetNote { note: note.clone() });
        }
        for link in graph.links() {
            if nodes.contains(&link.from.node) && nodes.contains(&link.to.node) {
                ops.push(Op::AddLink { link });
            }
        }
        // A part of a graph contradicts itself no more than the whole.
        let _ = part.apply(&Transaction::new("", ops));
    });
    part
}

/// Adds copies of nodes, a little aside and selected: one step of the history.
fn insert(board: Board, part: &Graph, with_suppliers: bool, verb: &str) {
    let editor = board.editor;
    let mut ops = Vec::new();
    let mut copies: Vec<(NodeId, NodeId)> = Vec::new();
    editor.graph().with_untracked(|graph| {
        // The ids and names that are free change with each copy.
        let mut whole = graph.clone();
        let mut by = 2.0 * GRID;
        let corners = |graph: &Graph| {
            let nodes = graph.nodes().map(|node| node.position);
            let all = nodes.chain(graph.notes().map(|note| note.position));
            all.collect::<Vec<Point>>()
        };
        let (taken, corners) = (corners(graph), corners(part));
        while corners.iter().any(|at| taken.contains(&aside(*at, by))) {
            by += 2.0 * GRID;
        }
        let mut add = |whole: &mut Graph, op: Op| {
            let _ = whole.apply(&Transaction::new("", vec![op.clone()]));
            ops.push(op);
        };
        for node in part.nodes() {
            let mut copy = node.clone();
            copy.id = whole.free_id();
            copy.name = whole.free_name(base(&node.name));
            copy.position = aside(copy.position, by);
            copies.push((node.id.clone(), copy.id.clone()));
            add(&mut whole, Op::AddNode { node: copy });
        }
        for note in part.notes() {
            let mut note = note.clone();
            let id = std::mem::replace(&mut note.id, whole.free_id());
            note.position = aside(note.position, by);
            copies.push((id, note.id.clone()));
            add(&mut whole, Op::SetNote { note });
        }
        let copied = |end: &Endpoint| {
            let (_, node) = copies.iter().find(|(old, _)| *old == end.node)?;
            Some(Endpoint {
                node: node.clone(),
                port: end.port.clone(),
            })
        };
        let inner = part
            .links()
            .filter_map(|link| Some((copied(&link.from)?, copied(&link.to)?)));
        // Of another document, a node of that id is another node.
        let same = |id: &NodeId| {
            let kind = |graph: &Graph| graph.node(id).map(|node| node.kind.clone());
            kind(graph) == kind(part)
        };
        let outer = graph
            .links()
            .filter(|link| with_suppliers && same(&link.to.node))
            .filter(|link| copied(&link.from).is_none())
            .filter_map(|link| Some((link.from, copied(&link.to)?)));
        for (from, to) in inner.chain(outer) {
            ops.push(Op::AddLink {
                link: Link { from, to },
            });
        }
    });
    let count = copies.len();
    if count > 0 && editor.commit(format!("{verb} {}", words(count)), ops) {
        editor.selection.update(|selection| {
            selection.nodes = copies.into_iter().map(|(_, copy)| copy).collect();
            selection.links = SortedSet::new();
        });
        editor.announce(format!("Added {}", words(count)));
    }
}

fn aside(at: Point, by: f64) -> Point {
    Point {
        x: at.x + by,
        y: at.y + by,
    }
}

fn words(count: usize) -> String {
    match count {
        1 => "1 node".to_string(),
        n => format!("{n} nodes"),
    }
}

/// `hello` of `hello-2`.
fn base(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((base, number)) if number.bytes().all(|b| b.is_ascii_digit()) => base,
        _ => name,
    }
}
