//! Nodes in the hand: they follow the pointer, and the document learns of it when they are put down.

use super::board::{Board, Carried};
use super::{guides, splicing};
use patchbay_model::geometry::{Rect, snap};
use patchbay_model::{NodeId, Op, Point};

/// Carries the selected nodes by screen pixels. The one in the hand stays on the grid unless `freely`; the others keep
/// their places relative to it. Says whether they moved.
pub fn carry(board: Board, held: &NodeId, by: Point, freely: bool) -> bool {
    let zoom = board.editor.viewport.get_untracked().zoom;
    let from = board
        .editor
        .graph()
        .with_untracked(|graph| graph.node(held).map(|node| node.position));
    let Some(from) = from else {
        return false;
    };
    let mut to = Point {
        x: from.x + by.x / zoom,
        y: from.y + by.y / zoom,
    };
    let nodes = board.editor.selection.with_untracked(|s| s.nodes.clone());
    if freely {
        guides::show(board, String::new());
    } else if let Some(rect) = board.rect(held) {
        // Where the pointer has it now; what the board says is where it was shown last.
        let rect = Rect {
            x: to.x,
            y: to.y,
            ..rect
        };
        to = guides::align(board, &nodes, rect, snap(to));
    }
    let by = Point {
        x: to.x - from.x,
        y: to.y - from.y,
    };
    if board
        .carried
        .with_untracked(|carried| carried.by == by && !carried.nodes.is_empty())
    {
        return false;
    }
    board.carried.set(Carried { nodes, by });
    true
}

/// Puts the nodes down where they are: one step of the history.
pub fn put_down(board: Board) {
    if !splicing::put_down(board) {
        move_by(board, &board.carried.get_untracked());
    }
    let_go(board);
}

/// Lets the nodes go back to where they came from.
pub fn let_go(board: Board) {
    splicing::clear(board);
    if board
        .carried
        .with_untracked(|carried| *carried != Carried::default())
    {
        board.carried.set(Carried::default());
    }
    guides::show(board, String::new());
}

/// Moves nodes in the document; says whether there was anything to move.
pub fn move_by(board: Board, carried: &Carried) -> bool {
    if carried.by == Point::default() || carried.nodes.is_empty() {
        return false;
    }
    let ops = moves(board, carried);
    let label = match (ops.len(), carried.nodes.first()) {
        (1, Some(id)) => format!("move {}", board.name(id)),
        (n, _) => format!("move {n} nodes"),
    };
    board.editor.commit(label, ops)
}

/// The operations that move nodes.
pub fn moves(board: Board, carried: &Carried) -> Vec<Op> {
    board.editor.graph().with_untracked(|graph| {
        carried
            .nodes
            .iter()
            .filter_map(|id| graph.node(id))
            .map(|node| Op::MoveNode {
                node: node.id.clone(),
                to: Point {
                    x: node.position.x + carried.by.x,
                    y: node.position.y + carried.by.y,
                },
            })
            .collect()
    })
}
