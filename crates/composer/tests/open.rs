//! Components opened as graphs: what tools compose, what Patchbay fuses, and what is no composition at all.

mod support;

use patchbay_composer::{
    FuseOptions, NotAComponent, Opened, Parts, fuse, fuse_with, inspect_upload, open, world,
};
use patchbay_model::opened::NoteKind;
use patchbay_model::{Graph, NodeId, NodeKind, Op, Point, Transaction, TypeSource};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use support::{describe, fixture_dirs, load, opened_fixture_dirs, snapshot};
use wasm_encoder::{ComponentSection, CustomSection};

fn opened(bytes: &[u8]) -> Opened {
    open("opened.wasm", bytes).expect("it opens")
}

fn parts_of(opened: &Opened) -> Parts {
    Parts::from_iter(opened.components.iter().cloned())
}

/// A graph as people read it, and the notes on it. Digests are left out: they change with the tools that read the text.
fn text_of(opened: &Opened) -> String {
    let graph = &opened.graph;
    let mut out = String::new();
    for node in graph.nodes() {
        match &node.kind {
            NodeKind::Instance(component) => {
                writeln!(out, "{} = new {}", node.name, component.package)
            }
            NodeKind::Import(import) => match &import.of {
                TypeSource::Component(component) => writeln!(
                    out,
                    "{} = import {} as {} of {}",
                    node.name,
                    import.name,
                    import.item(),
                    component.package
                ),
                TypeSource::Wit(wit) => {
                    writeln!(out, "{} = import {} as in\n{wit}", node.name, import.name)
                }
            },
        }
        .expect("text");
    }
    let name = |id: &NodeId| {
        graph
            .node(id)
            .map_or_else(String::new, |node| node.name.clone())
    };
    for link in graph.links() {
        let (from, to) = (&link.from, &link.to);
        writeln!(
            out,
            "{} . {} -> {} . {}",
            name(&from.node),
            from.port,
            name(&to.node),
            to.port
        )
        .expect("text");
    }
    for (export, source) in graph.exports() {
        let port = source.port.as_deref().unwrap_or("all");
        writeln!(out, "export {} . {port} as {export}", name(&source.node)).expect("text");
    }
    for note in &opened.notes {
        writeln!(out, "{:?}: {}", note.kind, note.message).expect("text");
    }
    out
}

/// Imports and exports, whatever their order.
fn same_world(before: &[u8], after: &[u8], what: &dyn std::fmt::Debug) {
    let sorted = |bytes| {
        let mut lines: Vec<String> = describe::names(&world(bytes).expect("a component"))
            .lines()
            .map(str::to_string)
            .collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(before), sorted(after), "{what:?}");
}

