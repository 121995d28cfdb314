//! Making one component of some nodes: the result stays what it was.

mod support;

use patchbay_composer::{
    Component, Parts, compare, fuse, group, inspect, inspect_upload, open, ungroup, world,
};
use patchbay_model::analysis::{Problem, ProblemKind};
use patchbay_model::compare::{Comparison, Judgement};
use patchbay_model::component::Generated;
use patchbay_model::{Endpoint, ExportSource, Graph, Link, Node, NodeId, Op, Point, Transaction};
use std::collections::BTreeSet;
use support::{fixture, fixture_dirs, load, opened_fixture_dirs};

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

/// What differs between two results.
fn compared(before: &[u8], after: &[u8]) -> Comparison {
    let component = |bytes: &[u8]| inspect("", bytes).expect("a component");
    compare(&component(before), &component(after)).expect("two components")
}

/// A graph of one node of a component, whose instance is exported as a whole.
fn exported_as_a_whole(component: Component) -> (Graph, Parts, NodeId) {
    let mut graph = Graph::named("whole");
    let node = NodeId("n1".to_owned());
    let instance = Node::instance(
        node.clone(),
        "whole".to_owned(),
        component.info.reference(),
        Point::default(),
    );
    let source = ExportSource {
        node: node.clone(),
        port: None,
    };
    let name = "all".to_owned();
    let ops = vec![
        Op::AddNode { node: instance },
        Op::AddExport { name, source },
    ];
    graph.apply(&Transaction::new("export", ops)).unwrap();
    (graph, Parts::from_iter([component]), node)
}

#[test]
fn what_is_exported_as_a_whole_is_expanded() {
    let (mut done, mut alone) = (0, 0);
    for dir in fixture_dirs() {
        let (graph, parts) = load(&dir);
        let Ok(bytes) = fuse(&graph, &parts) else {
            continue;
        };
        let component = inspect_upload("whole.wasm", bytes).expect("a component");
        let nodes = graph.nodes().filter(|node| node.component().is_some());
        let nodes = nodes.count();
        if !component.info.composed || component.info.exports.is_empty() {
            continue;
        }
        let (graph, parts, node) = exported_as_a_whole(component);
        let before = fuse(&graph, &parts).unwrap_or_else(|e| panic!("{dir:?}: {e:#?}"));
        let (graph, parts) = expanded(&graph, &parts, &node);
        let after = fuse(&graph, &parts).unwrap_or_else(|e| panic!("{dir:?}: {e:#?}"));
        let compared = compared(&before, &after);
        assert_eq!(
            compared.judgement,
            Judgement::Identical,
            "{dir:?}: {compared:#?}"
        );
        let instances = graph.nodes().filter(|node| node.component().is_some());
        alone += usize::from(instances.count() == nodes);
        done += 1;
    }
    assert!(
        done > 20 && alone > 2,
        "{done}, and {alone} as one node inside"
    );
}

#[test]
fn what_is_linked_as_a_whole_is_expanded_to_a_node_that_has_it_all() {
    let component =
        |name: &str, wat: &str| inspect_upload(name, wat.as_bytes().to_vec()).expect("a component");
    let one = |name: &str| {
        let wat = format!(
            r#"(component
            (core module $m (func (export "f") (result i32) i32.const 1))
            (core instance $i (instantiate $m))
            (func (export "{name}") (result u32) (canon lift (core func $i "f"))))"#
        );
        component(&format!("{name}.wat"), &wat)
    };
    let app = component(
        "app.wat",
        r#"(component
        (import "pair" (instance $pair
            (export "left" (func (result u32)))
            (export "right" (func (result u32)))))
        (alias export $pair "left" (func $left))
        (export "left" (func $left)))"#,
    );
    let components = [one("left"), one("right"), app];
    let mut graph = Graph::named("pair");
    let mut ops: Vec<Op> = components
        .iter()
        .zip(["n1", "n2", "n3"])
        .map(|(component, id)| Op::AddNode {
            node: Node::instance(
                NodeId(id.to_owned()),
                component.info.short_name().to_owned(),
                component.info.reference(),
                Point::default(),
            ),
        })
        .collect();
    ops.push(Op::AddExport {
        name: "left".to_owned(),
        source: ExportSource {
            node: NodeId("n3".to_owned()),
            port: Some("left".to_owned()),
        },
    });
    graph.apply(&Transaction::new("draw", ops)).unwrap();
    let parts = Parts::from_iter(components);
    let (mut graph, parts, new) = grouped(&graph, &parts, &ids(&["n1", "n2"])).unwrap();
    let to = Endpoint {
        node: NodeId("n3".to_owned()),
        port: "pair".to_owned(),
    };
    let from = Endpoint {
        node: new.clone(),
        port: String::new(),
    };
    let link = Op::AddLink {
        link: Link {
            from,
            to: to.clone(),
        },
    };
    graph.apply(&Transaction::new("link", vec![link])).unwrap();
    let before = fuse(&graph, &parts).expect("it fits");

    let (graph, parts) = expanded(&graph, &parts, &new);
    let names: Vec<&str> = graph.nodes().map(|node| &*node.name).collect();
    assert_eq!(names, ["app", "left", "right", "both"]);
    let from = graph.supplier(&to).expect("it is linked");
    assert_eq!((graph.name_of(from), &*from.port), ("both", ""));
    let both = graph.node(&from.node).and_then(Node::component);
    let info = &parts.get(both.unwrap()).unwrap().info;
    assert_eq!(info.generated, Some(Generated::Adapter));
    let after = fuse(&graph, &parts).expect("it fits all the same");
    let compared = compared(&before, &after);
    assert_eq!(compared.judgement, Judgement::Identical, "{compared:#?}");
}

#[test]
fn a_whole_that_no_graph_can_say_is_refused_with_its_place() {
    let mut dirs = opened_fixture_dirs().into_iter();
    let dir = dirs.find(|dir| dir.ends_with("opened-nested-exported"));
    let bytes = std::fs::read(dir.expect("it is there").join("opened.wat")).expect("a file");
    let component = inspect_upload("opened.wat", bytes).expect("a component");
    let (graph, parts, node) = exported_as_a_whole(component);
    let problems = ungroup(&graph, &parts, &node).unwrap_err();
    assert_eq!(problems[0].node.as_ref(), Some(&node));
    assert_eq!(
        problems[0].message,
        "`whole` cannot be expanded: the result exports it as a whole under the name `all`, and nothing inside of it exports `pair`."
    );
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
