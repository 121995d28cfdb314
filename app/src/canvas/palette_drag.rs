//! A component on its way from the palette: a ghost follows the pointer, and the canvas takes it.

use super::board::{Board, use_board};
use super::splicing;
use super::target::{Target, client};
use crate::late::IntoLate;
use crate::live::{effect, live};
use leptos::ev;
use leptos::prelude::*;
use patchbay_model::decimal::{factor, px};
use patchbay_model::geometry::{NodeShape, snap};
use web_sys::PointerEvent;

/// Follows the pointer while the palette's drag is on. On the window, because it starts outside the canvas.
pub fn listen(board: Board) {
    let drag = board.editor.palette_drag;
    let dragging = move || drag.with_untracked(Option::is_some);
    effect(move |_| {
        window_event_listener(ev::pointermove, move |event| {
            if dragging() {
                let at = client(&event);
                drag.update(|drag| {
                    if let Some(drag) = drag {
                        drag.pointer = at;
                    }
                });
                splicing::drag_new(board, at);
            }
        });
        window_event_listener(ev::pointerup, move |event| {
            if dragging() {
                drop(board, &event);
            }
        });
        window_event_listener(ev::pointercancel, move |_| {
            if dragging() {
                splicing::clear(board);
                drag.set(None);
            }
        });
    });
}

fn drop(board: Board, event: &PointerEvent) {
    let drag = board.editor.palette_drag;
    let Some(dragged) = drag.get_untracked() else {
        return;
    };
    let place = snap(super::sight::on_canvas(board, event));
    let spliced = splicing::drop_new(board, place);
    splicing::clear(board);
    drag.set(None);
    if spliced {
        return;
    }
    if Target::at(event) != Target::Overlay || over_empty_canvas(board, event) {
        board.editor.add_node(&dragged.component, place);
    }
}

/// The cards of an empty canvas lie over it, and are no reason not to drop there.
fn over_empty_canvas(board: Board, event: &PointerEvent) -> bool {
    let empty = board
        .editor
        .graph()
        .with_untracked(|graph| graph.nodes().len() == 0);
    let Some(pane) = board.pane.get_untracked() else {
        return false;
    };
    let rect = pane.get_bounding_client_rect();
    let at = client(event);
    empty
        && (rect.left()..rect.right()).contains(&at.x)
        && (rect.top()..rect.bottom()).contains(&at.y)
}

/// What is dragged, as large as it will be.
#[component]
pub fn Ghost() -> impl IntoView {
    let board = use_board();
    let drag = board.editor.palette_drag;
    let component = Memo::new(move |_| drag.with(|drag| Some(drag.as_ref()?.component.clone())));
    let style = move || {
        let zoom = factor(board.editor.viewport.get().zoom);
        let at = drag
            .with(|drag| drag.as_ref().map(|drag| drag.pointer))
            .unwrap_or_default();
        format!(
            "transform:translate({}px,{}px) scale({zoom})",
            px(at.x),
            px(at.y)
        )
    };
    live(move || {
        let component = component.get()?;
        let size = NodeShape::of_new(&component).size();
        let name = component.short_name().to_string();
        Some(view! {
            <div class="ghost" style=live(style) aria-hidden="true">
                <div class="ghost-node" style=format!("width:{}px;height:{}px", px(size.width), px(size.height))>
                    {name}
                </div>
            </div>
        }.late())
    })
}
