//! What a pointer does on the canvas, from its press to its release.
//!
//! All handlers are on the pane: one set of them whatever the number of nodes. Below three pixels it is a click.

use super::board::Board;
use super::target::{Target, client, in_pane};
use super::{carrying, edge, linking, marquee, menu, note, pointed, sight, splicing};
use crate::editor::Selection;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use patchbay_model::analysis::PortRef;
use patchbay_model::geometry::{Rect, Viewport, zoom_about};
use patchbay_model::{Endpoint, NodeId, Point};
use std::time::Duration;
use web_sys::PointerEvent;

/// How far a pressed pointer moves before it drags, in screen pixels.
const THRESHOLD: f64 = 3.0;

/// How long a finger rests before a menu opens.
const LONG_PRESS: Duration = Duration::from_millis(500);

/// A pressed pointer.
#[derive(Clone, Debug)]
pub struct Gesture {
    pointer: i32,
    /// In client coordinates.
    start: Point,
    moved: bool,
    aim: Aim,
    /// What was selected before: what Escape brings back.
    selection: Selection,
    long_press: Option<TimeoutHandle>,
}

/// What a pressed pointer is at.
#[derive(Clone, Debug)]
enum Aim {
    /// Moving the view; a click clears the selection if it was on the bare pane.
    Pan { from: Viewport, clears: bool },
    /// Zooming with a second finger; both in client coordinates.
    Pinch {
        from: Viewport,
        fingers: [(i32, Point); 2],
    },
    /// Moving nodes, those that are selected.
    Node { id: NodeId, toggles: bool },
    /// A box around nodes, from there on the canvas.
    Marquee { from: Point },
    /// Making a note larger or smaller.
    Corner(NodeId),
    /// A link.
    Link { to: Endpoint, toggles: bool },
    /// Drawing a link.
    Port(PortRef),
}

/// A pointer is pressed.
pub fn down(board: Board, event: &PointerEvent) {
    let target = Target::of_event(event);
    if target == Target::Overlay {
        return;
    }
    menu::close(board, false);
    if let Some(first) = board.gesture.get_value() {
        if event.pointer_type() == "touch" {
            pinch(board, &first, event);
        }
        return;
    }
    let panning = event.button() == 1 || board.space.get_value();
    if event.button() != 0 && !panning {
        return;
    }
    let toggles = event.ctrl_key() || event.meta_key() || event.shift_key();
    let from = board.editor.viewport.get_untracked();
    let selection = board.editor.selection.get_untracked();
    let aim = match target {
        _ if panning => Aim::Pan {
            from,
            clears: false,
        },
        Target::Port(port) => Aim::Port(port),
        Target::Node(id) if note::is_corner(event) && !board.editor.is_fixed() => Aim::Corner(id),
        Target::Node(id) => {
            if !toggles && !selection.nodes.contains(&id) {
                board.editor.selection.set(Selection::node(id.clone()));
            }
            Aim::Node { id, toggles }
        }
        Target::Link(to) => Aim::Link { to, toggles },
        _ if event.shift_key() => Aim::Marquee {
            from: sight::on_canvas(board, event),
        },
        _ => Aim::Pan { from, clears: true },
    };
    let long_press = (event.pointer_type() == "touch")
        .then(|| rest(board, event, &aim))
        .flatten();
    board.gesture.set_value(Some(Gesture {
        pointer: event.pointer_id(),
        start: client(event),
        moved: false,
        aim,
        selection,
        long_press,
    }));
}

/// A finger that rests on a node or a port opens its menu.
fn rest(board: Board, event: &PointerEvent, aim: &Aim) -> Option<TimeoutHandle> {
    let target = match aim {
        Aim::Node { id, .. } => Target::Node(id.clone()),
        Aim::Port(port) => Target::Port(port.clone()),
        Aim::Link { to, .. } => Target::Link(to.clone()),
        Aim::Pan { clears: true, .. } => Target::Pane,
        _ => return None,
    };
    let at = in_pane(&*board.pane.get_untracked()?, event);
    let open = move || {
        cancel(board);
        menu::open(board, target.clone(), at);
    };
    set_timeout_with_handle(open, LONG_PRESS).ok()
}

