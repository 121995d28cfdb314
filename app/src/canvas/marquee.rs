//! The box that is drawn around what shall be selected.

use super::board::Board;
use crate::editor::Selection;
use crate::live::live;
use leptos::prelude::*;
use patchbay_model::NodeId;
use patchbay_model::decimal::px;
use patchbay_model::geometry::Rect;

/// The box, while there is one.
#[component]
pub fn Marquee(board: Board) -> impl IntoView {
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

/// Selects the nodes that the box touches and the links with both ends on them, besides what was selected.
pub fn surround(board: Board, rect: &Rect, before: &Selection) {
    let mut selection = before.clone();
    let rects = board.all_rects();
    board.editor.graph().with_untracked(|graph| {
        // A frame is meant when all of it is in the box: its middle is full of others.
        let meant = |(id, at): &(NodeId, Rect)| match graph.note(id) {
            Some(note) if note.frame => rect.holds(at),
            _ => rect.overlaps(at),
        };
        let inside = rects.into_iter().filter(meant);
        selection.nodes.extend(inside.map(|(id, _)| id));
        for link in graph.links() {
            let ends = [&link.from, &link.to];
            if ends.iter().all(|end| selection.nodes.contains(&end.node)) {
                selection.links.insert(link.to);
            }
        }
    });
    if board.editor.selection.get_untracked() != selection {
        board.editor.selection.set(selection);
    }
}
