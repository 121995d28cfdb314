//! What a fused component is, byte for byte.

mod support;

use patchbay_composer::{FuseOptions, Parts, fuse, fuse_with, inspect, world};
use patchbay_model::component::PortKind;
use patchbay_model::{ComponentRef, Graph, Op, Point, Transaction};
use support::{fixture, fixture_dirs, load};
use wasmparser::{Validator, WasmFeatures};

#[test]
fn results_validate_and_are_the_same_twice() {
    let mut fused = 0;
    for dir in fixture_dirs() {
        let (graph, parts) = load(&dir);
        if let Ok(bytes) = fuse(&graph, &parts) {
            Validator::new_with_features(WasmFeatures::all())
                .validate_all(&bytes)
                .unwrap_or_else(|e| panic!("{dir:?}: {e}"));
            for _ in 0..3 {
                let (graph, parts) = load(&dir);
                assert_eq!(fuse(&graph, &parts).expect("it fuses"), bytes, "{dir:?}");
            }
            fused += 1;
        }
    }
    assert!(fused > 8, "{fused}");
}

#[test]
fn neither_places_nor_the_order_of_the_document_matter() {
    let (graph, parts) = fixture("resource-shared");
    let bytes = fuse(&graph, &parts).expect("it fuses");

    let mut moved = graph.clone();
    let to = Point { x: -500.0, y: 7.5 };
    let ops = graph
        .nodes()
        .map(|node| Op::MoveNode {
            node: node.id.clone(),
            to,
        })
        .collect();
    moved.apply(&Transaction::new("move", ops)).expect("moves");
    assert_eq!(fuse(&moved, &parts).expect("it fuses"), bytes);

    let mut document: serde_json::Value = serde_json::from_str(&graph.to_json()).expect("JSON");
    for list in ["nodes", "links", "exports"] {
        document[list].as_array_mut().expect("a list").reverse();
    }
    let reversed = Graph::from_json(&document.to_string()).expect("a graph");
    assert_eq!(fuse(&reversed, &parts).expect("it fuses"), bytes);
}

#[test]
fn a_component_is_embedded_once_however_many_instances_it_has() {
    let (graph, parts) = fixture("two-instances");
    let bytes = fuse(&graph, &parts).expect("it fuses");
    let node = graph.node_named("left").expect("a node");
    let adder = parts
        .get(node.component().expect("an instance"))
        .expect("a component");
    let times = bytes
        .windows(adder.bytes.len())
        .filter(|window| *window == &adder.bytes[..])
        .count();
    assert_eq!(times, 1);
}

#[test]
fn names_and_tools_are_in_the_result() {
    let (graph, parts) = fixture("two-instances");
    let bytes = fuse(&graph, &parts).expect("it fuses");
    let mut names = Vec::new();
    for payload in wasmparser::Parser::new(0).parse_all(&bytes) {
        let Ok(wasmparser::Payload::CustomSection(section)) = payload else {
            continue;
        };
        if let wasmparser::KnownCustom::ComponentName(parts) = section.as_known() {
            for part in parts.into_iter().flatten() {
                if let wasmparser::ComponentName::Instances(map) = part {
                    names.extend(map.into_iter().flatten().map(|n| n.name.to_string()));
                }
            }
        }
    }
    // Those of the result itself come last, after those of the components inside.
    let own = names.split_off(names.len() - 3);
    assert_eq!(own, ["left", "right", "app"].map(String::from));
    let producers = inspect("a:b", &bytes).expect("a component").info.producers;
    let patchbay = format!("patchbay {}", env!("CARGO_PKG_VERSION"));
    assert!(producers.contains(&patchbay), "{producers:?}");
}

#[test]
fn the_code_is_in_the_result() {
    let (graph, parts) = fixture("good-link");
    let bytes = fuse(&graph, &parts).expect("it fuses");
    for node in graph.nodes() {
        let part = &parts
            .get(node.component().expect("an instance"))
            .expect("a component")
            .bytes;
        assert!(bytes.windows(part.len()).any(|window| window == &part[..]));
    }
}

#[test]
fn components_are_imported_by_their_names() {
    let options = FuseOptions {
        import_dependencies: true,
        ..FuseOptions::default()
    };
    let (graph, parts) = fixture("two-instances");
    let bytes = fuse_with(&graph, &parts, options).expect("it fuses");
    let found = world(&bytes).expect("a component");
    let imports: Vec<(&str, PortKind)> = found
        .imports
        .iter()
        .map(|import| (import.name.as_str(), import.kind))
        .collect();
    // Each component once, however many instances it has.
    assert_eq!(
        imports,
        [
            ("unlocked-dep=<test:adder>", PortKind::Component),
            ("unlocked-dep=<test:app>", PortKind::Component),
        ]
    );

    // One name for two components would be one import for both.
    let (_, others) = fixture("version-link");
    let mut parts = parts;
    let adder = |of: &Parts| {
        let reference = ComponentRef {
            package: "test:adder".into(),
            digest: None,
        };
        of.get(&reference).expect("the adder").clone()
    };
    let (one, other) = (adder(&parts), adder(&others));
    parts.insert(other.clone());
    let mut document: serde_json::Value = serde_json::from_str(&graph.to_json()).expect("JSON");
    for (node, component) in [(0, one), (1, other)] {
        let reference = serde_json::to_value(component.info.reference()).expect("JSON");
        document["nodes"][node]["component"] = reference;
    }
    document["links"] = serde_json::json!([]);
    document["exports"] = serde_json::json!([]);
    let graph = Graph::from_json(&document.to_string()).expect("a graph");
    assert!(fuse(&graph, &parts).is_ok());
    let problems = fuse_with(&graph, &parts, options).expect_err("refused");
    assert!(
        problems[0]
            .message
            .contains("another component is called `test:adder`, too"),
        "{}",
        problems[0].message
    );
}

#[test]
fn a_result_is_the_same_without_validation() {
    let options = FuseOptions {
        skip_validation: true,
        ..FuseOptions::default()
    };
    let (graph, parts) = fixture("resource-shared");
    assert_eq!(fuse_with(&graph, &parts, options), fuse(&graph, &parts));
}
