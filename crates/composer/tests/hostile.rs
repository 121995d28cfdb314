//! Bytes and documents made to hurt end in a refusal, soon.

mod support;

use patchbay_composer::generate::stub::{Answers, for_wit};
use patchbay_composer::{
    FuseOptions, NotAComponent, Parts, check, fuse_with, inspect, inspect_upload, open,
};
use patchbay_model::analysis::{Problem, ProblemKind};
use patchbay_model::graph::Graph;
use patchbay_model::opened::NoteKind;
use std::time::{Duration, Instant};
use support::random::Dice;

const PREAMBLE: &[u8] = b"\0asm\x0d\0\x01\0";

/// Runs something that must not take long, even without optimisation.
fn soon<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
    done
}

fn leb(mut n: usize) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let byte = (n & 0x7f) as u8;
        n >>= 7;
        if n == 0 {
            out.push(byte);
            return out;
        }
        out.push(byte | 0x80);
    }
}

fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id][..], &leb(content.len()), content].concat()
}

#[test]
fn a_section_that_claims_two_gigabytes() {
    let bytes = [PREAMBLE, &[1], &leb(0x7fff_ffff), b"\0asm\x01"].concat();
    assert_eq!(bytes.len(), 19);
    assert!(soon(|| inspect("a:b", &bytes)).is_err());
    // Below the parser's own bound of 1 GiB, it is a file that ends too soon.
    let bytes = [PREAMBLE, &[1], &leb(0x3000_0000), b"\0asm\x01"].concat();
    let refusal = soon(|| inspect("a:b", &bytes)).expect_err("refused");
    assert!(
        matches!(refusal, NotAComponent::Truncated { section: 8, .. }),
        "{refusal:?}"
    );
}

#[test]
fn types_that_double_thirteen_times() {
    let mut text = String::from("(component (type $t0 (tuple string string))");
    for i in 1..14 {
        text.push_str(&format!("(type $t{i} (tuple $t{} $t{}))", i - 1, i - 1));
    }
    for i in 0..60 {
        text.push_str(&format!("(import \"f{i}\" (func (param \"x\" $t13)))"));
    }
    text.push(')');
    let refusal = soon(|| inspect_upload("x.wat", text.clone().into_bytes()));
    refusal.expect_err("refused");

    // A single one passes, and its text is cut.
    let single = text
        .split("(import \"f1\"")
        .next()
        .expect("a part")
        .to_string()
        + ")";
    let component = soon(|| inspect_upload("x.wat", single.into_bytes())).expect("a component");
    let wit = &component.info.imports[0].wit;
    assert!(
        wit.len() < 70_000 && wit.ends_with("show)\n"),
        "{} bytes",
        wit.len()
    );
}

#[test]
fn a_stub_of_types_that_double() {
    let wit = |doubled: usize, streams: usize| {
        let mut text = String::from("package a:b;\ninterface api {\n  record r0 { a: u32 }\n");
        for n in 1..=doubled {
            let below = n - 1;
            text += &format!("  record r{n} {{ a: r{below}, b: r{below} }}\n");
        }
        for n in 0..streams {
            text += &format!(
                "  record x{n} {{ s: stream<u{}>, r: r{doubled} }}\n",
                [8, 16, 32, 64][n % 4]
            );
        }
        let params: Vec<String> = (0..streams).map(|n| format!("p{n}: x{n}")).collect();
        text + &format!("  f: func({}) -> r{doubled};\n}}\n", params.join(", "))
    };
    let stub = |text: String| soon(|| for_wit("x.wit", &text, None, &Answers::default()));
    assert_eq!(stub(wit(3, 4)).err(), None);
    for (doubled, streams) in [(40, 1), (40, 0), (10, 100)] {
        let refusal = stub(wit(doubled, streams)).expect_err("refused");
        assert_eq!(refusal.code(), "too-much-to-generate", "{refusal}");
    }
}

#[test]
fn a_hundred_thousand_names() {
    let mut text = String::from("(component (import \"f\" (func $f))");
    for i in 0..100_000 {
        text.push_str(&format!("(export \"f{i}\" (func $f))"));
    }
    text.push(')');
    let bytes = wat::parse_str(text).expect("it parses");
    let refusal = soon(|| inspect("a:b", &bytes)).expect_err("refused");
    assert!(
        matches!(refusal, NotAComponent::TooComplex { found: 100_001, .. }),
        "{refusal:?}"
    );
}

#[test]
fn names_without_end() {
    let text = format!("(component (import \"{}\" (func)))", "a".repeat(50_000));
    let refusal = inspect_upload("x.wat", text.into_bytes()).expect_err("refused");
    assert!(
        matches!(refusal, NotAComponent::TooComplex { .. }),
        "{refusal:?}"
    );
}

