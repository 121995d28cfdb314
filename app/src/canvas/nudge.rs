//! Moving the selected nodes by keys.

use super::board::Board;
use super::carrying::Carried;
use super::{carrying, sight};
use patchbay_model::Point;
use patchbay_model::decimal::px;
use patchbay_model::geometry::GRID;

/// Moves the selected nodes by grid cells; says whether there were any. While a key is held, its repetitions are one
/// step of the history.
pub fn nudge(board: Board, key: &str, cells: f64, again: bool) -> bool {
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
    if carrying::move_by(board, &Carried { nodes, by }) {
        if again {
            board.editor.merge_steps();
        }
        sight::show(board, &first);
        let to = board.rect(&first).unwrap_or_default();
        board.editor.announce(match count {
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
