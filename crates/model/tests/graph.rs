//! What the graph document promises.

use patchbay_model::geometry::Rect;
use patchbay_model::graph::DocumentError;
use patchbay_model::{
    ComponentRef, Endpoint, ExportSource, Graph, History, Import, Link, Node, NodeId, NodeKind,
    Note, Op, OpError, Point, Transaction, TypeSource,
};
use proptest::prelude::*;

fn node(id: &str) -> Op {
    Op::AddNode {
        node: Node::instance(
            NodeId(id.into()),
            format!("name-{id}"),
            ComponentRef {
                package: "local:part".into(),
                digest: None,
            },
            Point { x: 1.5, y: 2.0 },
        ),
    }
}

fn end(node: &str, port: &str) -> Endpoint {
    Endpoint {
        node: NodeId(node.into()),
        port: port.into(),
    }
}

fn link(from: &str, to: &str) -> Link {
    Link {
        from: end(from, "out"),
        to: end(to, "in"),
    }
}

fn three_in_a_row() -> Graph {
    let mut graph = Graph::named("Row");
    let ops = vec![
        node("n1"),
        node("n2"),
        node("n3"),
        Op::AddLink {
            link: link("n1", "n2"),
        },
        Op::AddLink {
            link: link("n2", "n3"),
        },
        Op::AddExport {
            name: "run".into(),
            source: ExportSource {
                node: NodeId("n3".into()),
                port: Some("out".into()),
            },
        },
    ];
    graph.apply(&Transaction::new("build", ops)).unwrap();
    graph
}

#[test]
fn an_id_is_taken_by_whatever_has_it() {
    let mut graph = three_in_a_row();
    let mut json: serde_json::Value = serde_json::from_str(&graph.to_json()).expect("JSON");
    let frame = Note::around(graph.free_id(), &Rect::default());
    let id = frame.id.clone();
    let framed = Transaction::new(
        "",
        vec![Op::SetNote {
            note: frame.clone(),
        }],
    );
    graph.apply(&framed).expect("applies");
    let refused = graph.apply(&Transaction::new("", vec![node(&id.0)]));
    let taken = format!("`{id}` is taken already");
    assert_eq!(refused.map_err(|e| e.to_string()), Err(taken));

    let notes = serde_json::json!([&frame, &frame]);
    json["notes"] = notes;
    let refused = Graph::from_json(&json.to_string()).expect_err("refused");
    let twice = format!("two nodes, frames or notes have the id `{id}`");
    assert_eq!(refused.to_string(), twice);
}

#[test]
fn a_document_reads_back_as_it_was_written() {
    let graph = three_in_a_row();
    assert_eq!(Graph::from_json(&graph.to_json()).unwrap(), graph);
}

