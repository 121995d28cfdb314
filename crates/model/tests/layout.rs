//! Tidying.

use patchbay_model::component::PortKind;
use patchbay_model::geometry::{GRID, Rect, node_rects, shapes};
use patchbay_model::layout::{arrange, tidy};
use patchbay_model::{
    ComponentInfo, Digest, Endpoint, Graph, Link, Node, NodeId, Op, Point, Port, Transaction,
};
use proptest::prelude::*;

fn component() -> ComponentInfo {
    let port = |name: String| Port {
        name,
        kind: PortKind::Function,
        wit: String::new(),
    };
    ComponentInfo {
        digest: Digest::from_bytes(&[7; 32]),
        package: "test:part".into(),
        size: 1,
        imports: (0..4).map(|n| port(format!("in-{n}"))).collect(),
        exports: vec![port("out".into())],
        producers: Vec::new(),
        sample: false,
        composed: false,
        generated: None,
    }
}

fn id(n: usize) -> NodeId {
    NodeId(format!("n{n:03}"))
}

/// `count` nodes in a heap, and those of `links` (exporter, importer, import) that do not close a cycle.
fn graph(count: usize, links: &[(usize, usize, usize)]) -> Graph {
    let mut graph = Graph::default();
    let nodes = (0..count).map(|n| Op::AddNode {
        node: Node::instance(
            id(n),
            format!("part-{n}"),
            component().reference(),
            Point {
                x: 40.0,
                y: (n * 7 % 5) as f64,
            },
        ),
    });
    graph.apply(&Transaction::new("", nodes.collect())).unwrap();
    for (from, to, import) in links {
        let link = Link {
            from: Endpoint {
                node: id(*from),
                port: "out".into(),
            },
            to: Endpoint {
                node: id(*to),
                port: format!("in-{import}"),
            },
        };
        let _ = graph.apply(&Transaction::new("", vec![Op::AddLink { link }]));
    }
    graph
}

fn tidied(mut graph: Graph) -> Graph {
    let ops = tidy(&graph, &shapes(&graph, &[component()]));
    graph.apply(&Transaction::new("tidy", ops)).unwrap();
    graph
}

fn overlaps(graph: &Graph) -> bool {
    let shapes = shapes(graph, &[component()]);
    let rects: Vec<Rect> = node_rects(graph, &shapes).collect();
    rects
        .iter()
        .enumerate()
        .any(|(n, a)| rects[n + 1..].iter().any(|b| a.overlaps(b)))
}

#[test]
fn a_chain_stands_in_a_row() {
    let graph = tidied(graph(3, &[(2, 1, 0), (1, 0, 0)]));
    let at = |n| graph.node(&id(n)).unwrap().position;
    assert!(at(2).x < at(1).x && at(1).x < at(0).x);
    assert_eq!((at(0).y, at(1).y), (at(1).y, at(2).y));
}

#[test]
fn parallel_links_do_not_cross() {
    // The importers stand in the opposite order at first.
    let mut graph = graph(4, &[(0, 3, 0), (1, 2, 0)]);
    let up = Op::MoveNode {
        node: id(3),
        to: Point { x: 400.0, y: 900.0 },
    };
    graph.apply(&Transaction::new("", vec![up])).unwrap();
    let graph = tidied(graph);
    let y = |n| graph.node(&id(n)).unwrap().position.y;
    assert_eq!(y(0) < y(1), y(3) < y(2));
}

#[test]
fn an_empty_graph_needs_no_tidying() {
    assert!(arrange(&Graph::default(), &shapes(&Graph::default(), &[])).is_empty());
    assert!(tidy(&Graph::default(), &shapes(&Graph::default(), &[])).is_empty());
}

proptest! {
    #[test]
    fn nothing_overlaps_and_links_go_right(
        count in 1usize..30,
        links in prop::collection::vec((0usize..30, 0usize..30, 0usize..4), 0..60),
    ) {
        let links: Vec<_> = links.into_iter().filter(|(a, b, _)| *a < count && *b < count).collect();
        let graph = tidied(graph(count, &links));
        prop_assert!(!overlaps(&graph));
        for link in graph.links() {
            let x = |end: &Endpoint| graph.node(&end.node).unwrap().position.x;
            prop_assert!(x(&link.from) < x(&link.to));
        }
        for node in graph.nodes() {
            prop_assert_eq!((node.position.x % GRID, node.position.y % GRID), (0.0, 0.0));
        }
    }
}
