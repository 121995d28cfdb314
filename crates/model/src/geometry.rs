//! Where things are on the canvas: pure functions of the graph, never measured in the page.

use crate::component::ComponentInfo;
use crate::graph::{Graph, NodeId, Point};
use crate::verdict::find_component;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

mod place;
mod shape;
mod view;

pub use place::{free_place, link_path, nearest, snap};
pub use shape::{NodeShape, PortRow, elide};
pub use view::{ASSUMED_PANE, MAX_ZOOM, MIN_ZOOM, Viewport, fit, zoom_about};

/// The width of every node, in pixels at 100 % zoom.
pub const NODE_WIDTH: f64 = 288.0;

/// The height of a node's header.
pub const HEADER_HEIGHT: f64 = 40.0;

/// The height of a row of ports.
pub const ROW_HEIGHT: f64 = 24.0;

/// What is left free below a node's last row.
pub const NODE_FOOT: f64 = 8.0;

/// The height of what stands in a node in place of its component, where that is missing.
pub const NOTE_HEIGHT: f64 = 48.0;

/// Nodes stand on a grid of this many pixels.
pub const GRID: f64 = 16.0;

/// How near to a port a link snaps to it, in screen pixels.
pub const SNAP_RADIUS: f64 = 20.0;

/// A width and a height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// To the right.
    pub width: f64,
    /// Downwards.
    pub height: f64,
}

/// A rectangle on the canvas.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Its left edge.
    pub x: f64,
    /// Its upper edge.
    pub y: f64,
    /// To the right.
    pub width: f64,
    /// Downwards.
    pub height: f64,
}

impl Rect {
    /// The rectangle of that size with its top left corner there.
    pub fn at(corner: Point, size: Size) -> Self {
        Self {
            x: corner.x,
            y: corner.y,
            width: size.width,
            height: size.height,
        }
    }

    /// The rectangle between two opposite corners, whichever they are.
    pub fn between(a: Point, b: Point) -> Self {
        Self {
            x: a.x.min(b.x),
            y: a.y.min(b.y),
            width: (a.x - b.x).abs(),
            height: (a.y - b.y).abs(),
        }
    }

    /// Its right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Its lower edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Its middle.
    pub fn centre(&self) -> Point {
        Point {
            x: self.x + self.width / 2.0,
            y: self.y + self.height / 2.0,
        }
    }

    /// Whether both have more than an edge in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// The smallest rectangle that has both in it.
    pub fn union(&self, other: &Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Self {
            x,
            y,
            width: self.right().max(other.right()) - x,
            height: self.bottom().max(other.bottom()) - y,
        }
    }

    /// The same with a margin around it.
    pub fn grown(&self, margin: f64) -> Self {
        Self {
            x: self.x - margin,
            y: self.y - margin,
            width: self.width + 2.0 * margin,
            height: self.height + 2.0 * margin,
        }
    }
}

/// The shapes of all nodes of a graph. Shared, because a graph changes in one node at a time.
pub type Shapes = BTreeMap<NodeId, Arc<NodeShape>>;

/// The shapes of all nodes of a graph.
pub fn shapes(graph: &Graph, components: &[ComponentInfo]) -> Shapes {
    let mut used: BTreeMap<&NodeId, Used> = BTreeMap::new();
    let links: Vec<_> = graph.links().collect();
    for link in &links {
        let to = used.entry(&link.to.node).or_default();
        to.imports.insert(&link.to.port);
        let from = used.entry(&link.from.node).or_default();
        from.exports.insert(&link.from.port);
    }
    for (_, source) in graph.exports() {
        if let Some(port) = &source.port {
            let from = used.entry(&source.node).or_default();
            from.exports.insert(port);
        }
    }
    graph
        .nodes()
        .map(|node| {
            let component = find_component(components, &node.component);
            let used = used.remove(&node.id).unwrap_or_default();
            let shape = NodeShape::new(component, node.expanded, &used);
            (node.id.clone(), Arc::new(shape))
        })
        .collect()
}

/// The ports of a node that links and exports of the result speak of, by full names.
#[derive(Clone, Debug, Default)]
pub struct Used<'a> {
    /// Linked imports.
    pub imports: BTreeSet<&'a str>,
    /// Exports that are linked or exported from the result.
    pub exports: BTreeSet<&'a str>,
}

/// Where the nodes of a graph are.
pub fn node_rects<'a>(graph: &'a Graph, shapes: &'a Shapes) -> impl Iterator<Item = Rect> + 'a {
    graph.nodes().filter_map(|node| {
        let shape = shapes.get(&node.id)?;
        Some(Rect::at(node.position, shape.size()))
    })
}

/// The smallest rectangle that has all of them in it; `None` for none.
pub fn bounds(rects: impl Iterator<Item = Rect>) -> Option<Rect> {
    rects.reduce(|all, rect| all.union(&rect))
}