#[test]
fn a_cycle_is_refused_with_its_path_and_changes_nothing() {
    let mut graph = three_in_a_row();
    let before = graph.clone();
    let gesture = Transaction::new(
        "link",
        vec![
            node("n4"),
            Op::AddLink {
                link: Link {
                    from: end("n3", "out"),
                    to: end("n1", "in"),
                },
            },
        ],
    );
    let error = graph.apply(&gesture).unwrap_err();
    let OpError::Cycle { words, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(words, "name-n1 → name-n2 → name-n3 → name-n1");
    assert_eq!(graph, before);
}

#[test]
fn a_node_cannot_link_to_itself() {
    let mut graph = three_in_a_row();
    let ops = vec![Op::AddLink {
        link: link("n1", "n1"),
    }];
    assert!(matches!(
        graph.apply(&Transaction::new("link", ops)),
        Err(OpError::Cycle { .. })
    ));
}

#[test]
fn a_second_link_replaces_the_first_in_one_step() {
    let mut graph = three_in_a_row();
    let mut history = History::default();
    let before = graph.clone();
    let ops = graph.linking(link("n1", "n3"));
    history
        .commit(&mut graph, &Transaction::new("link", ops))
        .unwrap();
    assert_eq!(graph.supplier(&end("n3", "in")), Some(&end("n1", "out")));
    assert!(graph.linking(link("n1", "n3")).is_empty(), "drawn already");
    assert_eq!(history.undo(&mut graph).as_deref(), Some("link"));
    assert_eq!(graph, before);
}

#[test]
fn two_steps_that_are_made_one_are_undone_and_redone_together() {
    let mut graph = three_in_a_row();
    let mut history = History::default();
    let before = graph.clone();
    for x in [16.0, 32.0] {
        let to = Point { x, y: 2.0 };
        let node = NodeId("n1".into());
        let gesture = Transaction::new("move", vec![Op::MoveNode { node, to }]);
        history.commit(&mut graph, &gesture).unwrap();
    }
    history.merge();
    let after = graph.clone();
    assert_eq!(history.undo(&mut graph).as_deref(), Some("move"));
    assert_eq!(graph, before);
    assert_eq!(history.undo_label(), None);
    history.redo(&mut graph).unwrap();
    assert_eq!(graph, after);
}

#[test]
fn removing_a_node_and_undoing_it_restores_everything() {
    let mut graph = three_in_a_row();
    let mut history = History::default();
    let before = graph.clone();
    let ops = graph.removal(&[NodeId("n3".into())]);
    history
        .commit(&mut graph, &Transaction::new("delete", ops))
        .unwrap();
    let after = graph.clone();
    assert_eq!(
        (
            graph.nodes().len(),
            graph.links().len(),
            graph.exports().len()
        ),
        (2, 1, 0)
    );
    history.undo(&mut graph).unwrap();
    assert_eq!(graph, before);
    history.redo(&mut graph).unwrap();
    assert_eq!(graph, after);
}

#[test]
fn broken_documents_are_refused_in_words() {
    for (json, expected) in [
        ("", "does not read as a Patchbay graph"),
        ("[1]", "does not read as a Patchbay graph"),
        ("{}", "not a Patchbay graph"),
        (
            r#"{"patchbay": 2, "whatever": 1}"#,
            "newer than this Patchbay",
        ),
        (
            r#"{"patchbay":1,"links":[{"from":{"node":"a","port":"x"},"to":{"node":"b","port":"y"}}]}"#,
            "`a`, which is not in the graph",
        ),
        (
            r#"{"patchbay":1,"nodes":[{"id":"a","name":"A b","component":{"package":"x:y"},"position":{"x":0,"y":0}}]}"#,
            "not a valid name",
        ),
    ] {
        let error = Graph::from_json(json).unwrap_err().to_string();
        assert!(error.contains(expected), "{json}: {error}");
    }
    let large = " ".repeat(patchbay_model::graph::MAX_DOCUMENT_BYTES + 1);
    assert_eq!(Graph::from_json(&large), Err(DocumentError::TooLarge));
}

fn any_op() -> impl Strategy<Value = Op> {
    let id = || (1..6u8).prop_map(|n| format!("n{n}"));
    prop_oneof![
        id().prop_map(|n| node(&n)),
        id().prop_map(|n| Op::RemoveNode { node: NodeId(n) }),
        (id(), -9i16..9).prop_map(|(n, x)| Op::MoveNode {
            node: NodeId(n),
            to: Point {
                x: x.into(),
                y: 0.0
            }
        }),
        (id(), id()).prop_map(|(n, name)| Op::RenameNode {
            node: NodeId(n),
            name
        }),
        (id(), id()).prop_map(|(n, package)| Op::ReplaceComponent {
            node: NodeId(n),
            component: ComponentRef {
                package,
                digest: None
            }
        }),
        (id(), id()).prop_map(|(a, b)| Op::AddLink { link: link(&a, &b) }),
        (id(), id()).prop_map(|(a, b)| Op::RemoveLink { link: link(&a, &b) }),
        (id(), id()).prop_map(|(name, n)| Op::AddExport {
            name,
            source: ExportSource {
                node: NodeId(n),
                port: None
            }
        }),
        id().prop_map(|name| Op::RemoveExport { name }),
        (id(), id()).prop_map(|(n, text)| Op::SetNote {
            note: Note {
                text,
                ..Note::around(NodeId(n), &Rect::default())
            }
        }),
    ]
}

proptest! {
    /// Whatever people do, undoing all of it gives what they began with, redoing what they had, and the document always
    /// reads back.
    #[test]
    fn undo_and_redo_lose_nothing(gestures in prop::collection::vec(prop::collection::vec(any_op(), 1..4), 0..40)) {
        let mut graph = Graph::named("Any");
        let mut history = History::default();
        for (n, ops) in gestures.into_iter().enumerate() {
            let before = graph.clone();
            if history.commit(&mut graph, &Transaction::new(n.to_string(), ops)).is_err() {
                prop_assert_eq!(&graph, &before);
            }
            prop_assert!(graph.cycle().is_none());
        }
        let end = graph.clone();
        prop_assert_eq!(&Graph::from_json(&graph.to_json()).unwrap(), &end);
        while history.undo(&mut graph).is_some() {}
        prop_assert_eq!(&graph, &Graph::named("Any"));
        while history.redo(&mut graph).is_some() {}
        prop_assert_eq!(&graph, &end);
    }
}

#[test]
fn an_open_import_can_be_drawn_as_a_node_of_its_own_and_written() {
    let mut graph = three_in_a_row();
    let open = end("n1", "wasi:keyvalue/store@0.2.0");
    let ops = graph
        .drawn_import(&open, Point::default())
        .expect("operations");
    let undo = graph.apply(&Transaction::new("draw", ops)).unwrap();
    let node = graph.node_named("store").expect("a node");
    let import = node.import().expect("an import");
    assert_eq!(import.item(), "wasi:keyvalue/store@0.2.0");
    assert_eq!(
        graph.supplier(&open),
        Some(&end(&node.id.0, "wasi:keyvalue/store@0.2.0"))
    );
    assert_eq!(graph.drawn_import(&end("n4", "x"), Point::default()), None);
    assert_eq!(Graph::from_json(&graph.to_json()), Ok(graph.clone()));

    let pinned = graph.clone().pinned(|_| "0".repeat(64).try_into().ok());
    assert_eq!(pinned.references().count(), 4);
    assert!(pinned.references().all(|part| part.digest.is_some()));

    graph.apply(&undo).unwrap();
    assert_eq!(graph, three_in_a_row());
}

#[test]
fn imports_are_written_with_their_type_and_comments_are_kept() {
    let text = r#"{"patchbay":1,"name":"x",
        "nodes":[{"id":"a","name":"cache","import":"cache","item":"a:b/c","wit":"world w {}",
                  "position":{"x":0,"y":0},"comment":"Shared."}],
        "exports":[{"name":"again","node":"a"}],
        "comments":[["again","For tests."]]}"#;
    let graph = Graph::from_json(text).expect("a graph");
    let node = graph.node_named("cache").expect("a node");
    assert_eq!(
        node.kind,
        NodeKind::Import(Import {
            name: "cache".into(),
            item: Some("a:b/c".into()),
            of: TypeSource::Wit("world w {}".into()),
        })
    );
    assert_eq!(node.comment, "Shared.");
    assert_eq!(graph.comments()[0].1, "For tests.");
    assert_eq!(Graph::from_json(&graph.to_json()), Ok(graph));

    for wrong in [
        r#"{"id":"a","name":"a","position":{"x":0,"y":0}}"#,
        r#"{"id":"a","name":"a","wit":"","position":{"x":0,"y":0}}"#,
        r#"{"id":"a","name":"a","component":{"package":"x:y"},"import":"b","wit":"","position":{"x":0,"y":0}}"#,
    ] {
        let error = Graph::from_json(&format!(r#"{{"patchbay":1,"nodes":[{wrong}]}}"#));
        let message = error.expect_err("refused").to_string();
        assert!(message.contains("a node "), "{message}");
    }
}
