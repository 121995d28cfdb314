//! A drag near an edge of the pane moves the view that way.

use super::board::Board;
use super::gesture;
use super::target::in_pane;
use leptos::prelude::*;
use patchbay_model::Point;
use web_sys::PointerEvent;

/// How near to an edge, in screen pixels.
const NEAR: f64 = 40.0;

/// How far the view moves in a frame while the pointer is at the very edge.
const SPEED: f64 = 15.0;

/// Moves the view with each frame from now on, until the pointer moves again or is released.
pub fn follow(board: Board, event: &PointerEvent) {
    let Some(pane) = board.pane.get_untracked() else {
        return;
    };
    let at = in_pane(&pane, event);
    let (width, height) = board.pane_size();
    let push = |at: f64, end: f64| {
        let over = (NEAR - at).max(0.0) - (NEAR - (end - at)).max(0.0);
        (over / NEAR).clamp(-1.0, 1.0) * SPEED
    };
    let by = Point {
        x: push(at.x, width),
        y: push(at.y, height),
    };
    let turn = board.turn.get_value().wrapping_add(1);
    board.turn.set_value(turn);
    if by == Point::default() {
        return;
    }
    let event = event.clone();
    request_animation_frame(move || {
        if board.turn.get_value() == turn && gesture::pan_below(board, by) {
            gesture::moved(board, &event);
        }
    });
}
