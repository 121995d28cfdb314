//! What the pointer or the focus comes to, beside gestures.

use super::board::Board;
use super::target::{Target, closest, element_of, link_id};
use super::{gesture, keyboard, note, quick_add, sight};
use crate::editor::Selection;
use leptos::prelude::*;
use patchbay_model::Link;
use patchbay_model::analysis::{PortRef, Side};
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, MouseEvent};

/// The pointer or the focus comes to something, or leaves it.
pub fn point(board: Board, at: Option<Target>) {
    let at = match at {
        Some(Target::Overlay) => return,
        Some(Target::Port(port)) => Some(port),
        Some(Target::Link(end)) => Some(PortRef {
            side: Side::Import,
            end,
        }),
        _ => None,
    };
    let before = board.pointed.get_untracked();
    if before != at {
        mark(board, before.as_ref(), false);
        mark(board, at.as_ref(), true);
        board.pointed.set(at);
    }
}

/// Makes the links of a port stand out, or not any more. By hand: no other link need look whether it is meant.
fn mark(board: Board, port: Option<&PortRef>, hot: bool) {
    /// Where more links than this stepped back, that would be all a browser does while the pointer wanders about.
    const MANY: usize = 300;
    let Some(port) = port else {
        return;
    };
    board.editor.graph().with_untracked(|graph| {
        let links = graph.links();
        let few = links.len() <= MANY;
        for Link { from, to } in links {
            let end = match port.side {
                Side::Export => &from,
                Side::Import => &to,
            };
            if *end == port.end
                && let Some(link) = document().get_element_by_id(&link_id(&to))
            {
                let _ = link.toggle_attribute_with_force("data-hot", hot);
                let view = closest(&link, ".viewport").filter(|_| few);
                let _ = view.map(|view| view.toggle_attribute_with_force("data-pointed", hot));
            }
        }
    });
}

/// Two clicks on a node's header name it; on the pane, they add a node.
pub fn double(board: Board, event: &MouseEvent) {
    if Target::of_event(event) == Target::Pane {
        return quick_add::open(board, sight::on_canvas(board, event), None);
    }
    let on_header = element_of(event)
        .and_then(|element| closest(&element, ".node-header,.note"))
        .is_some();
    if on_header && let Target::Node(id) = Target::of_event(event) {
        keyboard::rename_node(board, &id);
    }
}

/// The focus moves: by a key it selects what it comes to, and brings it into sight.
pub fn focused(board: Board, event: &FocusEvent) {
    let editor = board.editor;
    let by_pointer = gesture::is_under_way(board);
    let target = Target::of_event(event);
    point(board, Some(target.clone()));
    match target {
        Target::Port(port) => {
            board.hovered.set(Some(port.clone()));
            if !by_pointer {
                sight::show(board, &port.end.node);
            }
        }
        _ if by_pointer => {}
        Target::Node(id) => {
            if !editor.selection.with_untracked(|s| s.nodes.contains(&id)) {
                editor.selection.set(Selection::node(id.clone()));
            }
            sight::show(board, &id);
        }
        Target::Link(to) => {
            if !editor.selection.with_untracked(|s| s.links.contains(&to)) {
                editor.selection.set(Selection::link(to));
            }
        }
        Target::Pane | Target::Overlay => {}
    }
}

/// The focus leaves something, for something else or for nothing.
pub fn left(board: Board, event: &FocusEvent) {
    board.hovered.set(None);
    note::left(board, event);
    let next = event.related_target();
    let next = next.and_then(|next| next.dyn_into::<Element>().ok());
    point(board, next.map(|next| Target::of(&next)));
}
