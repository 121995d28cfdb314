//! The canvas: nodes, ports, links and the gestures on them.

mod board;
mod carrying;
mod clipboard;
mod connecting;
mod controls;
mod edge;
mod empty;
mod gesture;
mod guides;
mod hints;
mod hue;
mod keyboard;
mod link;
mod link_cut;
mod linking;
mod marquee;
mod menu;
mod minimap;
mod node;
mod note;
mod nudge;
mod palette_drag;
mod pointed;
mod port;
mod quick_add;
mod rename;
mod settings;
mod sight;
mod splicing;
mod taken;
pub(crate) mod target;
mod tip;
mod waiting;

use crate::each::each;
use crate::heard;
use crate::late::IntoLate;
use crate::live::live;
use board::{Board, provide_board};
use controls::Controls;
use empty::Empty;
use guides::GuideLines;
use hints::Hints;
use leptos::prelude::*;
use link::{DraftLink, LinkView, WaitingLinks};
use link_cut::LinkCut;
use marquee::Marquee;
use menu::ContextMenu;
use minimap::Minimap;
use node::NodeView;
use note::Notes;
use palette_drag::Ghost;
use patchbay_model::decimal::{factor, px};
use patchbay_model::geometry::{GRID, MAX_ZOOM};
use patchbay_model::{Endpoint, Link, Node, NodeId};
use quick_add::QuickAdd;
use splicing::LitLink;
pub use target::port_id;
use tip::Tip;

/// The pane that the graph is drawn on.
#[component]
pub fn Canvas() -> impl IntoView {
    let board = provide_board();
    let zoom = move || board.rested.get().zoom;
    let stroke = move || format!("--zoom:{}", factor(zoom_step(zoom())));
    sight::begin(board);
    keyboard::listen(board);
    linking::listen(board);
    palette_drag::listen(board);
    waiting::listen(board);
    view! {
        <main
            id="canvas"
            class="canvas"
            role="application"
            aria-label="Composition canvas"
            tabindex="0"
            node_ref=board.pane
            class:canvas-linking=live(move || board.origin.with(Option::is_some))
            on:pointerdown=heard::pointer(move |event| gesture::down(board, &event))
            on:pointermove=heard::pointer(move |event| gesture::moved(board, &event))
            on:pointerup=heard::pointer(move |event| gesture::up(board, &event))
            on:pointercancel=heard::pointer(move |_| {
                gesture::cancel(board);
            })
            on:mousedown=heard::mouse(move |event| {
                // The middle button would scroll by itself.
                if event.button() == 1 {
                    event.prevent_default();
                }
            })
            on:wheel=move |event| sight::wheel(board, &event)
            on:dblclick=heard::mouse(move |event| pointed::double(board, &event))
            on:contextmenu=heard::mouse(move |event| menu::open_at_pointer(board, &event))
            on:focusin=heard::focused(move |event| pointed::focused(board, &event))
            on:pointerleave=heard::pointer(move |_| pointed::point(board, None))
            on:focusout=heard::focused(move |event| pointed::left(board, &event))
        >
            <div class="canvas-grid" style=live(move || grid(board))></div>
            <div
                data-viewport=""
                class="viewport"
                data-far=live(move || far(zoom()))
                style=live(move || transform(board))
            >
                <Notes board />
                <svg
                    class="links"
                    width="1"
                    height="1"
                    focusable="false"
                    style=live(stroke)
                >
                    <Links board />
                    <WaitingLinks board />
                    <LitLink board />
                </svg>
                <div class="nodes">
                    <Nodes board />
                </div>
                <div id=carrying::HAND_ID class="nodes hand">
                    <svg id=carrying::HAND_LINKS_ID class="links" width="1" height="1" focusable="false" style=live(stroke)></svg>
                </div>
                <svg id=carrying::STRANDS_ID class="links hand" width="1" height="1" focusable="false" style=live(stroke)>
                    <DraftLink board />
                    <GuideLines board />
                </svg>
                <div id="link-times"></div>
                <Marquee board />
            </div>
            <Empty />
            {view! { <Hints board /> }.late()}
            <LinkCut />
            <Tip />
            <Controls />
            <Minimap board />
            <ContextMenu />
            <QuickAdd />
            <Ghost />
        </main>
    }
}

#[component]
fn Nodes(board: Board) -> impl IntoView {
    let ids = Memo::new(move |_| {
        let id = |node: &Node| node.id.clone();
        board
            .editor
            .meant(|graph| graph.nodes().map(id).collect::<Vec<NodeId>>())
    });
    each(
        move || ids.get(),
        |id| id.0.clone(),
        |id| view! { <NodeView id /> },
    )
}

#[component]
fn Links(board: Board) -> impl IntoView {
    let imports = Memo::new(move |_| {
        let to = |link: Link| link.to;
        board
            .editor
            .meant(|graph| graph.links().map(to).collect::<Vec<Endpoint>>())
    });
    each(
        move || imports.get(),
        |to| format!("{}:{}{}", to.node.0.len(), to.node, to.port),
        |to| view! { <LinkView to /> },
    )
}

/// From this zoom on, the canvas is kept as it is drawn while it becomes larger or smaller.
const NEAR: f64 = 1.0 / 3.0;

fn transform(board: Board) -> String {
    let view = board.editor.viewport.get();
    let rested = board.rested.get().zoom;
    let layer = match rested.min(view.zoom) {
        // As a layer it moves without being drawn anew.
        zoom if zoom == rested && zoom == view.zoom => " translateZ(0)",
        // Farther away, all of the layer would be too large to be kept: what is in sight is drawn with each step.
        ..NEAR => "",
        // Larger or smaller it stays what was drawn, until the zoom rests.
        _ => " translateZ(0);will-change:transform",
    };
    format!(
        "transform:translate({}px,{}px) scale({}){layer}",
        px(view.x),
        px(view.y),
        factor(view.zoom)
    )
}

/// How little is left to see of what is far away: of names first, then of ports.
fn far(zoom: f64) -> Option<&'static str> {
    match zoom {
        ..0.2 => Some("out"),
        0.2..0.45 => Some("off"),
        _ => None,
    }
}

/// The zoom, rounded down to a step: what depends on it is drawn anew at few places only.
fn zoom_step(zoom: f64) -> f64 {
    let mut step = MAX_ZOOM;
    while step > zoom {
        step /= std::f64::consts::SQRT_2;
    }
    step
}

fn grid(board: Board) -> String {
    let view = board.editor.viewport.get();
    let cell = GRID * view.zoom;
    // Far out, the dots would be all there is to see.
    let opacity = factor(((view.zoom - 0.25) / 0.25).clamp(0.0, 1.0));
    // It is one cell larger than the pane, and moves within that cell.
    format!(
        "transform:translate({}px,{}px) translateZ(0);background-size:{cell}px {cell}px;opacity:{opacity}",
        px(view.x.rem_euclid(cell) - cell),
        px(view.y.rem_euclid(cell) - cell),
        cell = px(cell)
    )
}
