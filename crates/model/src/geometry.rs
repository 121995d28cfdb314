//! Where things are on the canvas: pure functions of the graph, never measured in the page.

use crate::graph::Point;

/// The width of every node, in pixels at 100 % zoom.
pub const NODE_WIDTH: f64 = 288.0;

/// What is in sight: the canvas is drawn shifted by `x` and `y` screen pixels and scaled by `zoom`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// Screen pixels to the right.
    pub x: f64,
    /// Screen pixels downwards.
    pub y: f64,
    /// 1 is 100 %.
    pub zoom: f64,
}

impl Default for Viewport {
    fn default() -> Self {
        Self {
            x: 0.0,
            y: 0.0,
            zoom: 1.0,
        }
    }
}

impl Viewport {
    /// The place on the canvas under a place of the pane, which is in screen pixels from the pane's corner.
    pub fn to_canvas(self, screen: Point) -> Point {
        Point {
            x: (screen.x - self.x) / self.zoom,
            y: (screen.y - self.y) / self.zoom,
        }
    }

    /// The inverse of [`Viewport::to_canvas`].
    pub fn to_screen(self, canvas: Point) -> Point {
        Point {
            x: canvas.x * self.zoom + self.x,
            y: canvas.y * self.zoom + self.y,
        }
    }
}
