//! Drawing a link: by a drag, by two clicks, or by keys, from an export or from an import.

use super::board::{Board, Draft, Linking};
use super::target::{Target, focus_id, node_id, port_id, port_name};
use super::{menu, quick_add, sight, waiting};
use crate::live::effect;
use leptos::prelude::*;
use patchbay_model::analysis::{PortRef, Side};
use patchbay_model::geometry::{Rect, SNAP_RADIUS, nearest};
use patchbay_model::{Endpoint, Link, NodeId, Point, Refusal};
use web_sys::{MouseEvent, PointerEvent};

/// How many nodes are marked when a link begins, and how many with each frame after that. A frame takes more for what is
/// around a marked node than for the node, so few large steps are done sooner; but they hold up the hand.
const AT_ONCE: usize = 256;
const IN_A_FRAME: usize = 32;

/// Marks every port with whether it fits while a link is being drawn: at once where few nodes are, otherwise those that
/// are in sight first, and the rest with the next frames. By hand: with thousands of ports, those that each look for
/// themselves take a second to begin with.
pub fn listen(board: Board) {
    let mut marked: Option<NodeId> = None;
    effect(move |_| {
        let origin = board
            .linking
            .with(|linking| Some(linking.as_ref()?.origin.end.node.clone()));
        if origin.is_some() || marked.is_some() {
            // Where a link begins, or does no longer, is told before all else.
            let ends = marked.iter().chain(&origin);
            ends.for_each(|node| mark_now(board, node));
            board.unmarked.set_value(in_order(board));
            mark_some(board, AT_ONCE);
        }
        marked = origin;
    });
}

/// All nodes, those that are in sight behind the others.
fn in_order(board: Board) -> Vec<NodeId> {
    let (width, height) = board.pane_size();
    let view = board.editor.viewport.get_untracked();
    let corner = Point {
        x: width,
        y: height,
    };
    let sight = Rect::between(view.to_canvas(Point::default()), view.to_canvas(corner));
    let mut ids = Vec::new();
    let mut seen = Vec::new();
    for (id, rect) in board.rects() {
        match sight.overlaps(&rect) {
            true => seen.push(id),
            false => ids.push(id),
        }
    }
    ids.append(&mut seen);
    ids
}

fn mark_some(board: Board, count: usize) {
    let rest = |ids: &mut Vec<NodeId>| ids.split_off(ids.len().saturating_sub(count));
    let ids = board.unmarked.try_update_value(rest).unwrap_or_default();
    for id in &ids {
        mark_now(board, id);
    }
    if !ids.is_empty() {
        request_animation_frame(move || mark_some(board, IN_A_FRAME));
    }
}

fn mark_now(board: Board, node: &NodeId) {
    let linking = board.linking;
    linking.with_untracked(|linking| mark(board, linking.as_ref(), node));
}

fn mark(board: Board, linking: Option<&Linking>, node: &NodeId) {
    let set = |id: &str, name: &str, value: Option<&str>| {
        if let Some(element) = document().get_element_by_id(id) {
            let _ = match value {
                Some(value) => element.set_attribute(name, value),
                None => element.remove_attribute(name),
            };
        }
    };
    // A node that no link could go to steps back.
    let apart = linking.filter(|linking| {
        let ends = linking.candidates.as_slice();
        linking.origin.end.node != *node && ends.binary_search_by(|end| end.node.cmp(node)).is_err()
    });
    set(&node_id(node), "data-apart", apart.map(|_| "true"));
    let shape = untrack(|| board.shape(node)).unwrap_or_default();
    for side in [Side::Import, Side::Export] {
        for port in shape.side(side) {
            let end = Endpoint {
                node: node.clone(),
                port: port.name.clone(),
            };
            let this = PortRef { side, end };
            let id = port_id(&this);
            let (compat, pressed) = match linking {
                None => (None, None),
                Some(linking) if linking.origin == this => (None, Some("true")),
                Some(linking) => {
                    let fits =
                        linking.origin.side != side && linking.candidates.contains(&this.end);
                    (Some(if fits { "yes" } else { "no" }), None)
                }
            };
            set(&id, "data-compat", compat);
            set(&id, "aria-pressed", pressed);
        }
    }
}

/// Starts a link at a port.
pub fn start(board: Board, origin: PortRef) {
    board.draft.set(None);
    board.hovered.set(None);
    board.rewired.set_value(None);
    board.origin.set(Some(origin));
}

