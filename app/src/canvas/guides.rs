//! Lines along which a node that is being dragged stands in line with others.

use super::board::Board;
use crate::live::live;
use leptos::prelude::*;
use patchbay_model::Point;
use patchbay_model::decimal::px;
use patchbay_model::geometry::Rect;

/// How near an edge or a middle comes to another before it holds on to it, in screen pixels.
const NEAR: f64 = 6.0;

/// Puts a node in line with the nearest edge or middle of another one, and shows the line.
pub fn align(board: Board, others: &[Rect], at: Rect, otherwise: Point) -> Point {
    let near = NEAR / board.editor.viewport.get_untracked().zoom;
    let (mut x, mut y) = (Nearest::within(near), Nearest::within(near));
    for other in others {
        for part in [0.0, 0.5, 1.0] {
            x.consider(other.x + part * other.width, at.x, part * at.width);
            y.consider(other.y + part * other.height, at.y, part * at.height);
        }
    }
    let upright = x.line.map(|x| format!("M{} -99999V99999", px(x)));
    let level = y.line.map(|y| format!("M-99999 {}H99999", px(y)));
    show(
        board,
        upright.unwrap_or_default() + &level.unwrap_or_default(),
    );
    Point {
        x: x.corner.unwrap_or(otherwise.x),
        y: y.corner.unwrap_or(otherwise.y),
    }
}

/// The line that is nearest so far.
struct Nearest {
    distance: f64,
    line: Option<f64>,
    /// Where the node goes for it.
    corner: Option<f64>,
}

impl Nearest {
    fn within(distance: f64) -> Self {
        Self {
            distance,
            line: None,
            corner: None,
        }
    }

    fn consider(&mut self, line: f64, at: f64, part: f64) {
        let distance = (at + part - line).abs();
        if distance < self.distance {
            self.distance = distance;
            self.line = Some(line);
            self.corner = Some(line - part);
        }
    }
}

/// The lines.
#[component]
pub fn GuideLines(board: Board) -> impl IntoView {
    view! { <path class="guides" aria-hidden="true" d=live(move || board.guides.get())></path> }
}

/// Shows lines, or none.
pub fn show(board: Board, path: String) {
    if board.guides.get_untracked() != path {
        board.guides.set(path);
    }
}
