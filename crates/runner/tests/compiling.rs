//! Components that are hard to compile. A process of their own, as they keep all cores busy.

mod guests;

use guests::{assert_serves, hello, limits, start};
use patchbay_runner::{Call, CallError, Limits, PrepareError, RunError, Runner};
use std::fmt::Write;
use std::time::{Duration, Instant};

fn runner() -> Runner {
    Runner::new(limits()).unwrap()
}

async fn refused(runner: &Runner, text: &str) -> PrepareError {
    let bytes = wat::parse_str(text).expect("a component that assembles");
    let refused = runner.prepare(bytes.into()).await;
    refused.err().expect("a refusal")
}

#[tokio::test]
async fn many_functions_are_given_up_after_a_while() {
    let runner = Runner::new(Limits {
        compile_time: Duration::from_millis(300),
        ..limits()
    })
    .unwrap();
    // So that it is there when the compiler is busy.
    runner.prepare(hello()).await.unwrap();
    // No two the same: of those the compiler would find all but one done.
    let mut functions = String::new();
    for n in 0..20_000 {
        write!(
            functions,
            "(func (param i32) (result i32) (i32.div_s (i32.const {n}) (i32.popcnt (local.get 0))))"
        )
        .unwrap();
    }
    let bomb = format!("(component (core module {functions}))");
    let began = Instant::now();
    let error = refused(&runner, &bomb).await;
    assert_eq!(
        error,
        PrepareError::TimedOut {
            limit: Duration::from_millis(300)
        }
    );
    assert!(error.to_string().contains("0.3 s"), "{error}");
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
    assert_serves(&runner).await;
}

#[tokio::test]
async fn a_huge_table_is_compiled_and_does_not_start() {
    let runner = runner();
    let text = "(component
        (core module $m (table 10000000 funcref) (func (export \"run\") (result i32) (i32.const 0)))
        (core instance $m (instantiate $m))
        (func $run (result (result)) (canon lift (core func $m \"run\")))
        (export \"run\" (func $run)))";
    let bytes = wat::parse_str(text).unwrap();
    let preview = start(&runner, bytes.into()).await;
    let call = Call {
        function: "run".to_owned(),
        arguments: Vec::new(),
        session: None,
    };
    let Err(CallError::Failed(failure)) = preview.call(call).await else {
        panic!("returned")
    };
    assert!(
        matches!(
            failure.error,
            RunError::OutOfMemory {
                asked: 10_000_000,
                ..
            }
        ),
        "{:?}",
        failure.error
    );
    assert_serves(&runner).await;
}

#[tokio::test]
async fn deep_and_doubling_types_are_refused_or_not_written_out() {
    let runner = runner();
    // Lists of lists, ten thousand deep.
    let mut deep = String::from("(type $t0 (list u8))");
    for level in 1..10_000 {
        write!(deep, "(type $t{level} (list $t{}))", level - 1).unwrap();
    }
    let error = refused(&runner, &format!("(component {deep})")).await;
    assert!(matches!(error, PrepareError::Invalid { .. }), "{error:?}");

    // Each type holds the one before twice: 2^40 in all.
    let mut doubling = String::from("(type $t0 (tuple u8 u8))");
    for level in 1..40 {
        write!(doubling, "(type $t{level} (tuple $t{0} $t{0}))", level - 1).unwrap();
    }
    let error = refused(&runner, &format!("(component {doubling})")).await;
    assert!(matches!(error, PrepareError::Invalid { .. }), "{error:?}");

    // 2^14 are allowed, and too many to be written out.
    let mut doubling = String::from("(type $t0 (tuple u8 u8))");
    for level in 1..14 {
        write!(doubling, "(type $t{level} (tuple $t{0} $t{0}))", level - 1).unwrap();
    }
    let text = format!(
        "(component {doubling}
          (core module $m (memory (export \"m\") 1) (func (export \"f\") (param i32))
            (func (export \"r\") (param i32 i32 i32 i32) (result i32) unreachable))
          (core instance $i (instantiate $m))
          (func $f (param \"it\" $t13) (canon lift (core func $i \"f\") (memory $i \"m\") (realloc (func $i \"r\"))))
          (export \"f\" (func $f)))"
    );
    let program = runner.prepare(wat::parse_str(text).unwrap().into()).await;
    let program = program.unwrap();
    let obstacle = program.functions()[0].signature.clone().unwrap_err();
    assert!(obstacle.to_string().contains("too large"), "{obstacle}");
    assert_serves(&runner).await;
}

#[tokio::test]
async fn what_was_compiled_ahead_is_there_when_it_is_run() {
    let runner = runner();
    runner.compile_ahead(hello()).await;
    let ahead = runner.functions();
    assert!(ahead.compiled > 0, "{ahead:?}");
    let preview = start(&runner, hello()).await;
    assert_eq!(runner.functions(), ahead, "nothing was compiled for it");
    let answer = preview.handle(guests::get("/")).await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn functions_are_compiled_once_whatever_they_are_in() {
    let runner = runner();
    let functions =
        "(func (export \"a\") (param i32) (result i32) (i32.add (local.get 0) (i32.const 7)))
        (func (export \"b\") (param i64) (result i64) (i64.mul (local.get 0) (i64.const 9)))";
    let part = format!("(core module {functions})");
    let part = |around: &str| wat::parse_str(format!("(component {around} {part})")).unwrap();
    runner.compile_part_ahead(part("").into()).await;
    let before = runner.functions();
    assert_eq!(before.found, 0);
    let whole = "(core module (func (export \"c\") (result f32) (f32.const 1)))";
    runner.prepare(part(whole).into()).await.unwrap();
    let after = runner.functions();
    assert!(after.found >= 2, "{before:?}, {after:?}");
}

#[tokio::test]
async fn what_cannot_be_compiled_ahead_is_said_when_it_is_run() {
    let runner = runner();
    let bytes = bytes::Bytes::from_static(b"\0asm\x0d\0\x01\0 and no more");
    runner.compile_ahead(bytes.clone()).await;
    runner.compile_part_ahead(bytes.clone()).await;
    let error = runner.prepare(bytes).await.err();
    assert!(
        matches!(error, Some(PrepareError::Invalid { .. })),
        "{error:?}"
    );
    runner.compile_ahead(hello()).await;
    assert_serves(&runner).await;
}
