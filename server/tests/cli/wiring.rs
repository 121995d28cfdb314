//! `patchbay connect`, `chain`, `swap`, `compare`, `targets` and `size`

use crate::support::{NEXT, NUMBER, run};
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;

const SOURCE: &str = "test:numbers/source@1.0.0";

/// A directory with two components under `deps`, and a graph of instances of them without links.
fn project(nodes: &[(&str, &str)]) -> TempDir {
    let directory = TempDir::new().unwrap();
    let deps = directory.path().join("deps/test");
    std::fs::create_dir_all(&deps).unwrap();
    std::fs::write(deps.join("number.wat"), NUMBER).unwrap();
    std::fs::write(deps.join("next.wat"), NEXT).unwrap();
    let nodes: Vec<Value> = nodes
        .iter()
        .map(|(name, package)| {
            json!({ "id": name, "name": name, "component": { "package": package }, "position": { "x": 0, "y": 0 } })
        })
        .collect();
    let graph = json!({
        "patchbay": 1,
        "nodes": nodes,
        "exports": [{ "name": "next", "node": "next", "port": "next" }],
    });
    std::fs::write(directory.path().join("graph.json"), graph.to_string()).unwrap();
    directory
}

fn links(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    let graph: Value = serde_json::from_str(&text).unwrap();
    graph["links"].clone()
}

#[test]
fn a_graph_is_connected_and_choices_are_listed() {
    let project = project(&[
        ("a", "test:number"),
        ("b", "test:number"),
        ("next", "test:next"),
    ]);
    let path = project.path();
    let asked = run(path, &["connect", "graph.json"], 1);
    let expected = format!("choose: {SOURCE} of next:\n  {SOURCE} of a: --choose next=a\n");
    assert!(asked.stderr.starts_with(&expected), "{}", asked.stderr);
    assert_eq!(asked.json()["links"], json!([]));

    let arguments = [
        "connect",
        "graph.json",
        "--choose",
        "next=b",
        "-o",
        "graph.json",
    ];
    let done = run(path, &arguments, 0);
    assert_eq!(done.stderr, format!("linked: b → next ({SOURCE})\n"));
    assert_eq!(links(&path.join("graph.json"))[0]["from"]["node"], "b");
    run(path, &["check", "graph.json"], 0);

    let again = run(path, &["connect", "graph.json", "--json"], 0).json();
    assert_eq!(again, json!({ "ops": [], "choices": [], "open": [] }));
    run(path, &["connect", "graph.json", "--choose", "next=a"], 2);
    run(path, &["connect", "nothing.json"], 2);
}

#[test]
fn a_node_goes_into_a_link() {
    let project = project(&[
        ("number", "test:number"),
        ("relay", "test:relay"),
        ("next", "test:next"),
    ]);
    let path = project.path();
    let relay = r#"(component
      (import "test:numbers/source@1.0.0" (instance $source (export "number" (func (result u32)))))
      (export "test:numbers/source@1.0.0" (instance $source)))"#;
    std::fs::write(path.join("deps/test/relay.wat"), relay).unwrap();
    let chain = |arguments: &[&str], code| {
        let arguments = [&["chain", "graph.json", "-o", "graph.json"], arguments].concat();
        run(path, &arguments, code)
    };
    let open = chain(&["relay", "--to", "next"], 2);
    assert!(open.stderr.contains("has no links yet"), "{}", open.stderr);
    let source = format!("number:{SOURCE}");
    let to = format!("next:{SOURCE}");
    chain(&["--from", &source, "relay", "--to", &to], 0);
    chain(&["relay", "--to", "next"], 0);
    let links = links(&path.join("graph.json"));
    let from: Vec<&Value> = [0, 1].map(|n| &links[n]["from"]["node"]).into();
    assert_eq!(from, ["relay", "number"]);
    run(path, &["check", "graph.json"], 0);

    let refused = chain(&["number", "--to", "next"], 1);
    assert!(
        refused.stderr.contains("cannot stand in between"),
        "{}",
        refused.stderr
    );
    chain(&["nobody", "--to", "next"], 2);
    chain(&["relay"], 2);
}

