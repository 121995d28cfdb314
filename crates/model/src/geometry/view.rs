//! What of the canvas is in sight.

use super::Rect;
use crate::graph::Point;

/// As far out as the view zooms.
pub const MIN_ZOOM: f64 = 0.1;

/// As far in as the view zooms.
pub const MAX_ZOOM: f64 = 2.0;

/// The size of a pane that has not been measured: the server draws for this one.
pub const ASSUMED_PANE: (f64, f64) = (840.0, 640.0);

/// What stays free at the edges of a pane that a graph is fitted to.
const MARGIN: f64 = 32.0;

/// What stays free at the lower edge, for the controls.
const FOOT: f64 = 64.0;

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

    /// The same, shifted by screen pixels.
    pub fn panned(self, by: Point) -> Self {
        Self {
            x: self.x + by.x,
            y: self.y + by.y,
            ..self
        }
    }

    /// The same, shifted as little as brings a rectangle of the canvas into sight.
    pub fn revealing(self, rect: &Rect, pane: (f64, f64)) -> Self {
        let corner = self.to_screen(Point {
            x: rect.x,
            y: rect.y,
        });
        let shift = |at: f64, length: f64, pane: f64, end: f64| {
            let over = (at + length - (pane - end)).max(0.0);
            // The upper left corner wins where not all of it fits.
            (MARGIN / 2.0 - at).max(-over)
        };
        let in_sight =
            |at: f64, length: f64, pane: f64, end: f64| at >= 0.0 && at + length <= pane - end;
        let (width, height) = (rect.width * self.zoom, rect.height * self.zoom);
        let mut view = self;
        if !in_sight(corner.x, width, pane.0, 0.0) {
            view.x += shift(corner.x, width, pane.0, MARGIN / 2.0).round();
        }
        if !in_sight(corner.y, height, pane.1, 0.0) {
            view.y += shift(corner.y, height, pane.1, FOOT).round();
        }
        view
    }
}

/// The view that has `bounds` in the middle of the pane and all of it in sight, no larger than 100 %.
pub fn fit(bounds: &Rect, pane: (f64, f64)) -> Viewport {
    let (width, height) = (pane.0 - 2.0 * MARGIN, pane.1 - MARGIN - FOOT);
    let zoom = (width / bounds.width.max(1.0))
        .min(height / bounds.height.max(1.0))
        .clamp(MIN_ZOOM, 1.0);
    let centre = bounds.centre();
    // Whole pixels keep the text sharp.
    Viewport {
        x: (MARGIN + width / 2.0 - centre.x * zoom).round(),
        y: (MARGIN + height / 2.0 - centre.y * zoom).round(),
        zoom,
    }
}

/// The view zoomed by a factor, with what is under `screen` staying there.
pub fn zoom_about(view: Viewport, screen: Point, factor: f64) -> Viewport {
    let zoom = (view.zoom * factor).clamp(MIN_ZOOM, MAX_ZOOM);
    let under = view.to_canvas(screen);
    Viewport {
        x: screen.x - under.x * zoom,
        y: screen.y - under.y * zoom,
        zoom,
    }
}