/// A second finger ends what the first began, and both zoom.
fn pinch(board: Board, first: &Gesture, event: &PointerEvent) {
    let fingers = [
        (first.pointer, first.start),
        (event.pointer_id(), client(event)),
    ];
    cancel(board);
    let selection = board.editor.selection.get_untracked();
    board.gesture.set_value(Some(Gesture {
        pointer: first.pointer,
        start: first.start,
        moved: true,
        aim: Aim::Pinch {
            from: board.editor.viewport.get_untracked(),
            fingers,
        },
        selection,
        long_press: None,
    }));
}

/// A pointer moves.
pub fn moved(board: Board, event: &PointerEvent) {
    let Some(mut gesture) = board.gesture.get_value() else {
        linking::hover(board, event);
        pointed::point(board, Some(Target::of_event(event)));
        return;
    };
    if let Aim::Pinch { .. } = gesture.aim {
        spread(board, gesture, event);
        return;
    }
    if gesture.pointer != event.pointer_id() {
        return;
    }
    if event.buttons() == 0 {
        // It was released outside the window before it was captured.
        cancel(board);
        return;
    }
    let at = client(event);
    let by = from_start(&gesture.start, event);
    if !gesture.moved {
        if by.x.hypot(by.y) < THRESHOLD {
            return;
        }
        gesture.moved = true;
        if let Some(timeout) = gesture.long_press.take() {
            timeout.clear();
        }
        // From now on the pane hears this pointer wherever it is, and no element is clicked by its release.
        if let Some(pane) = board.pane.get_untracked() {
            let _ = pane.set_pointer_capture(gesture.pointer);
        }
        begin(board, &mut gesture);
        board.gesture.set_value(Some(gesture.clone()));
    }
    match gesture.aim {
        Aim::Pan { from, .. } => return board.editor.viewport.set(from.panned(by)),
        Aim::Link { .. } | Aim::Pinch { .. } => return,
        // Before anything has moved: the browser need not lay it out in between.
        _ => edge::follow(board, event),
    }
    match gesture.aim {
        Aim::Node { id, .. } => {
            if carrying::carry(board, &id, by, event.alt_key()) {
                splicing::carry(board, &id, at);
            }
        }
        Aim::Marquee { from } => {
            let rect = Rect::between(from, sight::on_canvas(board, event));
            board.marquee.set(Some(rect));
            marquee::surround(board, &rect, &gesture.selection);
        }
        Aim::Port(_) => linking::drag(board, event),
        Aim::Corner(id) => note::stretch(board, &id, on_canvas(board, by)),
        Aim::Pan { .. } | Aim::Link { .. } | Aim::Pinch { .. } => {}
    }
}

fn from_start(start: &Point, event: &PointerEvent) -> Point {
    let at = client(event);
    Point {
        x: at.x - start.x,
        y: at.y - start.y,
    }
}

/// A way on the screen, in pixels at 100 % zoom.
fn on_canvas(board: Board, by: Point) -> Point {
    let zoom = board.editor.viewport.get_untracked().zoom;
    Point {
        x: by.x / zoom,
        y: by.y / zoom,
    }
}

/// Moves the view below the pressed pointer; says whether there is one.
pub fn pan_below(board: Board, by: Point) -> bool {
    let Some(mut gesture) = board.gesture.get_value() else {
        return false;
    };
    // What the pointer carries goes on from where the canvas has moved to.
    gesture.start.x += by.x;
    gesture.start.y += by.y;
    board.gesture.set_value(Some(gesture));
    board.editor.viewport.update(|view| *view = view.panned(by));
    true
}

/// The press turns out to be a drag.
fn begin(board: Board, gesture: &mut Gesture) {
    match &gesture.aim {
        Aim::Link { to, .. } => {
            let Some(pane) = board.pane.get_untracked() else {
                return;
            };
            let rect = pane.get_bounding_client_rect();
            let view = board.editor.viewport.get_untracked();
            let at = view.to_canvas(Point {
                x: gesture.start.x - rect.left(),
                y: gesture.start.y - rect.top(),
            });
            if let Some(origin) = linking::rewire(board, to, at) {
                gesture.aim = Aim::Port(origin);
            }
        }
        Aim::Node { id, .. } => {
            let selected = |s: &Selection| s.nodes.contains(id);
            if !board.editor.selection.with_untracked(selected) {
                board.editor.selection.update(|selection| {
                    selection.nodes.insert(id.clone());
                });
            }
        }
        Aim::Port(port) => linking::start(board, port.clone()),
        Aim::Pan { .. } | Aim::Pinch { .. } | Aim::Marquee { .. } | Aim::Corner(_) => {}
    }
}