#[test]
fn a_newer_build_keeps_its_links() {
    let project = project(&[("number", "test:number"), ("next", "test:next")]);
    let path = project.path();
    run(path, &["connect", "graph.json", "-o", "graph.json"], 0);
    let newer = wat::parse_str(NUMBER.replace("42", "43")).unwrap();
    std::fs::write(path.join("deps/newer.wasm"), newer).unwrap();
    let text = NUMBER
        .replace("(result u32)", "(result s64)")
        .replace("(result i32)", "(result i64)");
    std::fs::write(
        path.join("other.wat"),
        text.replace("i32.const", "i64.const"),
    )
    .unwrap();

    run(
        path,
        &[
            "swap",
            "graph.json",
            "number=deps/newer.wasm",
            "-o",
            "new.json",
        ],
        0,
    );
    assert_eq!(
        links(&path.join("new.json")),
        links(&path.join("graph.json"))
    );
    run(path, &["check", "new.json"], 0);
    let compared = run(path, &["compare", "graph.json", "new.json"], 0);
    assert!(
        compared.text().contains("The result: identical"),
        "{}",
        compared.text()
    );

    let lost = run(path, &["swap", "graph.json", "number=other.wat"], 1);
    assert!(
        lost.stderr.contains("does not fit any more"),
        "{}",
        lost.stderr
    );
    assert_eq!(lost.json()["links"], json!([]));
    run(path, &["swap", "graph.json", "nobody=other.wat"], 2);

    let breaking = run(path, &["compare", "deps/newer.wasm", "other.wat"], 1);
    assert!(
        breaking.text().starts_with("breaking\n"),
        "{}",
        breaking.text()
    );
    run(
        path,
        &[
            "compare",
            "deps/newer.wasm",
            "deps/test/number.wat",
            "--json",
        ],
        0,
    );
    run(path, &["compare", "graph.json", "other.wat"], 2);
}

#[test]
fn targets_and_sizes_are_printed() {
    let project = project(&[("next", "test:next")]);
    let path = project.path();
    let none = run(path, &["targets", "graph.json"], 1);
    let expected =
        format!("  import {SOURCE}: The environment does not provide it.\n    of next\n");
    assert!(none.text().contains(&expected), "{}", none.text());

    let deps = path.join("wit/deps");
    std::fs::create_dir_all(&deps).unwrap();
    std::fs::write(
        path.join("wit/world.wit"),
        "package my:app; world w { import test:numbers/source@1.0.0; export next: func() -> u32; } world other {}",
    )
    .unwrap();
    std::fs::write(
        deps.join("numbers.wit"),
        "package test:numbers@1.0.0; interface source { number: func() -> u32; }",
    )
    .unwrap();
    let own = ["targets", "graph.json", "--wit", "wit", "--world", "w"];
    assert_eq!(run(path, &own, 0).text(), "fits: my:app/w\n");
    let vague = run(path, &["targets", "graph.json", "--wit", "wit"], 2);
    assert!(vague.stderr.contains("several worlds"), "{}", vague.stderr);
    std::fs::write(
        path.join("over-wasi.wit"),
        "package my:app; world w { include wasi:cli/imports@0.2.3; import test:numbers/source@1.0.0; export next: func() -> u32; }
         package test:numbers@1.0.0 { interface source { number: func() -> u32; } }",
    )
    .unwrap();
    let over_wasi = run(
        path,
        &["targets", "graph.json", "--wit", "over-wasi.wit"],
        0,
    );
    assert_eq!(over_wasi.text(), "fits: my:app/w\n");

    let fuse = &["fuse", "graph.json", "--no-graph", "-o", "out.wasm"];
    run(path, fuse, 0);
    run(
        path,
        &[
            "targets", "out.wasm", "--wit", "wit", "--world", "w", "--json",
        ],
        0,
    );
    let graph = run(path, &["size", "graph.json", "--json"], 0).json();
    let fused = run(path, &["size", "out.wasm", "--json"], 0).json();
    assert_eq!(graph["total"], fused["total"]);
    assert_eq!(graph["parts"][0]["package"], "test:next");
    let words = run(path, &["size", "graph.json"], 0);
    assert!(
        words.text().contains(" next (test:next)"),
        "{}",
        words.text()
    );
}
