//! Where things are on the canvas: pure functions of the graph, never measured in the page.

use crate::component::ComponentInfo;
use crate::graph::{Graph, Link, Node, NodeId, NodeKind, Note, Point};
use crate::verdict::find_component;
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

    /// Its top left corner.
    pub fn corner(&self) -> Point {
        Point {
            x: self.x,
            y: self.y,
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

    /// Whether the other one is wholly in it.
    pub fn holds(&self, other: &Self) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && other.right() <= self.right()
            && other.bottom() <= self.bottom()
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

/// The shapes of all nodes of a graph, in the order of their ids. Shared, because a graph changes in one node at a time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shapes(Vec<(NodeId, Arc<NodeShape>)>);

impl Shapes {
    /// The shape of a node.
    pub fn get(&self, id: &NodeId) -> Option<&Arc<NodeShape>> {
        let at = self.0.binary_search_by(|(other, _)| other.cmp(id)).ok()?;
        Some(&self.0[at].1)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&NodeId, &NodeShape)> {
        self.0.iter().map(|(id, shape)| (id, &**shape))
    }
}

/// The shapes of all nodes of a graph.
pub fn shapes(graph: &Graph, components: &[ComponentInfo]) -> Shapes {
    // Nodes come in the order of their ids, so a search finds them.
    let ids: Vec<&NodeId> = graph.nodes().map(|node| &node.id).collect();
    let links: Vec<Link> = graph.links().collect();
    let mut used = vec![Used::default(); ids.len()];
    for Link { from, to } in &links {
        if let Ok(at) = ids.binary_search(&&to.node) {
            add(&mut used[at].imports, &to.port);
        }
        if let Ok(at) = ids.binary_search(&&from.node) {
            add(&mut used[at].exports, &from.port);
        }
    }
    for (_, source) in graph.exports() {
        if let (Some(port), Ok(at)) = (&source.port, ids.binary_search(&&source.node)) {
            add(&mut used[at].exports, port);
        }
    }
    let shape = |(node, used): (&Node, &Used<'_>)| {
        let shape = match &node.kind {
            NodeKind::Instance(component) => {
                let component = find_component(components, component);
                NodeShape::new(component, node.expanded, used)
            }
            NodeKind::Import(import) => NodeShape::of_import(import, used),
        };
        (node.id.clone(), Arc::new(shape))
    };
    Shapes(graph.nodes().zip(&used).map(shape).collect())
}

fn add<'a>(names: &mut Vec<&'a str>, name: &'a str) {
    if !names.contains(&name) {
        names.push(name);
    }
}

/// The ports of a node that links and exports of the result speak of, by full names.
#[derive(Clone, Debug, Default)]
pub struct Used<'a> {
    /// Linked imports.
    pub imports: Vec<&'a str>,
    /// Exports that are linked or exported from the result.
    pub exports: Vec<&'a str>,
}

/// Where the nodes of a graph are.
pub fn node_rects<'a>(graph: &'a Graph, shapes: &'a Shapes) -> impl Iterator<Item = Rect> + 'a {
    graph.nodes().filter_map(|node| {
        let shape = shapes.get(&node.id)?;
        Some(Rect::at(node.position, shape.size()))
    })
}

/// Where everything is that is drawn: nodes, frames and notes.
pub fn all_rects<'a>(graph: &'a Graph, shapes: &'a Shapes) -> impl Iterator<Item = Rect> + 'a {
    node_rects(graph, shapes).chain(graph.notes().map(Note::rect))
}

/// The smallest rectangle that has all of them in it; `None` for none.
pub fn bounds(rects: impl Iterator<Item = Rect>) -> Option<Rect> {
    rects.reduce(|all, rect| all.union(&rect))
}
