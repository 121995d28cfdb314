//! Moving the selected nodes by keys, and sizing notes.

use super::board::Board;
use super::carrying::Carried;
use super::{carrying, note, sight};
use patchbay_model::Point;
use patchbay_model::decimal::px;
use patchbay_model::geometry::GRID;

/// Moves what is selected by grid cells, or makes the first of it larger if it is a note; says whether there was anything
/// to do that to. While a key is held, its repetitions are one step of the history.
pub fn nudge(board: Board, key: &str, cells: f64, again: bool, sizes: bool) -> bool {
    let (x, y, direction) = match key {
        "ArrowLeft" => (-1.0, 0.0, "left"),
        "ArrowRight" => (1.0, 0.0, "right"),
        "ArrowUp" => (0.0, -1.0, "up"),
        "ArrowDown" => (0.0, 1.0, "down"),
        _ => return false,
    };
    let nodes = board.editor.selection.with_untracked(|s| s.nodes.clone());
    let Some(first) = nodes.first().cloned() else {
        return false;
    };
    let count = nodes.len();
    let by = Point {
        x: x * cells * GRID,
        y: y * cells * GRID,
    };
    let done = match sizes {
        true => note::resize(board, &first, by),
        false => {
            let nodes = note::with_contents(board, nodes);
            carrying::move_by(board, &Carried { nodes, by })
        }
    };
    if done {
        if again {
            board.editor.merge_steps();
        }
        sight::show(board, &first);
        let to = board.rect(&first).unwrap_or_default();
        board.editor.announce(match count {
            _ if sizes => format!("{} by {}", px(to.width), px(to.height)),
            1 => format!(
                "Moved {} {direction} to {}, {}",
                board.name(&first),
                px(to.x),
                px(to.y)
            ),
            n => format!("Moved {n} nodes {direction}"),
        });
    }
    true
}
