//! What of the canvas is in sight: measuring the pane, panning, zooming, fitting, bringing nodes into view.

use super::board::Board;
use super::target::{client, focus_id, in_pane, node_id};
use super::{minimap, settings};
use crate::live::effect;
use leptos::prelude::*;
use patchbay_model::geometry::{ASSUMED_PANE, Rect, Viewport, bounds, fit, zoom_about};
use patchbay_model::{NodeId, Point};
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{ResizeObserver, WheelEvent};

/// How far one press of a button or a key zooms.
const STEP: f64 = 1.25;

/// How long the zoom stays as it is before the canvas is drawn for it: until then it is the same, larger or smaller.
const REST: Duration = Duration::from_millis(100);

/// The key of the setting that makes the wheel zoom.
pub const WHEEL_ZOOMS: &str = "wheel-zooms";

/// Fits the graph into the pane, measures the pane from then on, and brings nodes into sight when asked to.
pub fn begin(board: Board) {
    let editor = board.editor;
    // The same view on the server and in the browser's first drawing; the real pane's size comes after that.
    if let Some(bounds) = board.bounds() {
        let view = fit(&bounds, ASSUMED_PANE);
        editor.viewport.set(view);
        board.rested.set(view);
    }
    effect(move |_| {
        let zoom = editor.viewport.get().zoom;
        if zoom != board.rested.get_untracked().zoom {
            let rest = move || {
                let view = editor.viewport.get_untracked();
                if view.zoom == zoom {
                    board.rested.set(view);
                }
            };
            set_timeout(rest, REST);
        }
    });
    let mut observed = false;
    effect(move |_| {
        let Some(pane) = board.pane.get() else {
            return;
        };
        measure(board);
        if !std::mem::replace(&mut observed, true) {
            match settings::remembered_view() {
                Some(view) => editor.viewport.set(view),
                None => fit_all(board),
            }
            board.minimap_hidden.set(settings::is_on(minimap::HIDDEN));
            board.wheel_zooms.set(settings::is_on(WHEEL_ZOOMS));
            let measure = Closure::<dyn Fn()>::new(move || measure(board));
            if let Ok(observer) = ResizeObserver::new(measure.as_ref().unchecked_ref()) {
                observer.observe(&pane);
            }
            // The pane lives as long as the page.
            measure.forget();
        }
    });
    effect(move |seen| {
        editor.documents.track();
        if seen.is_some() {
            super::gesture::cancel(board);
            super::linking::cancel(board);
            super::waiting::forget(board);
            fit_all(board);
        }
    });
    effect(move |_| {
        if let Some((id, within)) = editor.reveal.get() {
            // Its element may be drawn in this same turn only.
            request_animation_frame(move || {
                show(board, &id);
                focus_id(&node_id(&id));
                focus_id(&within);
                editor.reveal.set(None);
            });
        }
    });
}

fn measure(board: Board) {
    if let Some(pane) = board.pane.get_untracked() {
        let size = (
            f64::from(pane.client_width()),
            f64::from(pane.client_height()),
        );
        let before = board.editor.pane.get_untracked();
        if size.0 > 0.0 && before != Some(size) {
            // Whoever has everything in sight goes on to, however much room a panel takes.
            let view = board.editor.viewport.get_untracked();
            let fitted = board.bounds().zip(before);
            let fitted = fitted.is_some_and(|(all, pane)| fit(&all, pane) == view);
            board.editor.pane.set(Some(size));
            if fitted {
                fit_all(board);
            }
        }
    }
}

/// Moves the view as little as brings a node into sight.
pub fn show(board: Board, id: &NodeId) {
    if let Some(rect) = board.rect(id) {
        show_rect(board, &rect);
    }
}

/// Moves the view as little as brings a part of the canvas into sight.
pub fn show_rect(board: Board, rect: &Rect) {
    let view = board.editor.viewport.get_untracked();
    let shown = view.revealing(rect, board.pane_size());
    if shown != view {
        board.editor.viewport.set(shown);
    }
}

/// Brings all nodes into sight.
pub fn fit_all(board: Board) {
    fit_bounds(board, board.bounds());
}

/// Brings the selected nodes into sight.
pub fn fit_selection(board: Board) {
    let nodes = board.editor.selection.with_untracked(|s| s.nodes.clone());
    let rects = nodes.iter().filter_map(|id| board.rect(id));
    fit_bounds(board, bounds(rects).or_else(|| board.bounds()));
}

fn fit_bounds(board: Board, bounds: Option<Rect>) {
    let view = match bounds {
        Some(bounds) => fit(&bounds, board.pane_size()),
        None => Viewport::default(),
    };
    board.editor.viewport.set(view);
}

/// Zooms in about the middle of the pane.
pub fn zoom_in(board: Board) {
    zoom_middle(board, STEP);
}

/// Zooms out about the middle of the pane.
pub fn zoom_out(board: Board) {
    zoom_middle(board, 1.0 / STEP);
}

/// Zooms to 100 % about the middle of the pane.
pub fn zoom_reset(board: Board) {
    let view = board.editor.viewport.get_untracked();
    zoom_middle(board, 1.0 / view.zoom);
}

fn zoom_middle(board: Board, factor: f64) {
    let (width, height) = board.pane_size();
    let middle = Point {
        x: width / 2.0,
        y: height / 2.0,
    };
    board
        .editor
        .viewport
        .update(|view| *view = zoom_about(*view, middle, factor));
}

/// The wheel pans; with Ctrl or ⌘, and when two fingers pinch a touchpad, it zooms about the pointer.
pub fn wheel(board: Board, event: &WheelEvent) {
    /// A line of a wheel that counts in lines.
    const LINE: f64 = 16.0;
    // The page itself neither scrolls nor zooms.
    event.prevent_default();
    let Some(pane) = board.pane.get_untracked() else {
        return;
    };
    let unit = match event.delta_mode() {
        WheelEvent::DOM_DELTA_LINE => LINE,
        WheelEvent::DOM_DELTA_PAGE => board.pane_size().1,
        _ => 1.0,
    };
    let (mut x, mut y) = (event.delta_x() * unit, event.delta_y() * unit);
    let zooms = board.wheel_zooms.get_untracked() && !event.shift_key();
    if event.ctrl_key() || event.meta_key() || zooms {
        // A notch of a wheel counts a hundred and shall not leap; a pinch counts ones.
        let factor = (-y * 0.01).clamp(-0.5, 0.5).exp2();
        let at = in_pane(&pane, event);
        board
            .editor
            .viewport
            .update(|view| *view = zoom_about(*view, at, factor));
        return;
    }
    if event.shift_key() && x == 0.0 {
        (x, y) = (y, 0.0);
    }
    board
        .editor
        .viewport
        .update(|view| *view = view.panned(Point { x: -x, y: -y }));
}

/// Where a pointer is on the canvas.
pub fn on_canvas(board: Board, event: &web_sys::MouseEvent) -> Point {
    let at = match board.pane.get_untracked() {
        Some(pane) => in_pane(&pane, event),
        None => client(event),
    };
    board.editor.viewport.get_untracked().to_canvas(at)
}
