//! `patchbay run`

use crate::support::run;
use tempfile::TempDir;

#[test]
fn a_command_gets_its_arguments_and_gives_its_exit_code() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("print.wat");
    std::fs::write(&file, include_str!("../fixtures/command.wat")).unwrap();
    let ran = run(
        directory.path(),
        &["run", "print.wat", "one", "--two", "three four"],
        0,
    );
    assert_eq!(ran.text(), "one\n--two\nthree four\n");
    assert_eq!(ran.stderr, "");
    let ran = run(directory.path(), &["run", "print.wat"], 1);
    assert_eq!((ran.text(), ran.stderr.as_str()), ("", ""));
}

#[test]
fn a_command_that_is_ended_says_why() {
    let directory = TempDir::new().unwrap();
    let traps = r#"(component
      (core module $m (func (export "run") (result i32) unreachable))
      (core instance $m (instantiate $m))
      (func $run (result (result)) (canon lift (core func $m "run")))
      (instance $run (export "run" (func $run)))
      (export "wasi:cli/run@0.2.0" (instance $run)))"#;
    std::fs::write(directory.path().join("traps.wat"), traps).unwrap();
    let ran = run(directory.path(), &["run", "traps.wat"], 134);
    assert!(
        ran.stderr.contains("stopped with an error"),
        "{}",
        ran.stderr
    );

    std::fs::write(directory.path().join("empty.wat"), "(component)").unwrap();
    let ran = run(directory.path(), &["run", "empty.wat"], 1);
    assert!(ran.stderr.contains("not a command"), "{}", ran.stderr);
    let ran = run(directory.path(), &["run", "-e", "novalue", "empty.wat"], 2);
    assert!(ran.stderr.contains("NAME=VALUE"), "{}", ran.stderr);
}

#[test]
fn limits_are_set_by_file_and_by_option() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    std::fs::write(
        path.join("print.wat"),
        include_str!("../fixtures/command.wat"),
    )
    .unwrap();
    std::fs::write(path.join("limits"), "# small\ncommand-output = 4 bytes\n").unwrap();
    let file = ["--limits-file", "limits"];
    let print = ["print.wat", "one", "two"];
    let ran = run(path, &[&["run"], &file[..], &print].concat(), 134);
    assert!(
        ran.stderr.contains("wrote more than 4 bytes"),
        "{}",
        ran.stderr
    );
    let more = ["--limit", "command-output=1KiB"];
    let ran = run(path, &[&["run"], &file[..], &more, &print].concat(), 0);
    assert_eq!(ran.text(), "one\ntwo\n");
    let ran = run(path, &["run", "--limit", "speed=1", "print.wat"], 2);
    assert!(
        ran.stderr.contains("there is no limit speed; there are"),
        "{}",
        ran.stderr
    );
    std::fs::write(path.join("limits"), "stack").unwrap();
    let ran = run(path, &[&["run"], &file[..], &print].concat(), 2);
    assert!(
        ran.stderr.contains("limits: “stack” is not a setting"),
        "{}",
        ran.stderr
    );
}
