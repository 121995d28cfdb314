//! `patchbay call`

use crate::support::{NUMBER, run};
use tempfile::TempDir;

const ADD: &str = r#"(component
  (core module $m
    (global $sum (mut i32) (i32.const 0))
    (func (export "add") (param i32) (result i32)
      (global.set $sum (i32.add (global.get $sum) (local.get 0)))
      (global.get $sum))
    (func (export "trap") unreachable))
  (core instance $i (instantiate $m))
  (func $add (param "n" u32) (result u32) (canon lift (core func $i "add")))
  (func $trap (canon lift (core func $i "trap")))
  (instance $sums (export "add" (func $add)))
  (export "test:sums/one" (instance $sums))
  (export "test:sums/two" (instance $sums))
  (export "trap" (func $trap)))"#;

fn with(name: &str, text: &str) -> TempDir {
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join(name), text).unwrap();
    directory
}

#[test]
fn functions_are_listed_and_called() {
    let directory = with("number.wat", NUMBER);
    let ran = run(directory.path(), &["call", "number.wat"], 0);
    assert_eq!(
        ran.text(),
        "test:numbers/source@1.0.0#number: func() -> u32\n"
    );
    let full = "test:numbers/source@1.0.0#number";
    for name in [full, "number"] {
        let ran = run(directory.path(), &["call", "number.wat", name], 0);
        assert_eq!((ran.text(), ran.stderr.as_str()), ("42\n", ""));
    }
    let ran = run(
        directory.path(),
        &["call", "--usage", "number.wat", full],
        0,
    );
    assert!(
        ran.stderr.contains(" ms of them computing"),
        "{}",
        ran.stderr
    );
}

#[test]
fn calls_of_one_command_meet_the_same_instance() {
    let directory = with("sums.wat", ADD);
    let add = "test:sums/one#add";
    let ran = run(
        directory.path(),
        &["call", "sums.wat", add, "40", "--then", add, "2"],
        0,
    );
    assert_eq!(ran.text(), "40\n42\n");
}

#[test]
fn what_cannot_be_called_says_why() {
    let directory = with("sums.wat", ADD);
    for (call, word) in [
        (
            &["add", "1"][..],
            "could be test:sums/one#add or test:sums/two#add",
        ),
        (&["sub"], "does not export the function sub"),
        (&["trap", "1"], "takes no arguments, not 1"),
        (&["test:sums/one#add", "one"], "has to be of type u32"),
        (&["trap"], "stopped with an error"),
    ] {
        let arguments = [&["call", "sums.wat"], call].concat();
        let ran = run(directory.path(), &arguments, 1);
        assert!(ran.stderr.contains(word), "{}", ran.stderr);
    }
    run(directory.path(), &["call", "sums.wat", "trap", "--then"], 1);
    let empty = with("empty.wat", "(component)");
    let ran = run(empty.path(), &["call", "empty.wat"], 1);
    assert!(
        ran.stderr.contains("exports no functions"),
        "{}",
        ran.stderr
    );
}
