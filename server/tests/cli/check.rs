//! `patchbay check` and `patchbay fuse`

use crate::support::{NEXT, NUMBER, run};
use serde_json::json;
use std::path::Path;
use tempfile::TempDir;

const SOURCE: &str = "test:numbers/source@1.0.0";

const WAC: &str = r#"package test:result;
let number = new test:number { ... };
let next = new test:next { "test:numbers/source@1.0.0": number["test:numbers/source@1.0.0"] };
export next["next"];
"#;

/// A directory with two components under `deps`, a graph and a `.wac` source.
pub fn project() -> TempDir {
    let directory = TempDir::new().unwrap();
    let deps = directory.path().join("deps/test");
    std::fs::create_dir_all(&deps).unwrap();
    std::fs::write(deps.join("number.wasm"), wat::parse_str(NUMBER).unwrap()).unwrap();
    std::fs::write(deps.join("next.wat"), NEXT).unwrap();
    std::fs::write(directory.path().join("graph.wac"), WAC).unwrap();
    write_graph(directory.path(), SOURCE, None);
    directory
}

/// The same graph as a document.
fn write_graph(directory: &Path, port: &str, digest: Option<&str>) {
    let number = match digest {
        Some(digest) => json!({ "package": "test:number", "digest": digest }),
        None => json!({ "package": "test:number" }),
    };
    let graph = json!({
        "patchbay": 1,
        "nodes": [
            { "id": "n1", "name": "number", "component": number, "position": { "x": 0, "y": 0 } },
            { "id": "n2", "name": "next", "component": { "package": "test:next" }, "position": { "x": 400, "y": 0 } },
        ],
        "links": [{ "from": { "node": "n1", "port": port }, "to": { "node": "n2", "port": SOURCE } }],
        "exports": [{ "name": "next", "node": "n2", "port": "next" }],
    });
    std::fs::write(directory.join("graph.json"), graph.to_string()).unwrap();
}

#[test]
fn a_good_graph_is_checked_and_fused() {
    let project = project();
    let path = project.path();
    for graph in ["graph.json", "graph.wac"] {
        let words = run(path, &["check", graph], 0);
        assert_eq!(words.text(), "imports: none\nexports:\n  next (function)\n");
        let json = run(path, &["check", graph, "--json"], 0).json();
        assert_eq!(json["problems"], json!([]));
        assert_eq!(json["world"]["exports"][0]["name"], "next");

        let bytes = run(path, &["fuse", graph], 0).stdout;
        run(path, &["fuse", graph, "-o", "out.wasm"], 0);
        assert_eq!(std::fs::read(path.join("out.wasm")).unwrap(), bytes);
        let fused = run(path, &["inspect", "out.wasm", "--json"], 0).json();
        assert_eq!(fused["exports"][0]["name"], "next");
        assert_eq!(fused["imports"], json!([]));
    }
}

#[test]
fn components_are_imported_by_name_where_asked_for() {
    let project = project();
    let path = project.path();
    for graph in ["graph.json", "graph.wac"] {
        run(path, &["fuse", graph, "-o", "plain.wasm"], 0);
        run(
            path,
            &["fuse", graph, "--no-validate", "-o", "same.wasm"],
            0,
        );
        let read = |name| std::fs::read(path.join(name)).unwrap();
        assert_eq!(read("plain.wasm"), read("same.wasm"));

        run(
            path,
            &["fuse", graph, "--import-dependencies", "-o", "open.wasm"],
            0,
        );
        let names = run(path, &["inspect", "open.wasm", "--json"], 0).json();
        let names: Vec<&str> = names["imports"]
            .as_array()
            .unwrap()
            .iter()
            .map(|port| port["name"].as_str().unwrap())
            .collect();
        assert_eq!(
            names,
            ["unlocked-dep=<test:number>", "unlocked-dep=<test:next>"]
        );
    }
}

#[test]
fn packages_are_found_where_the_options_say() {
    let project = project();
    let path = project.path();
    std::fs::rename(path.join("deps"), path.join("elsewhere")).unwrap();
    for graph in ["graph.json", "graph.wac"] {
        let missing = run(path, &["check", graph], 1);
        assert!(missing.stderr.contains("test:number"), "{}", missing.stderr);
        run(path, &["check", graph, "--deps-dir", "elsewhere"], 0);
        let number = "test:number=elsewhere/test/number.wasm";
        let next = "test:next=elsewhere/test/next.wat";
        run(
            path,
            &["fuse", graph, "-d", number, "-d", next, "-o", "out.wasm"],
            0,
        );
        let nowhere = "test:number=nowhere.wasm";
        run(path, &["check", graph, "-d", nowhere, "-d", next], 2);
    }
}

#[test]
fn a_digest_means_those_bytes_whatever_they_are_called() {
    let project = project();
    let path = project.path();
    let info = run(path, &["inspect", "deps/test/number.wasm", "--json"], 0).json();
    let digest = info["digest"].as_str().unwrap();
    write_graph(path, SOURCE, Some(digest));
    run(path, &["check", "graph.json"], 0);
    std::fs::rename(
        path.join("deps/test/number.wasm"),
        path.join("deps/other.wasm"),
    )
    .unwrap();
    run(path, &["check", "graph.json"], 0);
    // The right name with other bytes is not what was drawn.
    std::fs::rename(path.join("deps/other.wasm"), path.join("other.wasm")).unwrap();
    std::fs::write(
        path.join("deps/test/number.wasm"),
        wat::parse_str(NEXT).unwrap(),
    )
    .unwrap();
    run(path, &["check", "graph.json"], 1);
}

#[test]
fn a_problem_is_listed_with_its_port() {
    let project = project();
    let path = project.path();
    write_graph(path, "test:numbers/nothing", None);
    for command in ["check", "fuse"] {
        let words = run(path, &[command, "graph.json"], 1);
        assert!(
            words
                .stderr
                .contains("error: number, export test:numbers/nothing"),
            "{}",
            words.stderr
        );
        assert!(words.stdout.is_empty());
    }
    let json = run(path, &["check", "graph.json", "--json"], 1).json();
    assert_eq!(json["problems"][0]["kind"], "missing-port");

    std::fs::write(path.join("graph.wac"), "package test:result;\nlet let").unwrap();
    let words = run(path, &["check", "graph.wac"], 1);
    assert!(words.stderr.contains("graph.wac"), "{}", words.stderr);
    for (line, help) in [
        (
            "export (new test:numbre {})...;",
            "help: Write `test:number`",
        ),
        (
            "let n = new test:number {};\nexport m...;",
            "help: Write `n`",
        ),
    ] {
        let source = format!("package test:result;\n{line}\n");
        std::fs::write(path.join("graph.wac"), source).unwrap();
        let words = run(path, &["check", "graph.wac"], 1);
        assert!(words.stderr.contains(help), "{}", words.stderr);
    }
    std::fs::write(path.join("graph.json"), "{}").unwrap();
    let words = run(path, &["check", "graph.json"], 1);
    assert!(
        words.stderr.contains("not a Patchbay graph"),
        "{}",
        words.stderr
    );
}
