//! Traced builds: what their interposers tell is counted. These guests tell it themselves.

mod guests;

use guests::wit::component;
use guests::{limits, start};
use patchbay_runner::{Call, CallError, Grants, LinkCounts, Preview, Runner};

const WIT: &str = "package patchbay:preview@0.1.0;
interface trace { begin: func(link: u32) -> u64; end: func(call: u64, failed: bool); }
world guest { import trace; export run: func(link: u32, nested: bool, failed: bool); export trap: func(); }";

/// `run` makes a call, within another one of link 1 if it is nested; `trap` makes one that does not come back.
const GUEST: &str = r#"(module
  (import "patchbay:preview/trace@0.1.0" "begin" (func $begin (param i32) (result i64)))
  (import "patchbay:preview/trace@0.1.0" "end" (func $end (param i64 i32)))
  (func (export "run") (param $link i32) (param $nested i32) (param $failed i32)
    (local $outer i64)
    (if (local.get $nested) (then (local.set $outer (call $begin (i32.const 1)))))
    (call $end (call $begin (local.get $link)) (local.get $failed))
    (if (local.get $nested) (then (call $end (local.get $outer) (i32.const 0)))))
  (func (export "trap") (drop (call $begin (i32.const 1))) unreachable)
  (memory (export "memory") 1))"#;

async fn traced(runner: &Runner) -> Preview {
    let program = runner.prepare_traced(component(WIT, GUEST), 2).await;
    let program = program.unwrap();
    // It is granted with the build, and nothing that people are asked about.
    assert!(program.imports().is_empty(), "{:?}", program.imports());
    runner.start(&program, Grants::default())
}

async fn call(preview: &Preview, function: &str, arguments: &[&str]) -> Result<(), CallError> {
    let call = Call {
        function: function.to_owned(),
        arguments: arguments.iter().map(|it| (*it).to_owned()).collect(),
        session: None,
    };
    preview.call(call).await.map(|_| ())
}

fn counts(preview: &Preview) -> Vec<(u64, u64)> {
    let counts = preview.links().unwrap();
    let timed = |it: &LinkCounts| it.median.is_some() == (it.calls > 0);
    assert!(counts.iter().all(timed), "{counts:?}");
    counts.iter().map(|it| (it.calls, it.errors)).collect()
}

#[tokio::test]
async fn calls_and_errors_are_counted_by_link() {
    let runner = Runner::new(limits()).unwrap();
    let preview = traced(&runner).await;
    assert_eq!(counts(&preview), [(0, 0), (0, 0)]);
    call(&preview, "run", &["0", "false", "false"])
        .await
        .unwrap();
    call(&preview, "run", &["0", "true", "true"]).await.unwrap();
    assert_eq!(counts(&preview), [(2, 1), (1, 0)]);
    call(&preview, "trap", &[]).await.unwrap_err();
    assert_eq!(counts(&preview), [(2, 1), (2, 1)]);
    let at_once = (0..20).map(|_| call(&preview, "run", &["1", "true", "false"]));
    futures::future::try_join_all(at_once).await.unwrap();
    assert_eq!(counts(&preview), [(2, 1), (42, 1)]);
    // Each preview counts its own.
    assert_eq!(counts(&traced(&runner).await), [(0, 0), (0, 0)]);
    // A link that is not there ends who speaks of it.
    call(&preview, "run", &["2", "false", "false"])
        .await
        .unwrap_err();
}

#[tokio::test]
async fn what_is_not_traced_finds_nothing_there() {
    let runner = Runner::new(limits()).unwrap();
    // Compiled as a traced build before: the same bytes are another program.
    traced(&runner).await;
    let preview = start(&runner, component(WIT, GUEST)).await;
    assert_eq!(preview.links(), None);
    assert_eq!(preview.program().imports()[0].capability, None);
    let error = call(&preview, "run", &["0", "false", "false"]).await;
    let error = error.unwrap_err().to_string();
    let sentence = "called patchbay:preview/trace@0.1.0#begin, which is not linked to anything";
    assert!(error.contains(sentence), "{error}");
}
