//! Tidy: a left-to-right arrangement of a graph.
//!
//! Every node stands to the right of its suppliers (longest-path layering); within a layer, nodes stand where their
//! neighbours pull them (barycentres), with the fewest crossings that a few sweeps find.

use crate::geometry::{GRID, NODE_WIDTH, Rect, Shapes, snap};
use crate::graph::{Graph, NodeId, Point};
use crate::op::Op;
use std::cmp::Ordering;

/// Between two layers, so that links and their arrowheads can be seen.
const LAYER_GAP: f64 = 112.0;

/// Between two nodes of a layer.
const NODE_GAP: f64 = 2.0 * GRID;

/// How often the layers are ordered, forwards and backwards.
const SWEEPS: usize = 8;

/// The operations that arrange the nodes; none when they stand so already.
pub fn tidy(graph: &Graph, shapes: &Shapes) -> Vec<Op> {
    graph
        .nodes()
        .zip(arrange(graph, shapes))
        .filter(|(node, to)| node.position != *to)
        .map(|(node, to)| Op::MoveNode {
            node: node.id.clone(),
            to,
        })
        .collect()
}

/// The operations that keep frames around what they hold when nodes of theirs go elsewhere. Notes in such a frame go
/// where it goes, and stay in it.
pub fn reframed(graph: &Graph, shapes: &Shapes, moves: &[Op]) -> Vec<Op> {
    let mut ops = Vec::new();
    for frame in graph.notes().filter(|note| note.frame) {
        let rect = frame.rect();
        let mut inside: Option<Rect> = None;
        let mut moved = false;
        for node in graph.nodes() {
            let size = shapes.get(&node.id).map(|shape| shape.size());
            let mut at = Rect::at(node.position, size.unwrap_or_default());
            if !rect.holds(&at) {
                continue;
            }
            for op in moves {
                if let Op::MoveNode { node: id, to } = op
                    && *id == node.id
                {
                    (at.x, at.y) = (to.x, to.y);
                    moved = true;
                }
            }
            inside = Some(inside.map_or(at, |inside| inside.union(&at)));
        }
        let Some(mut inside) = inside.filter(|_| moved) else {
            continue;
        };
        let mut around = frame.clone();
        around.surround(&inside);
        let by = Point {
            x: around.position.x - rect.x,
            y: around.position.y - rect.y,
        };
        for note in graph.notes() {
            let mut at = note.rect();
            if note.frame || !rect.holds(&at) {
                continue;
            }
            (at.x, at.y) = (at.x + by.x, at.y + by.y);
            inside = inside.union(&at);
            let to = Point { x: at.x, y: at.y };
            if to != note.position {
                let node = note.id.clone();
                ops.push(Op::MoveNode { node, to });
            }
        }
        around.surround(&inside);
        if around != *frame {
            ops.push(Op::SetNote { note: around });
        }
    }
    ops
}

/// Nodes by index, in the order of their ids.
struct Plan {
    heights: Vec<f64>,
    /// From exporter to importer.
    edges: Vec<(usize, usize)>,
    layers: Vec<Vec<usize>>,
}

/// The places of all nodes in the order of their ids, with the upper left of the whole where it was.
pub fn arrange(graph: &Graph, shapes: &Shapes) -> Vec<Point> {
    let ids: Vec<&NodeId> = graph.nodes().map(|node| &node.id).collect();
    let index = |id: &NodeId| ids.binary_search(&id).ok();
    // Several links between two nodes pull as much harder.
    let edges: Vec<(usize, usize)> = graph
        .links()
        .filter_map(|link| Some((index(&link.from.node)?, index(&link.to.node)?)))
        .filter(|(from, to)| from != to)
        .collect();
    let heights = ids
        .iter()
        .map(|id| shapes.get(id).map_or(0.0, |shape| shape.size().height))
        .collect();
    let at: Vec<Point> = graph.nodes().map(|node| node.position).collect();
    let layers = layers(ids.len(), &edges, &at);
    let mut plan = Plan {
        heights,
        edges,
        layers,
    };
    plan.order();
    let corner = snap(Point {
        x: at.iter().map(|p| p.x).fold(f64::INFINITY, f64::min),
        y: at.iter().map(|p| p.y).fold(f64::INFINITY, f64::min),
    });
    let rows = plan.rows();
    let top = rows.iter().copied().fold(f64::INFINITY, f64::min);
    let mut places = at;
    for (n, layer) in plan.layers.iter().enumerate() {
        #[allow(clippy::cast_precision_loss)] // No graph has 2^52 layers.
        let x = corner.x + n as f64 * (NODE_WIDTH + LAYER_GAP);
        for node in layer {
            let y = corner.y + rows[*node] - top;
            places[*node] = Point { x, y };
        }
    }
    places
}