/// Gives up the link that is being drawn.
pub fn cancel(board: Board) {
    if board.origin.with_untracked(Option::is_some) {
        board.origin.set(None);
        board.draft.set(None);
        board.hovered.set(None);
        board.rewired.set_value(None);
    }
}

/// Takes an end of a link into the hand: the nearer one to a place of the canvas. Returns the port at the other end.
pub fn rewire(board: Board, to: &Endpoint, at: Point) -> Option<PortRef> {
    let graph = board.editor.graph();
    let from = graph.with_untracked(|graph| graph.supplier(to).cloned())?;
    let far = |side, end| {
        let port = untrack(|| board.port(side, end)).unwrap_or_default();
        (port.x - at.x).hypot(port.y - at.y)
    };
    let (side, end) = match far(Side::Export, &from) < far(Side::Import, to) {
        true => (Side::Import, to.clone()),
        false => (Side::Export, from.clone()),
    };
    let origin = PortRef { side, end };
    start(board, origin.clone());
    let to = to.clone();
    board.rewired.set_value(Some(Link { from, to }));
    Some(origin)
}

/// A port is clicked, or Enter is pressed on it: the first one starts a link and the second one ends it.
pub fn click(board: Board, port: PortRef) {
    match board.origin.get_untracked() {
        Some(origin) if origin == port => {
            cancel(board);
            board.editor.announce("Cancelled");
        }
        Some(origin) if origin.side != port.side => finish(board, port),
        _ => {
            start(board, port);
            announce_start(board);
        }
    }
}

fn announce_start(board: Board) {
    let Some(linking) = board.linking.get_untracked() else {
        return;
    };
    let name = board
        .editor
        .graph()
        .with_untracked(|graph| port_name(graph, &linking.origin));
    let fitting = match linking.candidates.len() {
        0 => "No port fits.".to_string(),
        1 => "One port fits.".to_string(),
        n => format!("{n} ports fit."),
    };
    board.editor.announce(format!(
        "Connecting {name}. {fitting} Arrow keys choose, Enter connects, Escape cancels."
    ));
}

/// The pointer moves while a link is being dragged.
pub fn drag(board: Board, event: &PointerEvent) {
    let pointer = sight::on_canvas(board, event);
    let under = match Target::at(event) {
        Target::Port(port) => Some(port),
        _ => None,
    };
    // The port under the pointer wins over one nearby.
    let target = match &under {
        Some(port) => fits(board, port).then(|| port.end.clone()),
        None => snapped(board, event),
    };
    if board.hovered.get_untracked() != under {
        if let Some(port) = &under {
            mark_now(board, &port.end.node);
        }
        board.hovered.set(under);
    }
    board.draft.set(Some(Draft { pointer, target }));
}

/// The pointer moves while a link waits for its second click.
pub fn hover(board: Board, event: &PointerEvent) {
    if board.origin.with_untracked(Option::is_some) && event.pointer_type() != "touch" {
        drag(board, event);
    }
}

/// The link is dropped. On a port it is drawn or refused; on a node it goes to the port that fits, or asks which; on the
/// pane a link that was there before is taken away, and for a new one there is a choice of what to add.
pub fn drop(board: Board, event: &PointerEvent) {
    let Some(origin) = board.origin.get_untracked() else {
        return;
    };
    let side = origin.side.opposite();
    let under = Target::at(event);
    let near = snapped(board, event).map(|end| PortRef { side, end });
    match (under, near) {
        (Target::Port(port), _) | (_, Some(port)) if port.side == side => finish(board, port),
        (Target::Node(id), _) if id != origin.end.node => {
            let mut ports = fitting(board, &id);
            match (ports.pop(), ports.is_empty()) {
                (None, _) => {
                    cancel(board);
                    let name = board.name(&id);
                    board.editor.alert(format!("No port of {name} fits."), None);
                }
                (Some(port), true) => finish(board, port),
                (Some(_), false) => menu::open_choice(board, id, in_pane_of(board, event)),
            }
        }
        (Target::Pane | Target::Link(_), _) => match board.rewired.get_value() {
            Some(link) => {
                cancel(board);
                menu::remove_link(board, &link.to);
            }
            None => {
                cancel(board);
                quick_add::open(board, sight::on_canvas(board, event), Some(origin));
            }
        },
        _ => cancel(board),
    }
}

fn in_pane_of(board: Board, event: &MouseEvent) -> Point {
    let at = sight::on_canvas(board, event);
    board.editor.viewport.get_untracked().to_screen(at)
}