fn spread(board: Board, mut gesture: Gesture, event: &PointerEvent) {
    let Aim::Pinch { from, fingers } = &mut gesture.aim else {
        return;
    };
    let before = *fingers;
    for finger in fingers.iter_mut() {
        if finger.0 == event.pointer_id() {
            finger.1 = client(event);
        }
    }
    let Some(pane) = board.pane.get_untracked() else {
        return;
    };
    let rect = pane.get_bounding_client_rect();
    let middle = |[a, b]: [(i32, Point); 2]| Point {
        x: f64::midpoint(a.1.x, b.1.x) - rect.left(),
        y: f64::midpoint(a.1.y, b.1.y) - rect.top(),
    };
    let distance = |[a, b]: [(i32, Point); 2]| (a.1.x - b.1.x).hypot(a.1.y - b.1.y).max(1.0);
    let (was, is) = (middle(before), middle(*fingers));
    let shift = Point {
        x: is.x - was.x,
        y: is.y - was.y,
    };
    *from = zoom_about(
        from.panned(shift),
        is,
        distance(*fingers) / distance(before),
    );
    board.editor.viewport.set(*from);
    board.gesture.set_value(Some(gesture));
}

/// A pointer is released.
pub fn up(board: Board, event: &PointerEvent) {
    let Some(gesture) = board.gesture.get_value() else {
        return;
    };
    if let Aim::Pinch { .. } = gesture.aim {
        board.gesture.set_value(None);
        return;
    }
    if gesture.pointer != event.pointer_id() {
        return;
    }
    finish(board);
    let editor = board.editor;
    match gesture.aim {
        Aim::Node { .. } if gesture.moved => carrying::put_down(board),
        Aim::Port(_) if gesture.moved => linking::drop(board, event),
        Aim::Marquee { .. } => board.marquee.set(None),
        Aim::Corner(id) if gesture.moved => {
            let by = from_start(&gesture.start, event);
            note::resize(board, &id, on_canvas(board, by));
        }
        _ if gesture.moved => {}
        Aim::Node { id, toggles: true } => editor.selection.update(|selection| {
            if !selection.nodes.remove(&id) {
                selection.nodes.insert(id);
            }
        }),
        Aim::Node { id, .. } => editor.selection.set(Selection::node(id)),
        Aim::Link { to, toggles: true } => editor.selection.update(|selection| {
            if !selection.links.remove(&to) {
                selection.links.insert(to);
            }
        }),
        Aim::Link { to, .. } => editor.selection.set(Selection::link(to)),
        Aim::Pan { clears: true, .. } => {
            if board.origin.with_untracked(Option::is_some) {
                linking::cancel(board);
            } else {
                editor.selection.set(Selection::default());
            }
        }
        // A port hears its click itself, as it does that of a key or a screen reader.
        Aim::Port(_) | Aim::Corner(_) | Aim::Pan { .. } | Aim::Pinch { .. } => {}
    }
}

/// Forgets the pressed pointer.
fn finish(board: Board) -> Option<Gesture> {
    let gesture = board.gesture.try_update_value(Option::take).flatten()?;
    if let Some(timeout) = &gesture.long_press {
        timeout.clear();
    }
    Some(gesture)
}

/// Ends a gesture as if it had not begun; says whether there was one.
pub fn cancel(board: Board) -> bool {
    let Some(gesture) = finish(board) else {
        return false;
    };
    board.marquee.set(None);
    match gesture.aim {
        Aim::Pan { from, .. } => board.editor.viewport.set(from),
        Aim::Node { .. } => carrying::let_go(board),
        Aim::Port(_) => linking::cancel(board),
        Aim::Corner(id) => note::stretch(board, &id, Point::default()),
        _ => {}
    }
    if board.editor.selection.get_untracked() != gesture.selection {
        board.editor.selection.set(gesture.selection);
    }
    true
}

/// Whether a pointer is pressed on the canvas.
pub fn is_under_way(board: Board) -> bool {
    board.gesture.with_value(Option::is_some)
}
