//! Where new nodes go.

use super::Editor;
use leptos::prelude::*;
use patchbay_model::geometry::{
    ASSUMED_PANE, NodeShape, Rect, Shapes, free_place, node_rects, shapes,
};
use patchbay_model::{ComponentInfo, Graph, NodeId, Point};

impl Editor {
    /// Adds an instance in the middle of what is in sight, beside the nodes that are there.
    pub fn add_at_centre(self, component: &ComponentInfo) -> Option<NodeId> {
        let place = untrack(|| {
            let (width, height) = self.pane.get().unwrap_or(ASSUMED_PANE);
            let middle = self.viewport.get().to_canvas(Point {
                x: width / 2.0,
                y: height / 2.0,
            });
            let shape = NodeShape::of_new(component);
            let taken: Vec<Rect> =
                self.with_shapes(|graph, shapes| node_rects(graph, shapes).collect());
            free_place(middle, shape.size(), &taken)
        });
        self.add_node(component, place)
    }

    /// The graph and the shapes of its nodes. Tracks the graph and the palette.
    pub fn with_shapes<T>(self, then: impl FnOnce(&Graph, &Shapes) -> T) -> T {
        self.graph.with(|graph| {
            let shapes = self.components.with(|components| shapes(graph, components));
            then(graph, &shapes)
        })
    }
}