/// The ports of a node that the link which is being drawn fits.
pub fn fitting(board: Board, node: &NodeId) -> Vec<PortRef> {
    let linking = board.linking.get_untracked();
    let ports = linking.into_iter().flat_map(|linking| {
        let side = linking.origin.side.opposite();
        let of_node = linking
            .candidates
            .into_iter()
            .filter(|end| end.node == *node);
        of_node
            .map(move |end| PortRef { side, end })
            .collect::<Vec<_>>()
    });
    ports.collect()
}

/// Draws the link to that port, or says why not.
pub fn finish(board: Board, target: PortRef) {
    let Some(origin) = board.origin.get_untracked() else {
        return;
    };
    let old = board.rewired.get_value();
    cancel(board);
    match (link(&origin, &target), old) {
        (Some(link), Some(old)) => {
            board.editor.reconnect(link, Some(old));
        }
        (Some(link), None) => waiting::connect(board, link),
        (None, _) => {}
    }
}

/// The link between two ports; `None` for two of one side.
pub fn link(origin: &PortRef, target: &PortRef) -> Option<Link> {
    (origin.side != target.side).then(|| origin.link_to(target.end.clone()))
}

/// Why the link that is being drawn cannot end at a port; `None` where it can.
pub fn refusal(board: Board, target: &PortRef) -> Option<Refusal> {
    let origin = board.origin.get_untracked()?;
    if origin == *target {
        return None;
    }
    match link(&origin, target) {
        Some(link) => untrack(|| board.editor.verdict(&link)).err(),
        None => Some(Refusal {
            reason: match origin.side {
                Side::Export => "An export links to an import, not to another export.",
                Side::Import => "An import is filled by an export, not by another import.",
            }
            .to_string(),
            mismatch: None,
            path: Vec::new(),
        }),
    }
}

fn fits(board: Board, port: &PortRef) -> bool {
    board.linking.with_untracked(|linking| {
        linking.as_ref().is_some_and(|linking| {
            linking.origin.side != port.side && linking.candidates.contains(&port.end)
        })
    })
}

/// The fitting port that the pointer is near to.
fn snapped(board: Board, event: &MouseEvent) -> Option<Endpoint> {
    let place = sight::on_canvas(board, event);
    let within = SNAP_RADIUS / board.editor.viewport.get_untracked().zoom;
    board.linking.with_untracked(|linking| {
        let linking = linking.as_ref()?;
        let ports = linking.candidates.iter();
        let centres = ports.zip(linking.centres.iter().copied());
        nearest(place, centres, within).cloned()
    })
}

/// Moves the focus to the next port that fits, or the one before; says whether a link is being drawn.
pub fn step(board: Board, forwards: bool) -> bool {
    let Some(linking) = board.linking.get_untracked() else {
        return false;
    };
    let side = linking.origin.side.opposite();
    let centres = linking.centres.iter().copied();
    let ports: Vec<_> = centres.zip(linking.candidates.iter()).collect();
    if ports.is_empty() {
        board.editor.announce("No port fits.");
        return true;
    }
    let hovered = board.hovered.get_untracked();
    // As they are read: from left to right, from top to bottom.
    let place = |(at, end): &(Point, &Endpoint)| {
        let before = |(other, its): &&(Point, &Endpoint)| {
            let order = other.x.total_cmp(&at.x).then(other.y.total_cmp(&at.y));
            order.then_with(|| (*its).cmp(*end)).is_lt()
        };
        ports.iter().filter(before).count()
    };
    let here = hovered.and_then(|port| {
        let focused = |(_, end): &&(Point, &Endpoint)| port.side == side && **end == port.end;
        ports.iter().find(focused).map(place)
    });
    let count = ports.len();
    let next = match (here, forwards) {
        (None, true) => 0,
        (None, false) => count - 1,
        (Some(n), true) => (n + 1) % count,
        (Some(n), false) => (n + count - 1) % count,
    };
    let Some((centre, end)) = ports.iter().find(|port| place(port) == next).copied() else {
        return true;
    };
    let port = PortRef {
        side,
        end: end.clone(),
    };
    board.draft.set(Some(Draft {
        pointer: centre,
        target: Some(end.clone()),
    }));
    mark_now(board, &port.end.node);
    focus_id(&port_id(&port));
    let name = board
        .editor
        .graph()
        .with_untracked(|graph| port_name(graph, &port));
    board
        .editor
        .announce(format!("{name}, {} of {count}", next + 1));
    true
}
