//! A button in the middle of the link that is pointed at or selected, which takes it away.

use super::board::{Board, use_board};
use super::menu::remove_link;
use super::pointed;
use crate::editor::link_name;
use crate::heard;
use crate::late::IntoLate;
use crate::live::live;
use leptos::prelude::*;
use patchbay_model::analysis::{PortRef, Side};
use patchbay_model::decimal::px;
use patchbay_model::{Endpoint, Link, Point};

/// Farther away than this, links are too small to have a button on them.
const FAR: f64 = 0.2;

/// The button, while there is such a link.
#[component]
pub fn LinkCut() -> impl IntoView {
    let board = use_board();
    let link = Memo::new(move |_| {
        let to = match board.pointed.get() {
            Some(PortRef {
                side: Side::Import,
                end,
            }) => end,
            _ => only_selected(board)?,
        };
        let graph = board.editor.graph();
        let from = graph.with(|graph| graph.supplier(&to).cloned())?;
        Some(Link { from, to })
    });
    live(move || {
        let link = link.get()?;
        Some(view! { <Cut board link /> }.late())
    })
}

fn only_selected(board: Board) -> Option<Endpoint> {
    board.editor.selection.with(|selection| {
        let alone = selection.links.len() == 1 && selection.nodes.is_empty();
        selection.links.first().filter(|_| alone).cloned()
    })
}

#[component]
fn Cut(board: Board, link: Link) -> impl IntoView {
    let graph = board.editor.graph();
    let label = graph.with_untracked(|graph| format!("Remove {}", link_name(graph, &link)));
    let to = link.to.clone();
    let style = move || {
        let (Some(from), Some(to)) = (
            board.port(Side::Export, &link.from),
            board.port(Side::Import, &link.to),
        ) else {
            return "display:none".to_string();
        };
        let view = board.editor.viewport.get();
        if view.zoom < FAR {
            return "display:none".to_string();
        }
        let Point { x, y } = view.to_screen(Point {
            x: f64::midpoint(from.x, to.x),
            y: f64::midpoint(from.y, to.y),
        });
        format!("transform:translate({}px,{}px)", px(x), px(y))
    };
    view! {
        <button
            type="button"
            class="link-cut"
            data-overlay=""
            aria-label=label
            title="Remove this link"
            style=live(style)
            on:click=heard::mouse(move |_| {
                remove_link(board, &to);
                pointed::point(board, None);
                board.focus_pane();
            })
        >
            "×"
        </button>
    }
}