/// Each node one layer to the right of its last supplier; what supplies only a later layer stands next to that one.
fn layers(count: usize, edges: &[(usize, usize)], at: &[Point]) -> Vec<Vec<usize>> {
    let mut rank = vec![0usize; count];
    // Relaxing at most `count` times ends even where a document brought a cycle along.
    for _ in 0..count {
        let mut changed = false;
        for (from, to) in edges {
            let least = (rank[*from] + 1).min(count - 1);
            if rank[*to] < least {
                rank[*to] = least;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    for node in 0..count {
        let supplied = edges.iter().any(|(_, to)| *to == node);
        let first = edges
            .iter()
            .filter(|(from, _)| *from == node)
            .map(|(_, to)| rank[*to])
            .min();
        if let (false, Some(first)) = (supplied, first) {
            rank[node] = first.saturating_sub(1);
        }
    }
    let last = rank.iter().copied().max().map_or(0, |last| last + 1);
    let mut layers = vec![Vec::new(); last];
    for (node, rank) in rank.iter().enumerate() {
        layers[*rank].push(node);
    }
    layers.retain(|layer| !layer.is_empty());
    for layer in &mut layers {
        sort(layer, &|a, b| at[a].y.total_cmp(&at[b].y).then(a.cmp(&b)));
    }
    layers
}

impl Plan {
    /// Orders each layer by the middle of its neighbours' places, and keeps the best order seen.
    fn order(&mut self) {
        let mut best = (self.crossings(), self.layers.clone());
        for sweep in 0..SWEEPS {
            let forwards = sweep % 2 == 0;
            let count = self.layers.len();
            for step in 1..count {
                let layer = if forwards { step } else { count - 1 - step };
                let place = self.places();
                let mut nodes = std::mem::take(&mut self.layers[layer]);
                // In equal pulls the order stays, as the place of each node is its own.
                let pull = |node| (self.pull(node, &place, forwards), place[node].1);
                sort(&mut nodes, &|a, b| {
                    let (a, b) = (pull(a), pull(b));
                    a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
                });
                self.layers[layer] = nodes;
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.layers.clone());
            }
        }
        self.layers = best.1;
    }

    /// The layer of each node and its place there.
    #[allow(clippy::cast_precision_loss)]
    fn places(&self) -> Vec<(usize, f64)> {
        let mut places = vec![(0, 0.0); self.heights.len()];
        for (n, layer) in self.layers.iter().enumerate() {
            for (place, node) in layer.iter().enumerate() {
                places[*node] = (n, place as f64);
            }
        }
        places
    }

    fn neighbours(&self, node: usize, suppliers: bool) -> impl Iterator<Item = usize> {
        self.edges
            .iter()
            .filter_map(move |(from, to)| match suppliers {
                true => (*to == node).then_some(*from),
                false => (*from == node).then_some(*to),
            })
    }

    /// The mean of the neighbours' places; a node without any stays where it is.
    fn pull(&self, node: usize, place: &[(usize, f64)], suppliers: bool) -> f64 {
        mean(self.neighbours(node, suppliers).map(|n| place[n].1)).unwrap_or(place[node].1)
    }

    fn crossings(&self) -> usize {
        let place = self.places();
        let mut crossings = 0;
        for (n, (a, b)) in self.edges.iter().enumerate() {
            for (c, d) in &self.edges[n + 1..] {
                let side_by_side = place[*a].0 == place[*c].0 && place[*b].0 == place[*d].0;
                let left = place[*a].1 - place[*c].1;
                let right = place[*b].1 - place[*d].1;
                crossings += usize::from(side_by_side && left * right < 0.0);
            }
        }
        crossings
    }

    /// The upper edge of each node: level with its neighbours as far as the order and the gaps allow.
    fn rows(&self) -> Vec<f64> {
        let mut rows = vec![0.0; self.heights.len()];
        for layer in &self.layers {
            self.stack(layer, &mut rows, |_, _| None);
        }
        for sweep in 0..4 {
            let suppliers = sweep % 2 == 0;
            let mut order: Vec<&Vec<usize>> = self.layers.iter().collect();
            if !suppliers {
                order.reverse();
            }
            for layer in order {
                self.stack(layer, &mut rows, |node, rows| {
                    mean(self.neighbours(node, suppliers).map(|n| rows[n]))
                });
            }
        }
        rows
    }

    /// Puts the nodes of a layer where they want to be, in their order and without overlaps.
    fn stack(
        &self,
        layer: &[usize],
        rows: &mut [f64],
        wish: impl Fn(usize, &[f64]) -> Option<f64>,
    ) {
        let wishes: Vec<f64> = layer
            .iter()
            .map(|node| wish(*node, rows).unwrap_or(rows[*node]))
            .collect();
        let mut below = f64::NEG_INFINITY;
        let mut shift = 0.0;
        let mut placed = Vec::with_capacity(layer.len());
        for (node, wish) in layer.iter().zip(&wishes) {
            let y = wish.max(below);
            shift += y - wish;
            placed.push(y);
            below = y + self.heights[*node] + NODE_GAP;
        }
        // Pushed downwards by one another only, they would drift; the middle of the layer stays where it was wished.
        #[allow(clippy::cast_precision_loss)]
        let drift = shift / layer.len().max(1) as f64;
        for (node, y) in layer.iter().zip(placed) {
            rows[*node] = ((y - drift) / GRID).floor() * GRID;
        }
        // Rounding may have eaten a part of a gap, never more than a cell.
        let mut below = f64::NEG_INFINITY;
        for node in layer {
            rows[*node] = rows[*node].max(below);
            let end = rows[*node] + self.heights[*node] + NODE_GAP;
            below = (end / GRID).ceil() * GRID;
        }
    }
}

/// Sorts by insertion: a layer is short, and the standard library's sort is kilobytes for the browser to download.
fn sort(nodes: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    for end in 1..nodes.len() {
        let place = nodes[..end].partition_point(|other| compare(*other, nodes[end]).is_le());
        nodes[place..=end].rotate_right(1);
    }
}

#[allow(clippy::cast_precision_loss)]
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0usize), |(sum, n), value| (sum + value, n + 1));
    (count > 0).then(|| sum / count as f64)
}
