//! Keys. Heard on the window, because the element that had the focus may just have been deleted.

use super::board::Board;
use super::target::{Target, closest, element_of};
use super::{clipboard, gesture, linking, menu, note, nudge, quick_add, sight, splicing, waiting};
use crate::editor::Selection;
use crate::live::effect;
use leptos::ev;
use leptos::prelude::*;
use patchbay_model::{Graph, Link, NodeId, Op};
use web_sys::{Element, KeyboardEvent};

/// Hears keys from now on.
pub fn listen(board: Board) {
    effect(move |_| {
        clipboard::listen(board);
        window_event_listener(ev::keydown, move |event| {
            board.shift.set_value(event.shift_key());
            if !event.default_prevented() && pressed(board, &event) {
                event.prevent_default();
            }
        });
        window_event_listener(ev::keyup, move |event| {
            if event.key() == " " {
                board.space.set_value(false);
            }
        });
        window_event_listener(ev::blur, move |_| board.space.set_value(false));
    });
}

/// Does what a key means; says whether it means anything.
fn pressed(board: Board, event: &KeyboardEvent) -> bool {
    let target = element_of(event);
    let key = event.key();
    if target.as_ref().is_some_and(is_elsewhere) {
        return target.is_some_and(|target| note::key(&target, &key, event.shift_key()));
    }
    let on_canvas = target.as_ref().is_none_or(is_on_canvas);
    if event.ctrl_key() || event.meta_key() {
        return with_control(board, event, &key.to_ascii_lowercase(), on_canvas);
    }
    if key == "Escape" {
        return escape(board, on_canvas);
    }
    if event.alt_key() || !on_canvas {
        return false;
    }
    match key.as_str() {
        "Delete" | "Backspace" => delete(board),
        "F2" => rename(board, target.as_ref()),
        "ContextMenu" => menu::open_at_element(board, target.as_ref()),
        "F10" if event.shift_key() => menu::open_at_element(board, target.as_ref()),
        "ArrowLeft" | "ArrowUp" if linking::step(board, false) => true,
        "ArrowRight" | "ArrowDown" if linking::step(board, true) => true,
        "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" => {
            let cells = if event.shift_key() { 4.0 } else { 1.0 };
            nudge::nudge(board, &key, cells, event.repeat(), false)
        }
        "." => does(|| sight::fit_selection(board)),
        "1" => does(|| sight::fit_all(board)),
        "0" => does(|| sight::zoom_reset(board)),
        "+" | "=" => does(|| sight::zoom_in(board)),
        "-" => does(|| sight::zoom_out(board)),
        " " => space(board, target.as_ref()),
        _ => false,
    }
}

fn does(deed: impl FnOnce()) -> bool {
    deed();
    true
}

fn with_control(board: Board, event: &KeyboardEvent, key: &str, on_canvas: bool) -> bool {
    // The document must not change under a pointer that carries a part of it.
    let idle = !gesture::is_under_way(board);
    match key {
        "z" if idle && event.shift_key() => does(|| board.editor.redo()),
        "z" if idle => does(|| board.editor.undo()),
        "y" if idle => does(|| board.editor.redo()),
        "a" if on_canvas => does(|| select_all(board)),
        "d" if idle && on_canvas => does(|| clipboard::duplicate(board)),
        "g" if idle && on_canvas => does(|| note::frame(board)),
        "k" if idle => does(|| quick_add::open_at_centre(board)),
        "delete" if on_canvas => heal(board),
        _ => idle && on_canvas && nudge::nudge(board, &event.key(), 1.0, event.repeat(), true),
    }
}

/// Where a key is typed and not commanded, or belongs to a dialog or a menu.
pub fn is_elsewhere(element: &Element) -> bool {
    closest(
        element,
        "input,textarea,select,[contenteditable],dialog,[role=menu]",
    )
    .is_some()
}

/// Whether keys and the clipboard mean the canvas there.
pub fn is_on_canvas(element: &Element) -> bool {
    closest(element, "#canvas").is_some() || matches!(element.tag_name().as_str(), "BODY" | "HTML")
}

/// Takes back the innermost thing that is under way.
fn escape(board: Board, on_canvas: bool) -> bool {
    if board.editor.palette_drag.with_untracked(Option::is_some) {
        board.editor.palette_drag.set(None);
        splicing::clear(board);
        return true;
    }
    if gesture::cancel(board) {
        return true;
    }
    if board.origin.with_untracked(Option::is_some) {
        linking::cancel(board);
        board.editor.announce("Cancelled");
        return true;
    }
    if menu::close(board, true) || waiting::forget(board) {
        return true;
    }
    if on_canvas && !board.editor.selection.with_untracked(Selection::is_empty) {
        board.editor.selection.set(Selection::default());
        return true;
    }
    false
}

fn delete(board: Board) -> bool {
    if gesture::is_under_way(board) || board.editor.selection.with_untracked(Selection::is_empty) {
        return false;
    }
    linking::cancel(board);
    board.editor.delete_selection();
    // What had the focus is gone, and keys shall still be heard here.
    board.focus_pane();
    true
}

/// Deletes what is selected; when that is one node, what it took goes where it gave, if that fits.
fn heal(board: Board) -> bool {
    let editor = board.editor;
    let nodes = editor.selection.with_untracked(|s| s.nodes.clone());
    let links = |graph: &Graph| graph.links().collect::<Vec<_>>();
    let links = editor.graph().with_untracked(links);
    let mut healing = Vec::new();
    for given in links.iter().filter(|link| nodes.contains(&link.from.node)) {
        let across = |taken: &Link| {
            let link = Link {
                from: taken.from.clone(),
                to: given.to.clone(),
            };
            let fits =
                taken.to.node == given.from.node && untrack(|| editor.verdict(&link)).is_ok();
            fits.then_some(Op::AddLink { link })
        };
        healing.extend(links.iter().find_map(across));
    }
    let deleted = delete(board);
    if nodes.len() == 1 && !healing.is_empty() && editor.commit("heal", healing) {
        editor.merge_steps();
    }
    deleted
}

fn rename(board: Board, target: Option<&Element>) -> bool {
    let focused = match target.map(Target::of) {
        Some(Target::Node(id)) => Some(id),
        Some(Target::Port(port)) => Some(port.end.node),
        _ => None,
    };
    let selected = || {
        board.editor.selection.with_untracked(|selection| {
            let only = selection.nodes.len() == 1;
            only.then(|| selection.nodes.first().cloned()).flatten()
        })
    };
    let Some(id) = focused.or_else(selected) else {
        return false;
    };
    rename_node(board, &id);
    true
}

/// Lets a person name a node, or write on a frame or a note.
pub fn rename_node(board: Board, id: &NodeId) {
    if !board.editor.is_fixed() && !note::write(board, id) {
        board.renaming.set(Some(id.clone()));
    }
}

/// Selects every node and every link.
pub fn select_all(board: Board) {
    let selection = board.editor.graph().with_untracked(|graph| Selection {
        nodes: graph
            .nodes()
            .map(|node| node.id.clone())
            .chain(graph.notes().map(|note| note.id.clone()))
            .collect(),
        links: graph.links().map(|link| link.to).collect(),
    });
    board.editor.selection.set(selection);
}

/// The space bar makes the hand pan; on a button it still presses the button.
fn space(board: Board, target: Option<&Element>) -> bool {
    if target.is_some_and(|element| closest(element, "button,a").is_some()) {
        return false;
    }
    board.space.set_value(true);
    true
}
