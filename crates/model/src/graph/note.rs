//! Frames and notes: what people write on the canvas, beside the graph. The result knows nothing of them.

use super::{NodeId, Point};
use crate::geometry::{GRID, Rect};
use serde::{Deserialize, Serialize};

/// The height of a frame's title, which stands inside of it.
pub const TITLE_HEIGHT: f64 = 32.0;

/// The narrowest and the lowest that a note or a frame gets.
pub const LEAST: f64 = 4.0 * GRID;

/// A note, or a frame around what belongs together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// Its identity; no node has the same.
    pub id: NodeId,
    /// What it says; of a frame, its title.
    #[serde(default)]
    pub text: String,
    /// Whether it is a frame. What lies in a frame moves along with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub frame: bool,
    /// Its top left corner.
    pub position: Point,
    /// To the right, in pixels at 100 % zoom.
    pub width: f64,
    /// Downwards.
    pub height: f64,
}

impl Note {
    /// A frame without a title around what takes up that much.
    pub fn around(id: NodeId, inside: &Rect) -> Self {
        let mut frame = Self {
            id,
            text: String::new(),
            frame: true,
            position: Point::default(),
            width: 0.0,
            height: 0.0,
        };
        frame.surround(inside);
        frame
    }

    /// Makes a frame as large as what takes up that much needs it.
    pub fn surround(&mut self, inside: &Rect) {
        let rect = inside.grown(GRID);
        self.position = Point {
            x: rect.x,
            y: rect.y - TITLE_HEIGHT + GRID,
        };
        self.width = rect.width;
        self.height = rect.height + TITLE_HEIGHT - GRID;
    }

    /// Where it is.
    pub fn rect(&self) -> Rect {
        Rect {
            x: self.position.x,
            y: self.position.y,
            width: self.width.max(LEAST),
            height: self.height.max(LEAST),
        }
    }

    /// What people call it.
    pub fn title(&self) -> String {
        let kind = if self.frame { "Frame" } else { "Note" };
        format!("{kind} {}", self.text).trim_end().to_string()
    }
}
