//! The canvas: nodes, ports, links and the gestures on them.

mod board;
mod carrying;
mod connecting;
mod controls;
mod empty;
mod gesture;
mod hue;
mod keyboard;
mod link;
mod linking;
mod menu;
mod node;
mod nudge;
mod palette_drag;
mod port;
mod rename;
mod sight;
mod target;
mod tip;
mod waiting;

use crate::each::each;
use crate::live::live;
use board::{Board, provide_board};
use controls::Controls;
use empty::Empty;
use leptos::prelude::*;
use link::{DraftLink, LinkView, WaitingLinks};
use menu::ContextMenu;
use node::NodeView;
use palette_drag::Ghost;
use patchbay_model::decimal::{factor, px};
use patchbay_model::{Endpoint, NodeId};
use tip::Tip;

/// The pane that the graph is drawn on.
#[component]
pub fn Canvas() -> impl IntoView {
    let board = provide_board();
    sight::begin(board);
    keyboard::listen(board);
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
            class:canvas-carrying=live(move || !board.carried.with(|c| c.nodes.is_empty()))
            on:pointerdown=move |event| gesture::down(board, &event)
            on:pointermove=move |event| gesture::moved(board, &event)
            on:pointerup=move |event| gesture::up(board, &event)
            on:pointercancel=move |_| {
                gesture::cancel(board);
            }
            on:mousedown=move |event| {
                // The middle button would scroll by itself.
                if event.button() == 1 {
                    event.prevent_default();
                }
            }
            on:wheel=move |event| sight::wheel(board, &event)
            on:dblclick=move |event| gesture::double(board, &event)
            on:contextmenu=move |event| menu::open_at_pointer(board, &event)
            on:focusin=move |event| gesture::focused(board, &event)
            on:focusout=move |_| board.hovered.set(None)
        >
            <div class="canvas-grid" style=live(move || grid(board))></div>
            <div data-viewport="" class="viewport" style=live(move || transform(board))>
                <svg class="links" width="1" height="1" focusable="false">
                    <Links board />
                    <WaitingLinks board />
                    <DraftLink board />
                </svg>
                <Nodes board />
                <Marquee board />
            </div>
            <Empty />
            <Tip />
            <Controls />
            <ContextMenu />
            <Ghost />
        </main>
    }
}

#[component]
fn Nodes(board: Board) -> impl IntoView {
    let ids = Memo::new(move |_| {
        let graph = board.editor.graph();
        graph.with(|graph| {
            graph
                .nodes()
                .map(|node| node.id.clone())
                .collect::<Vec<NodeId>>()
        })
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
        let graph = board.editor.graph();
        graph.with(|graph| graph.links().map(|link| link.to).collect::<Vec<Endpoint>>())
    });
    each(
        move || imports.get(),
        |to| format!("{}:{}{}", to.node.0.len(), to.node, to.port),
        |to| view! { <LinkView to /> },
    )
}

#[component]
fn Marquee(board: Board) -> impl IntoView {
    let style = move || {
        board.marquee.get().map_or_else(
            || "display:none".to_string(),
            |rect| {
                format!(
                    "transform:translate({}px,{}px);width:{}px;height:{}px",
                    px(rect.x),
                    px(rect.y),
                    px(rect.width),
                    px(rect.height)
                )
            },
        )
    };
    view! { <div class="marquee" style=live(style) aria-hidden="true"></div> }
}

fn transform(board: Board) -> String {
    let view = board.editor.viewport.get();
    format!(
        "transform:translate({}px,{}px) scale({})",
        px(view.x),
        px(view.y),
        factor(view.zoom)
    )
}

fn grid(board: Board) -> String {
    let view = board.editor.viewport.get();
    let cell = px(patchbay_model::geometry::GRID * view.zoom);
    // Far out, the dots would be all there is to see.
    let opacity = factor(((view.zoom - 0.25) / 0.25).clamp(0.0, 1.0));
    format!(
        "background-position:{}px {}px;background-size:{cell}px {cell}px;opacity:{opacity}",
        px(view.x),
        px(view.y)
    )
}
