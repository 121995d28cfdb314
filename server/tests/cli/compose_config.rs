//! Configurations of `wasm-tools compose`.

use crate::support::{NEXT, NUMBER, run};
use tempfile::TempDir;

const SOURCE: &str = "test:numbers/source@1.0.0";

/// A configuration, its root, and a component in a search path.
fn project(config: &str) -> TempDir {
    let directory = TempDir::new().unwrap();
    let parts = directory.path().join("parts");
    std::fs::create_dir(&parts).unwrap();
    std::fs::write(parts.join("number.wat"), NUMBER).unwrap();
    std::fs::write(directory.path().join("root.wat"), NEXT).unwrap();
    std::fs::write(directory.path().join("config.yml"), config).unwrap();
    directory
}

#[test]
fn instances_are_found_and_linked_as_a_configuration_says() {
    let by_argument = format!(
        "search-paths: [parts]\ninstantiations:\n  root:\n    arguments:\n      {SOURCE}: number\n"
    );
    let by_export = format!(
        "dependencies:\n  one: parts/number.wat\ninstantiations:\n  root:\n    arguments:\n      {SOURCE}:\n        instance: number\n        export: {SOURCE}\n  number:\n    dependency: one\n"
    );
    let by_name = format!("dependencies:\n  {SOURCE}:\n    path: parts/number.wat\n");
    let by_definition = "definitions: [parts/number.wat]\n".to_owned();
    for config in [by_argument, by_export, by_name, by_definition] {
        let project = project(&config);
        let path = project.path();
        let words = run(path, &["check", "config.yml"], 0);
        assert_eq!(
            words.text(),
            "imports: none\nexports:\n  next (function)\n",
            "{config}"
        );
        let graph = run(path, &["graph", "config.yml"], 0).json();
        assert_eq!(graph["links"][0]["from"]["port"], SOURCE, "{config}");
        run(path, &["fuse", "config.yml", "-o", "out.wasm"], 0);
        run(path, &["wac", "config.yml"], 0);
    }
}

#[test]
fn what_is_not_found_is_imported_unless_that_is_disallowed() {
    let open = project("skip-validation: true\n");
    let words = run(open.path(), &["check", "config.yml"], 0);
    assert!(words.text().contains(SOURCE), "{}", words.text());
    let closed = project("disallow-imports: true\n");
    let words = run(closed.path(), &["check", "config.yml"], 1);
    assert!(
        words.stderr.contains("no such component"),
        "{}",
        words.stderr
    );
}

#[test]
fn mistakes_are_told() {
    for (config, message) in [
        ("instantiation: {}\n", "instantiation"),
        (
            "dependencies: {root: parts/nobody.wat}\n",
            "parts/nobody.wat",
        ),
        (
            "dependencies: {root: parts/number.wat}\ninstantiations: {root: {arguments: {x: z}}}\n",
            "no import called `x`",
        ),
    ] {
        let project = project(config);
        let words = run(project.path(), &["check", "config.yml"], 1);
        assert!(words.stderr.contains(message), "{config}: {}", words.stderr);
    }
}