#[test]
fn components_of_many_tools_open() {
    let mut wrong = Vec::new();
    for dir in opened_fixture_dirs() {
        let bytes = fs::read(dir.join("opened.wat")).expect("opened.wat");
        let name = dir.file_name().and_then(|n| n.to_str()).expect("a name");
        let name = name.trim_start_matches("opened-");
        let opened =
            open(&format!("{name}.wat"), &bytes).unwrap_or_else(|e| panic!("{dir:?}: {e}"));
        wrong.extend(snapshot(&dir.join("opened.txt"), &text_of(&opened)));

        // Without notes, nothing may be lost.
        if opened
            .notes
            .iter()
            .all(|note| note.kind == NoteKind::NotComposed)
        {
            let again = fuse(&opened.graph, &parts_of(&opened))
                .unwrap_or_else(|e| panic!("{dir:?}: {}", describe::problems(&e)));
            let before = wat::parse_bytes(&bytes).expect("text");
            same_world(&before, &again, &dir);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn inspection_knows_what_can_be_taken_apart() {
    let (mut composed, mut whole) = (0, 0);
    for dir in opened_fixture_dirs() {
        let bytes = fs::read(dir.join("opened.wat")).expect("opened.wat");
        let component = inspect_upload("opened.wat", bytes).expect("a component");
        let opened = opened(&component.bytes);
        let own = &component.info.digest;
        let apart = opened.components.iter().all(|it| it.info.digest != *own);
        assert_eq!(component.info.composed, apart, "{dir:?}");
        if apart { composed += 1 } else { whole += 1 }
    }
    assert!(composed > 8 && whole > 2, "{composed} and {whole}");
}

#[test]
fn what_is_fused_opens_from_its_wiring_alone() {
    let (mut fused, mut identical) = (0, 0);
    for dir in fixture_dirs() {
        let (graph, parts) = load(&dir);
        let Ok(bytes) = fuse(&graph, &parts) else {
            continue;
        };
        fused += 1;
        let opened = opened(&bytes);
        assert_eq!(opened.notes, [], "{dir:?}: {}", text_of(&opened));
        // An import that was drawn without need is not drawn again.
        let instances = |graph: &Graph| {
            let nodes = graph.nodes().filter(|node| node.component().is_some());
            nodes.map(|node| node.name.clone()).collect::<BTreeSet<_>>()
        };
        assert_eq!(instances(&opened.graph), instances(&graph), "{dir:?}");
        let again = fuse(&opened.graph, &parts_of(&opened)).expect("it fuses");
        same_world(&bytes, &again, &dir);
        identical += usize::from(again == bytes);
    }
    // In the others, the order of instances or imports is another one.
    assert!(
        fused > 20 && identical * 3 > fused * 2,
        "{identical} of {fused}"
    );
}

#[test]
fn what_keeps_its_graph_opens_as_it_was_drawn() {
    for dir in fixture_dirs() {
        let (graph, parts) = load(&dir);
        let options = FuseOptions {
            keep_graph: true,
            ..FuseOptions::default()
        };
        let Ok(bytes) = fuse_with(&graph, &parts, options) else {
            continue;
        };
        let drawn = graph.pinned(|package| {
            let package = package.to_string();
            let reference = patchbay_model::ComponentRef {
                package,
                digest: None,
            };
            parts.get(&reference).map(|c| c.info.digest.clone())
        });
        let opened = opened(&bytes);
        assert_eq!(opened.notes, [], "{dir:?}");
        assert_eq!(opened.graph, drawn, "{dir:?}");
        let again = fuse_with(&opened.graph, &parts_of(&opened), options).expect("it fuses");
        assert_eq!(again, bytes, "{dir:?}");
    }
}

/// The component with a custom section behind it.
fn with_section(bytes: &[u8], content: &[u8]) -> Vec<u8> {
    let section = CustomSection {
        name: "patchbay:graph".into(),
        data: content.into(),
    };
    let mut bytes = bytes.to_vec();
    section.append_to_component(&mut bytes);
    bytes
}

#[test]
fn a_drawing_of_something_else_is_not_used() {
    let (graph, parts) = support::fixture("two-instances");
    let bytes = fuse(&graph, &parts).expect("it fuses");
    let drawn = text_of(&opened(&bytes));
    let other = support::fixture("chain").0.to_json();
    let unpinned = graph.to_json();
    let pinned = opened(&bytes).graph.to_json();
    let renamed = pinned.replace("\"left\"", "\"port\"");
    assert_ne!(renamed, pinned);
    let unlinked = pinned.replace("\"links\": [", "\"links\": [], \"ignored\": [");
    assert_ne!(unlinked, pinned);
    let endless = format!("{{{}", " ".repeat(5 << 20));
    for content in [
        &other, &unpinned, &renamed, &unlinked, &endless, "", "{", "[]", "\u{0}",
    ] {
        let opened = opened(&with_section(&bytes, content.as_bytes()));
        assert_eq!(opened.notes.len(), 1, "{:?}", opened.notes);
        assert_eq!(opened.notes[0].kind, NoteKind::Drawing);
        let text = text_of(&opened);
        assert!(text.starts_with(&drawn), "{text}");
    }
    // Two of them, even where both are right.
    let one = with_section(&bytes, pinned.as_bytes());
    assert_eq!(opened(&one).notes, []);
    let two = with_section(&one, pinned.as_bytes());
    assert_eq!(opened(&two).notes[0].kind, NoteKind::Drawing);
    // Bytes that are no text at all.
    let opened = opened(&with_section(&bytes, &[0xff, 0xfe]));
    assert_eq!(opened.notes[0].kind, NoteKind::Drawing);
}

#[test]
fn what_is_no_component_is_said_to_be_none() {
    let module = wat::parse_str("(module)").expect("text");
    assert_eq!(
        open("m.wasm", &module).map(drop),
        Err(NotAComponent::CoreModule)
    );
    assert_eq!(open("m.wasm", b"").map(drop), Err(NotAComponent::Empty));
}

#[test]
fn the_graph_takes_little_room_behind_the_component() {
    let (graph, parts) = support::fixture("resource-shared");
    let bare = fuse(&graph, &parts).expect("it fuses");
    let options = FuseOptions {
        keep_graph: true,
        ..FuseOptions::default()
    };
    let kept = fuse_with(&graph, &parts, options).expect("it fuses");
    assert_eq!(kept[..bare.len()], bare);
    let most = 300 * graph.nodes().len() + 200 * (graph.links().len() + graph.exports().len());
    assert!(
        kept.len() - bare.len() < 100 + most,
        "{}",
        kept.len() - bare.len()
    );

    // Where nodes stand is in the section, and nowhere else.
    let mut moved = graph.clone();
    let ops = graph.nodes().map(|node| Op::MoveNode {
        node: node.id.clone(),
        to: Point { x: -500.0, y: 7.5 },
    });
    let moving = Transaction::new("move", ops.collect());
    moved.apply(&moving).expect("it moves");
    let moved = fuse_with(&moved, &parts, options).expect("it fuses");
    assert_ne!(moved, kept);
    assert_eq!(moved[..bare.len()], bare);
}

/// What is linked to what, by names.
fn wiring(graph: &Graph) -> BTreeSet<String> {
    let name = |id: &NodeId| {
        graph
            .node(id)
            .map_or_else(String::new, |node| node.name.clone())
    };
    let links = graph.links().map(|link| {
        let (from, to) = (&link.from, &link.to);
        format!(
            "{} {} -> {} {}",
            name(&from.node),
            from.port,
            name(&to.node),
            to.port
        )
    });
    let exports = graph
        .exports()
        .map(|(export, source)| format!("{} {:?} as {export}", name(&source.node), source.port));
    let nodes = graph
        .nodes()
        .map(|node| match (node.component(), node.import()) {
            (Some(component), _) => format!("{} of {:?}", node.name, component.digest),
            (_, import) => format!("{} for {:?}", node.name, import.map(|import| &import.name)),
        });
    links.chain(exports).chain(nodes).collect()
}

#[test]
fn random_graphs_survive_the_round_trip() {
    let mut dice = support::random::Dice(0x5eed_0000_0000_0001);
    for round in 0..200 {
        let (graph, parts) = support::random::graph(&mut dice);
        let graph = graph.pinned(|package| {
            let package = package.to_string();
            let reference = patchbay_model::ComponentRef {
                package,
                digest: None,
            };
            parts.get(&reference).map(|c| c.info.digest.clone())
        });
        let said = |problems: Vec<_>| {
            panic!(
                "{round}: {}\n{}",
                describe::problems(&problems),
                graph.to_json()
            )
        };
        let bytes = fuse(&graph, &parts).unwrap_or_else(said);
        assert_eq!(fuse(&graph, &parts).unwrap_or_else(said), bytes, "{round}");

        let wired = opened(&bytes);
        assert_eq!(wired.notes, [], "{round}");
        assert_eq!(wiring(&wired.graph), wiring(&graph), "{round}");
        let again = fuse(&wired.graph, &parts_of(&wired)).unwrap_or_else(said);
        same_world(&bytes, &again, &round);
        assert_eq!(wiring(&opened(&again).graph), wiring(&graph), "{round}");

        let options = FuseOptions {
            keep_graph: true,
            ..FuseOptions::default()
        };
        let kept = fuse_with(&graph, &parts, options).unwrap_or_else(said);
        let drawn = opened(&kept);
        assert_eq!(
            (drawn.notes, drawn.graph),
            (Vec::new(), graph.clone()),
            "{round}"
        );
    }
}
