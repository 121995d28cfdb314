//! What is remembered from one check to the next makes it fast, and changes nothing that is said.

mod support;

use patchbay_composer::{Memory, Parts, check, fuse, inspect_upload};
use patchbay_model::analysis::ProblemKind;
use patchbay_model::graph::Graph;
use std::sync::Arc;
use support::random::{self, Dice};
use support::{components, fixture_dirs, load};

#[test]
fn a_check_says_the_same_whatever_was_checked_before() {
    let memory = Arc::new(Memory::default());
    // Twice: the second time, all is known.
    for round in 0..2 {
        for dir in fixture_dirs() {
            let (graph, fresh) = load(&dir);
            let mut parts = Parts::remembering(Arc::clone(&memory));
            for (package, mut component) in components(&dir) {
                component.info.package = package;
                parts.insert(component);
            }
            assert_eq!(
                check(&graph, &parts),
                check(&graph, &fresh),
                "{round} {dir:?}"
            );
            assert_eq!(
                fuse(&graph, &parts),
                fuse(&graph, &fresh),
                "{round} {dir:?}"
            );
        }
    }
}

#[test]
fn random_graphs_fuse_to_the_same_bytes_whatever_was_fused_before() {
    let mut dice = Dice(0x5eed_0005);
    let memory = Arc::new(Memory::default());
    for _ in 0..60 {
        let (graph, fresh) = random::graph(&mut dice);
        let mut parts = Parts::remembering(Arc::clone(&memory));
        for reference in graph.references() {
            let component = fresh.get(reference).expect("it is there");
            parts.provide(&reference.package, component.clone());
        }
        assert_eq!(fuse(&graph, &parts), fuse(&graph, &fresh));
    }
}

#[test]
fn components_that_differ_in_their_code_alone_are_both_in_the_result() {
    let component = |name: &str, answer: u32| {
        let text = format!(
            r#"(component (core module $m (func (export "f") (result i32) i32.const {answer}))
                (core instance $i (instantiate $m))
                (func $f (result u32) (canon lift (core func $i "f")))
                (export "f" (func $f)))"#
        );
        inspect_upload(name, text.into_bytes()).expect("a component")
    };
    let (one, other) = (component("one.wat", 1), component("other.wat", 2));
    assert_eq!(one.skeleton(), other.skeleton());
    let node = |n: u32, name: &str| {
        format!(
            r#"{{"id":"n{n}","name":"{name}","component":{{"package":"local:{name}"}},"position":{{"x":0,"y":0}}}}"#
        )
    };
    let document = format!(
        r#"{{"patchbay":1,"nodes":[{},{}],"exports":[{{"name":"a","node":"n1","port":"f"}},{{"name":"b","node":"n2","port":"f"}}]}}"#,
        node(1, "one"),
        node(2, "other")
    );
    let graph = Graph::from_json(&document).expect("a graph");
    let fused = fuse(&graph, &Parts::from_iter([one.clone(), other.clone()])).expect("it fuses");
    for component in [one, other] {
        let found = fused
            .windows(component.bytes.len())
            .filter(|at| *at == &*component.bytes);
        assert_eq!(found.count(), 1, "{component:?}");
    }
}

#[test]
fn many_large_mismatches_are_told_within_bounds() {
    let functions = |last: &str| {
        let functions = (0..200).map(|n| {
            let name = "long-name-".repeat(10);
            format!(r#"(export "{name}{n}" (func (param "x" {last})))"#)
        });
        functions.collect::<String>()
    };
    let text = format!(
        r#"(component (import "a:b/i" (instance {})) (import "a:b/j" (instance $j {})) (export "a:b/i" (instance $j)))"#,
        functions("u32"),
        functions("u64")
    );
    let component = inspect_upload("large.wat", text.into_bytes()).expect("a component");
    let wit = component.info.imports[0].wit.len();
    let (mut nodes, mut links) = (Vec::new(), Vec::new());
    for n in 0..900 {
        nodes.push(format!(r#"{{"id":"n{n}","name":"a{n}","component":{{"package":"local:large"}},"position":{{"x":0,"y":0}}}}"#));
        if n > 0 {
            links.push(format!(r#"{{"from":{{"node":"n{}","port":"a:b/i"}},"to":{{"node":"n{n}","port":"a:b/i"}}}}"#, n - 1));
        }
    }
    let document = format!(
        r#"{{"patchbay":1,"nodes":[{}],"links":[{}],"exports":[]}}"#,
        nodes.join(","),
        links.join(",")
    );
    let graph = Graph::from_json(&document).expect("a graph");
    let analysis = check(&graph, &Parts::from_iter([component]));
    let mismatches = analysis
        .problems
        .iter()
        .filter(|p| p.kind == ProblemKind::Mismatch);
    assert_eq!(mismatches.count(), 899, "each is told");
    assert!(
        analysis
            .problems
            .iter()
            .all(|problem| !problem.message.is_empty())
    );
    let told: usize = analysis
        .problems
        .iter()
        .filter(|p| p.mismatch.is_some())
        .count();
    assert!(
        told > 10 && told * wit < 32 << 20,
        "{told} with their types"
    );
}
