//! Places on the canvas: of links, of new nodes, on the grid.

use super::{GRID, Rect, Size};
use crate::decimal::px;
use crate::graph::Point;

/// The grid's point nearest to a place.
pub fn snap(place: Point) -> Point {
    Point {
        x: (place.x / GRID).round() * GRID,
        y: (place.y / GRID).round() * GRID,
    }
}

/// The `d` of a link from an export's centre to an import's: it leaves to the right and arrives from the left.
pub fn link_path(from: Point, to: Point) -> String {
    let (dx, dy) = (to.x - from.x, (to.y - from.y).abs());
    // Backwards, it needs a wide bow to be told from the nodes.
    let bow = if dx >= 0.0 {
        (dx / 2.0).max((dy / 4.0).min(48.0))
    } else {
        (-dx / 4.0).clamp(48.0, 160.0).max((dy / 4.0).min(96.0))
    };
    format!(
        "M{} {}C{} {} {} {} {} {}",
        px(from.x),
        px(from.y),
        px(from.x + bow),
        px(from.y),
        px(to.x - bow),
        px(to.y),
        px(to.x),
        px(to.y)
    )
}

/// The thing nearest to a place, if it is within that distance.
pub fn nearest<T>(
    place: Point,
    things: impl Iterator<Item = (T, Point)>,
    within: f64,
) -> Option<T> {
    let distance = |at: Point| (at.x - place.x).hypot(at.y - place.y);
    things
        .map(|(thing, at)| (thing, distance(at)))
        .filter(|(_, distance)| *distance <= within)
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(thing, _)| thing)
}

/// The corner of a new node: as near to having its middle at `middle` as the nodes that are there allow.
pub fn free_place(middle: Point, size: Size, taken: &[Rect]) -> Point {
    /// How far the search goes, in steps of two grid cells: past a thousand nodes in a row.
    const RINGS: i32 = 400;
    let start = snap(Point {
        x: middle.x - size.width / 2.0,
        y: middle.y - size.height / 2.0,
    });
    let free = |corner: &Point| {
        let rect = Rect::at(*corner, size).grown(GRID);
        !taken.iter().any(|other| other.overlaps(&rect))
    };
    let at = |column: i32, row: i32| Point {
        x: start.x + f64::from(column) * 2.0 * GRID,
        y: start.y + f64::from(row) * 2.0 * GRID,
    };
    let ring = |n: i32| {
        let edges = (-n..=n).flat_map(move |k| [(k, n), (n, k), (k, -n), (-n, k)]);
        let distance = |(column, row): &(i32, i32)| column * column + row * row;
        edges
            .map(move |place| (distance(&place), at(place.0, place.1)))
            .filter(|(_, corner)| free(corner))
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, corner)| corner)
    };
    (0..RINGS).find_map(ring).unwrap_or(start)
}
