//! Components that answer HTTP by WASI 0.3.

mod guests;

use bytes::Bytes;
use futures::stream;
use guests::wit::component;
use guests::{assert_logged, assert_serves, get, limits, start, text};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use patchbay_runner::{Limits, LogStream, Preview, RunError, Runner, TimeLimit};
use std::convert::Infallible;
use std::time::Duration;

/// A guest that does so when it is asked, and so when a part of its body is written.
fn guest(items: &str, handle: &str, written: &str) -> Bytes {
    let core = include_str!("guests/http_03.wat")
        .replacen("\n  ;;ITEMS", &format!("\n{items}"), 1)
        .replacen("\n    ;;HANDLE", &format!("\n{handle}"), 1)
        .replacen("\n    ;;WRITTEN", &format!("\n{written}"), 1);
    component(include_str!("guests/http_03.wit"), &core)
}

/// Answers `hello` and how many requests its instance has met.
fn counting() -> Bytes {
    guest(
        "",
        "(i32.store8 (i32.const 6) (i32.add (i32.load8_u (i32.const 6)) (i32.const 1)))
         (call $respond) (call $say (i32.const 0) (i32.const 7))",
        "(call $finish)",
    )
}

async fn ask(preview: &Preview) -> String {
    text(preview.handle(get("/")).await.unwrap()).await
}

/// The highest answer among a hundred. An instance is free again a moment after its response is read, so a request that
/// comes at once may meet another.
async fn most(preview: &Preview) -> String {
    let mut most = String::new();
    for _ in 0..100 {
        most = most.max(ask(preview).await);
        if most == "hello 9" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    most
}

#[tokio::test]
async fn an_instance_answers_one_request_after_the_other() {
    let runner = Runner::new(limits()).unwrap();
    let preview = start(&runner, counting()).await;
    assert_eq!(ask(&preview).await, "hello 1");
    assert_eq!(most(&preview).await, "hello 9");
}

#[tokio::test]
async fn an_instance_that_has_answered_enough_is_replaced() {
    let runner = Runner::new(Limits {
        requests_per_instance: 3,
        ..limits()
    })
    .unwrap();
    let preview = start(&runner, counting()).await;
    assert_eq!(most(&preview).await, "hello 3");
}

#[tokio::test]
async fn an_instance_that_waits_too_long_is_dropped() {
    let runner = Runner::new(Limits {
        instance_idle: Duration::from_millis(50),
        ..limits()
    })
    .unwrap();
    let preview = start(&runner, counting()).await;
    assert_eq!(ask(&preview).await, "hello 1");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(ask(&preview).await, "hello 1");
}

#[tokio::test]
async fn requests_at_the_same_time_meet_different_instances() {
    let runner = Runner::new(limits()).unwrap();
    let preview = start(&runner, counting()).await;
    let first = preview.handle(get("/")).await.unwrap();
    let second = preview.handle(get("/")).await.unwrap();
    assert_eq!(text(first).await, "hello 1");
    assert_eq!(text(second).await, "hello 1");
}

#[tokio::test]
async fn bodies_stream_both_ways_at_once() {
    let runner = Runner::new(limits()).unwrap();
    // The stream of the request's body becomes that of the response's.
    let echo = guest(
        "(global $consumed (mut i64) (i64.const 0)) (global $read (mut i32) (i32.const 0))",
        "(local $future i64)
         (global.set $consumed (call $new-consumed))
         (call $consume (local.get $request) (i32.wrap_i64 (global.get $consumed)) (i32.const 3000))
         (call $respond-with (i32.load (i32.const 3000)) (i32.load (i32.const 3004)))
         (i32.const 0)",
        "unreachable",
    );
    let preview = start(&runner, echo).await;
    let (send, parts) = futures::channel::mpsc::unbounded::<&'static str>();
    let frames = stream::StreamExt::map(parts, |part| {
        Ok::<_, Infallible>(Frame::data(Bytes::from(part)))
    });
    let request = http::Request::post("/")
        .body(StreamBody::new(frames))
        .unwrap();
    let mut body = preview.handle(request).await.unwrap().into_body();
    for part in ["one", "two", "three"] {
        send.unbounded_send(part).unwrap();
        let frame = body.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), part);
    }
    drop(send);
    assert!(body.frame().await.is_none());
}