#[test]
fn types_nested_beyond_the_stack() {
    for depth in [250usize, 5_000, 1_000_000] {
        // `(type (component (type (component …))))`, one declaration each.
        let mut content = vec![1];
        content.extend([0x41, 1, 1].repeat(depth));
        content.extend([0x41, 0]);
        let bytes = [PREAMBLE, &section(7, &content)].concat();
        let inspected = soon(|| inspect("a:b", &bytes));
        let refused = matches!(inspected, Err(NotAComponent::TooComplex { .. }));
        assert_eq!(refused, depth > 256, "{inspected:?}");
    }
}

#[test]
fn components_nested_beyond_memory() {
    let mut bytes = PREAMBLE.to_vec();
    for _ in 0..2_000 {
        bytes = [PREAMBLE, &section(4, &bytes)].concat();
    }
    let refusal = soon(|| inspect("a:b", &bytes)).expect_err("refused");
    assert!(
        matches!(refusal, NotAComponent::TooComplex { .. }),
        "{refusal:?}"
    );
}

#[test]
fn text_nested_beyond_the_stack() {
    let refusal = soon(|| inspect_upload("x.wat", "(component ".repeat(200_000).into_bytes()));
    assert!(refusal.is_err());
}

#[test]
fn damaged_components_never_panic() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let originals: Vec<_> = support::fixture_dirs()
        .iter()
        .flat_map(|dir| support::components(dir))
        .map(|(_, component)| component.bytes)
        .collect();
    for round in 0..3_000 {
        let original = &originals[dice.below(originals.len())];
        let bytes = dice.damaged(original, round % 4 == 0);
        // Whatever passes must be safe to compose with, too.
        if let Ok(component) = inspect("local:damaged", &bytes) {
            check(&alone("local:damaged"), &Parts::from_iter([component]));
        }
    }
}

#[test]
fn damaged_compositions_never_panic() {
    let mut dice = Dice(0x0123_4567_89ab_cdef);
    let options = FuseOptions {
        keep_graph: true,
        ..FuseOptions::default()
    };
    let mut originals: Vec<Vec<u8>> = support::fixture_dirs()
        .iter()
        .map(|dir| support::load(dir))
        .filter_map(|(graph, parts)| fuse_with(&graph, &parts, options).ok())
        .collect();
    for dir in support::opened_fixture_dirs() {
        let text = std::fs::read(dir.join("opened.wat")).expect("opened.wat");
        originals.push(wat::parse_bytes(&text).expect("text").into_owned());
    }
    let mut opened = 0;
    for round in 0..3_000 {
        let original = &originals[dice.below(originals.len())];
        let bytes = dice.damaged(original, round % 16 == 0);
        if let Ok(found) = open("damaged.wasm", &bytes) {
            check(&found.graph, &Parts::from_iter(found.components));
            opened += 1;
        }
    }
    assert!(opened > 100, "{opened}");
}

#[test]
fn a_composition_of_more_than_a_graph_may_have_is_one_node() {
    let mut text = String::from("(component (import \"f\" (func $f)) (component ");
    for i in 0..900 {
        text.push_str(&format!("(import \"f{i}\" (func))"));
    }
    text.push(')');
    for _ in 0..5 {
        let arguments = (0..900).map(|i| format!("(with \"f{i}\" (func $f))"));
        text.push_str(&format!(
            "(instance (instantiate 0 {}))",
            arguments.collect::<String>()
        ));
    }
    text.push(')');
    let opened = soon(|| open("heavy.wat", text.as_bytes())).expect("a component");
    assert_eq!(opened.graph.nodes().len(), 1);
    assert_eq!(
        opened.notes[0].kind,
        NoteKind::OneNode,
        "{:?}",
        opened.notes
    );
}

fn alone(package: &str) -> Graph {
    let document = format!(
        r#"{{"patchbay":1,"nodes":[{{"id":"n1","name":"a","component":{{"package":"{package}"}},"position":{{"x":0,"y":0}}}}],"exports":[{{"name":"all","node":"n1"}}]}}"#
    );
    Graph::from_json(&document).expect("a graph")
}

#[test]
fn graphs_that_are_too_large() {
    let nodes: Vec<String> = (0..1_001)
        .map(|i| {
            format!(
                r#"{{"id":"n{i}","name":"a{i}","component":{{"package":"a:b"}},"position":{{"x":0,"y":0}}}}"#
            )
        })
        .collect();
    let document = format!(r#"{{"patchbay":1,"nodes":[{}]}}"#, nodes.join(","));
    let graph = Graph::from_json(&document).expect("a graph");
    let problems: Vec<Problem> = soon(|| check(&graph, &Parts::new())).problems;
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].kind, ProblemKind::TooLarge);
}
