//! `patchbay wac` and `patchbay graph`

use crate::check::project;
use crate::support::run;

#[test]
fn a_graph_is_written_as_a_source_and_read_again() {
    let project = project();
    let path = project.path();
    let source = run(path, &["wac", "graph.json", "--write-deps", "written"], 0);
    assert_eq!(
        source.text(),
        "package local:component;\n\nlet number = new test:number {};\nlet next = new test:next { ...number };\n\nexport next.next;\n"
    );
    let fused = run(path, &["fuse", "graph.json", "--no-graph"], 0).stdout;
    run(path, &["wac", "graph.json", "-o", "again.wac"], 0);
    let again = &[
        "fuse",
        "again.wac",
        "--deps-dir",
        "written",
        "-o",
        "again.wasm",
    ];
    run(path, again, 0);
    let world = |file| run(path, &["inspect", file, "--json"], 0).json()["exports"].clone();
    std::fs::write(path.join("fused.wasm"), &fused).unwrap();
    assert_eq!(world("again.wasm"), world("fused.wasm"));

    run(path, &["graph", "again.wac", "-o", "again.json"], 0);
    let drawn = run(path, &["fuse", "again.json", "--no-graph"], 0);
    assert_eq!(drawn.stdout, fused);
}

#[test]
fn what_a_graph_cannot_hold_is_said() {
    let project = project();
    let path = project.path();
    let source =
        "package test:result;\ntype level = u8;\nlet n = new test:number {};\nexport n...;\n";
    std::fs::write(path.join("level.wac"), source).unwrap();
    let graph = run(path, &["graph", "level.wac"], 0);
    assert_eq!(graph.json()["nodes"][0]["name"], "n");
    assert!(
        graph
            .stderr
            .contains("a graph cannot hold the type `level`"),
        "{}",
        graph.stderr
    );
    std::fs::write(path.join("wrong.wac"), "package test:result;\nexport x;\n").unwrap();
    let wrong = run(path, &["graph", "wrong.wac"], 1);
    assert!(wrong.stderr.contains("wrong.wac:2:8"), "{}", wrong.stderr);
}
