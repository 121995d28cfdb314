//! Making one component of some nodes: the result stays what it was.

mod support;

use patchbay_composer::{Parts, fuse, group, open, ungroup, world};
use patchbay_model::analysis::{Problem, ProblemKind};
use patchbay_model::{Endpoint, Graph, NodeId, Op, Transaction};
use std::collections::BTreeSet;
use support::{fixture, fixture_dirs, load};

fn ids(ids: &[&str]) -> BTreeSet<NodeId> {
    ids.iter().map(|id| NodeId((*id).to_owned())).collect()
}

/// The graph with the nodes as one, and with the component that they are.
fn grouped(
    graph: &Graph,
    parts: &Parts,
    nodes: &BTreeSet<NodeId>,
) -> Result<(Graph, Parts, NodeId), Vec<Problem>> {
    let placed = group(graph, parts, nodes, "both")?;
    let new = placed.ops.iter().find_map(|op| match op {
        Op::AddNode { node } => Some(node.id.clone()),
        _ => None,
    });
    let (mut graph, mut parts) = (graph.clone(), parts.clone());
    parts.insert(placed.component);
    graph
        .apply(&Transaction::new("group", placed.ops))
        .expect("the operations apply");
    Ok((graph, parts, new.expect("a node takes their place")))
}

#[test]
fn nodes_become_one_that_keeps_their_links_and_exports() {
    let (graph, parts) = fixture("chain");
    let (graph, parts, new) = grouped(&graph, &parts, &ids(&["n1", "n3"])).unwrap();
    assert_eq!(graph.nodes().len(), 2);
    let outer = Endpoint {
        node: NodeId("n2".to_owned()),
        port: "test:math/add@1.0.0".to_owned(),
    };
    assert_eq!(graph.supplier(&outer).map(|from| &from.node), Some(&new));
    fuse(&graph, &parts).unwrap();

    // What it is made of shows again when it is opened.
    let reference = graph.node(&new).unwrap().component().unwrap();
    let component = parts.get(reference).unwrap();
    let opened = open("both.wasm", &component.bytes).unwrap();
    let names: Vec<&str> = opened.graph.nodes().map(|node| &*node.name).collect();
    assert_eq!(names, ["inner", "adder"]);
}

/// The graph with a node as those that it is made of.
fn expanded(graph: &Graph, parts: &Parts, node: &NodeId) -> (Graph, Parts) {
    let ungrouped = ungroup(graph, parts, node).expect("it is made of others");
    assert_eq!(ungrouped.notes, []);
    let (mut graph, mut parts) = (graph.clone(), parts.clone());
    ungrouped
        .components
        .into_iter()
        .for_each(|it| parts.insert(it));
    graph
        .apply(&Transaction::new("expand", ungrouped.ops))
        .expect("the operations apply");
    (graph, parts)
}

#[test]
fn a_group_is_expanded_to_what_it_was_made_of() {
    let (before, parts) = fixture("chain");
    let (graph, parts, new) = grouped(&before, &parts, &ids(&["n1", "n3"])).unwrap();
    let reference = graph.node(&new).unwrap().component().unwrap();
    assert!(parts.get(reference).unwrap().info.composed);
    let (after, parts) = expanded(&graph, &parts, &new);
    let drawing = |graph: &Graph| {
        let name = |id: &NodeId| graph.node(id).expect("a node").name.clone();
        let nodes = graph.nodes().map(|node| {
            let at = node.position;
            (node.name.clone(), format!("{} {}", at.x, at.y))
        });
        let links = graph.links().map(|link| {
            let (from, to) = (&link.from, &link.to);
            (
                format!("{} {}", name(&from.node), from.port),
                format!("{} {}", name(&to.node), to.port),
            )
        });
        let exports = graph.exports().map(|(export, source)| {
            (
                export.to_owned(),
                format!("{} {:?}", name(&source.node), source.port),
            )
        });
        nodes.chain(links).chain(exports).collect::<BTreeSet<_>>()
    };
    assert_eq!(drawing(&after), drawing(&before));
    fuse(&after, &parts).unwrap();
}

#[test]
fn what_is_not_made_of_others_is_not_expanded() {
    let (graph, parts) = fixture("chain");
    let node = graph.nodes().next().expect("a node");
    let problems = ungroup(&graph, &parts, &node.id).unwrap_err();
    assert_eq!(problems[0].node.as_ref(), Some(&node.id));
    assert!(
        problems[0].message.contains("cannot be expanded"),
        "{problems:?}"
    );
    assert!(!parts.get(node.component().unwrap()).unwrap().info.composed);
    ungroup(&graph, &parts, &NodeId("gone".to_owned())).unwrap_err();
}

#[test]
fn a_node_between_them_is_asked_in() {
    let (graph, parts) = fixture("chain");
    let problems = grouped(&graph, &parts, &ids(&["n2", "n3"])).unwrap_err();
    assert_eq!(problems[0].kind, ProblemKind::Cycle);
    assert_eq!(
        problems[0].message,
        "`inner` takes from these nodes and they take from it, so they cannot be one component without it. Put `inner` into the group too."
    );
}

#[test]
fn the_result_of_every_graph_stays_what_it_was() {
    let mut done = 0;
    for dir in fixture_dirs() {
        let (graph, parts) = load(&dir);
        let Ok(bytes) = fuse(&graph, &parts) else {
            continue;
        };
        let before = world(&bytes).expect("a result has a world");
        for link in graph.links() {
            let pair = BTreeSet::from([link.from.node, link.to.node]);
            let nodes = graph.nodes().len();
            let (graph, parts, new) = match grouped(&graph, &parts, &pair) {
                Ok(grouped) => grouped,
                Err(problems) => {
                    assert!(problems.iter().all(|it| !it.message.is_empty()), "{dir:?}");
                    continue;
                }
            };
            let bytes = fuse(&graph, &parts).unwrap_or_else(|e| panic!("{dir:?}: {e:#?}"));
            let after = world(&bytes).expect("a result has a world");
            let names = |of: &patchbay_model::analysis::World| {
                let all = of.imports.iter().chain(&of.exports);
                all.map(|item| item.name.clone()).collect::<BTreeSet<_>>()
            };
            assert_eq!(names(&after), names(&before), "{dir:?}");

            // And it does when they are several again.
            let (graph, parts) = expanded(&graph, &parts, &new);
            assert_eq!(graph.nodes().len(), nodes, "{dir:?}");
            let bytes = fuse(&graph, &parts).unwrap_or_else(|e| panic!("{dir:?}: {e:#?}"));
            let after = world(&bytes).expect("a result has a world");
            assert_eq!(names(&after), names(&before), "{dir:?}");
            done += 1;
        }
    }
    assert!(done > 10, "{done} pairs became one");
}
