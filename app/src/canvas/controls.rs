//! The buttons that lie over the canvas.

use super::board::{Board, use_board};
use super::connecting::connect_all;
use super::{clipboard, minimap, settings, sight};
use crate::heard;
use crate::live::live;
use leptos::prelude::*;
use patchbay_model::geometry::{MAX_ZOOM, MIN_ZOOM};
use patchbay_model::layout::{reframed, tidy};
use std::time::Duration;

/// Zooming, fitting, tidying and connecting.
#[component]
pub fn Controls() -> impl IntoView {
    let board = use_board();
    let zoom = move || board.editor.viewport.get().zoom;
    #[allow(clippy::cast_possible_truncation)]
    let percent = move || format!("{} %", (zoom() * 100.0).round() as i32);
    let furthest = move || zoom() <= MIN_ZOOM;
    let nearest = move || zoom() >= MAX_ZOOM;
    let empty = Memo::new(move |_| board.editor.graph().with(|graph| graph.nodes().len() == 0));
    let map_shown = move || !board.minimap_hidden.get();
    let toggle_map = move |_| {
        settings::set(minimap::HIDDEN, map_shown());
        board.minimap_hidden.update(|hidden| *hidden = !*hidden);
    };
    view! {
        <div class="controls" data-overlay="" role="toolbar" aria-label="View">
            <button
                type="button"
                aria-label="Zoom out"
                title="Zoom out (-)"
                disabled=live(furthest)
                on:click=heard::mouse(move |_| sight::zoom_out(board))
            >
                {icon("M3.5 8h9")}
            </button>
            <output class="zoom" aria-label="Zoom">
                {live(percent)}
            </output>
            <button
                type="button"
                aria-label="Zoom in"
                title="Zoom in (+)"
                disabled=live(nearest)
                on:click=heard::mouse(move |_| sight::zoom_in(board))
            >
                {icon("M3.5 8h9M8 3.5v9")}
            </button>
            <span class="controls-gap"></span>
            <button
                type="button"
                aria-label="Fit view"
                title="Bring everything into sight (1)"
                on:click=heard::mouse(move |_| sight::fit_all(board))
            >
                {icon("M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10")}
            </button>
            <button
                type="button"
                aria-label="Tidy"
                title="Arrange the nodes from left to right"
                disabled=empty
                on:click=heard::mouse(move |_| tidy_up(board))
            >
                {icon("M1.5 5.5h4v5h-4zM10.5 2h4v4.5h-4zM10.5 9.5h4V14h-4zM5.5 8h2.5V4.2h2.5M8 8v3.8h2.5")}
            </button>
            <button
                type="button"
                aria-label="Connect all"
                title="Draw every link that fits without a guess"
                disabled=empty
                on:click=heard::mouse(move |_| connect_all(board))
            >
                {icon("M2 4.5h3M2 11.5h3M11 8h3M5 4.5c4 0 2 3.5 6 3.5M5 11.5c4 0 2-3.5 6-3.5")}
            </button>
            <button
                type="button"
                class="minimap-toggle"
                aria-label="Show minimap"
                title="Show the whole graph at a glance"
                aria-pressed=live(move || map_shown().to_string())
                on:click=heard::mouse(toggle_map)
            >
                {icon("M2 3h12v10H2zM8.5 8.5H12v2.5H8.5z")}
            </button>
        </div>
    }
}

/// Arranges the selected nodes, or all of them, from left to right.
pub fn tidy_up(board: Board) {
    let some = clipboard::selected(board);
    let of_part = some.nodes().len() > 1;
    let ops = board.editor.graph().with_untracked(|graph| {
        let these = if of_part { &some } else { graph };
        board.shapes.with_untracked(|shapes| {
            let mut ops = tidy(these, shapes);
            ops.extend(reframed(graph, shapes, &ops));
            ops
        })
    });
    glide(board);
    if board.editor.commit("tidy", ops) {
        if !of_part {
            sight::fit_all(board);
        }
        board.editor.announce("Tidied");
    }
}

/// Lets what moves next be seen to move; the style sheet says how, and that it does not for those who want no motion.
fn glide(board: Board) {
    if let Some(pane) = board.pane.get_untracked() {
        let _ = pane.class_list().add_1("canvas-gliding");
        let end = move || drop(pane.class_list().remove_1("canvas-gliding"));
        set_timeout(end, Duration::from_millis(250));
    }
}

fn icon(path: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path d=path></path>
        </svg>
    }
}
