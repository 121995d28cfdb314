//! `patchbay inspect`, and what all commands have in common.

use crate::support::{NUMBER, run};
use tempfile::TempDir;

#[test]
fn a_component_is_described_in_words_and_as_json() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    std::fs::write(path.join("number.wat"), NUMBER).unwrap();
    let words = run(path, &["inspect", "number.wat"], 0);
    assert!(
        words
            .text()
            .contains("test:numbers/source@1.0.0 (interface)"),
        "{}",
        words.text()
    );
    assert!(
        words.text().contains("number: func() -> u32"),
        "{}",
        words.text()
    );
    let json = run(path, &["inspect", "number.wat", "--json"], 0).json();
    assert_eq!(json["package"], "local:number");
    assert_eq!(json["exports"][0]["name"], "test:numbers/source@1.0.0");
}

#[test]
fn what_is_not_a_component_is_a_problem() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    std::fs::write(
        path.join("module.wasm"),
        wat::parse_str("(module)").unwrap(),
    )
    .unwrap();
    let words = run(path, &["inspect", "module.wasm"], 1);
    assert!(
        words.stderr.contains("core WebAssembly module"),
        "{}",
        words.stderr
    );
    assert!(words.stdout.is_empty());
    let json = run(path, &["inspect", "module.wasm", "--json"], 1).json();
    assert_eq!(json["error"], "core-module");
    let preview = run(path, &["preview", "module.wasm"], 1);
    assert!(
        preview.stderr.contains("core WebAssembly module"),
        "{}",
        preview.stderr
    );
}

#[test]
fn bad_usage_has_its_own_exit_code() {
    let directory = TempDir::new().unwrap();
    for arguments in [
        &["inspect", "nothing.wasm"][..],
        &["inspect", "--nonsense"],
        &["inspect"],
        &["check", "nothing.json"],
        &["check", "graph.txt"],
        &["fuse", "nothing.wac"],
        &["fuse", "graph.json", "-d", "no-equals-sign"],
        &["open", "nothing.wasm"],
        &["preview", "nothing.wasm"],
        &["serve", "--addr", "nowhere"],
        &["nonsense"],
        &[],
    ] {
        let ran = run(directory.path(), arguments, 2);
        assert!(!ran.stderr.is_empty(), "{arguments:?}");
    }
    assert!(
        run(directory.path(), &["--version"], 0)
            .text()
            .starts_with("patchbay ")
    );
}
