//! Guests and clients that keep each other waiting.

use crate::guests::{Source, assert_logged, assert_serves, limits, start};
use bytes::Bytes;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use patchbay_runner::{Limits, RunError, Runner, TimeLimit};
use std::convert::Infallible;
use std::time::Duration;

/// Consumes the body of the request, then answers.
const READ_ALL: &str = "(call $consume (local.get $request) (i32.const 1024))
    (call $body-stream (i32.load (i32.const 1028)) (i32.const 1024))
    (global.set $open-body (i32.load (i32.const 1028)))
    (loop $more
      (call $skip (global.get $open-body) (i64.const 4096) (i32.const 1024))
      (br_if $more (i32.eqz (i32.load8_u (i32.const 1024)))))
    (call $hello (local.get $out))";

fn impatient() -> Runner {
    let limits = Limits {
        first_byte: Duration::from_millis(500),
        wall_per_request: Duration::from_secs(1),
        cpu_per_request: Duration::from_secs(10),
        ..limits()
    };
    Runner::new(limits).unwrap()
}

#[tokio::test]
async fn a_client_that_sends_a_byte_now_and_then_is_not_waited_for() {
    let runner = impatient();
    let preview = start(&runner, Source::handle(READ_ALL).build()).await;
    let drops = futures::stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let frame = Frame::data(Bytes::from_static(b"x"));
        Some((Ok::<_, Infallible>(frame), ()))
    });
    let request = http::Request::post("/")
        .body(StreamBody::new(drops))
        .unwrap();
    let failure = preview.handle(request).await.err().expect("a failure");
    assert_eq!(
        failure.error,
        RunError::OutOfTime {
            kind: TimeLimit::FirstByte,
            limit: Duration::from_millis(500),
            nodes: Vec::new()
        }
    );
    assert_logged(&preview, failure.request, &failure.error);
    assert_serves(&runner).await;
}

#[tokio::test]
async fn a_client_that_does_not_read_is_not_waited_for() {
    let runner = impatient();
    let endless = "(call $begin (local.get $out))
        (loop $more (call $say (i32.const 0) (i32.const 4096)) (br $more))";
    let preview = start(&runner, Source::handle(endless).build()).await;
    let request = http::Request::get("/")
        .body(http_body_util::Empty::new())
        .unwrap();
    let mut body = preview.handle(request).await.unwrap().into_body();
    // Meanwhile others are served.
    assert_serves(&runner).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let error = loop {
        match body.frame().await.expect("an error at the end") {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(
        error,
        RunError::OutOfTime {
            kind: TimeLimit::Wall,
            limit: Duration::from_secs(1),
            nodes: Vec::new()
        }
    );
    assert_logged(&preview, 1, &error);
}