#[tokio::test]
async fn what_a_guest_prints_belongs_to_the_request_that_it_printed_for() {
    let runner = Runner::new(limits()).unwrap();
    let printing = guest(
        "(import \"wasi:cli/stdout@0.3.0\" \"[stream-new-0]write-via-stream\" (func $new-pipe (result i64)))
         (import \"wasi:cli/stdout@0.3.0\" \"[async-lower][stream-write-0]write-via-stream\"
           (func $write-pipe (param i32 i32 i32) (result i32)))
         (global $pipe (mut i32) (i32.const 0))",
        "(local $stream i64)
         (i32.store8 (i32.const 6) (i32.add (i32.load8_u (i32.const 6)) (i32.const 1)))
         (if (i32.eqz (global.get $pipe)) (then
           (local.set $stream (call $new-pipe))
           (drop (call $print (i32.wrap_i64 (local.get $stream))))
           (global.set $pipe (i32.wrap_i64 (i64.shr_u (local.get $stream) (i64.const 32))))))
         (drop (call $write-pipe (global.get $pipe) (i32.const 0) (i32.const 7)))
         (call $respond) (call $say (i32.const 0) (i32.const 7))",
        "(call $finish)",
    );
    let preview = start(&runner, printing).await;
    assert_eq!(ask(&preview).await, "hello 1");
    wait_for_lines(&preview, 1).await;
    assert_eq!(ask(&preview).await, "hello 2");
    let lines = wait_for_lines(&preview, 2).await;
    let printed: Vec<_> = lines.iter().map(|l| (l.request, l.text.as_str())).collect();
    assert_eq!(printed, [(1, "hello 1"), (2, "hello 2")]);
    assert!(lines.iter().all(|line| line.stream == LogStream::Stdout));
}

/// A last line without an end comes when the run ends, a moment after its response.
async fn wait_for_lines(preview: &Preview, count: usize) -> Vec<patchbay_runner::LogLine> {
    for _ in 0..100 {
        let (lines, _) = preview.logs();
        if lines.len() >= count {
            return lines;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("fewer than {count} lines: {:?}", preview.logs().0);
}

async fn fails(handle: &str) -> RunError {
    let runner = Runner::new(Limits {
        first_byte: Duration::from_secs(3),
        ..limits()
    })
    .unwrap();
    let preview = start(&runner, guest("", handle, "unreachable")).await;
    let failure = preview.handle(get("/")).await.err().expect("a failure");
    assert_logged(&preview, failure.request, &failure.error);
    assert_serves(&runner).await;
    failure.error
}

#[tokio::test]
async fn limits_hold_and_are_told() {
    let error = fails("(loop $again (br $again)) unreachable").await;
    assert!(
        matches!(
            error,
            RunError::OutOfTime {
                kind: TimeLimit::Cpu,
                ..
            }
        ),
        "{error:?}"
    );
    // Waits for a stream that nobody will ever read.
    let error = fails(
        "(local $stream i64)
         (local.set $stream (call $new-stream))
         (drop (call $write (i32.wrap_i64 (i64.shr_u (local.get $stream) (i64.const 32))) (i32.const 0) (i32.const 7)))
         (call $wait (i32.wrap_i64 (i64.shr_u (local.get $stream) (i64.const 32))))",
    )
    .await;
    assert!(
        matches!(
            error,
            RunError::OutOfTime {
                kind: TimeLimit::FirstByte,
                ..
            }
        ),
        "{error:?}"
    );
    let error = fails("unreachable").await;
    assert!(matches!(error, RunError::Trapped { .. }), "{error:?}");
    let error =
        fails("(loop (br_if 0 (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable")
            .await;
    assert!(matches!(error, RunError::OutOfMemory { .. }), "{error:?}");
    let error = fails("(loop (drop (call $new-fields)) (br 0)) unreachable").await;
    assert!(matches!(error, RunError::OutOfHandles { .. }), "{error:?}");
    let error = fails("(loop (drop (call $new-stream)) (br 0)) unreachable").await;
    assert!(matches!(error, RunError::OutOfHandles { .. }), "{error:?}");
    // The case of error-code with number 15 is HTTP-request-denied.
    let error = fails(
        "(call $return (i32.const 1) (i32.const 15)
           (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
         (i32.const 0)",
    )
    .await;
    assert!(matches!(error, RunError::ErrorResponse { .. }), "{error:?}");
}

#[tokio::test]
async fn a_trap_in_the_middle_of_the_body_breaks_it_off() {
    let runner = Runner::new(limits()).unwrap();
    let source = guest(
        "",
        "(call $respond) (call $say (i32.const 0) (i32.const 5))",
        "unreachable",
    );
    let preview = start(&runner, source).await;
    let mut body = preview.handle(get("/")).await.unwrap().into_body();
    let first = body.frame().await.unwrap().unwrap();
    assert_eq!(first.into_data().unwrap(), "hello");
    let error = body.frame().await.unwrap().unwrap_err();
    assert!(matches!(error, RunError::Trapped { .. }), "{error:?}");
    assert_logged(&preview, 1, &error);
    assert_serves(&runner).await;
}

#[tokio::test]
async fn a_response_without_an_end_is_cut() {
    let runner = Runner::new(Limits {
        response_body: 100_000,
        ..limits()
    })
    .unwrap();
    let endless = guest(
        "",
        "(call $respond) (call $say (i32.const 0) (i32.const 4096))",
        "(call $say (i32.const 0) (i32.const 4096))",
    );
    let preview = start(&runner, endless).await;
    let body = preview.handle(get("/")).await.unwrap().into_body();
    let error = body.collect().await.expect_err("an error");
    assert_eq!(error, RunError::ResponseTooLarge { limit: 100_000 });
    assert_serves(&runner).await;
}
