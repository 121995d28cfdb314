//! `patchbay open`

use crate::check::project;
use crate::support::{NUMBER, run, sample_components, workspace};
use patchbay_model::Graph;
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

/// A document without the digests, which a fused component's graph has and a drawn one need not have.
fn drawn(path: &Path) -> Value {
    let graph = Graph::from_json(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut document: Value = serde_json::to_value(graph).unwrap();
    for node in document["nodes"].as_array_mut().unwrap() {
        if let Some(component) = node["component"].as_object_mut() {
            component.remove("digest");
        }
    }
    document
}

#[test]
fn what_is_fused_opens_as_it_was_drawn_and_fuses_to_the_same_bytes() {
    let project = project();
    let path = project.path();
    run(path, &["fuse", "graph.json", "-o", "fused.wasm"], 0);
    let opened = [
        "open",
        "fused.wasm",
        "-o",
        "opened.json",
        "--deps-dir",
        "inside",
    ];
    let said = run(path, &opened, 0);
    assert_eq!((said.text(), said.stderr.as_str()), ("", ""));
    let (before, after) = (
        drawn(&path.join("graph.json")),
        drawn(&path.join("opened.json")),
    );
    for field in ["nodes", "links", "exports"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    assert!(path.join("inside/test/number.wasm").is_file());
    let again = run(path, &["fuse", "opened.json", "--deps-dir", "inside"], 0);
    let fused = std::fs::read(path.join("fused.wasm")).unwrap();
    assert!(again.stdout == fused, "not the same bytes");

    // On stdout, and without anything written.
    let printed = run(path, &["open", "fused.wasm"], 0).json();
    assert_eq!(printed["nodes"][0]["name"], "number");
}

#[test]
fn without_the_graph_it_opens_from_its_wiring() {
    let project = project();
    let path = project.path();
    run(
        path,
        &["fuse", "graph.json", "--no-graph", "-o", "bare.wasm"],
        0,
    );
    let fused = std::fs::read(path.join("bare.wasm")).unwrap();
    let opened = [
        "open",
        "bare.wasm",
        "-o",
        "bare.json",
        "--deps-dir",
        "inside",
    ];
    assert_eq!(run(path, &opened, 0).stderr, "");
    let graph = drawn(&path.join("bare.json"));
    assert_eq!(
        (&graph["name"], &graph["nodes"][1]["name"]),
        (&"bare".into(), &"next".into())
    );
    let again = ["fuse", "bare.json", "--no-graph", "--deps-dir", "inside"];
    assert!(run(path, &again, 0).stdout == fused, "not the same bytes");
    // Once more, with another component in the way: both stay.
    let inside = path.join("inside/local");
    let file = inside.read_dir().unwrap().next().unwrap().unwrap().path();
    std::fs::write(&file, "mine").unwrap();
    run(path, &opened, 0);
    assert_eq!(std::fs::read(&file).unwrap(), b"mine");
    assert!(run(path, &again, 0).stdout == fused, "not the same bytes");
}

#[test]
fn notes_are_on_stderr_and_what_is_no_component_is_a_problem() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    std::fs::write(path.join("number.wat"), NUMBER).unwrap();
    let opened = run(path, &["open", "number.wat"], 0);
    assert!(
        opened.stderr.contains("not composed of others"),
        "{}",
        opened.stderr
    );
    assert_eq!(opened.json()["nodes"][0]["name"], "number");
    std::fs::write(path.join("no.wasm"), "no").unwrap();
    let refused = run(path, &["open", "no.wasm"], 1);
    assert!(
        refused.stderr.contains("not WebAssembly"),
        "{}",
        refused.stderr
    );
}

/// Whatever wrote the wiring, the same code comes out of it: the samples' results are the same to the byte.
#[test]
fn the_samples_survive_the_round_trip() {
    let components = sample_components();
    let components = components.to_str().unwrap();
    for sample in ["guarded-hello", "counter", "polyglot-calculator"] {
        let directory = TempDir::new().unwrap();
        let path = directory.path();
        for (extension, notes) in [("json", ""), ("wac", "")] {
            let graph = workspace().join(format!("public/samples/{sample}.{extension}"));
            let graph = graph.to_str().unwrap();
            let fuse = [
                "fuse",
                graph,
                "--deps-dir",
                components,
                "--no-graph",
                "-o",
                "a.wasm",
            ];
            run(path, &fuse, 0);
            let open = ["open", "a.wasm", "-o", "a.json", "--deps-dir", "inside"];
            assert_eq!(run(path, &open, 0).stderr, notes, "{sample}.{extension}");
            let fuse = [
                "fuse",
                "a.json",
                "--deps-dir",
                "inside",
                "--no-graph",
                "-o",
                "b.wasm",
            ];
            run(path, &fuse, 0);
            let [a, b] = ["a.wasm", "b.wasm"].map(|file| std::fs::read(path.join(file)).unwrap());
            assert!(
                a == b,
                "{sample}.{extension}: {} and {} bytes",
                a.len(),
                b.len()
            );
        }
    }
}

/// What compilers and `component new` make has components inside, too, but is no composition: it opens as one node, says
/// so, and is whole. The samples are made by componentize-js (what `jco componentize` calls), by componentize-py, and by
/// rustc, which calls wit-component as `wasm-tools component new` and cargo-component do.
#[test]
fn what_the_compilers_of_several_languages_make_opens_as_one_node() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    for (made, modules, exported) in [
        (
            "calculator-operations-js",
            "1 core module",
            "patchbay:calculator/operations@0.1.0",
        ),
        (
            "calculator-evaluator-py",
            "core modules",
            "patchbay:calculator/evaluator@0.1.0",
        ),
        ("calculator-cli", "core modules", "wasi:cli/run@0.2.0"),
    ] {
        let file = sample_components().join(format!("patchbay/{made}.wasm"));
        let file = file.to_str().unwrap();
        let open = ["open", file, "-o", "made.json", "--deps-dir", "inside"];
        let said = run(path, &open, 0).stderr;
        assert_eq!(said.lines().count(), 1, "{made}: {said}");
        for words in ["code of its own", modules, "It is one node"] {
            assert!(said.contains(words), "{made}: {said}");
        }
        let graph = drawn(&path.join("made.json"));
        assert_eq!(graph["nodes"].as_array().unwrap().len(), 1, "{made}");
        let exports = graph["exports"].as_array().unwrap();
        assert!(
            exports.iter().any(|export| export["name"] == exported),
            "{made}: {exports:?}"
        );

        let fuse = ["fuse", "made.json", "--deps-dir", "inside", "-o", "a.wasm"];
        run(path, &fuse, 0);
        let world = |file: &str| {
            let info = run(path, &["inspect", file, "--json"], 0).json();
            ["imports", "exports"].map(|side| {
                let ports = info[side].as_array().unwrap().iter();
                let names = ports.map(|port| port["name"].as_str().unwrap().to_owned());
                names.collect::<std::collections::BTreeSet<_>>()
            })
        };
        assert_eq!(world("a.wasm"), world(file), "{made}");
    }
}
