//! Frames and notes: part of the document, in nobody's way.

use patchbay_model::geometry::{Rect, node_rects, shapes};
use patchbay_model::layout::{reframed, tidy};
use patchbay_model::{Graph, Node, NodeId, Note, Op, Point, Transaction};

fn instance(id: &str, x: f64) -> Op {
    let reference = patchbay_model::ComponentRef {
        package: "a:b".to_string(),
        digest: None,
    };
    let id = NodeId(id.to_string());
    let name = id.0.clone();
    Op::AddNode {
        node: Node::instance(id, name, reference, Point { x, y: 0.0 }),
    }
}

fn done(graph: &mut Graph, ops: Vec<Op>) -> Transaction {
    graph.apply(&Transaction::new("", ops)).expect("applies")
}

/// Two nodes far apart, in a frame with a note; and a third outside.
fn framed() -> Graph {
    let mut graph = Graph::named("framed");
    done(
        &mut graph,
        vec![
            instance("n1", 0.0),
            instance("n2", 2000.0),
            instance("n3", 4000.0),
        ],
    );
    let inside = node_rects(&graph, &shapes(&graph, &[]))
        .take(2)
        .reduce(|a, b| a.union(&b))
        .expect("two nodes");
    let mut frame = Note::around(graph.free_id(), &inside);
    frame.text = "Both".to_string();
    done(&mut graph, vec![Op::SetNote { note: frame }]);
    let note = Note {
        id: graph.free_id(),
        text: "<b>Why</b>\nBecause.".to_string(),
        frame: false,
        position: Point { x: 600.0, y: 0.0 },
        width: 160.0,
        height: 80.0,
    };
    done(&mut graph, vec![Op::SetNote { note }]);
    graph
}

#[test]
fn notes_are_part_of_the_document_and_have_ids_of_their_own() {
    let mut graph = framed();
    assert_eq!(Graph::from_json(&graph.to_json()), Ok(graph.clone()));
    assert_eq!(
        graph.notes().map(Note::title).collect::<Vec<_>>(),
        ["Frame Both", "Note <b>Why</b>\nBecause."]
    );
    assert_eq!(graph.title(&NodeId("n2".into())), "n2");
    assert_eq!(graph.free_id(), NodeId("n6".into()));

    let taken = Op::SetNote {
        note: Note::around(NodeId("n1".into()), &Rect::default()),
    };
    assert!(graph.apply(&Transaction::new("", vec![taken])).is_err());
    assert!(
        graph
            .apply(&Transaction::new("", vec![instance("n4", 0.0)]))
            .is_err()
    );
    let twice = graph.to_json().replace("\"n5\"", "\"n4\"");
    assert!(Graph::from_json(&twice).is_err());
}

#[test]
fn notes_are_moved_changed_and_removed_with_an_exact_way_back() {
    let mut graph = framed();
    let before = graph.clone();
    let (frame, note) = (NodeId("n4".into()), NodeId("n5".into()));
    let mut changed = graph.note(&note).expect("a note").clone();
    changed.text = "Shorter.".to_string();
    let to = Point { x: 8.0, y: 8.0 };
    let undo = done(
        &mut graph,
        vec![
            Op::MoveNode {
                node: frame.clone(),
                to,
            },
            Op::SetNote { note: changed },
        ],
    );
    assert_eq!(graph.note(&frame).map(|note| note.position), Some(to));
    assert_eq!(graph.title(&note), "Note Shorter.");
    done(&mut graph, undo.ops);
    assert_eq!(graph, before);

    let ops = graph.removal(&[frame, note, NodeId("n1".into())]);
    let undo = done(&mut graph, ops);
    assert_eq!((graph.nodes().len(), graph.notes().len()), (2, 0));
    done(&mut graph, undo.ops);
    assert_eq!(graph, before);
}

#[test]
fn a_frame_stays_around_what_it_holds_when_nodes_are_arranged() {
    let mut graph = framed();
    let shapes = shapes(&graph, &[]);
    let mut ops = tidy(&graph, &shapes);
    ops.extend(reframed(&graph, &shapes, &ops));
    done(&mut graph, ops);
    let frame = graph.notes().next().expect("a frame").rect();
    let held: Vec<bool> = node_rects(&graph, &shapes)
        .map(|node| frame.holds(&node))
        .collect();
    assert_eq!(held[..2], [true, true]);
    assert!(frame.width < 2000.0, "{frame:?}");
    let note = graph.notes().last().expect("a note");
    assert!(frame.holds(&note.rect()), "{frame:?} {note:?}");
}

#[test]
fn a_frame_stays_as_it_is_when_nothing_in_it_moves() {
    let mut graph = framed();
    let shapes = shapes(&graph, &[]);
    let mut larger = graph.notes().next().expect("a frame").clone();
    larger.width += 500.0;
    done(&mut graph, vec![Op::SetNote { note: larger }]);
    let outside = Op::MoveNode {
        node: NodeId("n3".into()),
        to: Point { x: 5000.0, y: 0.0 },
    };
    assert_eq!(reframed(&graph, &shapes, &[outside]), []);
}
