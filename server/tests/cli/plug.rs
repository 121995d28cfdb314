//! `patchbay plug`

use crate::support::{NEXT, NUMBER, run};
use tempfile::TempDir;

/// Takes the numbers from one interface and gives them in another.
const RELAY: &str = r#"(component
  (import "test:numbers/source@1.0.0" (instance $source (export "number" (func (result u32)))))
  (export "test:numbers/relayed@1.0.0" (instance $source)))"#;

/// Wants what the relay gives.
const LAST: &str = r#"(component
  (import "test:numbers/relayed@1.0.0" (instance $relayed (export "number" (func (result u32)))))
  (alias export $relayed "number" (func $number))
  (export "last" (func $number)))"#;

/// Gives a text where a number is wanted.
const TEXT: &str = r#"(component
  (import "other" (instance $source (export "number" (func (result string)))))
  (export "test:numbers/source@1.0.0" (instance $source)))"#;

fn files() -> TempDir {
    let directory = TempDir::new().unwrap();
    for (name, text) in [
        ("number", NUMBER),
        ("next", NEXT),
        ("relay", RELAY),
        ("last", LAST),
        ("text", TEXT),
    ] {
        std::fs::write(directory.path().join(format!("{name}.wat")), text).unwrap();
    }
    directory
}

#[test]
fn plugs_fill_the_socket_and_one_another() {
    let directory = files();
    let path = directory.path();
    let arguments = [
        "plug",
        "last.wat",
        "--plug",
        "relay.wat",
        "--plug",
        "number.wat",
        "-o",
        "whole.wasm",
    ];
    assert_eq!(run(path, &arguments, 0).stderr, "");
    let whole = run(path, &["inspect", "whole.wasm", "--json"], 0).json();
    assert_eq!(whole["imports"], serde_json::json!([]));
    assert_eq!(whole["exports"][0]["name"], "last");
    let called = run(path, &["call", "whole.wasm", "last"], 0);
    assert_eq!(called.text().lines().next(), Some("42"));
}

#[test]
fn a_plug_that_nobody_takes_anything_from_is_told() {
    let directory = files();
    let arguments = [
        "plug",
        "next.wat",
        "--plug",
        "number.wat",
        "--plug",
        "last.wat",
        "-o",
        "whole.wasm",
    ];
    let told = run(directory.path(), &arguments, 0);
    assert_eq!(told.stderr, "warning: nothing takes what `last` exports\n");
}

#[test]
fn what_cannot_be_plugged_is_explained() {
    let directory = files();
    let path = directory.path();
    let refused = |arguments: &[&str]| {
        let mut all = vec!["plug"];
        all.extend(arguments);
        all.extend(["-o", "whole.wasm"]);
        run(path, &all, 1).stderr
    };
    let two = refused(&["next.wat", "--plug", "number.wat", "--plug", "number.wat"]);
    assert!(two.contains("`number`, `number-2` could all fill `test:numbers/source@1.0.0` of `next`, which takes one"), "{two}");
    let wrong = refused(&["next.wat", "--plug", "text.wat"]);
    assert!(
        wrong.contains("`test:numbers/source@1.0.0` of `next`"),
        "{wrong}"
    );
    assert!(
        wrong.contains("`string` in the export, `u32` in the import"),
        "{wrong}"
    );
    let none = refused(&["number.wat", "--plug", "next.wat"]);
    assert!(
        none.contains("no plug exports anything that `number` imports"),
        "{none}"
    );
    assert!(!path.join("whole.wasm").exists());
}
