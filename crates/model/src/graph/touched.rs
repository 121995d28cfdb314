//! What of a graph a change has touched.

use super::{Graph, NodeId};
use crate::sorted_set::SortedSet;

impl Graph {
    /// The nodes that are not what they were in another graph, or whose links or exports are not.
    pub fn touched(&self, before: &Self) -> SortedSet<NodeId> {
        let mut touched = SortedSet::new();
        for (one, other) in [(self, before), (before, self)] {
            for (id, node) in one.nodes.iter() {
                if other.nodes.get(id) != Some(node) {
                    touched.insert(id.clone());
                }
            }
            for (to, from) in one.links.iter() {
                if other.links.get(to) != Some(from) {
                    touched.extend([&to.node, &from.node].map(NodeId::clone));
                }
            }
            for (name, source) in one.exports.iter() {
                if other.exports.get(name) != Some(source) {
                    touched.insert(source.node.clone());
                }
            }
        }
        touched
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        ComponentRef, Endpoint, ExportSource, Graph, Link, Node, NodeId, Op, Point, Transaction,
    };

    fn node(id: &str) -> Node {
        let component = ComponentRef {
            package: "demo:one".to_string(),
            digest: None,
        };
        Node::instance(NodeId(id.into()), id.into(), component, Point::default())
    }

    fn end(node: &str, port: &str) -> Endpoint {
        Endpoint {
            node: NodeId(node.into()),
            port: port.to_string(),
        }
    }

    fn link(from: &str, to: &str) -> Link {
        Link {
            from: end(from, "out"),
            to: end(to, "in"),
        }
    }

    fn after(graph: &Graph, ops: Vec<Op>) -> Graph {
        let mut graph = graph.clone();
        graph.apply(&Transaction::new("", ops)).unwrap();
        graph
    }

    #[test]
    fn a_change_touches_the_nodes_that_it_shows_at_and_no_others() {
        let ids = ["a", "b", "c", "d"];
        let mut ops: Vec<Op> = ids.map(|id| Op::AddNode { node: node(id) }).into();
        ops.push(Op::AddLink {
            link: link("a", "b"),
        });
        let graph = after(&Graph::named("four"), ops);
        let moved = Op::MoveNode {
            node: NodeId("a".into()),
            to: Point { x: 16.0, y: 0.0 },
        };
        let unlinked = Op::RemoveLink {
            link: link("a", "b"),
        };
        let linked = Op::AddLink {
            link: link("c", "b"),
        };
        let exported = Op::AddExport {
            name: "out".to_string(),
            source: ExportSource {
                node: NodeId("d".into()),
                port: Some("out".to_string()),
            },
        };
        let added = Op::AddNode { node: node("e") };
        for (ops, touched) in [
            (vec![], vec![]),
            (vec![moved], vec!["a"]),
            (vec![unlinked.clone()], vec!["a", "b"]),
            (vec![unlinked, linked], vec!["a", "b", "c"]),
            (vec![exported], vec!["d"]),
            (vec![added], vec!["e"]),
        ] {
            let changed = after(&graph, ops);
            for nodes in [changed.touched(&graph), graph.touched(&changed)] {
                let ids: Vec<&str> = nodes.iter().map(|id| id.0.as_str()).collect();
                assert_eq!(ids, touched);
            }
        }
    }
}
