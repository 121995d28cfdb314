//! Guests that compute without end.

use crate::guests::{Source, failure, get, hello, start};
use crate::{LOOP, runner};
use patchbay_runner::{Call, CallError, Grants, RunError, TimeLimit};
use std::time::{Duration, Instant};

#[tokio::test]
async fn an_endless_loop_runs_out_of_time() {
    let began = Instant::now();
    let error = failure(&runner(), Source::handle(LOOP).build()).await;
    assert_eq!(
        error,
        RunError::OutOfTime {
            kind: TimeLimit::Cpu,
            limit: Duration::from_millis(200),
            nodes: Vec::new()
        }
    );
    assert!(error.to_string().contains("0.2 s"), "{error}");
    // That it ends at all, on a machine that has other things to do.
    assert!(
        began.elapsed() < Duration::from_secs(60),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn an_endless_loop_at_start_runs_out_of_time() {
    let source = Source {
        items: format!("(func $forever {LOOP}) (start $forever)"),
        ..Source::handle("")
    };
    let error = failure(&runner(), source.build()).await;
    assert_eq!(
        error,
        RunError::OutOfTime {
            kind: TimeLimit::Cpu,
            limit: Duration::from_millis(200),
            nodes: Vec::new()
        }
    );
}

/// A node that computes without end, called by another one.
const GRAPH: &str = r#"(component
  (component $busy
    (core module $m (func (export "run") (loop $again (br $again))))
    (core instance $i (instantiate $m))
    (func (export "run") (canon lift (core func $i "run"))))
  (component $caller
    (import "run" (func $run))
    (core func $run (canon lower (func $run)))
    (core module $m (import "" "run" (func $run)) (func (export "run") (call $run)))
    (core instance $i (instantiate $m (with "" (instance (export "run" (func $run))))))
    (func (export "run") (canon lift (core func $i "run"))))
  (instance $busy-node (instantiate $busy))
  (instance $caller-node (instantiate $caller (with "run" (func $busy-node "run"))))
  (export "run" (func $caller-node "run")))"#;

#[tokio::test]
async fn the_node_that_computes_without_end_is_named() {
    let runner = runner();
    let program = runner
        .prepare(wat::parse_str(GRAPH).unwrap().into())
        .await
        .unwrap();
    let preview = runner.start(&program, Grants::default());
    let call = Call {
        function: "run".to_owned(),
        arguments: Vec::new(),
        session: None,
    };
    let Err(CallError::Failed(failure)) = preview.call(call).await else {
        panic!("it does not end by itself")
    };
    let sentence = failure.to_string();
    assert!(
        sentence.starts_with("The component ran out of time in busy-node."),
        "{sentence}"
    );
}

#[tokio::test]
async fn deep_recursion_runs_out_of_stack() {
    let source = Source {
        items: "(func $deeper (param i32) (result i32)
                  (i32.add (i32.const 1) (call $deeper (i32.add (local.get 0) (i32.const 1)))))"
            .to_owned(),
        ..Source::handle("(drop (call $deeper (i32.const 0)))")
    };
    let error = failure(&runner(), source.build()).await;
    let RunError::OutOfStack {
        limit,
        ref backtrace,
        ..
    } = error
    else {
        panic!("{error:?}")
    };
    assert_eq!(limit, 512 << 10);
    assert!(backtrace[0].contains("deeper"), "{backtrace:?}");
    assert!(error.to_string().contains("512 KiB"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_hostile_guests_do_not_keep_a_good_one_from_answering() {
    let runner = runner();
    let bad = start(&runner, Source::handle(LOOP).build()).await;
    let good = start(&runner, hello()).await;
    let loops: Vec<_> = (0..8)
        .map(|_| {
            let bad = bad.clone();
            tokio::spawn(async move { bad.handle(get("/")).await.err().unwrap().error })
        })
        .collect();
    for _ in 0..5 {
        assert_eq!(good.handle(get("/")).await.unwrap().status(), 200);
    }
    for ended in loops {
        assert!(matches!(ended.await.unwrap(), RunError::OutOfTime { .. }));
    }
}
