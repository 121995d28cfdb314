//! Where new nodes go.

use super::{Editor, Selection};
use leptos::prelude::*;
use patchbay_model::analysis::PortRef;
use patchbay_model::geometry::{
    ASSUMED_PANE, NodeShape, Rect, Shapes, free_place, node_rects, shapes,
};
use patchbay_model::{ComponentInfo, Endpoint, Graph, Node, NodeId, Op, Point};

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

    /// Adds an instance with its top left corner there, selected and in sight.
    pub fn add_node(self, component: &ComponentInfo, position: Point) -> Option<NodeId> {
        self.add_linked(component, position, None)
    }

    /// The same, with a link between a port and one of the new node, in one step of the history.
    pub fn add_linked(
        self,
        component: &ComponentInfo,
        position: Point,
        link: Option<(PortRef, String)>,
    ) -> Option<NodeId> {
        let (node, linking) = self.graph.with_untracked(|graph| {
            let node = new_instance(graph, component, position);
            let linking = link.map(|(origin, port)| {
                let node = node.id.clone();
                graph.linking(origin.link_to(Endpoint { node, port }))
            });
            (node, linking.unwrap_or_default())
        });
        let (id, name) = (node.id.clone(), node.name.clone());
        let mut ops = vec![Op::AddNode { node }];
        ops.extend(linking);
        self.commit(format!("add {name}"), ops).then(|| {
            self.selection.set(Selection::node(id.clone()));
            self.reveal.set(Some((id.clone(), String::new())));
            self.announce(format!("Added {name}"));
            id
        })
    }

    /// The graph and the shapes of its nodes. Tracks the graph and the palette.
    pub fn with_shapes<T>(self, then: impl FnOnce(&Graph, &Shapes) -> T) -> T {
        self.graph.with(|graph| {
            let shapes = self.components.with(|components| shapes(graph, components));
            then(graph, &shapes)
        })
    }
}

/// An instance that could be added to a graph, with its top left corner there.
pub fn new_instance(graph: &Graph, component: &ComponentInfo, position: Point) -> Node {
    let name = patchbay_model::name::label_from(component.short_name());
    let name = graph.free_name(&name);
    Node::instance(graph.free_id(), name, component.reference(), position)
}
