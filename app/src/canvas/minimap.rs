//! The whole graph at a glance: a press brings a place into the middle, a drag pans.

use super::board::Board;
use super::hue;
use super::target::in_pane;
use crate::heard;
use crate::late::IntoLate;
use crate::live::live;
use leptos::prelude::*;
use patchbay_model::Point;
use patchbay_model::analysis::Side;
use patchbay_model::decimal::px;
use patchbay_model::geometry::{GRID, NodeShape, Rect, Size, all_rects, bounds};
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

/// The key of the setting that hides it.
pub const HIDDEN: &str = "minimap-hidden";

/// In screen pixels.
const SIZE: Size = Size {
    width: 168.0,
    height: 112.0,
};

/// One rectangle for each node, in the colour of its first export, and one for what is in sight.
#[component]
pub fn Minimap(board: Board) -> impl IntoView {
    live(move || (!board.minimap_hidden.get()).then(|| view! { <Map board /> }.late()))
}

#[component]
fn Map(board: Board) -> impl IntoView {
    // As text: a view for each rectangle would be drawn no sooner, and is more to download.
    let nodes = move || {
        let mut html = String::new();
        board.editor.graph().with(|graph| {
            for note in graph.notes() {
                html += &rect(note.rect(), "note");
            }
            board.shapes.with(|shapes| {
                for node in graph.nodes() {
                    if let Some(shape) = shapes.get(&node.id) {
                        html += &rect(Rect::at(node.position, shape.size()), colour(shape));
                    }
                }
            });
        });
        html
    };
    let view_box = move || {
        let Rect {
            x,
            y,
            width,
            height,
        } = shown(board);
        format!("{} {} {} {}", px(x), px(y), px(width), px(height))
    };
    let sight = move || {
        let view = board.editor.viewport.get();
        let (width, height) = board.editor.pane.get().unwrap_or_default();
        let corner = view.to_canvas(Point::default());
        let (width, height) = (px(width / view.zoom), px(height / view.zoom));
        format!(
            "M{} {}h{width}v{height}h-{width}z",
            px(corner.x),
            px(corner.y)
        )
    };
    let go = move |event: PointerEvent| {
        let (1.., Some(map)) = (event.buttons(), event.current_target()) else {
            return;
        };
        let shown = untrack(|| shown(board));
        let map: &Element = map.unchecked_ref();
        let _ = map.set_pointer_capture(event.pointer_id());
        let at = in_pane(map, &event);
        let (width, height) = board.pane_size();
        board.editor.viewport.update(|view| {
            view.x = width / 2.0 - (shown.x + at.x / SIZE.width * shown.width) * view.zoom;
            view.y = height / 2.0 - (shown.y + at.y / SIZE.height * shown.height) * view.zoom;
        });
    };
    view! {
        <svg
            class="minimap"
            role="img"
            aria-label="Minimap"
            data-overlay=""
            viewBox=live(move || Some(view_box()))
            on:pointerdown=heard::pointer(go)
            on:pointermove=heard::pointer(go)
        >
            <g prop:innerHTML=live(nodes)></g>
            <path class="minimap-sight" d=live(move || Some(sight()))></path>
        </svg>
    }
}

fn colour(shape: &NodeShape) -> &'static str {
    let exports = shape.side(Side::Export).iter();
    let mut ports = exports.chain(shape.side(Side::Import));
    ports.next().map_or("grey", |port| hue::hue(&port.name))
}

fn rect(at: Rect, hue: &str) -> String {
    format!(
        "<rect x={} y={} width={} height={} style=--hue:var(--hue-{hue})></rect>",
        px(at.x),
        px(at.y),
        px(at.width),
        px(at.height)
    )
}

/// What of the canvas the map shows. Tracked.
fn shown(board: Board) -> Rect {
    let graph = board.editor.graph();
    let nodes = graph.with(|graph| board.shapes.with(|shapes| bounds(all_rects(graph, shapes))));
    around(nodes.unwrap_or_default())
}

/// A little more than the nodes, in the proportions of the map.
fn around(nodes: Rect) -> Rect {
    let nodes = nodes.grown(4.0 * GRID);
    let scale = (nodes.width / SIZE.width).max(nodes.height / SIZE.height);
    let centre = nodes.centre();
    let (width, height) = (SIZE.width * scale, SIZE.height * scale);
    Rect {
        x: centre.x - width / 2.0,
        y: centre.y - height / 2.0,
        width,
        height,
    }
}
